"""What every test shares. Tests run in embedded mode unless the environment says otherwise."""

import os

os.environ.setdefault("KESHER_MODE", "embedded")

from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import connection
from hypothesis import settings as hypothesis_settings

from surveys.authoring.frozen import frozen_version
from surveys.distribution.page_look import forget_looks
from tests import factories

# The same examples on every run and every machine; no clock decides whether a test passes.
hypothesis_settings.register_profile("kesher", derandomize=True, database=None, deadline=None)
hypothesis_settings.load_profile("kesher")


@pytest.fixture(autouse=True)
def quick_hashing_and_plain_static_files(settings, tmp_path):
    """Argon2 is slow on purpose, and no test needs static files to be collected."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def nothing_kept_of_other_tests():
    """Their rows are gone, and their numbers given to others."""
    frozen_version.cache_clear()
    forget_looks()


@pytest.fixture(autouse=True)
def a_cache_of_its_own(monkeypatch):
    """Tests that run side by side share one Redis: none may see, or empty, what another has counted there."""
    monkeypatch.setattr(caches["default"], "key_prefix", uuid4().hex)


@pytest.fixture(scope="module")
def swept_after(django_db_setup, django_db_blocker):
    """For modules that write tens of thousands of rows: rolled back, they stay in PostgreSQL's tables, and slow down what comes after."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@pytest.fixture
def administrator(db):
    return factories.user(role="administrator")


@pytest.fixture
def survey_owner(db):
    return factories.user(role="survey_owner")


@pytest.fixture
def account_manager(db):
    return factories.user(role="account_manager")


@pytest.fixture
def leadership(db):
    return factories.user(role="leadership")


@pytest.fixture
def login(client):
    """`login(user)` gives a client that is logged in as that user."""

    def as_user(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_user

"""The simulated company, created once for a module's tests, as of one frozen day."""

from datetime import UTC, datetime

import pytest
import time_machine

from feedback_site.demo.create import create
from feedback_site.demo.remove import remove
from feedback_site.models import User

DAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def swept(swept_after):
    """First of all set up, and so the last to be taken down."""


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), time_machine.travel(DAY, tick=False):
        created = create(None)
        yield created
        remove()
        User.objects.all().delete()  # the simulated administrator stays as long as there is no other

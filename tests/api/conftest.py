"""Clients of the API."""

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient


@pytest.fixture
def api():
    """`api(user)` gives a client with a token of that user."""

    def as_user(user):
        _row, token = AuthToken.objects.create(user)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return client

    return as_user

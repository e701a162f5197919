"""A real SMTP server that can be told how to misbehave, and no broker but one in memory."""

import pytest

from feedback_site.celery import app
from tests.distribution.smtp import FreePort, Postbox


@pytest.fixture(autouse=True)
def broker_in_memory():
    """Hints must not reach the worker of a running copy."""
    before, options = app.conf.broker_url, app.conf.broker_transport_options
    app.conf.broker_url, app.conf.broker_transport_options = "memory://", {}
    yield
    app.conf.broker_url, app.conf.broker_transport_options = before, options
    app._after_fork()  # forget the connections to the test's own broker


@pytest.fixture
def postbox(settings):
    """An SMTP server on a free port, which the product's settings point to."""
    handler = Postbox()
    server = FreePort(handler, hostname="127.0.0.1", port=0, ready_timeout=20)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
    handler.port = settings.EMAIL_PORT
    yield handler
    server.stop()

"""A real Celery worker on the broker and database that this run was given, and a real SMTP server."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from feedback_site.celery import app
from surveys.distribution.tasks import send_due_mails
from surveys.models import Delivery
from tests import factories
from tests.distribution.smtp import FreePort, Postbox

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def inbox():
    postbox = Postbox()
    controller = FreePort(postbox, hostname="127.0.0.1", port=0)
    controller.start()
    postbox.port = controller.port
    yield postbox
    controller.stop()


def database_url():
    """The address of the test database, as the worker's process needs it."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT'] or 5432}/{given['NAME']}"


@pytest.fixture
def start(inbox, tmp_path):
    """`start("worker", …)` starts a Celery process that is ended with the test; a worker is waited for until it listens."""
    processes = []

    def start_celery(*arguments):
        environment = {**os.environ, "DATABASE_URL": database_url(), "EMAIL_URL": f"smtp://127.0.0.1:{inbox.port}"}
        command = [sys.executable, "-m", "celery", "-A", "feedback_site", *arguments, "--loglevel", "INFO"]
        log = tmp_path / f"{arguments[0]}.log"
        with log.open("w") as out:
            process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=out, stderr=out)
        processes.append(process)
        if arguments[0] == "worker":
            assert wait_until(lambda: " ready." in log.read_text(), 30), log.read_text()
        return process

    app.control.purge()
    yield start_celery
    for process in processes:
        if process.poll() is not None:
            continue
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
    app.control.purge()


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return condition()


def all_sent():
    return set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.SENT}


def queued_mails(count):
    distribution = factories.distribution()
    for _ in range(count):
        Delivery.objects.create(invitation=factories.invitation(distribution=distribution))


@pytest.mark.timeout(200)
def test_a_hint_makes_the_worker_send_and_the_sweep_finds_what_no_hint_came_for(start, inbox, tmp_path):
    """One test, as there is one broker: beside each other, two workers would take one another's hints."""
    queued_mails(3)
    worker = start("worker", "--concurrency", "1")
    send_due_mails.delay()
    assert wait_until(all_sent, 60)
    worker.send_signal(signal.SIGTERM)
    worker.wait(timeout=30)

    queued_mails(2)
    send_due_mails.delay()
    app.control.purge()  # the broker is emptied while mails wait
    start("worker", "--concurrency", "1")
    start("beat", "--pidfile=", "--schedule", str(tmp_path / "schedule"))
    assert wait_until(all_sent, 100)
    assert sorted(inbox.per_address.values()) == [1] * 5

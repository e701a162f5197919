"""A worker process that is really killed while it hands over a mail."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone

from surveys.distribution import send
from surveys.models import Delivery
from tests import factories

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

WORK = "import django; django.setup(); from surveys.distribution.send import send_due_mails; send_due_mails()"


def database_url():
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT'] or 5432}/{given['NAME']}"


def start_worker(port):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "feedback_site.settings",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }
    return subprocess.Popen([sys.executable, "-c", WORK], cwd=settings.BASE_DIR, env=environment)


@pytest.fixture
def addresses():
    distribution = factories.distribution()
    addresses = [f"person{n}@example.com" for n in range(6)]
    for address in addresses:
        Delivery.objects.create(invitation=factories.invitation(distribution, factories.contact(email=address)))
    return addresses


def wait_for(address, postbox):
    end = time.monotonic() + 60
    while address not in postbox.per_address and time.monotonic() < end:
        time.sleep(0.05)


def send_the_rest():
    with time_machine.travel(timezone.now() + send.ABANDONED_AFTER + timedelta(seconds=5)):
        send.send_due_mails()
        send.note_abandoned_mails()
        send.send_due_mails()


def test_nobody_has_two_mails_and_the_uncertain_one_is_listed(postbox, addresses):
    # The third mail is taken in full, and the reply keeps the worker waiting.
    postbox.data[addresses[2]] = ["sleep 30"]
    worker = start_worker(postbox.port)
    wait_for(addresses[2], postbox)
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=10)
    postbox.data.clear()
    send_the_rest()
    assert postbox.per_address == dict.fromkeys(addresses, 1)
    uncertain = Delivery.objects.get(state="uncertain")
    assert uncertain.invitation.contact.email == addresses[2]
    assert Delivery.objects.filter(state="sent").count() == 5
    assert list(uncertain.setbacks.values_list("state", flat=True)) == ["uncertain"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is a file: nothing restarts")
def test_a_database_that_restarts_while_a_mail_is_handed_over(postbox, addresses):
    """The worker can not note that the third was sent: it is uncertain, not sent again."""
    postbox.data[addresses[2]] = ["sleep 2"]
    worker = start_worker(postbox.port)
    wait_for(addresses[2], postbox)
    with connection.cursor() as cursor:
        ours = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        cursor.execute(ours)
    assert worker.wait(timeout=60) != 0
    postbox.data.clear()
    send_the_rest()
    assert postbox.per_address == dict.fromkeys(addresses, 1)
    assert Delivery.objects.get(state="uncertain").email == addresses[2]


@pytest.mark.parametrize("minutes", [-1, 1])
def test_workers_whose_clocks_are_a_minute_apart_mail_everybody_once(postbox, addresses, minutes):
    """While one hands over the third, another looks whose clock is off: it takes nothing over and marks nothing as uncertain."""
    postbox.data[addresses[2]] = ["sleep 2"]
    worker = start_worker(postbox.port)
    wait_for(addresses[2], postbox)
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        send.note_abandoned_mails()
        send.send_due_mails()
    assert worker.wait(timeout=60) == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        send.send_due_mails()
    assert postbox.per_address == dict.fromkeys(addresses, 1)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}

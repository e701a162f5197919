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


def test_nobody_has_two_mails_and_the_uncertain_one_is_listed(postbox):
    distribution = factories.distribution()
    addresses = [f"person{n}@example.com" for n in range(6)]
    for address in addresses:
        Delivery.objects.create(invitation=factories.invitation(distribution, factories.contact(email=address)))
    # The third mail is taken in full, and the reply keeps the worker waiting.
    postbox.data[addresses[2]] = ["sleep 30"]
    worker = start_worker(postbox.port)
    end = time.monotonic() + 60
    while addresses[2] not in postbox.per_address and time.monotonic() < end:
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=10)
    postbox.data.clear()

    with time_machine.travel(timezone.now() + send.ABANDONED_AFTER + timedelta(seconds=5)):
        send.send_due_mails()
        send.note_abandoned_mails()
        send.send_due_mails()
    assert postbox.per_address == dict.fromkeys(addresses, 1)
    uncertain = Delivery.objects.get(state="uncertain")
    assert uncertain.invitation.contact.email == addresses[2]
    assert Delivery.objects.filter(state="sent").count() == 5

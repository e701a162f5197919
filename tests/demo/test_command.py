"""`manage.py demo`, `--if-empty`, `--logins`, `--remove`."""

from io import StringIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command

from analytics.models import ThemeMonth
from feedback_site.demo.logins import PASSWORD, by_role, password_for
from feedback_site.models import User
from surveys.models import Account
from tests import factories

pytestmark = pytest.mark.django_db


def run(*options):
    out = StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue().splitlines()


def test_creates_prints_one_login_per_role_refuses_a_second_time_and_removes():
    lines = run()
    assert lines[0].startswith("Simulated: 400 accounts, ")
    assert lines[1] == f"Logins, all with the password {PASSWORD}"
    assert [line.split()[0] for line in lines[2:]] == [
        f"{role}@demo.example" for role in ("admin", "owner", "manager", "lead", "leadership", "sales")
    ]
    assert User.objects.get(email="admin@demo.example").check_password(PASSWORD)
    assert ThemeMonth.objects.exclude(theme=None).count() > 1000  # the report on themes has something to show
    with pytest.raises(CommandError, match="there already"):
        run()
    assert run("--if-empty") == ["There are accounts or users already; no demo was created."]
    assert [email for _role, email in by_role()] == [line.split()[0] for line in lines[2:]]
    removed, stays = run("--remove")
    assert removed.startswith("Removed: ")
    assert stays.startswith("admin@demo.example stays, until another administrator is there")
    assert [email for _role, email in by_role()] == ["admin@demo.example"]
    assert run("--if-empty") == ["There are accounts or users already; no demo was created."]
    factories.user(role="administrator")
    assert run("--remove") == ["Removed: 1 users."]
    assert run("--remove") == ["There is no simulated company."]


def test_if_empty_leaves_a_company_alone_that_has_accounts():
    factories.account()
    assert run("--if-empty") == ["There are accounts or users already; no demo was created."]
    assert Account.objects.count() == 1


def test_a_name_that_is_taken_stops_it_and_nothing_is_written():
    factories.segment("Retail")
    with pytest.raises(CommandError, match="nothing was created"):
        run()
    assert (Account.objects.count(), User.objects.count()) == (0, 0)


def test_the_known_password_is_never_given_in_production(settings):
    assert password_for(asked=False) == PASSWORD
    settings.EMBEDDED = False
    assert password_for(asked=False) is None
    drawn = password_for(asked=True)
    assert drawn != PASSWORD
    assert drawn != password_for(asked=True)


def test_the_shared_password_passes_the_validators():
    validate_password(PASSWORD, User(email="admin@demo.example", name="Dana Ofir"))

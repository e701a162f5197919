"""`manage.py demo`: the simulated company; `--remove` takes it away again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from analytics.linkage.rollup import refresh_rollups
from analytics.text.score import score_waiting
from analytics.text.themes.find import apply_themes_waiting
from feedback_site.access.models import User
from feedback_site.demo import logins
from feedback_site.demo.create import AlreadyThere, create
from feedback_site.demo.remove import remove
from surveys.customers.models import Account


class Command(BaseCommand):
    help = "Create a simulated company of 400 accounts (docs/demo.md), or remove it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove the simulated company and all that hangs on it")
        parser.add_argument("--if-empty", action="store_true", help="create it only where there is no account and no user yet")
        parser.add_argument("--logins", action="store_true", help="let its people log in, in production with a password drawn now")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self._remove()
        elif options["if_empty"] and (Account.objects.exists() or User.objects.exists()):
            self.stdout.write("There are accounts or users already; no demo was created.")
        else:
            password = logins.password_for(options["logins"])
            self._create(password)
            if not options["if_empty"]:  # `make run` greets with the logins itself, at every start
                self._list_logins(password)

    def _create(self, password: str | None) -> None:
        try:
            created = create(password)
        except AlreadyThere:
            raise CommandError("The simulated company is there already; `manage.py demo --remove` removes it.") from None
        except IntegrityError as error:
            raise CommandError(f"A row of yours bears a name that the demo needs; nothing was created: {error}") from None
        score_waiting(seconds=None)
        apply_themes_waiting(seconds=None)
        refresh_rollups(force=True)
        self.stdout.write(f"Simulated: {created.accounts} accounts, {created.contacts} contacts, {created.responses} responses.")

    def _list_logins(self, password: str | None) -> None:
        if password is None:
            self.stdout.write("Nobody of the simulated company can log in (--logins changes that).")
            return
        self.stdout.write(f"Logins, all with the password {password}")
        for role, email in logins.by_role():
            self.stdout.write(f"  {email:28} {role}")

    def _remove(self) -> None:
        gone = remove()
        refresh_rollups(force=True)
        listed = ", ".join(f"{count} {name}" for name, count in gone.items())
        self.stdout.write(f"Removed: {listed}." if listed else "There is no simulated company.")
        for _role, email in logins.by_role():
            self.stdout.write(f"{email} stays, until another administrator is there: create one on the page Users, then remove again.")

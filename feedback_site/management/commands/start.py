"""`make run`: make the database ready, then web server, worker, beat and mailbox under one supervisor."""

import os
import shutil
import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from feedback_site.access.models import User
from feedback_site.celery import app
from feedback_site.demo import logins
from surveys.customers.models import Account


class Command(BaseCommand):
    requires_system_checks = []  # they load every page: `make test` runs them, and the web server meets errors itself
    help = "Starts everything on one machine, with demo data on the first start (PORT changes the port)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("This starts the embedded mode only; docs/deployment.md says how production runs.")
        port = self._free_port()
        call_command("migrate", verbosity=0)
        if not (Account.objects.exists() or User.objects.exists()):
            self.stdout.write("First start: making the simulated company. This takes about half a minute.")
            self.stdout.flush()
            call_command("demo", if_empty=True, stdout=self.stdout)
        if not User.objects.filter(is_active=True).exists():  # the real marketplace, loaded into an empty database
            logins.create_administrator(logins.PASSWORD)
        self._declare_queues()
        self._greet(port)
        honcho = shutil.which("honcho") or "honcho"
        os.environ.update(
            PORT=str(port),
            SITE_URL=f"http://127.0.0.1:{port}",
            MAILBOX_PORT=str(unused_port()),
            VAR_DIR=str(settings.VAR_DIR),
            PYTHONUNBUFFERED="1",
        )
        os.execv(honcho, [honcho, "--procfile", str(settings.BASE_DIR / "Procfile"), "start", "--no-prefix"])  # noqa: S606

    def _declare_queues(self) -> None:
        """Before several processes would make the same files at once, and one of them read another's empty one."""
        with app.connection_for_write() as connection:
            for queue in app.amqp.queues.values():
                queue(connection.default_channel).declare()

    def _free_port(self) -> int:
        wish = os.environ.get("PORT", "8000")
        if not wish.isdigit() or not 0 < int(wish) < 65536:
            raise CommandError(f"PORT={wish} is no port number; choose one from 1024 to 65535: make run PORT=8001")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(wish)))
            except OSError as error:
                raise CommandError(
                    f"Port {wish} on 127.0.0.1 can not be used ({error.strerror}). "
                    "Is Kesher running already? Otherwise choose another: make run PORT=8001"
                ) from error
        return int(wish)

    def _greet(self, port: int) -> None:
        lines = [f"  {role:<18}{email}" for role, email in logins.by_role()]
        demo = [f"Demo logins, all with the password {logins.PASSWORD}:", *lines] if lines else ["Log in with a user of your own."]
        self.stdout.write(
            f"\nKesher is at http://127.0.0.1:{port}   (Ctrl-C stops it; everything it keeps lies in {settings.VAR_DIR})\n"
            + "\n".join(demo)
            + f"\nEvery mail that it sends arrives at http://127.0.0.1:{port}/mailbox/\n"
        )
        self.stdout.flush()


def unused_port() -> int:
    """A free port for the local mailbox."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

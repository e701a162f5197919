"""`manage.py score_texts`: reads every text that waits, however long that takes; what is done stays done when it is stopped."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.text.score import score_pass


class Command(BaseCommand):
    help = "Scores every text that waits. Ctrl-C stops it; called again, it goes on where it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="texts that are read and stored together (default 500)")

    def handle(self, **options: Any) -> None:
        begun, said = time.monotonic(), 0.0

        def say(done: int) -> None:
            nonlocal said
            if time.monotonic() - said >= 1:
                said = time.monotonic()
                self.stdout.write(f"{done:,} texts, {done / (said - begun):,.0f} a second")

        try:
            done, is_finished = score_pass(options["batch"], None, say)
        except KeyboardInterrupt:
            raise CommandError("Stopped. What is scored stays; call it again to go on.") from None
        if not is_finished:
            raise CommandError(f"{done:,} texts scored; a worker is scoring the others. Wait for a minute or stop it, and call it again.")
        self.stdout.write(f"{done:,} texts scored. None waits.")

"""Fails when a text for people has no translation, an uncertain one, or one that lost a placeholder."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from feedback_site.customer_texts import LANGUAGES, catalogue, reaches_customers

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w+\}")


class Command(BaseCommand):
    help = "Checks that every text is collected and translated (needs gettext and polib)."

    def handle(self, *args: Any, **options: Any) -> None:
        import polib  # a tool of development, not installed in production

        faults: list[str] = []
        for file in settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po"):
            language = file.parent.parent.name
            entries = polib.pofile(str(file))
            known = {(entry.msgctxt, entry.msgid) for entry in entries if not entry.obsolete}
            wanted = self._customer_texts() if language in LANGUAGES else self._texts()
            faults += [f"{language}: not collected (make translations): {msgid!r}" for context, msgid in wanted - known]
            faults += [f"{language}: {problem}" for entry in entries if not entry.obsolete for problem in problems(entry)]
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("Every text is translated.")

    def _customer_texts(self) -> set[tuple[str | None, str]]:
        """What the Hebrew catalogue, which has every text, holds for customers."""
        import polib

        return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(catalogue("he"))) if reaches_customers(entry)}

    def _texts(self) -> set[tuple[str | None, str]]:
        """Every text in the sources, as makemessages finds it, without touching the project's files."""
        import polib

        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder)
            script = (
                "from django.conf import settings; from django.core.management import call_command; from pathlib import Path; "
                f"settings.LOCALE_PATHS = [Path({folder!r})]; "
                "call_command('makemessages', locale=['he'], verbosity=0, ignore_patterns=['node_modules', '.venv', 'var', 'locale'])"
            )
            command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
            subprocess.run(command, cwd=settings.BASE_DIR, check=True, timeout=120)  # noqa: S603
            found = list(target.glob("**/django.po"))
            return {(entry.msgctxt, entry.msgid) for file in found for entry in polib.pofile(str(file))}


def problems(entry: Any) -> list[str]:
    """What is wrong with one entry of a catalogue."""
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    if not all(texts):
        return [f"not translated: {entry.msgid!r}"]
    if entry.fuzzy:
        return [f"uncertain (fuzzy): {entry.msgid!r}"]
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    used = [set(PLACEHOLDER.findall(text)) for text in texts]
    if any(names - wanted for names in used) or wanted not in used:
        return [f"placeholders differ: {entry.msgid!r}"]
    return []

"""`manage.py build_text_models`: trains the models that the product ships, from its own comments and lexicons."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.text.engines.built_in import DATA
from analytics.text.engines.model_file import to_bytes
from analytics.text.engines.shipped import examples
from analytics.text.engines.train import train


class Command(BaseCommand):
    help = "Trains the built-in models of English and Hebrew and writes them where the engines look for them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=["en", "he"], action="append", help="only this one (default: both)")
        parser.add_argument("--rated", type=Path, help="the folder hutto_ICWSM_2014 of vaderSentiment's source package, for English")
        parser.add_argument("--to", type=Path, default=DATA, help="the folder to write to (default: that of the engines)")

    def handle(self, **options: Any) -> None:
        for language in options["language"] or ["en", "he"]:
            try:
                found = examples(language, options["rated"] if language == "en" else None)
            except OSError as error:
                raise CommandError(f"{options['rated']} is not the folder of rated texts: {error}") from error
            model = train(language, *found)
            data = to_bytes(model)
            (options["to"] / f"model_{language}.npz").write_bytes(data)
            self.stdout.write(f"{language}: {model.trained}, temperature {model.temperature:.2f}, {len(data):,} bytes")

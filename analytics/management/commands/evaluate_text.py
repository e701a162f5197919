"""`manage.py evaluate_text FILE`: how often the engines are right on texts that people have labelled."""

import csv
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.text.engines import ENGINES
from analytics.text.evaluate import Evaluation, accuracy, evaluate, macro_f1
from analytics.text.models import Sentiment

Label = Sentiment.Label
CLASSES = [Label.POSITIVE.value, Label.NEUTRAL.value, Label.NEGATIVE.value, Label.MIXED.value]


class Command(BaseCommand):
    help = "Prints n, coverage, accuracy, macro-F1, confusion and texts a second of each engine on a labelled file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="tab-separated: a text and its label on each line")
        parser.add_argument("--language", required=True, help="of the texts, as he or en")
        parser.add_argument("--text", type=int, default=1, help="the column of the text, from 1 (default 1)")
        parser.add_argument("--label", type=int, default=2, help="the column of the label (default 2)")
        parser.add_argument("--labels", default="", help="what the labels mean, as 1=positive,0=negative; others are left out")
        parser.add_argument("--header", action="store_true", help="the first line is no text")

    def handle(self, **options: Any) -> None:
        rows = list(self._rows(options))
        engines = [engine for engine in ENGINES if options["language"] in engine.languages]
        if not rows:
            raise CommandError("No line of the file has a label that is known. Say with --labels what its labels mean.")
        if not engines:
            raise CommandError(f"No engine covers {options['language']!r}.")
        texts, labels = zip(*rows, strict=True)
        for engine in engines:
            self._print(evaluate(engine, texts, labels))

    def _rows(self, options: dict[str, Any]) -> Iterator[tuple[str, str]]:
        meanings = dict(part.split("=", 1) for part in options["labels"].split(",") if "=" in part) or {name: name for name in CLASSES}
        if unknown := set(meanings.values()) - set(CLASSES):
            raise CommandError(f"--labels names {', '.join(sorted(unknown))}; known are {', '.join(CLASSES)}.")
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as file:
                lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                if options["header"]:
                    next(lines, None)
                for number, cells in enumerate(lines, start=1 + options["header"]):
                    if len(cells) < max(options["text"], options["label"]):
                        raise CommandError(f"Line {number} has {len(cells)} columns. Choose others by --text and --label.")
                    label = meanings.get(cells[options["label"] - 1].strip())
                    if label:
                        yield cells[options["text"] - 1], label
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']} can not be read as UTF-8: {error}") from error

    def _print(self, found: Evaluation) -> None:
        two = [Label.POSITIVE.value, Label.NEGATIVE.value]
        present = [name for name in CLASSES if any(label == name for label, _said in found.confusion)]
        speed = f"{found.texts_per_second:,.0f} texts a second" if found.texts_per_second else "too fast to measure"
        self.stdout.write(f"{found.engine}: n {found.n}, coverage {share(found.coverage)}, {speed}")
        for name, confusion in (("all texts", found.confusion), ("texts it judges", found.judged)):
            figures = f"accuracy {share(accuracy(confusion))}, macro-F1 {share(macro_f1(confusion, present))}"
            self.stdout.write(f"  {name}: {figures}, of positive and negative alone {share(macro_f1(confusion, two))}")
        self._confusion(found.confusion, present)

    def _confusion(self, confusion: Counter[tuple[str, str]], present: list[str]) -> None:
        said = [*CLASSES, Label.NOT_SCORED.value]
        self.stdout.write("  " + "label".ljust(12) + "".join(name.rjust(12) for name in said))
        for label in present:
            self.stdout.write("  " + label.ljust(12) + "".join(f"{confusion[label, name]}".rjust(12) for name in said))


def share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"

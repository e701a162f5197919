"""`manage.py evaluate_text FILE`: how often the engines, or models trained for it, are right on texts that people have labelled."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.statistics.proportions import proportion
from analytics.text.engines.built_in import Engine, LinearEngine, engine_named, engines_for
from analytics.text.engines.errors import CanNotLearn
from analytics.text.engines.evaluate import Confusion, Evaluation, cross_validate, evaluate, interval, macro_f1, right
from analytics.text.engines.features import RECIPES
from analytics.text.engines.shipped import examples
from analytics.text.engines.train import train
from analytics.text.models import Sentiment

Label = Sentiment.Label
CLASSES = [Label.POSITIVE.value, Label.NEUTRAL.value, Label.NEGATIVE.value, Label.MIXED.value]
TWO = [Label.POSITIVE.value, Label.NEGATIVE.value]
Rows = list[tuple[str, str]]


class Command(BaseCommand):
    help = "Prints n, coverage, accuracy, macro-F1 with intervals, confusion and texts a second on labelled files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", help="tab-separated: a text and its label on each line")
        parser.add_argument("--language", required=True, help="of the texts, as he or en")
        parser.add_argument("--text", type=int, default=1, help="the column of the text, from 1 (default 1)")
        parser.add_argument("--label", type=int, default=2, help="the column of the label (default 2)")
        parser.add_argument("--labels", default="", help="what the labels mean, as 1=positive,0=negative; others are left out")
        parser.add_argument("--header", action="store_true", help="the first line is no text")
        parser.add_argument("--engine", help="only the engine of this name (default: all that cover the language)")
        parser.add_argument("--train", type=Path, help="measure a model trained on this file, of the same columns and labels")
        parser.add_argument("--folds", type=int, help="measure the method: each of so many parts by a model trained on the others")
        parser.add_argument("--with-own", action="store_true", help="with --train or --folds: the built-in comments help to train")
        parser.add_argument("--rated", type=Path, help="with --with-own: as of build_text_models")

    def handle(self, **options: Any) -> None:
        rows = [row for file in options["files"] for row in self._rows(file, options)]
        if not rows:
            raise CommandError("No line of the file has a label that is known. Say with --labels what its labels mean.")
        texts, labels = (list(column) for column in zip(*rows, strict=True))
        for found in self._evaluations(texts, labels, options):
            self._print(found)

    def _evaluations(self, texts: list[str], labels: list[str], options: dict[str, Any]) -> Iterator[Evaluation]:
        if options["train"] or options["folds"]:
            yield self._of_method(texts, labels, options)
        else:
            for engine in self._engines(options):
                yield evaluate(engine, texts, labels)

    def _engines(self, options: dict[str, Any]) -> list[Engine]:
        engines = engines_for(options["language"])
        if not engines:
            raise CommandError(f"No engine covers {options['language']!r}.")
        if not options["engine"]:
            return engines
        engine = engine_named(options["engine"])
        if engine not in engines:
            raise CommandError(f"--engine: of {options['language']!r} there are {', '.join(engine.name for engine in engines)}.")
        return [engine]

    def _of_method(self, texts: list[str], labels: list[str], options: dict[str, Any]) -> Evaluation:
        language = options["language"]
        if language not in RECIPES:
            raise CommandError(f"Models can be trained of {', '.join(RECIPES)}, not of {language!r}.")
        extra = examples(language, options["rated"]) if options["with_own"] else ([], [], [])
        trained = partial(_trained, language, extra, {_plain(text) for text in texts})
        try:
            if options["folds"]:
                return cross_validate(f"{options['folds']} folds", texts, labels, options["folds"], trained)
            learnt = [row for row in self._rows(options["train"], options) if _plain(row[0]) not in set(map(_plain, texts))]
            return evaluate(trained([text for text, _ in learnt], [label for _, label in learnt]), texts, labels)
        except CanNotLearn as error:
            raise CommandError(str(error)) from error

    def _rows(self, path: Path, options: dict[str, Any]) -> Iterator[tuple[str, str]]:
        meanings = dict(part.split("=", 1) for part in options["labels"].split(",") if "=" in part) or {name: name for name in CLASSES}
        if unknown := set(meanings.values()) - set(CLASSES):
            raise CommandError(f"--labels names {', '.join(sorted(unknown))}; known are {', '.join(CLASSES)}.")
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
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
            raise CommandError(f"{path} can not be read as UTF-8: {error}") from error

    def _print(self, found: Evaluation) -> None:
        present = [name for name in CLASSES if any(label == name for label, _said in found.confusion)]
        speed = f"{found.texts_per_second:,.0f} texts a second" if found.texts_per_second else "too fast to measure"
        self.stdout.write(f"{found.engine}: n {found.n}, coverage {share(found.coverage)}, {speed}")
        for name, confusion in (("all texts", found.confusion), ("texts it judges", found.judged), ("by the sign", found.by_sign)):
            if name == "by the sign" and not set(present) <= set(TWO):
                continue
            figures = f"accuracy {accuracy(confusion)}, macro-F1 {f1(confusion, present)}"
            self.stdout.write(f"  {name}: {figures}, of positive and negative alone {f1(confusion, TWO)}")
        self._confusion(found.confusion, present)

    def _confusion(self, confusion: Confusion, present: list[str]) -> None:
        said = [*CLASSES, Label.NOT_SCORED.value]
        self.stdout.write("  " + "label".ljust(12) + "".join(name.rjust(12) for name in said))
        for label in present:
            self.stdout.write("  " + label.ljust(12) + "".join(f"{confusion[label, name]}".rjust(12) for name in said))


def _trained(
    language: str, extra: tuple[list[str], list[str], list[float]], measured: set[str], texts: list[str], labels: list[str]
) -> LinearEngine:
    """An engine of `texts` and of those `extra` ones that have a label of theirs and are not `measured`."""
    more = [row for row in zip(*extra, strict=True) if row[1] in set(labels) and _plain(row[0]) not in measured]
    texts, labels = texts + [text for text, _, _ in more], labels + [label for _, label, _ in more]
    weights = [1.0] * (len(texts) - len(more)) + [weight for _, _, weight in more]
    return LinearEngine("trained", "1", language, train(language, texts, labels, weights))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def accuracy(confusion: Confusion) -> str:
    found = proportion(right(confusion), confusion.total())
    return share(found.value, (found.low, found.high))


def f1(confusion: Confusion, classes: list[str]) -> str:
    measure = partial(macro_f1, classes=classes)
    return share(measure(confusion), interval(confusion, measure))


def share(value: float | None, bounds: tuple[float | None, float | None] | None = None) -> str:
    """With its 95 % interval where there is one."""
    if value is None:
        return "–"
    return f"{value:.3f} ({bounds[0]:.3f}–{bounds[1]:.3f})" if bounds else f"{value:.3f}"

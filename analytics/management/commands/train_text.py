"""`manage.py train_text --language he`: trains a model on the organisation's own scored comments and prints how good it is."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.text.learning import choice, trainings
from analytics.text.learning.figures import Comparison, comparison, verdict_text
from analytics.text.learning.models import TrainedModel
from analytics.text.learning.own_engine import OWN


class Command(BaseCommand):
    help = "Trains a model of one language on your own scored and judged comments, and measures it on comments held back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", required=True, help="he or en")
        parser.add_argument("--use-if-better", action="store_true", help="use it from now on, if it is better beyond chance")

    def handle(self, **options: Any) -> None:
        try:
            asked = trainings.ask(options["language"], None, is_claimed=True)
        except trainings.Refused as refused:
            raise CommandError(str(refused)) from refused
        trainings.perform(asked)
        model = TrainedModel.objects.get(pk=asked.pk)
        if model.state != TrainedModel.State.READY:
            raise CommandError(model.problem_text)
        self._print(model)
        if options["use_if_better"] and not choice.needs_consent(model.language, model):
            choice.use(model.language, OWN, model, None)
            self.stdout.write("It is in use from now on; texts are read again in the background.")
        else:
            self.stdout.write("It is not in use. Choose it on the page Text analysis.")

    def _print(self, model: TrainedModel) -> None:
        figures = model.figures
        learnt = ", ".join(f"{model.trained_on[name]:,} {name}" for name in ("scored", "judged", "shipped"))
        self.stdout.write(f"{model.language}, own model {model.version}; learnt from {learnt} comments")
        in_use = f"{figures['engine']} {figures['engine_version']}"
        for name, found in (("held back", figures), ("of these, judged by people", figures.get("by_judgement", {}))):
            measured = comparison(found, f"own model {model.version}", in_use)
            if measured:
                self._print_comparison(name, measured)

    def _print_comparison(self, name: str, found: Comparison) -> None:
        self.stdout.write(f"{name}: n {found.n} of {found.customers} customers")
        for one in found.engines:
            self.stdout.write(
                f"  {one.name}: macro-F1 {one.macro_f1:.3f} ({one.low:.3f} to {one.high:.3f}), "
                f"accuracy {one.accuracy:.3f}, coverage {one.coverage:.3f}"
            )
        interval = f"{found.difference_low:+.3f} to {found.difference_high:+.3f}"
        self.stdout.write(f"  difference {found.difference:+.3f} ({interval}): {verdict_text(found.verdict, found.engines[1].name)}")

"""`python manage.py load_marketplace FOLDER`: the import files of docs/examples/marketplace, and their survey."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from analytics.linkage.rollup import refresh_rollups
from surveys.authoring.models import Question, Survey, SurveyVersion
from surveys.authoring.publish import publish

MAPPINGS = Path(settings.BASE_DIR) / "docs" / "examples" / "marketplace"
KINDS = ("accounts", "campaigns", "opportunities", "responses", "revenue")
TEXTS = {
    "title": "Your order",
    "introduction": "You have bought on our marketplace.",
    "thanks": "Thank you!",
    "subject": "How was your order?",
    "invitation": "Please tell us how satisfied you are with your order.",
}


class Command(BaseCommand):
    help = "Loads the import files that docs/examples/marketplace/prepare.py has made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [kind for kind in KINDS if not (options["folder"] / f"{kind}.csv").is_file()]
        if missing:
            raise CommandError(f"{options['folder']} has no {missing[0]}.csv; run prepare.py first")
        create_survey()
        for kind in KINDS:
            call_command(
                "import_file",
                kind,
                str(options["folder"] / f"{kind}.csv"),
                mapping=MAPPINGS / f"{kind}.json",
                stdout=self.stdout,
                stderr=self.stderr,
            )
        refresh_rollups()
        self.stdout.write("The marketplace is loaded. Its money is in BRL: start with CURRENCY=BRL make run, or enter exchange rates.")


@transaction.atomic
def create_survey() -> Survey:
    """The survey that the marketplace mailed after each order: a score of 1 to 5, and a comment."""
    survey, created = Survey.objects.get_or_create(key="marketplace-order", defaults={"name": "Marketplace order"})
    if created:
        version = SurveyVersion.objects.create(survey=survey, number=1, texts={"en": TEXTS}, default_language="en")
        scale = {"en": {"label": "How satisfied are you with your order?", "low": "Very unsatisfied", "high": "Very satisfied"}}
        Question.objects.create(version=version, key="score", type=Question.Type.CSAT, position=1, is_required=True, texts=scale)
        comment = {"en": {"label": "Would you like to add a comment?"}}
        Question.objects.create(version=version, key="comment", type=Question.Type.LONG_TEXT, position=2, texts=comment)
        publish(version, None)
    return survey

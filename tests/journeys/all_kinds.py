"""A survey with every kind of question, in the four languages of the product's own page texts, published behind a link."""

import json
import subprocess
import sys

from surveys.authoring.models import Question
from tests.journeys.stack import ROOT

WORDS = {"en": "Question about", "he": "שאלה על", "ar": "سؤال عن", "ru": "Вопрос о"}
NAMES = {"en": ("price", "service"), "he": ("מחיר Acme 2026", "שירות"), "ar": ("السعر", "الخدمة"), "ru": ("цене", "сервисе")}
OPTIONS = {
    "rating": {"lowest": 1, "highest": 10},
    "several_choices": {"other": True},
    "contact_details": {"asked": ["name", "email", "phone", "company"]},
    "csat": {"style": "faces"},
}
CREATE = """
import json, sys
from surveys.authoring import exchange
from surveys.authoring.publish import publish
from surveys.models import Link, Survey
survey = exchange.create_from(json.loads({data!r}), None)
publish(survey.draft, None)
print("TOKEN", Link.objects.create(survey=survey, name="Journey", one_per_browser={own!r}, origins={origins!r}).token)
"""


def data() -> dict:
    """One question of each kind, three on a page, and a rule that shows one of them."""
    lists = [
        {"key": key, "labels": {code: names[place] for code, names in NAMES.items()}} for place, key in enumerate(("price", "service"))
    ]
    kinds = [kind for kind in Question.Type.values if kind != "end"]
    questions = []
    for place, kind in enumerate(kinds):
        texts = {
            code: {"label": f"{word} {NAMES[code][0]} ({kind})", "help": "A–Z 123", "low": "–", "high": "+", "unit": "₪"}
            for code, word in WORDS.items()
        }
        has_lists = kind in ("one_choice", "several_choices", "drop_down", "matrix", "ranking")
        questions.append(
            {
                "key": kind,
                "type": kind,
                "is_required": kind == "nps",
                "starts_page": place % 3 == 0,
                "texts": texts,
                "choices": lists if has_lists else [],
                "rows": lists if kind == "matrix" else [],
                "options": OPTIONS.get(kind, {}),
            }
        )
    words = dict.fromkeys(("title", "introduction", "thanks", "subject", "invitation"), "")
    texts = {code: {name: f"{word} ({name})" for name in words} for code, word in WORDS.items()}
    return {"format": "kesher-survey-1", "name": "Every kind", "default_language": "en", "texts": texts, "questions": questions}


def create(stack, origins=(), own=True) -> str:
    """The path of a link to such a survey in the running product."""
    script = CREATE.format(data=json.dumps(data()), origins=list(origins), own=own)
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=stack.environment, check=True, capture_output=True, text=True)
    return f"/s/{done.stdout.split('TOKEN ')[1].split()[0]}/"

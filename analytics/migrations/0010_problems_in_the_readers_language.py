"""Problems of engines that were kept as a sentence in the worker's language are kept untranslated, with what goes into them.

A sentence that no catalogue knows stays as it is, until the engine is tried again.
"""

import re

from django.conf import settings
from django.db import migrations, models
from django.utils.translation import gettext, override

MESSAGES = (
    "The server of TEXT_ENDPOINT_URL can not be reached. Is it running?",
    "The server of TEXT_ENDPOINT_URL did not answer in time. See TEXT_ENDPOINT_TIMEOUT.",
    "The server refuses the key (%(status)s). Check TEXT_ENDPOINT_KEY.",
    "The server knows no such address or model (404). Check TEXT_ENDPOINT_URL and TEXT_ENDPOINT_MODEL.",
    "The server asks for fewer requests (429). It is tried again later.",
    "The server sends elsewhere (%(status)s). Set TEXT_ENDPOINT_URL to the final address.",
    "The server reports a failure (%(status)s).",
    "The server's answer is too long.",
    "The server answers something else than JSON. Check TEXT_ENDPOINT_URL.",
    "The server answers something else than chat completions. Check TEXT_ENDPOINT_URL.",
    "The server answers, but not with a label. Check TEXT_ENDPOINT_MODEL, or take another model.",
    "The trained model has no data. Choose another one, or train one anew.",
    "The model can not be read. Train it again, or restore an older one.",
    "The model's file %(name)s can not be read. Install Kesher again, or run build_text_models.",
    "The model's file has not the parts that a model has. Train it again.",
    "The model's file is empty. Train it again, or restore an older one.",
    "This is not a sentiment model, or one of another version of Kesher. Train it again with this version.",
    "The model's file is damaged or not complete. Copy it again, or train it again.",
    "The model is of another version of Kesher, which read texts otherwise. Train it again with this version.",
    "The model is for the language “%(found)s”, not “%(wanted)s”. Choose a model of that language.",
    "The model's numbers are not those of a model. Train it again.",
)


def untranslated(sentence):
    """The message that `sentence` is a translation of, and what went into it; the sentence itself where there is none."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            for message in MESSAGES:
                form = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(gettext(message)))
                if found := re.fullmatch(form, sentence):
                    return message, found.groupdict()
    return sentence, {}


def keep_untranslated(apps, schema_editor):
    for choice in apps.get_model("analytics", "EngineChoice").objects.exclude(problem=""):
        choice.problem, choice.problem_params = untranslated(choice.problem)
        choice.save()


def say_in_english(apps, schema_editor):
    for choice in apps.get_model("analytics", "EngineChoice").objects.exclude(problem=""):
        choice.problem = choice.problem % choice.problem_params if choice.problem_params else choice.problem
        choice.save()


class Migration(migrations.Migration):
    dependencies = [("analytics", "0009_read_mixed_texts_again")]
    operations = [
        migrations.AddField("enginechoice", "problem_params", models.JSONField(default=dict)),
        migrations.RunPython(keep_untranslated, say_in_english),
    ]

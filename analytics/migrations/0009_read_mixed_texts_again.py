"""Texts in two scripts that were read before the engines of their other parts were noted are read once more.

They are few, and wait once their score is of no known version.
"""

from django.db import migrations

LATIN_WORD = "[A-Za-z]{2}"
OTHER_LETTER = "[\u0400-\u052f\u05d0-\u05f2\u0620-\u06d3]"  # Cyrillic, Hebrew, Arabic


def read_again(apps, schema_editor):
    sentiments = apps.get_model("analytics", "Sentiment").objects.exclude(engine="").filter(other_engines="")
    mixed = sentiments.filter(answer__text__regex=LATIN_WORD).filter(answer__text__regex=OTHER_LETTER)
    mixed.update(engine_version="")


class Migration(migrations.Migration):
    dependencies = [("analytics", "0008_engines_of_parts")]
    operations = [migrations.RunPython(read_again, migrations.RunPython.noop, elidable=True)]

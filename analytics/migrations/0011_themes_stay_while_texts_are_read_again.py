"""Texts that another engine reads keep their themes meanwhile, as revision 1: the catalogue's own begins behind it.

What keeps a training from its end is kept untranslated, as the problems of engines are.
"""

from django.db import migrations, models
from django.db.models import F


def raise_revision(apps, schema_editor):
    apps.get_model("analytics", "Catalogue").objects.update(revision=F("revision") + 1)


class Migration(migrations.Migration):
    dependencies = [("analytics", "0010_problems_in_the_readers_language")]
    operations = [
        migrations.AddField("trainedmodel", "problem_params", models.JSONField(default=dict)),
        migrations.AlterField("catalogue", "revision", models.PositiveIntegerField(default=2)),
        migrations.RunPython(raise_revision, migrations.RunPython.noop),
    ]

"""The Celery application: `celery -A feedback_site worker`."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["filesystem"] = "feedback_site.queue_folder:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "feedback_site.settings")

app = Celery("kesher")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "feedback_site.imports",
        "surveys.distribution",
        "surveys.followup",
        "analytics.text",
        "analytics.linkage",
    ]
)

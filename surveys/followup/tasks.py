"""Tasks of follow-up."""

from celery import shared_task
from django.utils import timezone

from surveys.followup import alerts


@shared_task
def tell_account_managers() -> None:
    alerts.tell(timezone.now())

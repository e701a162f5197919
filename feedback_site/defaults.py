"""Defaults of model fields that the settings decide: functions, so that migrations do not depend on them."""

from django.conf import settings


def reporting_currency() -> str:
    return settings.CURRENCY


def organisation_time_zone() -> str:
    return settings.TIME_ZONE


def organisation_language() -> str:
    return settings.LANGUAGE_CODE

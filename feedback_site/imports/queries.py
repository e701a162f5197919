"""Reads of imports."""

from django.db.models import QuerySet

from feedback_site.imports.models import ImportProblem, ImportRun


def runs_with_people() -> "QuerySet[ImportRun]":
    return ImportRun.objects.select_related("created_by")


def problems_of(run: ImportRun) -> "QuerySet[ImportProblem]":
    return ImportProblem.objects.filter(run=run).order_by("row", "id")

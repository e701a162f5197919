"""One file on its way in: an import run, and what is wrong with its rows."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """A file, how its columns map, and how far it has come. Nothing is written before all of it is checked."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")  # waits for a person to confirm the mapping
        QUEUED = "queued", _("Waiting")  # waits for a worker
        RUNNING = "running", _("Running")
        REFUSED = "refused", _("Has errors, nothing written")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped by a fault, nothing written")

    kind = models.CharField(_("kind of rows"), max_length=40)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/")
    file_name = models.CharField(_("file name"), max_length=255)
    mapping: "models.JSONField[dict[str, Any]]" = models.JSONField(_("mapping"), default=dict)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.UPLOADED)
    check_only = models.BooleanField(_("check only"), default=False)
    rows_total = models.PositiveIntegerField(_("rows"), null=True)
    rows_checked = models.PositiveIntegerField(_("rows checked"), default=0)
    rows_written = models.PositiveIntegerField(_("rows written"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    problem_count = models.PositiveIntegerField(_("problems"), default=0)
    fault = models.TextField(_("fault"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # the last sign of life of its worker
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name


class ImportProblem(models.Model):
    """What is wrong with one field of one row, and what to do about it."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField(_("row"))
    field = models.CharField(_("field"), max_length=100, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    message = models.TextField(_("problem"))

    class Meta:
        ordering = ["row", "id"]

    def __str__(self) -> str:
        return f"{self.row}: {self.field}: {self.message}"

"""What people say beside single judgements: which texts were drawn to be judged, and where score and text are both right."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.text.models import OfAnswerQuerySet
from feedback_site.access.models import User
from surveys.collection.models import Answer, Response


class DrawnQuerySet(OfAnswerQuerySet):
    def unjudged(self) -> "DrawnQuerySet":
        """Those that nobody has said anything of, since they were drawn."""
        return self.exclude(answer__judgement__is_sampled=True)

    def skipped(self) -> "DrawnQuerySet":
        return self.unjudged().filter(skips__gt=0)

    def held_by(self, user: User) -> "DrawnQuerySet":
        return self.visible_to(user).filter(held_by=user)  # type: ignore[return-value]

    def free(self) -> "DrawnQuerySet":
        """Skipped a while ago, or left lying by whom they were shown to."""
        return self.filter(free_from__lte=timezone.now())


class Drawn(models.Model):
    """A text that was drawn at random to be judged. What was drawn stays drawn, so that nobody can draw until they like the text.

    It is `held_by` the one to whom it is shown, until `free_from`; who skips it lets go of it, and later somebody gets it again.
    """

    answer = models.OneToOneField(Answer, models.CASCADE, related_name="drawn")
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    free_from = models.DateTimeField()
    drawn_at = models.DateTimeField(auto_now_add=True)
    skips = models.PositiveSmallIntegerField(default=0)

    objects = DrawnQuerySet.as_manager()

    class Meta:
        ordering = ["drawn_at", "pk"]
        verbose_name = _("text drawn at random")
        verbose_name_plural = _("texts drawn at random")

    def __str__(self) -> str:
        return str(self.answer_id)


class DismissalQuerySet(QuerySet["Dismissal"]):
    def in_force(self) -> "DismissalQuerySet":
        """Those of responses that the customer did not correct afterwards."""
        corrected = Answer.objects.filter(response=OuterRef("response"), updated_at__gt=OuterRef("dismissed_at"))
        return self.filter(~Exists(corrected))


class Dismissal(models.Model):
    """Somebody says that score and text of a response are both right, though they seem to disagree."""

    response = models.OneToOneField(Response, models.CASCADE, related_name="dismissal")
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("said by"))
    dismissed_at = models.DateTimeField(_("said at"), auto_now=True)

    objects = DismissalQuerySet.as_manager()

    class Meta:
        verbose_name = _("score and text are both right")
        verbose_name_plural = _("score and text are both right")

    def __str__(self) -> str:
        return str(self.response)

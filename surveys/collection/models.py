"""What customers say: responses and their answers."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback_site.access.models import User
from feedback_site.access.visibility import visible_rows
from surveys.authoring.models import Question, Survey, SurveyVersion
from surveys.customers.models import Account, Contact, Representative, Segment
from surveys.distribution.link_models import Link
from surveys.distribution.models import Invitation


class Band(models.TextChoices):
    """The three bands of a score, named after NPS; for CSAT and CES: satisfied, between, unsatisfied."""

    PROMOTER = "promoter", _("Promoter")
    PASSIVE = "passive", _("Passive")
    DETRACTOR = "detractor", _("Detractor")


def identified(to_response: str = "") -> Q:
    """The condition for a response that may be read by itself: not of the own team, and not anonymous."""
    return Q(**{f"{to_response}survey__audience": Survey.Audience.CUSTOMERS, f"{to_response}survey__is_anonymous": False})


IDENTIFIED = identified()


class ResponseQuerySet(models.QuerySet["Response"]):
    def visible_to(self, user: User) -> "ResponseQuerySet":
        return self.filter(visible_rows(user, "account"), IDENTIFIED)

    def complete(self) -> "ResponseQuerySet":
        """Those that count: to the end, and not set aside as no person's."""
        return self.filter(state=Response.State.COMPLETE, set_aside="")

    def of_accounts(self) -> "ResponseQuerySet":
        """Those that figures about customers may use."""
        return self.filter(IDENTIFIED, account__isnull=False)

    def scored(self) -> "ResponseQuerySet":
        """Complete responses that carry a score: what every satisfaction figure is made of."""
        return self.complete().filter(score__isnull=False)


class Response(models.Model):
    """What one person answered to one version, with the account as it was at that time.

    `score`, `score_type` and `band` repeat the answer to the version's headline question, so that lists
    sort and figures group without a join. A response is complete, and counts, from the moment when nothing
    that is required is missing: who gives a score and stops before the comment has answered. Past responses
    come by import: no invitation, perhaps no contact. Over a public link nobody knows whose they are: no contact, and an
    account only where the link has one; `reference` is then the key by which the browser comes back to it.
    What looks like no person's is kept, but `set_aside`. An anonymous response has none of all these: its key is random
    and negative, so that its place among the others tells no time, and only `group` says in which handful it came.
    """

    class State(models.TextChoices):
        PARTIAL = "partial", _("Partly answered")
        COMPLETE = "complete", _("Complete")

    class Source(models.TextChoices):
        MAIL = "mail", _("E-mail")
        IMPORT = "import", _("Import")
        LINK = "link", _("Link")
        INTERVIEW = "interview", _("Interview, typed in")
        API = "api", _("Program")

    class SetAside(models.TextChoices):
        HIDDEN_FIELD = "hidden_field", _("A field that people do not see was filled in")
        TOO_FAST = "too_fast", _("Answered faster than one can read")
        TOO_MANY = "too_many", _("Many responses from one place in a short time")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses", verbose_name=_("survey"))
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="responses")
    invitation = models.OneToOneField(Invitation, models.SET_NULL, null=True, related_name="response")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="responses", verbose_name=_("contact"))
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, related_name="responses", verbose_name=pgettext_lazy("customer", "account")
    )
    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="responses", verbose_name=_("link"))
    reference = models.CharField(max_length=32, null=True, unique=True)  # noqa: DJ001 - many rows without one
    member = models.ForeignKey(  # of the own team, where that is who answers
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("member of the team")
    )
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("typed in by"))
    external_id = models.CharField(_("external id"), max_length=150, null=True, unique=True)  # noqa: DJ001 - many rows without one
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.MAIL)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PARTIAL)
    set_aside = models.CharField(_("set aside"), max_length=15, choices=SetAside.choices, blank=True)
    language = models.CharField(_("language"), max_length=8)
    asked_at = models.DateTimeField(_("asked at"), null=True)
    started_at = models.DateTimeField(_("started at"))
    completed_at = models.DateTimeField(_("completed at"), null=True, db_index=True)
    finished_at = models.DateTimeField(null=True)  # sent to the end, not only as far as the score
    updated_at = models.DateTimeField(auto_now=True, db_index=True)
    score = models.SmallIntegerField(_("score"), null=True)
    score_type = models.CharField(max_length=10, choices=[(t.value, t.label) for t in Question.SCALES], blank=True)
    band = models.CharField(_("band"), max_length=10, choices=Band.choices, blank=True)
    # The account as it was when the customer answered.
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="+")
    region = models.CharField(_("region"), max_length=100, blank=True)
    account_manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    sales_representative = models.ForeignKey(Representative, models.SET_NULL, null=True, related_name="+")
    # Of an anonymous one that counts: results show it once its group is full.
    group = models.PositiveIntegerField(null=True, editable=False)
    is_simulated = models.BooleanField(default=False, editable=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_at", "-id"]
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        indexes = [
            models.Index(fields=["survey", "state", "completed_at"]),
            models.Index(fields=["survey", "group"], name="responses_by_group", condition=Q(group__isnull=False)),
        ]
        constraints = [models.UniqueConstraint(fields=["link", "member"], name="one_response_of_a_member")]

    def __str__(self) -> str:
        return f"{self.account or self.survey}: {self.score if self.score is not None else '–'}"

    @property
    def is_low(self) -> bool:
        return self.band == Band.DETRACTOR


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: User) -> "AnswerQuerySet":
        return self.filter(visible_rows(user, "response__account"), identified("response__"))

    def texts(self) -> "AnswerQuerySet":
        return self.exclude(text="")


class Answer(models.Model):
    """The answer to one question: a number, a text, the keys of choices, or in `data` what fits none of them."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    question_key = models.SlugField(max_length=60)
    number = models.SmallIntegerField(null=True)
    text = models.TextField(blank=True)
    choices: "models.JSONField[list[Any]]" = models.JSONField(default=list, blank=True)
    data: "models.JSONField[Any]" = models.JSONField(null=True, blank=True)
    updated_at = models.DateTimeField(db_index=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["response", "id"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        # What is to be read of all answers, without the numbers and choices.
        indexes = [models.Index(fields=["id", "updated_at"], name="answers_with_text", condition=~Q(text=""))]
        constraints = [models.UniqueConstraint(fields=["response", "question_key"], name="one_answer_each")]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.number if self.number is not None else self.text or self.choices or self.data}"

    def content(self) -> dict[str, Any]:
        """What was answered, without when."""
        return {"number": self.number, "text": self.text, "choices": self.choices, "data": self.data}


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> "CorrectionQuerySet":
        return self.filter(visible_rows(user, "response__account"), identified("response__"))


class Correction(models.Model):
    """What an answer was before the respondent changed it or took it back, after the response had been complete."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="corrections")
    question_key = models.SlugField(max_length=60)
    before: "models.JSONField[dict[str, Any]]" = models.JSONField()  # the columns of the answer
    answered_at = models.DateTimeField()
    corrected_at = models.DateTimeField()

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["response", "corrected_at", "id"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return f"{self.question_key}: {self.before}"

    @property
    def answer(self) -> Answer:
        """The answer as it was, not stored."""
        return Answer(response=self.response, question_key=self.question_key, updated_at=self.answered_at, **self.before)


class UsedPage(models.Model):
    """A page by which an anonymous response was sent over a public link, so that sending it twice is one response.

    Nothing leads from it to the response, and it has no time.
    """

    reference = models.CharField(max_length=32, primary_key=True)

    def __str__(self) -> str:
        return self.reference

"""What we ask: surveys, their versions, and the questions of each version."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from feedback_site.defaults import organisation_language

Texts = dict[str, dict[str, str]]


class FrozenVersionError(ValidationError):
    """Somebody tried to change what people have answered already."""

    def __init__(self) -> None:
        super().__init__(_("A published version never changes; edit a new draft."), code="frozen")


class FixedAudienceError(ValidationError):
    """Somebody tried to change who is asked, or whether anonymously, after the survey was published."""

    def __init__(self) -> None:
        super().__init__(_("Who is asked, and whether anonymously, is settled once a survey is published. Copy it as a file instead."))


class SurveyQuerySet(models.QuerySet["Survey"]):
    def of_customers(self) -> "SurveyQuerySet":
        return self.filter(audience=Survey.Audience.CUSTOMERS)

    def identified(self) -> "SurveyQuerySet":
        """Those whose responses are tied to an account: of customers, and not anonymous."""
        return self.of_customers().filter(is_anonymous=False)

    def published(self) -> "SurveyQuerySet":
        return self.filter(versions__state=SurveyVersion.State.PUBLISHED)

    def update(self, **changes: Any) -> int:
        if Survey.SETTLED & changes.keys() and self.filter(versions__state__in=SurveyVersion.FROZEN).exists():
            raise FixedAudienceError
        return super().update(**changes)


class Survey(models.Model):
    """A survey across all its versions; a metric continues when a survey is edited.

    Who answers, and whether anonymously, is settled with the first publication: answers of customers and of the own
    team never mix, and nobody who was promised anonymity is named later.
    """

    class Audience(models.TextChoices):
        CUSTOMERS = "customers", _("Customers")
        TEAM = "team", _("The own sales team")

    SETTLED = frozenset({"audience", "is_anonymous"})

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=150)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner"))
    audience = models.CharField(_("who answers"), max_length=10, choices=Audience.choices, default=Audience.CUSTOMERS)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    days_between_invitations = models.PositiveSmallIntegerField(
        _("days between two mails"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3660)]
    )
    most_invitations_a_year = models.PositiveSmallIntegerField(
        _("most invitations within a year"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    most_open_invitations = models.PositiveSmallIntegerField(
        _("most invitations that wait for an answer"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    created_at = models.DateTimeField(auto_now_add=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        stored = Survey.objects.filter(pk=self.pk).first() if self.pk else None
        if stored and stored.was_published and any(getattr(stored, name) != getattr(self, name) for name in self.SETTLED):
            raise FixedAudienceError
        super().save(*args, **kwargs)

    @property
    def was_published(self) -> bool:
        return self.versions.exclude(state=SurveyVersion.State.DRAFT).exists()

    @property
    def is_of_team(self) -> bool:
        return self.audience == self.Audience.TEAM

    @property
    def published(self) -> "SurveyVersion | None":
        return self.versions.filter(state=SurveyVersion.State.PUBLISHED).first()

    @property
    def draft(self) -> "SurveyVersion | None":
        return self.versions.filter(state=SurveyVersion.State.DRAFT).first()


class SurveyVersionQuerySet(models.QuerySet["SurveyVersion"]):
    def update(self, **changes: Any) -> int:
        if WORDING & changes.keys() and self.exclude(state=SurveyVersion.State.DRAFT).exists():
            raise FrozenVersionError
        return super().update(**changes)


# What a published version must keep as it is.
WORDING = frozenset({"texts", "default_language", "number", "survey", "survey_id"})


class SurveyVersion(models.Model):
    """One wording of a survey. Published, it never changes.

    `texts` holds, per language, `title`, `introduction`, `thanks`, and for the mail `subject` and
    `invitation`: `{"he": {"title": "…", …}, "en": {…}}`. Its keys are the survey's languages.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    FROZEN = (State.PUBLISHED, State.ARCHIVED)

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    texts: "models.JSONField[Texts]" = models.JSONField(_("texts"), default=dict)
    default_language = models.CharField(_("default language"), max_length=8, default=organisation_language)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = SurveyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["survey", "-number"]
        verbose_name = _("survey version")
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="version_number"),
            models.UniqueConstraint(fields=["survey"], condition=Q(state="draft"), name="one_draft"),
            models.UniqueConstraint(fields=["survey"], condition=Q(state="published"), name="one_published"),
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_other_wording()
        super().save(*args, **kwargs)

    def _refuse_other_wording(self) -> None:
        stored = SurveyVersion.objects.filter(pk=self.pk).exclude(state=SurveyVersion.State.DRAFT).first() if self.pk else None
        if stored and any(getattr(stored, name) != getattr(self, name) for name in WORDING - {"survey"}):
            raise FrozenVersionError

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def languages(self) -> list[str]:
        """The default language first; a JSON column of PostgreSQL keeps no order of its own."""
        return sorted(self.texts, key=lambda code: (code != self.default_language, code))

    def text(self, name: str, language: str) -> str:
        """The text in `language`, or in the default language, or empty."""
        return in_language({code: texts.get(name, "") for code, texts in self.texts.items()}, language, self.default_language)

    @property
    def headline(self) -> "Question | None":
        """The question whose score stands for the response: the first NPS, CSAT or CES."""
        return next((question for question in self.questions.all() if question.is_score), None)


class QuestionQuerySet(models.QuerySet["Question"]):
    """Refuses the paths that go past `save()` where they would change a published version."""

    def update(self, **changes: Any) -> int:
        self._refuse_frozen(self)
        return super().update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen(self)
        return super().delete()

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        objs = list(objs)
        versions = SurveyVersion.objects.filter(pk__in={question.version_id for question in objs})
        if versions.exclude(state=SurveyVersion.State.DRAFT).exists():
            raise FrozenVersionError
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Any, *args: Any, **kwargs: Any) -> int:
        objs = list(objs)
        self._refuse_frozen(Question.objects.filter(pk__in=[question.pk for question in objs]))
        return super().bulk_update(objs, *args, **kwargs)

    def _refuse_frozen(self, questions: "models.QuerySet[Question]") -> None:
        if questions.exclude(version__state=SurveyVersion.State.DRAFT).exists():
            raise FrozenVersionError


class Question(models.Model):
    """A question of one version. Its key is the same in every version, so that its metric continues.

    `texts` holds, per language, `label`, `help`, for scales `low` and `high`, the words at its ends, and for numbers the `unit`.
    `choices`, and the `rows` of a matrix, are lists of `{"key": "price", "labels": {"he": "…", "en": "…"}}`.
    `options` are the settings of its type, as `surveys.authoring.kinds` names them; `shown_if` are the rules of
    `surveys.authoring.conditions`.
    """

    class Type(models.TextChoices):
        NPS = "nps", _("Recommendation, 0–10 (NPS)")
        CSAT = "csat", _("Satisfaction, 1–5 (CSAT)")
        CES = "ces", _("Ease, 1–7 (CES)")
        RATING = "rating", _("Rating")
        YES_NO = "yes_no", _("Yes or no")
        ONE_CHOICE = "one_choice", _("One choice")
        SEVERAL_CHOICES = "several_choices", _("Several choices")
        DROP_DOWN = "drop_down", _("Drop-down list")
        MATRIX = "matrix", _("Matrix")
        RANKING = "ranking", _("Ranking")
        SHORT_TEXT = "short_text", _("Short text")
        LONG_TEXT = "long_text", _("Long text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CONSENT = "consent", _("Consent")
        STATEMENT = "statement", _("Statement")
        CONTACT_DETAILS = "contact_details", _("Contact details")
        END = "end", _("End of the survey")

    SCALES = {Type.NPS: (0, 10), Type.CSAT: (1, 5), Type.CES: (1, 7)}
    LONGEST = {Type.SHORT_TEXT: 300, Type.LONG_TEXT: 10_000}

    version = models.ForeignKey(SurveyVersion, models.CASCADE, related_name="questions")
    key = models.SlugField(_("key"), max_length=60)
    type = models.CharField(_("type"), max_length=20, choices=Type.choices)
    position = models.PositiveIntegerField(_("position"))
    is_required = models.BooleanField(_("required"), default=False)
    texts: "models.JSONField[Texts]" = models.JSONField(_("texts"), default=dict)
    choices: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(_("choices"), default=list, blank=True)
    rows: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(_("rows"), default=list, blank=True)
    options: "models.JSONField[dict[str, Any]]" = models.JSONField(_("settings"), default=dict, blank=True)
    shown_if: "models.JSONField[list[list[dict[str, Any]]]]" = models.JSONField(_("shown if"), default=list, blank=True)
    starts_page = models.BooleanField(_("begins a new page"), default=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position", "id"]
        verbose_name = _("question")
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="question_key")]

    def __str__(self) -> str:
        return self.text("label", get_language() or self.version.default_language) or self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_if_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse_if_frozen()
        return super().delete(*args, **kwargs)

    def _refuse_if_frozen(self) -> None:
        versions = {self.version_id, *Question.objects.filter(pk=self.pk).values_list("version_id", flat=True)}
        if SurveyVersion.objects.filter(pk__in=versions).exclude(state=SurveyVersion.State.DRAFT).exists():
            raise FrozenVersionError

    @property
    def is_score(self) -> bool:
        return self.type in self.SCALES

    @property
    def is_text(self) -> bool:
        return self.type in self.LONGEST

    @property
    def scale(self) -> range:
        """The steps of a score, or of a rating."""
        own = (self.options.get("lowest", 1), self.options.get("highest", 5))
        low, high = self.SCALES.get(self.Type(self.type), own)
        return range(low, high + 1)

    def text(self, name: str, language: str) -> str:
        default = self.version.default_language
        return in_language({code: texts.get(name, "") for code, texts in self.texts.items()}, language, default)

    def choices_in(self, language: str) -> list[tuple[str, str]]:
        return self._in(language, self.choices)

    def rows_in(self, language: str) -> list[tuple[str, str]]:
        return self._in(language, self.rows)

    def _in(self, language: str, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
        return [(row["key"], in_language(row["labels"], language, self.version.default_language)) for row in rows]


def in_language(words: dict[str, str], language: str, default: str) -> str:
    return words.get(language) or words.get(default) or next((text for text in words.values() if text), "")

"""Past responses, from the system that asked before."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import User
from feedback_site.imports.fields import KEEP, Field, Language, Moment, Reference, Text, Whole, Words, of
from feedback_site.imports.kinds import Kind, Row, Written
from surveys.authoring.models import Question, Survey, SurveyVersion
from surveys.authoring.values import as_columns
from surveys.collection.bands import band_of
from surveys.collection.begin import snapshot
from surveys.collection.models import Answer, Response
from surveys.customers.imports import ACCOUNT, ACCOUNT_WORDS, CONTACT, ID_WORDS

LONGEST_COMMENT = Question.LONGEST[Question.Type.LONG_TEXT]
SURVEY = Reference(Survey, "key")


class ResponseKind(Kind):
    """The published version's headline question gets the score, its first text question the comment."""

    key = "responses"
    page = "reports:feedback"
    label = _("Past responses")
    description = _(
        "Answers that were given elsewhere. Each keeps the segment, region and people that its account has when it is imported."
    )
    model = Response
    fields = (
        of(Response, "external_id", "response id", "review id", "מזהה מענה", *ID_WORDS, required=True),
        of(Response, "survey", "survey key", "סקר", type=SURVEY, help=_("The key of a published survey.")),
        of(Response, "account", *ACCOUNT_WORDS, type=ACCOUNT, help=_("The external id of an account.")),
        of(
            Response,
            "contact",
            "email",
            "e-mail",
            "contact email",
            "איש קשר",
            "דואל",
            type=CONTACT,
            help=_("The e-mail address of a contact, where it is known."),
        ),
        Field(
            "score",
            _("score"),
            Whole(),
            True,
            _("On the scale of the survey's first score question."),
            ("rating", "nps", "csat", "ces", "ציון", "דירוג"),
        ),
        Field(
            "comment",
            _("comment"),
            Text(LONGEST_COMMENT),
            False,
            _("Goes to the survey's first text question."),
            ("text", "feedback", "verbatim", "הערה", "הערות", "תגובה"),
            "",
        ),
        of(
            Response,
            "language",
            "lang",
            "שפה",
            type=Language(),
            required=False,
            help=_("The language of the comment; without it, the survey's default language."),
        ),
        of(Response, "asked_at", "sent at", "sent", "asked", "נשלח", "תאריך שליחה"),
        Field(
            "answered_at",
            _("answered at"),
            Moment(),
            True,
            _("When the answer was given."),
            ("answered", "date", "completed at", "response date", "תאריך", "תאריך מענה"),
        ),
    )

    def rows(self) -> "models.QuerySet[Response]":
        return Response.objects.select_related("survey", "version", "account").prefetch_related("answers", "version__questions")

    def check(self, row: Row, user: User | None) -> Iterable[tuple[str, Words]]:
        now = timezone.now()
        asked, answered = row.value("asked_at"), row.values.get("answered_at")
        if answered and answered > now:
            yield "answered_at", _("This time lies in the future.")
        if asked and answered and asked > answered:
            yield "asked_at", _("The customer was asked after the answer.")
        account, contact = row.value("account"), row.values.get("contact")
        if contact and account and contact.account_id != account.pk:
            yield "contact", _("This contact belongs to another account.")
        if row.existing is not None and row.existing.source != Response.Source.IMPORT:  # type: ignore[attr-defined]
            yield "external_id", _("This response was given here; it can not be changed by an import.")
        yield from self._check_against_survey(row)

    def _check_against_survey(self, row: Row) -> Iterable[tuple[str, Words]]:
        survey = row.value("survey")
        if survey and (survey.is_of_team or survey.is_anonymous):
            yield "survey", _("Responses to an anonymous survey, and those of the own team, belong to no account.")
            return
        version = version_for(row, survey) if survey else None
        if survey and version is None:
            yield "survey", _("The survey has no published version; publish it first.")
        if version is None:
            return
        headline, score = version.headline, row.values.get("score")
        if headline is None:
            yield "score", _("The survey has no score question.")
        elif score is not None and score not in headline.scale:
            yield (
                "score",
                _("The score lies outside of the survey's scale, %(low)s to %(high)s.")
                % {"low": headline.scale[0], "high": headline.scale[-1]},
            )
        if row.values.get("comment") and text_question(version) is None:
            yield "comment", _("The survey has no text question to keep the comment in.")

    def write(self, rows: Sequence[Row]) -> Written:
        done, answers, changed = Written(), list[Answer](), set[str]()
        for row in rows:
            response = row.existing or Response(source=Response.Source.IMPORT, state=Response.State.COMPLETE)
            assert isinstance(response, Response)
            names = self.assign(response, row)
            mine = changed_answers(response, row)
            answers += mine
            if row.existing is None:
                done.created.append(response)
            elif names or mine:
                changed |= names
                done.updated.append(response)
            else:
                done.unchanged.append(response)
        self._store(done, changed)
        _store_answers(answers)
        return done

    def _store(self, done: Written, changed: set[str]) -> None:
        now = timezone.now()
        for response in done.updated:
            response.updated_at = now  # type: ignore[attr-defined]
        Response.objects.bulk_create(done.created)  # type: ignore[arg-type]
        if done.updated:
            Response.objects.bulk_update(done.updated, [*changed, "updated_at"], batch_size=100)  # type: ignore[arg-type]

    def assign(self, instance: models.Model, row: Row) -> set[str]:
        assert isinstance(instance, Response)
        survey = row.value("survey")
        version = version_for(row, survey)
        assert version is not None and version.headline is not None
        values = {name: value for name, value in row.values.items() if name not in ("score", "comment", "answered_at")}
        values["version"] = version
        if row.existing is None and values.get("language", KEEP) is KEEP:
            values["language"] = version.default_language
        if "answered_at" in row.values:
            values["started_at"] = values["completed_at"] = row.values["answered_at"]
        if "score" in row.values:
            values |= {
                "score": row.values["score"],
                "score_type": version.headline.type,
                "band": band_of(version.headline.type, row.values["score"]),
            }
        if "account" in values and (row.existing is None or values["account"].pk != instance.account_id):
            values |= snapshot(values["account"])
        return super().assign(instance, Row(row.number, values, row.existing))


def version_for(row: Row, survey: Survey) -> SurveyVersion | None:
    """What the response answers: an existing one keeps its version. Read once for each survey that the import found."""
    if isinstance(row.existing, Response) and row.existing.survey_id == survey.pk:
        return row.existing.version
    if "_import_version" not in survey.__dict__:
        published = survey.versions.filter(state=SurveyVersion.State.PUBLISHED).prefetch_related("questions").first()
        survey.__dict__["_import_version"] = published
    return survey.__dict__["_import_version"]  # type: ignore[no-any-return]


def text_question(version: SurveyVersion) -> Question | None:
    return next((question for question in version.questions.all() if question.is_text), None)


def changed_answers(response: Response, row: Row) -> list[Answer]:
    """The answers to write: new ones, and those that differ; one emptied has no content any more."""
    version = response.version
    told: list[tuple[Question | None, Any]] = []
    if "score" in row.values:
        told.append((version.headline, row.values["score"]))
    if row.values.get("comment", KEEP) is not KEEP:
        told.append((text_question(version), row.values["comment"]))
    stored = {answer.question_key: answer for answer in response.answers.all()} if row.existing else {}
    changed = []
    for question, value in told:
        if question is None:
            continue
        columns = as_columns(question, value)
        answer = stored.get(question.key)
        if answer is None and columns:
            changed.append(Answer(response=response, question_key=question.key, updated_at=timezone.now(), **columns))
        elif answer is not None:
            new = columns or {"number": None, "text": "", "choices": []}
            if any(getattr(answer, name) != content for name, content in new.items()):
                for name, content in new.items():
                    setattr(answer, name, content)
                answer.updated_at = timezone.now()
                changed.append(answer)
    return changed


def _store_answers(answers: list[Answer]) -> None:
    """Answers that an import emptied are removed, as those that a customer empties."""
    for answer in answers:
        answer.response_id = answer.response.pk
    emptied = [answer for answer in answers if answer.pk and answer.number is None and not answer.text]
    Answer.objects.filter(pk__in=[answer.pk for answer in emptied]).delete()
    Answer.objects.bulk_create([answer for answer in answers if not answer.pk])
    rest = [answer for answer in answers if answer.pk and answer not in emptied]
    Answer.objects.bulk_update(
        [a for a in rest if a.text or a.number is not None], ["number", "text", "choices", "updated_at"], batch_size=100
    )


KINDS: tuple[Kind, ...] = (ResponseKind(),)

"""Complete responses and the themes of their texts as rows of `ThemeMonth`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BigIntegerField, Case, Count, F, Max, Q, QuerySet, Sum, When

from analytics.linkage.models import ThemeMonth
from analytics.text.models import Judgement, Sentiment
from analytics.text.themes.catalogue import revision
from analytics.text.themes.models import AnswerTheme, Term, Theme
from surveys.collection.models import Answer, Band, Response

CHUNK = 2000  # responses whose texts are held at once
COUNTED = {Band.PROMOTER: "promoters", Band.PASSIVE: "passives", Band.DETRACTOR: "detractors"}
Label = Sentiment.Label
SIGN = {label: number for number, label in enumerate(Label.values, start=1)}
SIGNS = len(SIGN) + 1
Labels = dict[int | None, list[str]]  # by theme; None for all that was written


@dataclass(frozen=True)
class Cell:
    """What the responses of one row have in common."""

    survey_id: int
    score_type: str
    account_id: int
    month: date
    segment_id: int | None
    region: str


@dataclass
class Said:
    """What one response says: the labels of its texts and of the themes in them."""

    labels: Labels = field(default_factory=lambda: defaultdict(list))
    is_read: bool = True
    signature: int = 0


@dataclass(frozen=True)
class Catalogue:
    """The parent of each theme that has one, and the languages that some theme has terms in."""

    parents: dict[int, int]
    languages: set[str]

    @classmethod
    def now(cls) -> Self:
        parts = Theme.objects.exclude(parent=None).order_by("pk").values_list("pk", "parent")
        parents = {theme: parent for theme, parent in parts if parent is not None}
        return cls(parents, set(Term.objects.order_by().values_list("language", flat=True).distinct()))

    def is_read(self, language: str | None, revision: int | None) -> bool:
        """Whether the themes of a text are known: it was gone over, in a language that terms exist for; without letters it has none."""
        return bool(revision) and (not language or language in self.languages)

    def unread(self, texts: "QuerySet[Answer]") -> "QuerySet[Answer]":
        """Those of `texts` that `is_read` denies."""
        return texts.exclude(sentiment__themes_revision__gt=0, sentiment__language__in=["", *self.languages])


def rows(responses: "QuerySet[Response]") -> Iterable[ThemeMonth]:
    """One row for each survey, account, month, segment and region that occurs, and one more for each theme spoken of there."""
    made: dict[tuple[Cell, int | None], ThemeMonth] = {}
    catalogue, zone = Catalogue.now(), ZoneInfo(settings.TIME_ZONE)
    fields = ("pk", "survey_id", "score", "score_type", "account_id", "segment_id", "region", "completed_at", "band")
    for chunk in _chunks(responses.order_by("pk").values(*fields).iterator(CHUNK)):
        said = said_by([answered["pk"] for answered in chunk], catalogue)
        for answered in chunk:
            key, moment = answered.pop("pk"), answered.pop("completed_at")
            band, scale = _scored(answered.pop("score"), answered.pop("band"), answered.pop("score_type"))
            cell = Cell(**answered, score_type=scale, month=moment.astimezone(zone).date().replace(day=1))
            for theme, row in _rows_of(cell, said[key], made):
                _add(row, band, said[key].labels[theme])
    return made.values()


def _scored(score: int | None, band: str, score_type: str) -> tuple[str, str]:
    """Band and scale; neither without a score."""
    return ("", "") if score is None else (band, score_type)


def _chunks(found: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(found, CHUNK)):
        yield chunk


def _rows_of(cell: Cell, said: Said, made: dict[tuple[Cell, int | None], ThemeMonth]) -> Iterator[tuple[int | None, ThemeMonth]]:
    """The rows that a response counts in: that of all, and those of its themes; none while it is not read."""
    whole = made.setdefault((cell, None), ThemeMonth(**vars(cell)))
    whole.signature += said.signature
    if not said.is_read:
        whole.unread += 1
        return
    for theme in {None, *said.labels}:
        yield theme, made.setdefault((cell, theme), ThemeMonth(**vars(cell), theme_id=theme))


def _add(row: ThemeMonth, band: str, labels: list[str]) -> None:
    row.responses += 1
    for name in (*([COUNTED[Band(band)]] if band else []), *(["commented", label_of(labels)] if labels else [])):
        setattr(row, name, getattr(row, name) + 1)


def label_of(labels: Collection[str]) -> str:
    """One label for all: mixed where good and bad stand side by side, not scored only where nothing was understood."""
    scored = set(labels) - {Label.NOT_SCORED}
    if Label.MIXED in scored or {Label.POSITIVE, Label.NEGATIVE} <= scored:
        return Label.MIXED
    return next((label for label in (Label.NEGATIVE, Label.POSITIVE, Label.NEUTRAL) if label in scored), Label.NOT_SCORED).value


def said_by(responses: list[int], catalogue: Catalogue) -> dict[int, Said]:
    """What each response says; a theme below another one speaks of that too."""
    found: dict[int, Said] = defaultdict(Said)
    texts = Answer.objects.texts().filter(response__in=responses).order_by()
    facts = ("response", "sentiment__label", "sentiment__language", "sentiment__themes_revision")
    for response, label, language, searched_at in texts.values_list(*facts):
        said = found[response]
        said.labels[None].append(label or Label.NOT_SCORED)
        said.signature += SIGNS * (searched_at or 0) + SIGN.get(label, 0)
        said.is_read &= catalogue.is_read(language, searched_at)
    mentions = AnswerTheme.objects.filter(answer__response__in=responses, answer__text__gt="").order_by()
    for response, theme, label in mentions.values_list("answer__response", "theme", "label"):
        for one in {theme, catalogue.parents.get(theme, theme)}:
            found[response].labels[one].append(label)
    return found


# --- What has changed -----------------------------------------------------------------------------


def rules() -> list[Any]:
    """What all rows depend on: which theme is part of which, and the languages of the terms."""
    catalogue = Catalogue.now()
    return [[list(pair) for pair in catalogue.parents.items()], sorted(catalogue.languages)]


def fingerprint() -> list[Any]:
    """Changes whenever a text is scored or judged, or its themes are searched again."""
    scored = Sentiment.objects.aggregate(n=Count("pk"), last=Max("scored_at"), revisions=Sum("themes_revision"))
    judged = Judgement.objects.aggregate(n=Count("pk"), last=Max("judged_at"))
    return [scored["n"], str(scored["last"]), scored["revisions"], judged["n"], str(judged["last"])]


def sentiments(responses: "QuerySet[Response]") -> "QuerySet[Sentiment]":
    """Those of the texts of `responses`."""
    return Sentiment.objects.filter(answer__response__in=responses.values("pk"), answer__text__gt="").order_by()


def signature() -> Sum:
    """Over sentiments, the sum that changes with their labels and with each search for their themes; as `Said.signature`."""
    signs = Case(*(When(label=label, then=number) for label, number in SIGN.items()), output_field=BigIntegerField())
    return Sum(F("themes_revision") * SIGNS + signs, output_field=BigIntegerField())


def is_searched_anew() -> bool:
    """Whether texts wait that were searched before, as the themes are others now."""
    return Sentiment.objects.filter(themes_revision__gt=0, themes_revision__lt=revision()).exists()


def touched(responses: "QuerySet[Response]", since: Any) -> set[int | None]:
    """The accounts of texts that were scored or judged since."""
    anew = sentiments(responses).filter(Q(scored_at__gte=since) | Q(answer__judgement__judged_at__gte=since))
    return set(anew.values_list("answer__response__account", flat=True).distinct())

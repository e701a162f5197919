"""What the list of disagreements can be narrowed to, and the table that it hands out."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.reports import queries
from analytics.reports.export import BATCH, simulated
from analytics.reports.filters import FeedbackFilter
from analytics.text.judging.disagree import clear, disagreeing, dismissed, opposes
from analytics.text.learning.queries import engines_of
from analytics.text.models import Sentiment
from feedback_site.access.personal_data import readable, readable_person, readable_words
from feedback_site.tables import Cell, Table
from surveys.collection.models import Answer, Band, Response, ResponseQuerySet

KINDS = [
    (Band.PROMOTER.value, gettext_lazy("high score, angry text")),
    (Band.DETRACTOR.value, gettext_lazy("low score, praising text")),
]
GROUPS = [
    ("clear", gettext_lazy("clear ones")),
    ("unclear", gettext_lazy("less clear ones")),
    ("dismissed", gettext_lazy("“both are right”")),
]


class DisagreementFilter(FeedbackFilter):
    """Survey, segment, region, account, period, kind, and search. Without a choice: the clear ones that nobody has dismissed."""

    kind = django_filters.ChoiceFilter(field_name="band", label=gettext_lazy("Kind"), choices=KINDS)
    group = django_filters.ChoiceFilter(label=gettext_lazy("Which"), choices=GROUPS, method="leave", empty_label=None)
    band = sentiment = handled = state = source = question = answer = order = None

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        group, user = self.form.cleaned_data.get("group"), self.request.user
        if group == "dismissed":
            return found.filter(disagreeing(user), dismissed())
        if group == "unclear":
            return found.filter(disagreeing(user), ~clear(user), ~dismissed())
        return found.filter(clear(user), ~dismissed())


def with_dismissals(responses: ResponseQuerySet) -> ResponseQuerySet:
    """All that a row of the list shows, in a constant number of queries."""
    return queries.with_texts(responses).select_related("dismissal__dismissed_by")


def disagreement_table(responses: ResponseQuerySet, is_masked: bool) -> Table:
    """A row for each text that opposes its score; `is_masked`: without personal data."""
    heads = [_("Date"), _("Account"), _("Contact"), _("Survey"), _("Score"), _("Band"), _("Text"), _("Sentiment")]
    heads += [_("Sentiment according to the engine"), _("Confidence"), _("Words that decided"), _("Engine"), _("Judged by"), _("Simulated")]
    return Table(heads, _rows(responses, is_masked))


def _rows(responses: ResponseQuerySet, is_masked: bool) -> Iterator[list[Cell]]:
    for response in responses.iterator(BATCH):
        for answer in response.texts:  # type: ignore[attr-defined]
            if opposes(answer):
                yield _cells(response, answer, is_masked)


def _cells(response: Response, answer: Answer, is_masked: bool) -> list[Cell]:
    sentiment: Sentiment = answer.sentiment  # type: ignore[attr-defined]
    judgement = sentiment.judgement
    return [
        response.answered_at,  # type: ignore[attr-defined]
        *(str(response.account or ""), readable_person(response.contact, is_masked), response.survey.name),
        *(response.score, str(response.get_band_display()), readable(answer.text, is_masked)),
        *(str(sentiment.get_label_display()), str(sentiment.get_engine_label_display()), sentiment.confidence),
        ", ".join(f"{word} ({weight:+.2f})" for word, weight in readable_words(sentiment.words, answer.text, is_masked)),
        engines_of(sentiment),
        str(judgement.judged_by or "") if judgement else "",
        simulated(response),
    ]

"""What templates show of a text's sentiment and of what people say of it."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from analytics.reports import formats
from analytics.text.judging.disagree import opposes
from analytics.text.learning.queries import full_name, language_name
from analytics.text.models import Sentiment, judged_label
from feedback_site.access.personal_data import is_masked_for, readable_words

register = template.Library()
register.filter("opposes", opposes)
register.filter("judged_label", judged_label)
register.filter("engine_name", full_name)
register.filter("language_in_words", language_name)


@register.filter
def label_of_engine(label: str) -> Any:
    return Sentiment.Label(label).label


@register.filter
def other_labels(sentiment: Sentiment) -> list[tuple[str, Any]]:
    """Those that a person could give instead of the present one."""
    is_untold = bool(sentiment.judgement) and sentiment.label == Sentiment.Label.NOT_SCORED
    scored = [value for value in Sentiment.Label.values if value != sentiment.label and value != Sentiment.Label.NOT_SCORED]
    return [(value, judged_label(value)) for value in (scored if is_untold else [*scored, Sentiment.Label.NOT_SCORED])]


@register.filter
def words_for(sentiment: Sentiment, user: Any) -> list[tuple[str, float]]:
    """The words that decided, as far as `user` finds them in the text."""
    return readable_words(sentiment.words, sentiment.answer.text, is_masked_for(user))


@register.filter
def whole_percent(share: float | None) -> SafeString:
    """0.523 as 52%."""
    return format_html('<bdi dir="ltr">{}</bdi>', _percent(share))


@register.filter
def whole_percents(span: Any) -> SafeString:
    """From `span.low` to `span.high`: 9% – 36%, read from the left in either direction."""
    return format_html('<bdi dir="ltr">{} – {}</bdi>', _percent(span.low), _percent(span.high))


def _percent(share: float | None) -> str:
    return formats.MISSING if share is None else f"{formats.number(100 * share)}%"

"""What customers wrote, in templates: the one place that masks, marks, cuts and escapes it."""

from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from analytics.text.search.find import highlighted
from feedback_site.access import personal_data

register = template.Library()
register.filter(personal_data.sees_personal_data)


@register.filter
def person_for(person: Any, user: Any) -> str:
    """Who somebody is, as far as `user` needs to know."""
    return personal_data.readable_person(person, personal_data.is_masked_for(user))


@register.simple_tag(takes_context=True)
def answer_text(context: template.Context, text: str, longest: int | None = None) -> SafeString:
    """`{% answer_text answer.text 600 %}`: as the user may read it, with what the page's `search` found in it marked.

    Masked first, so that nothing is marked that is not to be read.
    """
    is_masked = personal_data.is_masked_for(context["request"].user)
    shown = highlighted(personal_data.readable(text, is_masked), context.get("search") or "", longest)
    return _apart(shown) if is_masked else shown


def _apart(text: SafeString) -> SafeString:
    """A mask is in the reader's language, and what stands around it perhaps in one that runs the other way."""
    for mark in map(escape, personal_data.marks().values()):
        text = SafeString(text.replace(mark, f'<bdi class="text-nowrap">{mark}</bdi>'))
    return text

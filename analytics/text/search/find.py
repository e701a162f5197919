"""Search in the texts of answers: PostgreSQL by its index, SQLite by looking through the same words; both find the same."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import reduce
from operator import and_

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from analytics.text.search.models import VERSION, SearchMark, SearchText, awaiting_search
from analytics.text.search.query import Term, asks_nothing, terms_of
from analytics.text.search.words import words_of
from surveys.collection.models import AnswerQuerySet

Span = tuple[int, int]
MARK = re.compile(r"[!-/:-@\[-`{-~]")  # of those that stand in addresses and numbers
OVERLAP = timedelta(hours=1)  # a long transaction commits rows whose time of change lies before
BEFORE_HIT = 0.25  # of a cut text, what stands before the first hit


def matching(answers: AnswerQuerySet, query: str, is_masked: bool = False) -> AnswerQuerySet:
    """Those of `answers` whose text has all that `query` asks for, see `search_query`.

    A text that came in seconds ago and is not taken up yet is found by the very letters of the query. Where `is_masked`, only
    what a masked text shows is searched: then a text is found once it is taken up.
    """
    terms = terms_of(query)
    if asks_nothing(query):
        return answers.none()
    if not terms:  # a smiley, say
        return answers.none() if is_masked and MARK.search(query) else answers.filter(text__icontains=query)
    found = taken_up(terms, is_masked).values("answer")
    return answers.filter(pk__in=found if is_masked else found.union(waiting(terms).values("pk"), all=True))


def taken_up(terms: list[Term], is_masked: bool) -> "QuerySet[SearchText]":
    fresh = SearchText.objects.filter(version=VERSION, answer_updated_at=F("answer__updated_at"))
    return fresh.filter(_all(terms, lambda term: visibly_has(term) if is_masked else has(term)))


def waiting(terms: list[Term]) -> AnswerQuerySet:
    """Looked for among what has changed since everything was taken up, if it ever was."""
    mark = SearchMark.objects.filter(version=VERSION).first()
    recent = Q(response__updated_at__gte=mark.complete_at - OVERLAP) if mark else Q()
    return awaiting_search().texts().order_by().filter(recent, _all(terms, lambda term: Q(text__icontains=term.raw)))


def _all(terms: list[Term], condition: Callable[[Term], Q]) -> Q:
    return reduce(and_, (~condition(term) if term.is_excluded else condition(term) for term in terms))


def has(term: Term) -> Q:
    """The condition for a text in which the term stands."""
    forms = _by_index(term) if connection.vendor == "postgresql" else _by_looking(term, "forms")
    return forms & Q(words__regex=term.pattern) if term.is_phrase else forms


def visibly_has(term: Term) -> Q:
    """The same where it stands beside what is masked. The words that are left may stand in a row that nobody wrote: both must hold."""
    left = _by_looking(term, "masked_forms")
    if term.is_phrase:
        left &= Q(masked_words__regex=term.pattern)
    return has(term) & (Q(is_masked=False) | left)


def _by_looking(term: Term, column: str) -> Q:
    found = reduce(and_, (Q(**{f"{column}__contains": f" {form} "}) for form in term.lookups))
    return found | Q(**{f"{column}__contains": f" {term.words[0]}"}) if term.is_begun else found


def _by_index(term: Term) -> Q:
    """By the expression that is indexed. Forms are letters and digits alone, so that quoting them is all that a tsquery needs."""
    asked = " & ".join(f"'{form}'" for form in term.lookups)
    if term.is_begun:
        asked += f" | '{term.words[0]}':*"
    vector = "array_to_tsvector(string_to_array(btrim(%(expressions)s::tsquery"
    return Q(Func(F("forms"), Value(asked), template=vector, arg_joiner="), ' ')) @@ ", output_field=BooleanField()))


def highlighted(text: str, query: str, longest: int | None = None) -> SafeString:
    """`text` as HTML, with what `query` found in it marked; longer than `longest`, the part around the first hit alone."""
    hits = hits_of(text, [term for term in terms_of(query) if not term.is_excluded])
    start, end = _window(text, hits, longest)
    parts, last = [], start
    for first, behind in hits:
        if start <= first and behind <= end:
            parts.append((text[last:first], text[first:behind]))
            last = behind
    marked = format_html_join("", "{}<mark>{}</mark>", parts)
    return escape("…" if start else "") + marked + escape(text[last:end] + ("…" if end < len(text) else ""))


def hits_of(text: str, terms: list[Term]) -> list[Span]:
    """Where the terms stand in `text`, in order and apart."""
    words = list(words_of(text)) if terms else []
    spans = [
        (start, words[place + len(term.words) - 1][1])
        for term in terms
        for place, (start, _end, _word) in enumerate(words[: len(words) - len(term.words) + 1])
        if _stands_at(term, words, place)
    ]
    hits: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not hits or start >= hits[-1][1]:
            hits.append((start, end))
    return hits


def _stands_at(term: Term, words: list[tuple[int, int, str]], place: int) -> bool:
    if not term.is_phrase:
        return term.fits(words[place][2])
    row = [word for _start, _end, word in words[place : place + len(term.words)]]
    return term.is_written_as(row)


def _window(text: str, hits: list[Span], longest: int | None) -> Span:
    """Which part of the text is shown: it begins at a word."""
    if longest is None or len(text) <= longest:
        return 0, len(text)
    start = max(0, hits[0][0] - int(longest * BEFORE_HIT)) if hits and hits[0][1] > longest else 0
    if start:
        start = text.find(" ", start, hits[0][0]) + 1 or start
    return start, min(len(text), start + longest)

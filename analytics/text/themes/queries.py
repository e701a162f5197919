"""Reads of the themes' pages, and of whatever shows the themes of answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language

from analytics.text.themes.models import AnswerTheme, Term, Theme
from analytics.text.themes.terms import Matcher
from feedback_site.access.models import User
from feedback_site.access.personal_data import is_masked_for, readable
from surveys.collection.models import Answer

COUNTED_DAYS = 90
SHOWN_TERMS = 6
PREVIEWED, EXAMPLES, AROUND = 500, 5, 90  # texts, texts, letters


@dataclass(frozen=True)
class Listed:
    """A theme in the list: what of its terms is shown, and how many answers of the last 90 days speak of it or its sub-themes."""

    theme: Theme
    terms: list[str]
    term_count: int
    answers: int
    children: "list[Listed]"


@dataclass(frozen=True)
class Example:
    """A text around its first mention: (words, whether they mention the theme)."""

    parts: list[tuple[str, bool]]


@dataclass(frozen=True)
class Preview:
    found: int
    of: int
    examples: list[Example]


def mentions_in_use() -> "Prefetch[Any]":
    """The themes of answers, for a list of these: `answer.found_themes`."""
    rows = AnswerTheme.objects.filter(theme__is_active=True).select_related("theme").order_by("theme__position", "theme__key")
    return Prefetch("themes", rows, to_attr="found_themes")


def speaking_of(theme: str | int) -> Q:
    """Mentions of a theme in use, or of one of its sub-themes."""
    return Q(theme__is_active=True) & (Q(theme=theme) | Q(theme__parent=theme))


def theme_choices(without: Theme | None = None) -> list[tuple[str, str]]:
    """Each theme in use followed by its sub-themes, for a choice."""
    children, tops = _families(theme for theme in Theme.objects.active() if theme != without)
    listed = [(theme, dash) for top in tops for theme, dash in ((top, ""), *((child, "– ") for child in children[top.pk]))]
    return [(str(theme.pk), f"{dash}{theme.name}") for theme, dash in listed]


def theme_tree(user: User, search: str = "", is_active: bool = True) -> list[Listed]:
    """The themes with their sub-themes; with `search`, those whose name or terms contain it, and the themes these belong to."""
    children, tops = _families(Theme.objects.filter(is_active=is_active))
    terms = _terms_in_readers_order(is_active)
    counts = answer_counts(user)

    def listed(theme: Theme, below: "list[Listed]") -> Listed:
        own = terms[theme.pk]
        shown = [text for text in own if search.lower() in text.lower()] if search else own
        return Listed(theme, shown[:SHOWN_TERMS], len(own), counts.get(theme.pk, 0), below)

    def fits(one: Listed) -> bool:
        names = [*one.theme.names.values(), one.theme.key]
        return not search or bool(one.terms) or any(search.lower() in name.lower() for name in names)

    families = [listed(top, [one for child in children[top.pk] if fits(one := listed(child, []))]) for top in tops]
    return [family for family in families if family.children or fits(family)]


def _families(themes: Iterable[Theme]) -> tuple[dict[int, list[Theme]], list[Theme]]:
    """Sub-themes by the key of their theme, and the upper level: with those whose theme is not among `themes`."""
    found = list(themes)
    there = {theme.pk for theme in found}
    children: dict[int, list[Theme]] = defaultdict(list)
    for theme in found:
        if theme.parent_id in there:
            children[theme.parent_id].append(theme)
    return children, [theme for theme in found if theme.parent_id not in there]


def _terms_in_readers_order(is_active: bool) -> dict[int, list[str]]:
    """The terms by theme, those in the reader's language first."""
    rows = Term.objects.filter(theme__is_active=is_active).order_by("id").values_list("theme", "language", "text")
    terms: dict[int, list[str]] = defaultdict(list)
    for pk, _language, text in sorted(rows, key=lambda row: row[1] != base_language()):
        terms[pk].append(text)
    return terms


def base_language() -> str:
    return (get_language() or "en").split("-")[0]


def answer_counts(user: User) -> dict[int, int]:
    """Answers of the last 90 days that `user` may see, by theme; a theme's include those of its sub-themes, each answer once."""
    since = timezone.now() - timedelta(days=COUNTED_DAYS)
    rows = AnswerTheme.objects.visible_to(user).filter(answer__response__set_aside="", theme__is_active=True)
    recent = rows.annotate(at=Coalesce("answer__response__completed_at", "answer__response__started_at")).filter(at__gte=since)
    by_theme = recent.order_by().values("theme").annotate(n=Count("answer", distinct=True))
    by_family = recent.order_by().annotate(top=Coalesce("theme__parent", "theme")).values("top").annotate(n=Count("answer", distinct=True))
    return {row["theme"]: row["n"] for row in by_theme} | {row["top"]: row["n"] for row in by_family}


def what_hangs_on(theme: Theme, in_use: bool = False) -> dict[str, int]:
    """How many terms and sub-themes, and answers of all time, a theme and its sub-themes have; `in_use`: of those in use only."""
    children = theme.children.filter(is_active=True) if in_use else theme.children.all()
    family = [theme, *children]
    return {
        "children": len(family) - 1,
        "terms": Term.objects.filter(theme__in=family).count(),
        "answers": AnswerTheme.objects.filter(theme__in=family).aggregate(n=Count("answer", distinct=True))["n"],
    }


def in_readers_order(rows: Iterable[tuple[str, Any]]) -> list[tuple[str, list[Any]]]:
    """What comes in pairs of language and thing, by language, the reader's own first."""
    found: dict[str, list[Any]] = defaultdict(list)
    for language, one in rows:
        found[language].append(one)
    return sorted(found.items(), key=lambda group: group[0] != base_language())


def preview(user: User, terms: Mapping[str, list[str]]) -> Preview:
    """In how many of the latest texts that `user` may see these terms are found, with examples."""
    visible = Answer.objects.visible_to(user).texts().filter(response__set_aside="")  # type: ignore[attr-defined]
    latest, is_masked = visible.order_by("-updated_at").values_list("text", flat=True)[:PREVIEWED], is_masked_for(user)
    texts = [readable(text, is_masked) for text in latest]
    matcher = Matcher({"": [term for own in terms.values() for term in own]})
    spans = [(text, [(mention.start, mention.end) for mention in matcher.matches(text)]) for text in texts]
    found = [(text, own) for text, own in spans if own]
    return Preview(len(found), len(texts), [Example(marked(text, own)) for text, own in found[:EXAMPLES]])


def marked(text: str, spans: list[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text around its first mention, in parts that are a mention or none."""
    first, last = max(0, spans[0][0] - AROUND), min(len(text), spans[0][1] + 2 * AROUND)
    parts, place = [("…", False)] if first else [], first
    for start, end in spans:
        if place <= start and end <= last:
            parts += [(text[place:start], False), (text[start:end], True)]
            place = end
    return [*parts, (text[place:last] + ("…" if last < len(text) else ""), False)]

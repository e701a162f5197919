"""The organisation's themes and their terms: the set to start with, and each change.

Whatever changes which themes an answer has raises the catalogue's revision in the same transaction; `themes.find` then goes
over the answers again. Errors are `ThemeRefused`, with a message for people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.signing import Signer
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from analytics.text.themes.models import AnswerTheme, Catalogue, Term, Theme
from analytics.text.themes.starting_set import starting_themes
from analytics.text.themes.terms import GAP, term_keys
from feedback_site.access.audit import record

THE_ONE = 1  # key of the catalogue's only row
MOST_LETTERS, MOST_GAPS = 100, 2  # of a term: the time that a text takes grows with its gaps
BATCH = 1000


class ThemeRefused(ValueError):
    """Why a change can not be made; the message is for people."""


@dataclass(frozen=True)
class Draft:
    """What a theme shall be: its names and its terms by language, and the theme that it is part of.

    `state` is that of the theme when the draft was begun; None where nobody saw it before.
    """

    names: Mapping[str, str]
    terms: Mapping[str, list[str]] = field(default_factory=dict)
    parent: Theme | None = None
    state: str | None = None


def state_of(theme: Theme) -> str:
    """A fingerprint of names, place and terms; another one when any of them is."""
    terms = sorted(theme.terms.values_list("language", "text"))
    return Signer(salt="themes.state").signature(f"{sorted(theme.names.items())} {theme.parent_id} {terms}")


def revision() -> int:
    """That of the catalogue now; 0 before there is one."""
    return Catalogue.objects.filter(pk=THE_ONE).values_list("revision", flat=True).first() or 0


@transaction.atomic
def create_starting_set() -> bool:
    """Once for all: whoever deletes or changes a theme of it later keeps that. False where it was done before."""
    if revision() or not Catalogue.objects.get_or_create(pk=THE_ONE)[1]:
        return False
    made: dict[str, Theme] = {theme.key: theme for theme in Theme.objects.all()}
    terms: list[Term] = []
    for position, one in enumerate(starting_themes()):
        if one.key not in made:
            made[one.key] = Theme(key=one.key, names=one.names, parent=made.get(one.parent), position=position)
            Theme.objects.bulk_create([made[one.key]])  # not `save`: nobody did this whom the audit log could name
            terms += (Term(theme=made[one.key], language=language, text=text) for language, own in one.terms.items() for text in own)
    Term.objects.bulk_create(terms, batch_size=BATCH)
    return True


@transaction.atomic
def add(actor: Any, draft: Draft) -> Theme:
    """A new theme, last in its place."""
    _lock(draft.parent)
    theme = Theme(key=_free_key(draft.names), names=dict(draft.names), position=Theme.objects.count())
    _nest(theme, draft.parent)
    theme.save()
    _write_terms(actor, theme, draft.terms)
    _raise_revision()
    return theme


@transaction.atomic
def change(actor: Any, theme: Theme, draft: Draft) -> Theme:
    """Rename, nest or un-nest, and set the terms. A new name alone does not send the answers through again.

    Refused where the theme is not as it was when the draft was begun: its terms would take the place of unseen ones.
    """
    _lock(theme, draft.parent)
    if draft.state is not None and draft.state != state_of(theme):
        raise ThemeRefused(
            _("Somebody changed this meanwhile, so nothing is saved. Open it again to see the change; your entries stand below.")
        )
    is_moved = theme.parent != draft.parent
    theme.names = dict(draft.names)
    _nest(theme, draft.parent)
    theme.save()
    if _write_terms(actor, theme, draft.terms) or is_moved:
        _raise_revision()
    return theme


@transaction.atomic
def merge(actor: Any, theme: Theme, into: Theme) -> Theme:
    """`theme` is no more: its terms, sub-themes and answers are those of `into`."""
    if theme == into:
        raise ThemeRefused(_("Choose another theme to merge this one into."))
    _lock(theme, into, *theme.children.all())
    if into.parent == theme:  # it takes the place of its theme
        into.parent = None
        into.save()
    children = theme.children.exclude(pk=into.pk)
    if into.parent and children.exists():
        refusal = _("This theme has sub-themes, and “%(into)s” is a sub-theme itself. Move the sub-themes first.")
        raise ThemeRefused(refusal % {"into": into})
    children.update(parent=into)
    known = set(into.terms.values_list("language", "text"))
    moving = [term.pk for term in theme.terms.all() if (term.language, term.text) not in known]
    Term.objects.filter(pk__in=moving).update(theme=into)
    already = AnswerTheme.objects.filter(theme=into).values("answer")
    AnswerTheme.objects.filter(theme=theme).exclude(answer__in=already).update(theme=into)
    record(actor, into, {"merged": theme.name})
    theme.delete()
    _raise_revision()
    return into


@transaction.atomic
def split(actor: Any, theme: Theme, names: Mapping[str, str], terms: Iterable[Term]) -> Theme:
    """A new theme beside `theme`, with these of its terms."""
    _lock(theme, theme.parent)
    if not theme.is_active:
        raise ThemeRefused(_("This theme is out of use. Use it again before you split it."))
    moving = {term.pk for term in terms}
    own = set(theme.terms.values_list("pk", flat=True))
    if not moving or not moving < own:
        raise ThemeRefused(_("Choose some of the terms, and leave at least one."))
    new = Theme.objects.create(key=_free_key(names), names=dict(names), parent=theme.parent, position=theme.position)
    texts = ", ".join(theme.terms.filter(pk__in=moving).values_list("text", flat=True))
    Term.objects.filter(pk__in=moving).update(theme=new)
    record(actor, theme, {"split": f"{new.name}: {texts}"})
    _raise_revision()
    return new


@transaction.atomic
def archive(actor: Any, theme: Theme) -> int:
    """Out of use, with its sub-themes; how many themes that were. `restore` undoes it."""
    return _turn((theme, *theme.children.all()), is_active=False)


@transaction.atomic
def restore(actor: Any, theme: Theme) -> int:
    """In use again, with its sub-themes; a sub-theme also brings its theme back."""
    return _turn((theme.parent, theme) if theme.parent else (theme, *theme.children.all()), is_active=True)


def _turn(family: Sequence[Theme], is_active: bool) -> int:
    _lock(*family)
    found = [one for one in family if one.is_active != is_active]
    for one in found:
        one.is_active = is_active
        one.save()
    if found:
        _raise_revision()
    return len(found)


@transaction.atomic
def delete(actor: Any, theme: Theme) -> None:
    """For good, with its terms and what was found of it; only of a theme that is out of use."""
    _lock(theme)
    if theme.is_active:
        raise ThemeRefused(_("This theme is in use. Take it out of use first."))
    if theme.children.exists():
        raise ThemeRefused(_("This theme has sub-themes. Move, merge or delete them first."))
    theme.delete()
    _raise_revision()


def cleaned_terms(lines: Iterable[str]) -> list[str]:
    """One term a line, without blanks, doubles and empty lines. Raises ThemeRefused for one that can not be looked for."""
    terms = list(dict.fromkeys(term for line in lines if (term := " ".join(line.split()))))
    for term in terms:
        if len(term) > MOST_LETTERS:
            raise ThemeRefused(_("This term is longer than %(most)d letters: %(term)s") % {"most": MOST_LETTERS, "term": term[:40]})
        keys = term_keys(term)
        if not keys:
            raise ThemeRefused(_("This term has no letter: %(term)s") % {"term": term})
        if keys.count(GAP) > MOST_GAPS:
            raise ThemeRefused(_("This term has more than %(most)d gaps (…): %(term)s") % {"most": MOST_GAPS, "term": term})
    return terms


def _lock(*themes: Theme | None) -> None:
    """Each as it is now, and so until the change is done; in the order of keys, as `find.store` locks them."""
    for theme in sorted((one for one in themes if one), key=lambda one: one.pk):
        try:
            theme.refresh_from_db(from_queryset=Theme.objects.select_for_update())
        except Theme.DoesNotExist as gone:
            raise ThemeRefused(_("Somebody deleted “%(theme)s” meanwhile, or merged it into another theme.") % {"theme": theme}) from gone


def _nest(theme: Theme, parent: Theme | None) -> None:
    if parent and parent == theme:
        raise ThemeRefused(_("A theme can not be part of itself."))
    if parent and parent.parent_id:
        raise ThemeRefused(_("“%(parent)s” is a sub-theme itself, and there are two levels only.") % {"parent": parent})
    if parent and theme.pk and theme.children.exists():
        raise ThemeRefused(_("This theme has sub-themes, so it can not become one."))
    theme.parent = parent


def _write_terms(actor: Any, theme: Theme, wanted: Mapping[str, list[str]]) -> bool:
    """Whether anything changed. Languages that `wanted` does not name stay as they are."""
    before = set(theme.terms.filter(language__in=wanted).values_list("language", "text"))
    after = {(language, text): None for language, texts in wanted.items() for text in texts}
    gone, new = before - set(after), [pair for pair in after if pair not in before]
    for language, text in gone:
        theme.terms.filter(language=language, text=text).delete()
    Term.objects.bulk_create(Term(theme=theme, language=language, text=text) for language, text in new)
    if gone or new:
        record(actor, theme, {"terms": ", ".join([*(f"+{text}" for _l, text in new), *(f"−{text}" for _l, text in sorted(gone))])})
    return bool(gone or new)


def _free_key(names: Mapping[str, str]) -> str:
    base = next((key for name in (names.get("en", ""), *names.values()) if (key := slugify(name)[:50])), "theme")
    taken = set(Theme.objects.filter(key__startswith=base).values_list("key", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(key for key in numbered if key not in taken)


def _raise_revision() -> None:
    create_starting_set()  # who adds a theme before the worker first looked still gets the others
    Catalogue.objects.filter(pk=THE_ONE).update(revision=F("revision") + 1, changed_at=timezone.now())

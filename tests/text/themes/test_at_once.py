"""Two people change themes at the same moment: the second finds what the first has left, and is told."""

import pytest

from analytics.models import Theme
from analytics.text.themes import catalogue
from analytics.text.themes.catalogue import Draft, ThemeRefused
from tests import factories
from tests.distribution.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 3  # a pair that starts together may still go one after the other


def nest(theme, parent):
    catalogue.change(None, theme, Draft(theme.names, {}, parent))


def merge(theme, into):
    catalogue.merge(None, theme, into)


def delete(theme):
    catalogue.delete(None, theme)


def outcome(change, *themes):
    try:
        change(*themes)
    except ThemeRefused:
        return "refused"
    return "done"


EXCLUDING = [
    [(nest, "a", "b"), (nest, "b", "a")],
    [(nest, "a", "b"), (nest, "b", "c")],
    [(merge, "a", "b"), (merge, "b", "a")],
    [(merge, "old", "a"), (delete, "old")],
    [(nest, "a", "old"), (delete, "old")],
]


def test_of_two_that_exclude_each_other_one_is_refused():
    for changes in EXCLUDING * TIMES:
        Theme.objects.all().delete()
        for key in ("a", "b", "c", "old"):
            factories.theme(key, key, is_active=key != "old")
        todo = [(change, *(Theme.objects.get(key=key) for key in keys)) for change, *keys in changes]  # as their pages showed them
        assert sorted(at_once(2, lambda todo=todo: outcome(*todo.pop()))) == ["done", "refused"], changes
        assert not Theme.objects.exclude(parent__parent=None).exists()

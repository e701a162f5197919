"""The kinds of rows that can be imported; the applications register theirs when they are ready."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedback_site.imports.kinds import Kind

_kinds: dict[str, "Kind"] = {}


def register(kind: "Kind") -> None:
    """Offer `kind` to files, pages and the API. Kinds are listed in the order in which they were registered."""
    _kinds[kind.key] = kind


def get(key: str) -> "Kind":
    """Raises KeyError for a kind that nobody registered."""
    return _kinds[key]


def kinds() -> "list[Kind]":
    return list(_kinds.values())

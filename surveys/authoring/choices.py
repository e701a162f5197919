"""Choices as lines of text, one for each choice, and the keys that stay when a label changes. Pure but for the last."""

from typing import Any

from django.utils.text import slugify

from surveys.authoring.models import Question

Choices = list[dict[str, Any]]


def as_lines(choices: Choices, language: str) -> str:
    """The labels in one language, a line for each choice; an empty line where the label is missing."""
    return "\n".join(choice["labels"].get(language, "") for choice in choices)


def with_labels(choices: Choices, lines: dict[str, list[str]], reserved: set[str]) -> Choices:
    """`choices` with the labels of `lines`, per language one for each choice in order; each keeps its key.

    A choice that keeps its label in some language is recognised wherever it moved; the others keep the key
    of their place; what is new gets a key that is neither in use nor `reserved` (by former versions).
    """
    count = max((len(one) for one in lines.values()), default=0)
    labels = [{code: (one[number] if number < len(one) else "") for code, one in lines.items()} for number in range(count)]
    keys = _matched_keys(choices, labels, reserved)
    return [{"key": key, "labels": label} for key, label in zip(keys, labels, strict=True)]


def _matched_keys(choices: Choices, labels: list[dict[str, str]], reserved: set[str]) -> list[str]:
    free = {choice["key"]: choice["labels"] for choice in choices}
    keys: list[str] = [""] * len(labels)
    for number, label in enumerate(labels):
        same = next((key for key, former in free.items() if any(former.get(code) == text for code, text in label.items() if text)), "")
        if same:
            keys[number] = same
            free.pop(same)
    for number, choice in enumerate(choices[: len(labels)]):
        if not keys[number] and choice["key"] in free:
            keys[number] = choice["key"]
            free.pop(choice["key"])
    used = {choice["key"] for choice in choices} | set(keys) | reserved
    for number, label in enumerate(labels):
        if not keys[number]:
            keys[number] = _new_key(label, used)
            used.add(keys[number])
    return keys


def _new_key(label: dict[str, str], used: set[str]) -> str:
    stem = slugify(label.get("en", ""))[:40].replace("-", "_") or "choice"
    stem = f"{stem}_choice" if stem == "other" else stem  # that key is taken by "other" with a line to write on
    return next(key for key in (stem, *(f"{stem}_{number}" for number in range(2, len(used) + 3))) if key not in used)


def keys_ever_used(question: Question, name: str = "choices") -> set[str]:
    """The keys of choices, or of rows, that this question had in any version of its survey."""
    versions = Question.objects.filter(version__survey_id=question.version.survey_id, key=question.key)
    return {choice["key"] for choices in versions.values_list(name, flat=True) for choice in choices}

"""Texts for readers outside: what a text-generating model at some address is given."""

import re
from collections.abc import Iterable, Sequence

from analytics.text.engines.hebrew import PREFIXES
from feedback_site.personal import masked
from surveys.collection.models import Answer

NAME, COMPANY = "[name]", "[company]"
SHORTEST = 2  # letters of a part of a name: an initial is no name


def without_personal_data(text: str, people: Iterable[str] = (), companies: Iterable[str] = ()) -> str:
    """`text` without e-mail addresses, numbers and so on (see `feedback_site.personal`), and without these names.

    Each part of a person's name goes by itself too, as who is Dana Levi signs as Dana; a company's name goes as a whole,
    as its parts are words of their own.
    """
    text = masked(text)
    for company in companies:
        text = _without(text, [company], COMPANY)
    for person in people:
        text = _without(text, [person, *(part for part in person.split() if len(part) >= SHORTEST)], NAME)
    return text


def nameless(texts: Sequence[str], of: Sequence[int]) -> list[str]:
    """The texts without personal data and the names of the contact and the account whose answer (its key in `of`) each is of."""
    names = ("pk", "response__contact__name", "response__account__name")
    known = {pk: (person or "", company or "") for pk, person, company in Answer.objects.filter(pk__in=set(of)).values_list(*names)}
    whose = [known.get(key, ("", "")) for key in of]
    return [without_personal_data(text, [person], [company]) for text, (person, company) in zip(texts, whose, strict=True)]


def _without(text: str, names: Iterable[str], mark: str) -> str:
    wanted = "|".join(re.escape(name.strip()) for name in names if name.strip())
    return re.sub(rf"(?<!\w)([{PREFIXES}]{{0,3}})(?:{wanted})(?!\w)", rf"\1{mark}", text, flags=re.IGNORECASE) if wanted else text

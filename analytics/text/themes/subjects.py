"""What texts have in common: subjects found in their words and pairs of words, by non-negative matrix factorisation."""

import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from analytics.text.engines import hebrew
from analytics.text.engines.clean import clean
from analytics.text.language import HEBREW, script_of
from analytics.text.themes.stop_words import stop_words
from analytics.text.themes.terms import base_forms, written_forms

WORD_OR_MARK = re.compile(r"[^\W\d_]+(?:[\"'׳״’][^\W\d_]+)*|[^\w\s]")
SHORTEST = 2  # letters of a word that can name a subject
LEAST_OCCURRENCES = 3  # texts that a term must stand in
MOST_COMMON = 0.8  # share of texts; what more have says nothing of any
MOST_TERMS = 5_000  # that are looked at
MOST_SUBJECTS = 10
TEXTS_A_SUBJECT = 25
TERMS_SHOWN = 5
KEPT = 50_000  # words whose forms are remembered: texts repeat theirs
WEAKEST = 0.2  # of the weight of a subject's strongest term


@dataclass(frozen=True)
class Subject:
    """Terms as people write them, the strongest first, and the places of the texts that have one, the most typical first."""

    terms: list[str]
    texts: list[int]


@dataclass
class Words:
    """The words of texts by one key for all their forms, and how people write each word or pair of words.

    A Hebrew word may begin with prefixes or with letters of its own: it is taken for that of its possible forms which stands
    by itself in most texts.
    """

    language: str
    alone: Counter[str] = field(default_factory=Counter)
    written: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    dull: set[str] = field(default_factory=set)

    def grams(self, texts: Sequence[str]) -> list[list[str]]:
        """The keys of the words of each text, and of its pairs of neighbours, without those that name no subject."""
        split = [WORD_OR_MARK.findall(clean(text)) for text in texts]
        for words in split:
            self.alone.update({_forms(word)[0] for word in words if word[0].isalpha()})
        self.dull = {_key(_forms(word)[0]) for word in stop_words(self.language)}
        return [self._grams_of(words) for words in split]

    def _grams_of(self, words: Sequence[str]) -> list[str]:
        found, before = [], ("", "")
        for word in words:
            key = self.key(word) if word[0].isalpha() else ""
            if not key:
                before = ("", "")
                continue
            found.append(self._noted(key, word))
            if before[0]:
                found.append(self._noted(f"{before[0]} {key}", f"{before[1]} {word}"))
            before = (key, word)
        return found

    def key(self, word: str) -> str:
        """'' for a word that names no subject."""
        forms = _forms(word)
        likely = max(forms, key=lambda form: self.alone[form]) if len(forms) > 1 else forms[0]
        key = _key(likely)
        is_dull = not self.dull.isdisjoint({key, _key(forms[0])})
        return "" if is_dull or len(likely) < SHORTEST else key

    def _noted(self, key: str, word: str) -> str:
        self.written[key][word.lower()] += 1
        return key

    def shown(self, key: str) -> str:
        """As most people write it, if possible without prefix."""
        forms = self.written[key]
        plain = {word: count for word, count in forms.items() if hebrew.written_plainly(word) == key}
        return max(plain or forms, key=lambda word: (forms[word], word))


@lru_cache(maxsize=KEPT)
def _forms(word: str) -> tuple[str, ...]:
    return tuple(written_forms(word))


@lru_cache(maxsize=KEPT)
def _key(form: str) -> str:
    return form if script_of(form) == HEBREW else base_forms(_forms(form))[0]


def subjects_of(texts: Sequence[str], language: str) -> list[Subject]:
    """The subjects of texts in one language, the most frequent first; none where the texts have too little in common.

    Terms are words and pairs of neighbouring words, weighted by tf–idf (Salton & Buckley 1988); the subjects are the factors of
    a non-negative matrix factorisation (Lee & Seung 1999, Nature 401), begun from a fixed start, so that the same texts have
    the same subjects.
    """
    words = Words(language)
    grams = words.grams(texts)
    weights, names = _weighed(grams)
    if weights is None:
        return []
    typical, strength = _factors(weights, _number_of_subjects(len(texts), weights.shape))
    members = [set(one) for one in grams]
    found = []
    for number, row in enumerate(strength):
        terms = _chosen(row, names)
        places = [place for place, own in enumerate(members) if not own.isdisjoint(terms)]
        places.sort(key=lambda place: -typical[place, number])
        found.append(Subject([words.shown(term) for term in terms], places))
    return sorted((one for one in found if one.terms), key=lambda one: -len(one.texts))


def _weighed(grams: list[list[str]]) -> tuple[Any, Any]:
    """Texts × terms, and the terms; None where no term stands in enough texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    weigher = TfidfVectorizer(
        analyzer=list, min_df=LEAST_OCCURRENCES, max_df=MOST_COMMON, max_features=MOST_TERMS, sublinear_tf=True
    )  # `list`: they are split already
    try:
        return weigher.fit_transform(grams), weigher.get_feature_names_out()
    except ValueError:  # what scikit-learn says where no term is left
        return None, None


def _factors(weights: Any, number: int) -> tuple[Any, Any]:
    """How typical each text is of each subject, and how strong each term is in it."""
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(number, init="nndsvda", random_state=0, max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a good start is enough for suggestions
        return model.fit_transform(weights), model.components_


def _number_of_subjects(texts: int, shape: tuple[int, int]) -> int:
    return max(1, min(MOST_SUBJECTS, texts // TEXTS_A_SUBJECT, *shape))


def _chosen(strength: Any, names: Any) -> list[str]:
    """The strongest terms; of a word and a pair that holds it, the stronger one."""
    least, found = WEAKEST * float(strength.max()), list[str]()
    for place in (-strength).argsort()[: 4 * TERMS_SHOWN]:
        words = set(names[place].split())
        overlaps = any(words <= set(term.split()) or words >= set(term.split()) for term in found)
        if strength[place] > 0 and strength[place] >= least and not overlaps and len(found) < TERMS_SHOWN:
            found.append(str(names[place]))
    return found

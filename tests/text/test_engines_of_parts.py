"""A text in two languages says which engines read it, and is read again when either of them is another."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.models import EngineChoice, Sentiment
from analytics.text import score
from analytics.text.engines import built_in
from analytics.text.engines.built_in import Score
from analytics.text.engines.errors import EngineUnavailable
from analytics.text.learning import choice, queries
from analytics.text.other_parts import OtherPart, read, written
from tests import factories

pytestmark = pytest.mark.django_db
BOTH = "השירות מצוין ואדיב, תודה רבה! The delivery was late and the box was broken."


@pytest.fixture
def comment():
    survey = factories.survey()
    return lambda text=BOTH, **fields: factories.response(survey=survey, comment=text, **fields)


def made_by():
    rows = Sentiment.objects.order_by("answer_id")
    return [((row.language, row.engine, row.engine_version), [tuple(part) for part in row.other_parts]) for row in rows]


ENGLISH, HEBREW = ("en", "kesher-english", "3"), ("he", "kesher-hebrew", "3")


def test_the_longest_part_and_the_others_with_their_engines(comment):
    comment()
    score.score_waiting()
    assert made_by() == [(ENGLISH, [HEBREW])]


def test_a_text_in_one_language_has_no_others(comment):
    comment("Great service. It works.")
    score.score_waiting()
    assert made_by() == [(ENGLISH, [])]


def test_a_part_that_no_engine_covers_is_noted_too_and_read_once_one_does(comment, monkeypatch):
    comment("The delivery was late and the box was broken. Спасибо большое, всё хорошо.")
    score.score_waiting()
    assert made_by() == [(ENGLISH, [("ru", "", "")])]

    class Russian:
        name, version, languages = "russian", "1 beta", frozenset({"ru"})

        def score(self, texts):
            return [Score(0.5, "positive") for _ in texts]

    monkeypatch.setattr(built_in, "ENGINES", (*built_in.ENGINES, Russian()))
    assert [score.score_waiting(), score.score_waiting()] == [1, 0]
    assert made_by() == [(ENGLISH, [("ru", "russian", "1 beta")])]


@pytest.mark.parametrize("engine", [0, 1], ids=["of the longest part", "of the other part"])
def test_a_new_version_of_either_engine_reads_again(comment, monkeypatch, engine):
    comment()
    comment("Great service.")
    score.score_waiting()
    monkeypatch.setattr(built_in.ENGINES[engine], "version", "next")
    assert [score.score_waiting(), score.score_waiting()] == [[2, 0], [1, 0]][engine]
    found = Sentiment.objects.exclude(other_engines="").get()
    assert [found.engine_version, found.other_parts[0].version] == [["next", "3"], ["3", "next"]][engine]


def test_another_choice_for_the_second_language_reads_again_and_back(comment):
    comment()
    score.score_waiting()
    choice.use("he", "kesher-hebrew-lexicon", None, None)
    assert [score.score_waiting(), score.score_waiting()] == [1, 0]
    assert made_by() == [(ENGLISH, [("he", "kesher-hebrew-lexicon", "1")])]
    choice.restore("he", None)
    assert [score.score_waiting(), score.score_waiting()] == [1, 0]
    assert made_by() == [(ENGLISH, [HEBREW])]


def test_what_a_stand_in_read_of_the_second_language_waits_until_its_engine_is_back(comment, monkeypatch):
    def away(self, texts):
        raise EngineUnavailable("Nobody answers.")

    whole = built_in.ENGINES[1].score
    monkeypatch.setattr(built_in.ENGINES[1], "score", away.__get__(built_in.ENGINES[1]))
    comment()
    assert [score.score_waiting(), score.score_waiting()] == [1, 0]
    assert made_by() == [(ENGLISH, [("he", "kesher-hebrew-lexicon", "1")])]
    monkeypatch.setattr(built_in.ENGINES[1], "score", whole)
    EngineChoice.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    assert [score.score_waiting(), score.score_waiting()] == [1, 0]
    assert made_by() == [(ENGLISH, [HEBREW])]


def test_a_look_asks_as_many_queries_whatever_parts_there_are(comment):
    comment("Great service.")
    score.score_waiting()
    with CaptureQueriesContext(connection) as before:
        assert score.score_waiting() == 0
    for _ in range(3):
        comment()
    score.score_waiting()
    with CaptureQueriesContext(connection) as after:
        assert score.score_waiting() == 0
    assert len(after) == len(before)


def test_names_and_versions_are_the_same_when_they_come_back():
    parts = [OtherPart("ar", "endpoint", "a model 3/1"), OtherPart("he", "own", "7"), OtherPart("pt", "", "")]
    assert read(written(reversed(parts))) == parts
    assert (written([OtherPart("", "", "")]), read("")) == ("", [])


# --- Where it is shown ----------------------------------------------------------------------------


def test_the_page_and_the_export_name_all_engines(comment, login, survey_owner):
    response = comment()
    score.score_waiting()
    page = login(survey_owner).get(f"/feedback/{response.pk}/").content.decode()
    assert "<bdi>Kesher for English 3</bdi>" in page
    assert "Parts in other languages: <bdi>Hebrew</bdi>, <bdi>Kesher for Hebrew 3</bdi>" in page
    assert queries.engines_of(Sentiment.objects.get()) == "Kesher for English 3; Hebrew: Kesher for Hebrew 3"


def test_the_page_of_engines_counts_parts_and_how_far_reading_again_is(comment):
    comment()
    comment("שירות מצוין")
    score.score_waiting()
    rows = [(row.language, row.engine, row.n, row.parts) for row in queries.read_by()]
    assert rows == [("en", "kesher-english", 1, 0), ("he", "kesher-hebrew", 1, 1)]
    lexicon = built_in.engine_named("kesher-hebrew-lexicon")
    assert queries.to_read_again("he", lexicon) == 2
    choice.use("he", lexicon.name, None, None)
    progress = queries.progress(queries.read_by(), choice.line_ups())
    assert [(one.language, one.done, one.total) for one in progress.readings] == [("en", 1, 1), ("he", 0, 2)]
    assert (progress.unread, progress.waiting) == (0, 2)


def test_texts_in_two_scripts_that_were_read_before_are_read_once_more(comment):
    for text in (BOTH, "Great service.", "שירות מצוין", "Produto excelente"):
        comment(text)
    score.score_waiting()
    Sentiment.objects.update(other_engines="")
    import_module("analytics.migrations.0009_read_mixed_texts_again").read_again(apps, None)
    assert [score.score_waiting(), score.score_waiting()] == [1, 0]
    assert made_by()[0] == (ENGLISH, [HEBREW])

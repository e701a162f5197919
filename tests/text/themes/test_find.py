"""The themes of answers follow the texts, their sentiment and the catalogue."""

import pytest
from django.utils import timezone

from analytics.models import AnswerTheme, Judgement, Sentiment
from analytics.text.judging.judge import judge, take_back
from analytics.text.learning import choice
from analytics.text.models import SEARCHED_BEFORE
from analytics.text.passes import alone
from analytics.text.score import score_waiting
from analytics.text.tasks import apply_themes
from analytics.text.themes import catalogue, find
from analytics.text.themes.catalogue import Draft
from analytics.text.themes.find import Progress, apply_themes_waiting, progress
from surveys.models import Answer
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def themes():
    support = factories.theme("support", "support", "agent")
    return {
        "price": factories.theme("price", "price", "expensive"),
        "support": support,
        "speed": factories.theme("speed", "slow support", parent=support),
    }


def comment(text, **fields):
    answer = factories.response(comment=text, **fields).answers.get(question_key="comment")
    score_waiting()
    return answer


def found(answer):
    return {row.theme.key: row.label for row in AnswerTheme.objects.filter(answer=answer).select_related("theme")}


def test_each_theme_has_the_sentiment_of_the_sentences_that_mention_it():
    answer = comment("The agent was wonderful. The price is terrible! See you on Monday.")
    assert apply_themes() == 1
    assert found(answer) == {"support": "positive", "price": "negative"}
    assert {row.theme.key: row.spans for row in AnswerTheme.objects.all()} == {"support": [[4, 9]], "price": [[29, 34]]}


def test_a_theme_in_the_second_language_of_a_text_is_read_in_that_one():
    answer = comment("הסוכן היה נהדר ומקצועי, תודה רבה. The price is awful, far too expensive!")
    apply_themes()
    assert found(answer)["price"] == "negative"


def test_a_single_sentence_has_the_sentiment_of_the_text_and_a_person_s_judgement_counts():
    answer = comment("The price is terrible")
    Sentiment.objects.update(label="positive")
    Judgement.objects.create(answer=answer, label="positive", engine_label="negative", answer_updated_at=answer.updated_at)
    apply_themes_waiting()
    assert (found(answer), AnswerTheme.objects.get().polarity) == ({"price": "positive"}, None)


def test_a_judgement_reaches_the_themes_of_the_whole_text_at_once_as_a_search_would_find_them(administrator):
    whole, parts = comment("The price is terrible"), comment("The agent was wonderful. The price is terrible!")
    apply_themes_waiting()
    before = [found(answer) for answer in (whole, parts)]
    for answer in (whole, parts):
        judge(answer, "mixed", administrator)
    now = [found(whole), found(parts), AnswerTheme.objects.get(answer=whole).polarity]
    assert now == [{"price": "mixed"}, {"support": "positive", "price": "negative"}, None]
    Sentiment.objects.update(themes_revision=0)
    apply_themes_waiting()
    assert [found(whole), found(parts), AnswerTheme.objects.get(answer=whole).polarity] == now
    for answer in (whole, parts):
        take_back(answer, administrator)
    assert ([found(answer) for answer in (whole, parts)], progress()) == (before, Progress(2, 2))


def test_where_a_sub_theme_is_found_its_theme_is_not_counted_as_well():
    assert apply_themes_waiting() == 0
    answer = comment("Slow support. Nice agent")
    apply_themes_waiting()
    assert list(found(answer)) == ["speed"]


def test_nothing_is_done_twice_and_each_change_of_the_catalogue_is_followed(themes, survey_owner):
    answer = comment("Too expensive, and the agent was rude")
    assert (apply_themes_waiting(), apply_themes_waiting()) == (1, 0)
    catalogue.change(survey_owner, themes["price"], Draft({"en": "Price"}, {"en": ["cost"]}))
    assert progress() == Progress(0, 1)
    assert apply_themes_waiting() == 1
    assert (list(found(answer)), progress()) == (["support"], Progress(1, 1))
    catalogue.archive(survey_owner, themes["support"])
    apply_themes_waiting()
    assert found(answer) == {}


def test_a_text_that_was_changed_is_looked_at_again():
    answer = comment("Too expensive")
    apply_themes_waiting()
    Answer.objects.filter(pk=answer.pk).update(text="Nice agent", updated_at=timezone.now())
    score_waiting()
    assert apply_themes_waiting() == 1
    assert list(found(answer)) == ["support"]


def test_while_another_engine_reads_a_text_again_its_themes_stay_and_wait(themes):
    answer, changed = comment("Too expensive, but a nice agent. Fine"), comment("Too expensive")
    apply_themes_waiting()
    before = found(answer)
    Answer.objects.filter(pk=changed.pk).update(text="Nice agent", updated_at=timezone.now())
    choice.use("en", "textblob", None, None)
    score_waiting()
    revisions = dict(Sentiment.objects.values_list("answer", "themes_revision"))
    assert (revisions, found(answer), progress()) == ({answer.pk: SEARCHED_BEFORE, changed.pk: 0}, before, Progress(0, 2))
    assert apply_themes_waiting() == 2
    assert progress() == Progress(2, 2)


def test_in_batches_that_end_with_the_time_and_go_on_in_the_next_run():
    answers = [comment("Too expensive") for _ in range(3)]
    assert [apply_themes_waiting(batch=1, seconds=0) for _ in range(4)] == [1, 1, 1, 0]
    assert [list(found(answer)) for answer in answers] == [["price"]] * 3


def test_what_a_dead_worker_leaves_is_whole_and_found_again(monkeypatch):
    comment("Too expensive")
    monkeypatch.setattr(AnswerTheme.objects, "bulk_create", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        apply_themes_waiting()
    assert progress() == Progress(0, 1)
    monkeypatch.undo()
    assert apply_themes_waiting() == 1


def test_one_worker_at_a_time_and_two_would_write_the_same_rows():
    answer = comment("Too expensive")
    with alone("themes"):
        assert apply_themes_waiting() == 0
    [(rows, catalogue)] = find.batches(10)
    for _ in range(2):
        find.store(find.found_in(rows, catalogue), rows, catalogue)
    assert AnswerTheme.objects.filter(answer=answer).count() == 1


def test_answers_changed_scored_anew_or_deleted_while_they_were_read_keep_waiting(themes):
    changed, scored, gone, fine = (comment("Too expensive") for _ in range(4))
    [(rows, catalogue)] = find.batches(10)
    read = find.found_in(rows, catalogue)
    Answer.objects.filter(pk=changed.pk).update(updated_at=timezone.now())
    Sentiment.objects.filter(answer=scored).update(label="mixed")
    Answer.objects.filter(pk=gone.pk).delete()
    themes["support"].delete()
    assert find.store(read, rows, catalogue) == 1
    assert set(Sentiment.objects.filter(themes_revision=0).values_list("answer", flat=True)) == {changed.pk, scored.pk}
    assert list(found(fine)) == ["price"]


def test_a_theme_deleted_while_its_answers_were_read_is_left_out(themes):
    comment("Too expensive")
    [(rows, catalogue)] = find.batches(10)
    read = find.found_in(rows, catalogue)
    themes["price"].delete()
    assert (find.store(read, rows, catalogue), AnswerTheme.objects.count()) == (1, 0)


def test_what_is_found_in_anonymous_answers_has_keys_that_tell_nothing():
    answer = comment("Too expensive")
    Sentiment.objects.all().delete()
    Answer.objects.filter(pk=answer.pk).update(id=-5)
    score_waiting()
    apply_themes_waiting()
    assert AnswerTheme.objects.get(answer=-5).pk < 0


def test_the_queries_of_a_batch_do_not_grow_with_its_answers(django_assert_num_queries):
    def queries_of(n):
        for _ in range(n):
            comment("The agent was wonderful. But the price is terrible!")
        [(rows, catalogue)] = find.batches(100)
        with django_assert_num_queries(9):
            find.store(find.found_in(rows, catalogue), rows, catalogue)

    queries_of(1)
    queries_of(3)


@pytest.mark.parametrize("text", ["😡", "12345", "price " * 20_000, "\u202e price \x07", "<b>price</b>"])
def test_odd_texts_break_nothing(text):
    answer = comment(text)
    assert apply_themes_waiting() == 1
    assert set(found(answer)) == ({"price"} if "price" in text else set())
    assert all(len(row.spans) <= find.MOST_SPANS for row in AnswerTheme.objects.all())

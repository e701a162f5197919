"""Search finds words in any of their forms, in both languages, and the same on both databases."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from analytics.text.search.find import has, highlighted, matching
from analytics.text.search.index import index_waiting, search_text, store
from analytics.text.search.models import VERSION, SearchMark, SearchText, awaiting_search
from analytics.text.search.query import terms_of
from analytics.text.search.words import forms, normal, sought, words_of
from analytics.text.tasks import index_waiting_texts
from surveys.models import Answer
from tests import factories

TEXTS = {
    "deliveries": "The deliveries were late, and the company's invoice wrong.",
    "delivered": "Delivered twice; order 10000-22 came on time",
    "cafe": "Très bon CAFÉ, don't change",
    "service": "והשירות היה מצוין, תודה",
    "services": "שירותי הענן שלכם מעולים",
    "pointed": "שֵׁרוּת לקוחות גרוע",
    "phone": "שירות הלקוחות לא עונה לטלפון",
    "slang": 'חבל"ז על הזמן! הצ׳ק לא הגיע',
    "stretched": "מעולהההה ואווירה טובה",
    "mixed": "ה-support שלכם גרוע, sooo slow",
    "hostile": "100% of it; O'Brien said <b>\\d+ 'or' 1=1 --</b> a_b",
    "smiley": "👍👍",
}
CASES = [
    ("delivery", ["deliveries"]),
    ("delivery late", ["deliveries"]),  # both, in any order
    ("late deliveries", ["deliveries"]),
    ("deliver", ["deliveries", "delivered"]),  # while it is typed
    ("deliver order", ["delivered"]),
    ("company", ["deliveries"]),
    ("INVOIC", ["deliveries"]),
    ("delivery -invoice", []),
    ("delivered -invoices", ["delivered"]),
    ("-delivery order", ["delivered"]),
    ('"deliveries were late"', ["deliveries"]),
    ('"late deliveries"', []),
    ('"delivery were late"', []),  # just as it is written
    ('invoice -"were late"', []),
    ('order -"were late"', ["delivered"]),
    ("10000", ["delivered"]),
    ("1000", ["delivered"]),  # begins it
    ("1000 order", []),
    ("10000-22", ["delivered"]),
    ("cafe", ["cafe"]),
    ("café dont", ["cafe"]),
    ("don’t bon", ["cafe"]),
    ("שירות", ["service", "services", "phone"]),
    ("השירות", ["service"]),
    ("והשירות", ["service"]),
    ("שירות תודה", ["service"]),  # a whole word, with letters before it
    ("שרות", ["pointed"]),
    ("לקוחות", ["pointed", "phone"]),
    ('"שרות לקוחות"', ["pointed"]),
    ('"שירות הלקוחות"', ["phone"]),
    ("לקוחות -גרוע", ["phone"]),
    ("מצוינ", ["service"]),
    ("מצוין", ["service"]),  # the final letter is one
    ("טלפון", ["phone"]),
    ("חבלז", ["slang"]),
    ('חבל"ז', ["slang"]),
    ("חבל״ז זמן", ["slang"]),
    ("הצק", ["slang"]),
    ("מעולה", ["stretched"]),
    ("מעול", ["services", "stretched"]),
    ("אוירה", ["stretched"]),
    ("support גרוע", ["mixed"]),
    ("so", ["mixed"]),
    ("100%", ["delivered", "hostile"]),
    ("o'brien", ["hostile"]),
    ("'or' 1=1", ["hostile"]),
    ("a_b", ["hostile"]),
    ("\\d+", ["hostile"]),
    ("👍", ["smiley"]),
    ("'", ["deliveries", "cafe", "hostile"]),
    ("%", ["hostile"]),
    ("שלום", []),
]


@pytest.fixture
def survey(db):
    return factories.survey()


@pytest.fixture
def comment(survey):
    account = factories.account()
    return lambda text: factories.response(account, survey, comment=text).answers.get(question_key="comment")


def found(query, **how):
    return list(matching(Answer.objects.texts(), query, **how).order_by("pk").values_list("text", flat=True))


def test_what_is_found(comment):
    for text in TEXTS.values():
        comment(text)
    index_waiting()
    names = {text: name for name, text in TEXTS.items()}
    assert {query: [names[text] for text in found(query)] for query, _wanted in CASES} == dict(CASES)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such index")
@pytest.mark.django_db
def test_the_index_is_used():
    """As it is on an expression, the query must be word for word the same."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "search_forms" in SearchText.objects.filter(has(terms_of("late")[0])).explain()


@pytest.mark.django_db
class TestPersonalData:
    def test_who_may_not_read_a_number_does_not_find_it(self, comment):
        comment("Call 050-1234567 about the invoice")
        comment("Invoice 1234567 is wrong")
        index_waiting()
        queries = ["1234567", "050", '"050 1234567"', "050-1234567", "call -1234567", "invoice"]
        assert [[len(found(query)), len(found(query, is_masked=True))] for query in queries] == [
            [2, 1], [1, 0], [1, 0], [1, 0], [0, 1], [2, 2],
        ]  # fmt: skip

    def test_words_beside_what_is_masked_do_not_stand_in_a_row(self, comment):
        comment("Call 050-1234567 now")
        index_waiting()
        assert (found('"call now"', is_masked=True), len(found('call -"call now"', is_masked=True))) == ([], 1)

    def test_a_text_that_is_masked_whole(self, comment):
        comment("050-1234567")
        index_waiting()
        assert (len(found("050")), found("050", is_masked=True)) == (1, [])

    def test_before_it_is_taken_up_who_may_not_read_it_does_not_find_it(self, comment):
        comment("Call 050-1234567 now")
        assert (len(found("call")), len(found("050-1234567")), found("call", is_masked=True)) == (1, 1, [])


class TestTakingUp:
    def test_a_text_is_found_before_that_by_its_letters(self, comment):
        comment("The deliveries were late")
        assert [len(found(query)) for query in ("late deliver", "delivery", "late -deliver")] == [1, 0, 0]
        assert index_waiting() == 1
        assert [len(found(query)) for query in ("late deliver", "delivery", "late -delivered")] == [1, 1, 1]

    def test_twice_changes_nothing(self, comment):
        comment("Late")
        index_waiting()
        before = SearchText.objects.values().get()
        assert (index_waiting(), SearchText.objects.values().get()) == (0, before)

    def test_a_corrected_text_is_found_by_its_new_words_alone(self, comment):
        answer = comment("Late")
        index_waiting()
        Answer.objects.filter(pk=answer.pk).update(text="Wonderful", updated_at=answer.updated_at + timedelta(minutes=1))
        assert (len(found("wonder")), found("late")) == (1, [])
        assert index_waiting() == 1
        assert (len(found("wonderfully")), found("late")) == (1, [])

    def test_a_text_that_was_taken_back_leaves_no_words(self, comment):
        answer = comment("Late")
        index_waiting()
        Answer.objects.filter(pk=answer.pk).update(text="", updated_at=answer.updated_at + timedelta(minutes=1))
        index_waiting()
        assert (SearchText.objects.get().forms.split(), list(awaiting_search())) == ([], [])

    def test_other_rules_of_words_look_at_every_text_again(self, comment):
        comment("Late")
        index_waiting()
        SearchText.objects.update(version=0)
        assert (len(found("late")), index_waiting(), index_waiting()) == (1, 1, 0)

    def test_who_goes_back_to_other_rules_misses_no_text(self, comment):
        SearchMark.objects.create(version=VERSION - 1, complete_at=timezone.now())
        comment("Late")
        index_waiting()
        assert [mark.version for mark in SearchMark.objects.all()] == [VERSION]

    def test_a_slow_worker_with_the_old_text_does_not_hide_the_new_one(self, comment):
        answer = comment("Late")
        slow = search_text(answer)
        Answer.objects.filter(pk=answer.pk).update(text="Wonderful", updated_at=timezone.now() + timedelta(minutes=1))
        index_waiting()
        store([slow])
        assert (found("late"), len(found("wonderful")), list(awaiting_search())) == ([], 1, [answer])

    def test_a_deleted_answer_takes_its_words_along_and_does_not_stop_the_others(self, comment):
        gone, stays = comment("Late"), comment("Lately")
        rows = [search_text(answer) for answer in (gone, stays)]
        index_waiting()
        gone.delete()
        assert (SearchText.objects.count(), store(rows)) == (1, 1)

    def test_texts_of_anonymous_surveys_are_not_taken_up(self, db):
        factories.response(survey=factories.survey(is_anonymous=True), comment="Late")
        assert (index_waiting(), SearchText.objects.count()) == (0, 0)

    def test_all_batches_are_taken_by_the_task(self, comment, monkeypatch):
        for _ in range(3):
            comment("Late")
        assert (index_waiting(batch=2), index_waiting_texts()) == (3, 0)

    def test_a_batch_costs_the_same_number_of_queries(self, comment, django_assert_num_queries, django_assert_max_num_queries):
        index_waiting()  # the first run of all goes through everything
        comment("Late")
        with django_assert_max_num_queries(12) as one:
            index_waiting()
        for _ in range(3):
            comment("Late")
        with django_assert_num_queries(len(one)):
            index_waiting()

    @pytest.mark.parametrize(
        "text", ["a" * 100_000, "אב " * 33_000, "\x0b\x1b \u202e", " ".join(map(str, range(20_000))), "\u0301\u0302", "ª² ½ ⅷ 1e5 😀"]
    )
    def test_odd_texts_do_not_stop_it(self, comment, text):
        comment(text)
        comment("Late")
        assert (index_waiting(), len(found("late"))) == (2, 1)


class TestHighlighting:
    @pytest.mark.parametrize(
        ("text", "query", "html"),
        [
            ("The deliveries were late", "delivery", "The <mark>deliveries</mark> were late"),
            ("The deliveries were late", "late deliv", "The <mark>deliveries</mark> were <mark>late</mark>"),
            ("The deliveries were late", '"were late" -the', "The deliveries <mark>were late</mark>"),
            ("והשירות היה טוב", "שירות", "<mark>והשירות</mark> היה טוב"),
            ("שֵׁרוּת גרוע", "שרות", "<mark>שֵׁרוּת</mark> גרוע"),
            ('זה חבל"ז', "חבלז", "זה <mark>חבל&quot;ז</mark>"),
            ("בשירות הלקוחות", '"שירות הלקוחות"', "<mark>בשירות הלקוחות</mark>"),
            ("<b>late</b> & co", "late", "&lt;b&gt;<mark>late</mark>&lt;/b&gt; &amp; co"),
            ("late", "", "late"),
            ("<i>", "😀", "&lt;i&gt;"),
        ],
    )
    def test_what_was_found_is_marked_and_all_the_rest_escaped(self, text, query, html):
        assert highlighted(text, query) == html

    def test_of_a_long_text_the_part_around_the_first_hit_is_shown(self):
        text = "word " * 100 + "late " + "word " * 100
        assert highlighted(text, "late", 40) == "…word <mark>late</mark> word word word word word word …"
        assert highlighted(text, "none", 12) == "word word wo…"
        assert highlighted("late " * 3, "late", 9) == "<mark>late</mark> <mark>late</mark>…"


@given(st.text(max_size=60))
def test_every_word_is_found_by_itself(text):
    """Whatever stands in a text, typing it finds it: the form that is looked for is one of those that it is found as."""
    for start, end, word in words_of(text):
        assert normal(text[start:end]) == word
        assert sought(word) in forms(word)
        assert all(form.isalnum() for form in forms(word))

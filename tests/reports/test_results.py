"""The results of a survey: against counts done by hand, over versions, and without telling who said what."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics.reports.result_charts import headline_by_month
from analytics.reports.results import results_of
from surveys.authoring.drafts import new_draft
from surveys.authoring.publish import publish
from surveys.collection import anonymous as anonymous_responses
from surveys.models import Answer, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return factories.survey()


def by_key(results):
    return {result.question.key: result for result in results.questions}


def shares(result):
    return [(share.label, share.count) for share in result.shares]


def rounded(figure):
    return [None if part is None else round(float(part), 1) for part in (figure.value, figure.low, figure.high)]


class TestAgainstCountsByHand:
    def test_a_score(self, survey, leadership):
        """7 promoters, 2 passives, 3 detractors: NPS 33.3; the interval is that of the R package NPS, nps.se adjusted Wald."""
        for score in [9] * 4 + [10] * 3 + [7, 8] + [0, 3, 6]:
            factories.response(survey=survey, score=score)
        score = by_key(results_of(survey, leadership, "en"))["score"]
        assert (score.n, score.figure.kpi, round(score.figure.value, 1)) == (12, "nps", 33.3)
        assert shares(score) == [(str(n), [1, 0, 0, 1, 0, 0, 1, 1, 1, 4, 3][n]) for n in range(11)]

    def test_choices_and_texts(self, survey, leadership):
        for choice, text in (("price", "Dear"), ("price", ""), ("service", "Slow")):
            response = factories.response(survey=survey, comment=text)
            Answer.objects.create(response=response, question_key="reason", choices=[choice], updated_at=timezone.now())
        factories.response(survey=survey)  # answers the score alone
        found = by_key(results_of(survey, leadership, "he"))
        assert (found["reason"].n, shares(found["reason"])) == (3, [("מחיר", 2), ("שירות", 1)])
        assert rounded(found["reason"].shares[0].figure) == [66.7, 20.8, 93.9]  # Wilson, 2 of 3
        assert [answer.text for answer in found["comment"].texts] == ["Slow", "Dear"]

    def test_other_kinds(self, leadership):
        survey = factories.survey(published=False)
        two = [{"key": "a", "labels": {"en": "A"}}, {"key": "b", "labels": {"en": "B"}}]
        rows = [{"key": "speed", "labels": {"en": "Speed"}}]
        for place, (key, extra) in enumerate(
            {
                "several_choices": {"choices": two, "options": {"other": True}},
                "ranking": {"choices": two},
                "matrix": {"choices": two, "rows": rows},
                "number": {},
                "consent": {},
                "yes_no": {},
            }.items(),
            start=4,
        ):
            factories.question(survey.draft, key=key, type=key, position=place, **extra)
        survey.versions.update(state="published")
        answers = [
            {"several_choices": {"choices": ["a", "other"], "text": "x"}, "ranking": {"choices": ["b", "a"]}, "number": {"data": "10.5"}},
            {"several_choices": {"choices": ["a"]}, "ranking": {"choices": ["a", "b"]}, "number": {"data": "20"}},
            {
                "ranking": {"choices": ["b", "a"]},
                "matrix": {"data": {"speed": "b"}},
                "consent": {"data": True},
                "yes_no": {"choices": ["yes"]},
            },
        ]
        for given in answers:
            response = factories.response(survey=survey)
            for key, columns in given.items():
                Answer.objects.create(response=response, question_key=key, updated_at=timezone.now(), **columns)
        found = by_key(results_of(survey, leadership, "en"))
        assert (found["several_choices"].n, shares(found["several_choices"])) == (2, [("A", 2), ("B", 0), ("Other", 1)])
        assert [(line.label, round(line.figure.value, 2)) for line in found["ranking"].lines] == [("B", 1.33), ("A", 1.67)]
        assert [(line.label, shares(line)) for line in found["matrix"].lines] == [("Speed", [("A", 0), ("B", 1)])]
        assert rounded(found["number"].figure)[0] == 15.2
        assert shares(found["yes_no"]) == [("Yes", 1), ("No", 0)]
        assert (found["consent"].n, shares(found["consent"])) == (3, [("Agreed", 1)])  # of three who went to the end
        assert rounded(found["consent"].shares[0].figure) == [33.3, 6.1, 79.2]  # Wilson, 1 of 3

    @pytest.mark.parametrize("what", ["rule", "end"])
    def test_a_consent_that_not_everybody_was_asked_for_has_no_share(self, leadership, what):
        survey = factories.survey(published=False)
        rule = [[{"subject": "question.reason", "is": "includes", "value": "price"}]]
        if what == "end":
            factories.question(survey.draft, key="enough", type="end", position=4, shown_if=rule)
        factories.question(survey.draft, key="consent", type="consent", position=5, shown_if=rule if what == "rule" else [])
        survey.versions.update(state="published")
        for agrees in (True, False):
            response = factories.response(survey=survey)
            if agrees:
                Answer.objects.create(response=response, question_key="consent", data=True, updated_at=timezone.now())
        found = by_key(results_of(survey, leadership, "en"))["consent"]
        assert (found.n, shares(found), found.shares[0].figure.value) == (1, [("Agreed", 1)], None)
        assert found.shares[0].figure.reason == "not everybody was asked: it depends on other answers"

    def test_nobody_agreed_is_a_result(self, leadership):
        survey = factories.survey(published=False)
        factories.question(survey.draft, key="consent", type="consent", position=5)
        survey.versions.update(state="published")
        factories.response(survey=survey)
        found = by_key(results_of(survey, leadership, "en"))["consent"]
        assert (found.n, shares(found), found.shares[0].figure.value) == (1, [("Agreed", 0)], 0)

    def test_without_an_answer_it_says_so_and_shows_no_zero(self, survey, leadership):
        found = by_key(results_of(survey, leadership, "en"))
        assert {(result.n, result.reason, result.figure) for result in found.values()} == {(0, "no answers yet", None)}


class TestWhatCounts:
    def test_partly_answered_ones_when_asked_for(self, survey, leadership):
        factories.response(survey=survey, score=9)
        factories.response(survey=survey, score=0, state="partial", completed_at=None)
        complete, both = (results_of(survey, leadership, "en", partial) for partial in (False, True))
        assert (complete.complete, complete.partial) == (1, 1)
        assert (by_key(complete)["score"].n, by_key(both)["score"].n) == (1, 2)

    def test_never_what_was_set_aside(self, survey, leadership):
        factories.response(survey=survey, set_aside="too_fast")
        for partial in (False, True):
            found = results_of(survey, leadership, "en", partial)
            assert (found.complete, found.set_aside, by_key(found)["score"].n) == (0, 1, 0)

    def test_own_accounts_only(self, survey, account_manager, leadership):
        factories.response(factories.account(account_manager=account_manager), survey)
        factories.response(survey=survey)
        assert [results_of(survey, user, "en").complete for user in (account_manager, leadership)] == [1, 2]


class TestVersions:
    @pytest.fixture
    def two_versions(self, survey, survey_owner):
        SurveyVersion.objects.filter(survey=survey).update(published_at=datetime(2026, 1, 10, tzinfo=UTC))
        old = survey.published
        for month in (1, 2):
            factories.response(survey=survey, score=6, at=datetime(2026, month, 15, tzinfo=UTC))
        draft = new_draft(survey)
        reason = draft.questions.get(key="reason")
        for question in draft.questions.all():
            question.texts = {code: {"low": "a", "high": "b", **texts} for code, texts in question.texts.items()}
            question.save()
        reason.delete()
        factories.question(draft, key="again", type="yes_no", position=9)
        publish(draft, survey_owner)
        SurveyVersion.objects.filter(pk=draft.pk).update(published_at=datetime(2026, 3, 5, tzinfo=UTC))
        response = factories.response(survey=survey, score=10, at=datetime(2026, 3, 15, tzinfo=UTC))
        assert (response.version.number, old.number) == (2, 1)
        return survey

    def test_they_join_by_key(self, two_versions, leadership):
        found = by_key(results_of(two_versions, leadership, "en"))
        assert (found["score"].n, list(found)) == (3, ["score", "reason", "comment", "again"])

    def test_what_is_no_longer_offered_keeps_its_answers(self, survey, survey_owner, leadership):
        response = factories.response(survey=survey)
        Answer.objects.create(response=response, question_key="reason", choices=["service"], updated_at=timezone.now())
        draft = new_draft(survey)
        reason = draft.questions.get(key="reason")
        reason.choices = [reason.choices[0], {"key": "speed", "labels": {"en": "Speed", "he": "מהירות"}}]
        reason.save()
        SurveyVersion.objects.filter(survey=survey).update(state="archived")
        SurveyVersion.objects.filter(pk=draft.pk).update(state="published")
        found = by_key(results_of(survey, leadership, "en"))["reason"]
        assert shares(found) == [("Price", 0), ("Speed", 0), ("Service (no longer offered)", 1)]

    def test_another_question_in_the_place_of_the_score_has_a_chart_of_its_own(self, survey, leadership):
        factories.response(survey=survey, score=0, at=datetime(2026, 1, 15, tzinfo=UTC))
        factories.next_version(survey, key="other_score")
        response = factories.response(survey=survey, score=10, at=datetime(2026, 2, 15, tzinfo=UTC))
        response.answers.update(question_key="other_score")
        assert [(month.start.month, month.figure.value) for month in results_of(survey, leadership, "en").months] == [(2, 100)]

    def test_the_chart_marks_the_boundary(self, two_versions, leadership):
        spec = headline_by_month(results_of(two_versions, leadership, "en"))
        values = [layer["data"]["values"] for layer in spec["layer"] if "data" in layer] + list(spec.get("datasets", {}).values())
        flat = [row for rows in values for row in rows]
        assert {"month": "2026-03-05", "label": "Version 2"} in flat
        assert [row["value"] for row in flat if "value" in row][:3] == [-100.0, -100.0, 100.0]

    def test_a_month_is_one_of_the_organisation(self, survey, leadership):
        factories.response(survey=survey, at=datetime(2026, 1, 31, 22, 30, tzinfo=UTC))  # the first of February in Jerusalem
        [month] = results_of(survey, leadership, "en").months
        assert (month.start.year, month.start.month, month.figure.n) == (2026, 2, 1)


class TestAnonymous:
    @pytest.fixture
    def anonymous(self):
        return factories.survey(is_anonymous=True)

    def answer(self, survey, times, comment="", **given):
        link = factories.link(survey)
        for number in range(times):
            answers = {"score": 9, **({"comment": f"{comment} {number}"} if comment else {}), **given}
            anonymous_responses.take(survey.published, answers, timezone.now(), "en", link)

    @pytest.mark.parametrize("came, shown, waiting", [(1, 0, 1), (4, 0, 4), (5, 5, 0), (9, 5, 4), (10, 10, 0)])
    def test_shown_in_whole_groups_of_five(self, anonymous, leadership, came, shown, waiting):
        self.answer(anonymous, came)
        found = results_of(anonymous, leadership, "en")
        assert (by_key(found)["score"].n, found.waiting) == (shown, waiting)

    def test_a_question_that_fewer_answered_is_not_shown_at_all(self, anonymous, leadership):
        self.answer(anonymous, 4, "I say")
        self.answer(anonymous, 1)
        comment = by_key(results_of(anonymous, leadership, "en"))["comment"]
        assert (comment.n, comment.texts, comment.reason) == (0, [], "fewer than 5 answers")

    def test_one_more_answer_changes_nothing_that_is_seen(self, leadership):
        """Whoever looks before and after must not learn what that one said: of a question, of a row, of the words under "other"."""
        survey = factories.survey(published=False, is_anonymous=True)
        two = [{"key": "a", "labels": {"en": "A"}}, {"key": "b", "labels": {"en": "B"}}]
        factories.question(survey.draft, key="matrix", type="matrix", position=4, choices=two, rows=two)
        factories.question(survey.draft, key="several", type="several_choices", position=5, choices=two, options={"other": True})
        survey.versions.update(state="published", published_at=timezone.now())
        seen, steps = None, 0
        for came in range(1, 61):
            rare = came % 3 == 0
            other = {"several": {"chosen": ["a", "other"], "other": f"word {came}"}} if came % 4 == 0 else {"several": {"chosen": ["a"]}}
            matrix = {"matrix": {"a": "a", **({"b": "b"} if rare else {})}}
            self.answer(survey, 1, comment="Rare" if rare else "", **other, **matrix)
            now = self.seen(survey, leadership)
            before = seen or dict.fromkeys(now, 0)
            changes = {name: now[name] - before[name] for name in now if now[name] != before[name]}
            assert all(step >= 5 for step in changes.values()), (came, changes)
            assert not changes or came % 5 == 0
            seen, steps = now, steps + len(changes)
        assert seen == {"score": 60, "comment": 20, "reason": 0, "matrix": 60, "several": 60, "row a": 60, "row b": 20, "words": 10}
        assert steps > 20

    def seen(self, survey, user):
        """How many answers each thing that is shown is made of."""
        found = by_key(results_of(survey, user, "en"))
        rows = {f"row {line.label.lower()}": sum(share.count for share in line.shares) for line in found["matrix"].lines}
        rows = {"row a": 0, "row b": 0, **rows}
        return {**{key: result.n for key, result in found.items()}, **rows, "words": len(found["several"].texts)}

    def test_texts_stand_in_no_order_of_time(self, anonymous, leadership):
        self.answer(anonymous, 10, "I say")
        texts = [answer.text for answer in by_key(results_of(anonymous, leadership, "en"))["comment"].texts]
        assert sorted(texts) == [f"I say {number}" for number in range(10)]
        assert texts not in (sorted(texts), sorted(texts, reverse=True))

    def test_no_time_line(self, anonymous, leadership):
        self.answer(anonymous, 10)
        assert results_of(anonymous, leadership, "en").months == []

    @pytest.mark.parametrize("role", ["account_manager", "team_lead", "sales"])
    def test_not_for_those_who_see_single_accounts(self, anonymous, login, role):
        self.answer(anonymous, 10)
        client = login(factories.user(role=role))
        assert client.get(reverse("reports:results", args=[anonymous.pk])).status_code == 404
        assert anonymous.name not in client.get(reverse("reports:results_list")).content.decode()

    def test_page_and_export_show_nothing_below_the_threshold(self, anonymous, login, leadership):
        self.answer(anonymous, 4, "Secret words")
        client, path = login(leadership), reverse("reports:results", args=[anonymous.pk])
        for query in ("", "?partial=yes", "?export=csv"):
            page = client.get(path + query).content.decode()
            assert ("Secret words" in page, "100" in page.split("</nav>")[-1].split("fewer than")[0].replace("1100", "")) == (False, False)


class TestThePage:
    def test_a_count_opens_the_rows_behind_it(self, survey, login, leadership):
        for choice, score in (("price", 9), ("service", 3)):
            response = factories.response(survey=survey, score=score)
            Answer.objects.create(response=response, question_key="reason", choices=[choice], updated_at=timezone.now())
        client = login(leadership)
        page = client.get(reverse("reports:results", args=[survey.pk])).content.decode()
        behind = f"/feedback/?survey={survey.pk}&amp;question=reason&amp;answer=price"
        assert f'href="{behind}"' in page
        assert client.get(behind.replace("&amp;", "&")).context["paginator"].count == 1
        assert client.get(f"/feedback/?survey={survey.pk}&question=score&answer=3").context["paginator"].count == 1
        assert client.get(f"/feedback/?survey={survey.pk}&question=reason&answer=pri").context["paginator"].count == 0

    def test_the_same_queries_for_one_and_for_thirty(self, survey, login, leadership):
        client, path = login(leadership), reverse("reports:results", args=[survey.pk])

        def queries():
            with CaptureQueriesContext(connection) as found:
                assert client.get(path).status_code == 200
            return len(found)

        factories.response(survey=survey, comment="x")
        first = queries()
        for number in range(30):
            factories.response(survey=survey, comment="x", at=timezone.now() - timedelta(days=number))
        assert queries() == first

    def test_hostile_words_stay_words(self, login, leadership):
        survey = factories.survey(name="<script>alert(1)</script>")
        factories.response(survey=survey, comment="=HYPERLINK(1)<script>")
        client, path = login(leadership), reverse("reports:results", args=[survey.pk])
        assert "<script>alert" not in client.get(path).content.decode()
        assert "&lt;script&gt;alert(1)" in client.get(path).content.decode()

    def test_empty(self, survey, login, leadership):
        assert "Nobody has answered to the end yet." in login(leadership).get(reverse("reports:results", args=[survey.pk])).content.decode()

    def test_a_draft_has_no_results(self, login, leadership):
        survey = factories.survey(published=False)
        assert login(leadership).get(reverse("reports:results", args=[survey.pk])).status_code == 404

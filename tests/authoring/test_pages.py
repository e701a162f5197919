"""The pages of the survey owner."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from surveys.models import Question, Response, Survey
from tests import factories

pytestmark = pytest.mark.django_db
NO_SUCH_TEXT = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgctxt "q.nobody.label"\nmsgid "Who?"\nmsgstr "Me"\n'


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


def html(response):
    return response.content.decode()


def page(name, *args):
    return reverse(f"authoring:{name}", args=args)


class TestWho:
    @pytest.mark.parametrize("role", ["account_manager", "team_lead", "leadership", "sales"])
    def test_only_those_who_manage_surveys(self, login, role):
        survey = factories.survey(published=False)
        question = survey.draft.questions.first()
        client = login(factories.user(role=role))
        reads = [
            page("surveys"),
            page("create"),
            page("survey", survey.pk),
            page("question", question.pk),
            page("delete_question", question.pk),
        ]
        reads += [page(name, survey.draft.pk) for name in ("texts", "publish", "preview", "add_question")]
        writes = [page("create"), page("draft", survey.pk), page("move_question", question.pk), page("publish", survey.draft.pk)]
        assert {client.get(address).status_code for address in reads} == {403}
        assert {client.post(address).status_code for address in writes} == {403}
        assert survey.draft.state == "draft"

    def test_the_anonymous_are_sent_to_the_login(self, client):
        assert client.get(page("surveys")).status_code == 302


class TestList:
    def test_state_languages_and_responses(self, owner):
        survey = factories.survey(name="Yearly <b>")
        factories.response(survey=survey)
        factories.response(survey=survey)
        shown = html(owner.get(page("surveys")))
        assert "Yearly &lt;b&gt;" in shown
        assert re.findall(r'<td class="num"><bdi>(\d+)</bdi>', shown) == ["2"]

    def test_search_state_and_the_empty_state(self, owner):
        assert "complete in one click" in html(owner.get(page("surveys")))
        factories.survey(name="Alpha")
        factories.survey(name="Beta", published=False)
        names = {
            query: [survey.name for survey in owner.get(page("surveys") + query).context["surveys"]]
            for query in ("?q=alp", "?state=has_draft", "?q=zzz")
        }
        assert names == {"?q=alp": ["Alpha"], "?state=has_draft": ["Beta"], "?q=zzz": []}

    def test_as_many_queries_for_three_as_for_one(self, owner, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        factories.survey()
        owner.get(page("surveys"))
        with CaptureQueriesContext(connection) as one:
            owner.get(page("surveys"))
        factories.survey()
        factories.survey()
        with django_assert_num_queries(len(one)):
            owner.get(page("surveys"))


class TestTheWholeWay:
    def test_from_the_starter_to_published_in_two_clicks(self, owner, survey_owner):
        response = owner.post(page("create"), {"starter": "relationship-nps"})
        survey = Survey.objects.get()
        assert response["Location"] == page("survey", survey.pk)
        assert "Still missing" not in html(owner.get(response["Location"]))
        owner.post(page("publish", survey.draft.pk))
        assert (survey.published.published_by, survey.owner) == (survey_owner, survey_owner)
        assert f'href="{reverse("distribution:create")}?survey={survey.pk}"' in html(owner.get(response["Location"]))

    def test_from_empty_to_published(self, owner):
        created = owner.post(page("create"), {"name": "Mine", "languages": ["en", "he"], "default_language": "he"})
        survey = Survey.objects.get()
        assert created["Location"] == page("texts", survey.draft.pk)
        assert survey.draft.languages == ["he", "en"]
        texts = {
            f"{name}-{code}": f"{name} {code}"
            for name in ("title", "introduction", "thanks", "subject", "invitation")
            for code in ("he", "en")
        }
        owner.post(created["Location"], {"name": "Mine", "languages": ["he", "en"], "default_language": "he", **texts})
        words = {f"{name}-{code}": f"{name} {code}" for name in ("label", "help", "low", "high") for code in ("he", "en")}
        add = page("add_question", survey.draft.pk)
        assert owner.post(add + "?type=ces", {"key": "ease", "is_required": "on", **words}).status_code == 302
        lines = {"choices-he": "א\r\nב", "choices-en": "A\r\n\r\n B "}
        assert owner.post(add + "?type=one_choice", {"key": "why", **words, **lines}).status_code == 302
        assert owner.post(page("publish", survey.draft.pk)).status_code == 302
        ease, why = survey.published.questions.all()
        assert (ease.key, ease.type, ease.is_required, ease.text("low", "he")) == ("ease", "ces", True, "low he")
        assert why.choices == [{"key": "a", "labels": {"he": "א", "en": "A"}}, {"key": "b", "labels": {"he": "ב", "en": "B"}}]

    def test_publishing_too_early_names_what_is_missing(self, owner):
        owner.post(page("create"), {"name": "Mine", "languages": ["en"], "default_language": "en"})
        response = owner.post(page("publish", Survey.objects.get().draft.pk))
        assert response.status_code == 422
        assert "The survey has no question." in html(response)
        assert "Title (English): the text is missing." in html(response)

    def test_looking_at_pages_changes_nothing(self, owner):
        survey = factories.survey()
        for address in (page("draft", survey.pk), page("move_question", survey.published.questions.first().pk)):
            assert owner.get(address).status_code == 405
        assert survey.draft is None


class TestQuestions:
    def test_languages_need_the_same_choices(self, owner):
        draft = factories.survey(published=False).draft
        response = owner.post(page("add_question", draft.pk) + "?type=one_choice", {"key": "why", "choices-en": "A\nB", "choices-he": "א"})
        assert response.status_code == 422
        assert "same number of choices" in html(response)

    def test_a_taken_key_is_said_and_what_was_typed_stays(self, owner):
        draft = factories.survey(published=False).draft
        response = owner.post(page("add_question", draft.pk) + "?type=nps", {"key": "score", "label-en": "Long <thought>"})
        assert response.status_code == 422
        assert "Another question of this version has this key." in html(response)
        assert 'value="Long &lt;thought&gt;"' in html(response)

    @pytest.mark.parametrize("key", ["two words", "ציון", "a/b"])
    def test_a_key_is_explained_in_plain_words(self, owner, key):
        draft = factories.survey(published=False).draft
        answer = owner.post(page("add_question", draft.pk) + "?type=nps", {"key": key})
        assert answer.context["form"].errors["key"] == ["Only letters of the Latin alphabet, digits, hyphens and underscores."]

    def test_a_question_moves_by_button_and_goes_after_asking(self, owner):
        draft = factories.survey(published=False).draft
        comment = draft.questions.get(key="comment")
        owner.post(page("move_question", comment.pk), {"by": "-1"})
        assert list(draft.questions.values_list("key", flat=True)) == ["score", "comment", "reason"]
        assert "Delete this question?" in html(owner.get(page("delete_question", comment.pk)))
        assert draft.questions.count() == 3
        owner.post(page("delete_question", comment.pk))
        assert list(draft.questions.values_list("key", flat=True)) == ["score", "reason"]

    def test_questions_of_a_published_version_have_no_pages_to_change_them(self, owner):
        version = factories.survey().published
        question = version.questions.first()
        addresses = [page("question", question.pk), page("delete_question", question.pk), page("move_question", question.pk)]
        addresses.append(page("add_question", version.pk) + "?type=nps")
        assert {owner.post(address, {"key": "x"}).status_code for address in addresses} == {404}
        assert Question.objects.filter(version=version).count() == 3

    def test_an_unknown_type_is_no_page(self, owner):
        draft = factories.survey(published=False).draft
        assert owner.get(page("add_question", draft.pk) + "?type=emoji").status_code == 404

    def test_texts_of_a_published_version_are_refused(self, owner):
        version = factories.survey().published
        owner.post(page("texts", version.pk), {"name": "Other", "languages": ["en"], "default_language": "en", "title-en": "Other"})
        version.refresh_from_db()
        assert (version.text("title", "en"), Survey.objects.get().name) == ("How are we doing?", version.survey.name)

    def test_the_default_language_must_be_one_of_the_survey(self, owner):
        draft = factories.survey(published=False).draft
        response = owner.post(page("texts", draft.pk), {"name": "Other", "languages": ["en"], "default_language": "he"})
        assert response.status_code == 422
        assert "must be one of the survey" in html(response)


class TestTitles:
    def test_the_browsers_tab_says_what_the_heading_says(self, owner):
        survey = factories.survey(name="Yearly")
        owner.post(page("draft", survey.pk))
        draft = survey.draft
        question = draft.questions.get(key="comment")
        addresses = [page("surveys"), page("create"), page("import"), page("survey", survey.pk), page("compare", survey.pk)]
        addresses += [page(name, draft.pk) for name in ("texts", "translation", "publish")]
        addresses += [page(name, question.pk) for name in ("question", "delete_question", "rules")]
        addresses.append(page("add_question", draft.pk) + "?type=nps")
        shown = [html(owner.get(address)) for address in addresses]
        headings = [re.sub("<[^>]*>", "", re.search("<h1>(.*?)</h1>", one)[1]) for one in shown]
        assert [re.search("<title>(.*?)</title>", one)[1] for one in shown] == [f"{heading} · Kesher" for heading in headings]
        assert "" not in headings


class TestErrorsTakeTheFocus:
    FOCUSED = re.compile(r'<(?:div|section) class="alert [^"]*" role="alert" tabindex="-1" autofocus')

    def test_after_what_was_refused(self, owner):
        draft = factories.survey(published=False).draft
        comment = draft.questions.get(key="comment")
        owner.post(page("create"), {"name": "Empty", "languages": ["en"], "default_language": "en"})
        pair = "?from=en&to=he"
        refused = [
            owner.post(page("create"), {"name": ""}),
            owner.post(page("import")),
            owner.post(page("texts", draft.pk), {"name": ""}),
            owner.post(page("texts", draft.pk), {"name": "Mine", "languages": ["en"], "default_language": "en", "seen": "old"}),
            owner.post(page("translation", draft.pk) + pair, {"q.comment.label": "x" * 5000}),
            owner.post(page("import_translation", draft.pk) + pair),
            owner.post(page("import_translation", draft.pk) + pair, {"file": SimpleUploadedFile("x.po", NO_SUCH_TEXT)}),
            owner.post(page("question", comment.pk), {"key": ""}),
            owner.post(page("rules", comment.pk)),
            owner.post(page("publish", Survey.objects.get(name="Empty").draft.pk)),
        ]
        assert [len(self.FOCUSED.findall(html(one))) for one in refused] == [1] * len(refused)

    def test_nothing_takes_it_before(self, owner):
        draft = factories.survey(published=False).draft
        addresses = [page("create"), page("import"), *(page(name, draft.pk) for name in ("texts", "translation", "publish"))]
        assert [self.FOCUSED.findall(html(owner.get(address))) for address in addresses] == [[]] * len(addresses)


class TestPreview:
    @pytest.mark.parametrize(("language", "direction", "title"), [("he", "rtl", "איך אנחנו?"), ("en", "ltr", "How are we doing?")])
    def test_it_is_the_respondents_page_and_stores_nothing(self, owner, language, direction, title):
        draft = factories.survey(published=False).draft
        shown = html(owner.get(page("preview", draft.pk) + f"?lang={language}"))
        assert f'<html lang="{language}" dir="{direction}">' in shown
        assert f"<h1>{title}</h1>" in shown
        assert shown.count('type="radio"') == 11
        assert "q-comment" in html(owner.get(page("preview", draft.pk) + f"?lang={language}&page=2"))
        assert owner.post(page("preview", draft.pk), {"q-score": "9"}).status_code == 405
        assert Response.objects.count() == 0

    def test_an_empty_draft_has_a_preview(self, owner):
        survey = Survey.objects.create(key="empty", name="Empty")
        version = survey.versions.create(number=1)
        assert owner.get(page("preview", version.pk)).status_code == 200


class TestEveryType:
    """Each type is written with its settings in the editor, shown in the preview, and published."""

    SETTINGS = {
        "csat": {"style": "faces"},
        "rating": {"lowest": "1", "highest": "10", "style": "stars"},
        "one_choice": {"other": "on", "random": "on"},
        "several_choices": {"exclusive": "on", "least": "1", "most": "2"},
        "short_text": {"least_length": "2", "most_length": "50"},
        "number": {"smallest": "0", "greatest": "100.5", "places": "1"},
        "date": {"earliest": "2026-01-01"},
        "contact_details": {"asked": ["name", "phone"]},
    }
    KEPT = {
        "csat": {"style": "faces"},
        "rating": {"lowest": 1, "highest": 10, "style": "stars"},
        "one_choice": {"other": True, "random": True},
        "several_choices": {"exclusive": True, "least": 1, "most": 2},
        "short_text": {"least_length": 2, "most_length": 50},
        "number": {"smallest": 0, "greatest": 100.5, "places": 1},
        "date": {"earliest": "2026-01-01"},
        "contact_details": {"asked": ["name", "phone"]},
    }

    @pytest.mark.parametrize("type_", Question.Type.values)
    def test_from_the_editor_to_published(self, owner, type_):
        draft = factories.survey(published=False).draft
        add = f"{page('add_question', draft.pk)}?type={type_}"
        form = owner.get(add).context["form"]
        words = {f"{name}-{code}": f"{name} {code}" for name in form.text_names for code in ("he", "en")}
        lists = {f"{name}-{code}": f"{name} 1 {code}\n{name} 2 {code}\n{name} 3 {code}" for name in form.lists for code in ("he", "en")}
        settings = self.SETTINGS.get(type_, {})
        answer = owner.post(add, {"key": "mine", **words, **lists, **settings})
        assert answer.status_code == 302, answer.context["form"].errors
        question = draft.questions.get(key="mine")
        assert question.options == self.KEPT.get(type_, {"style": "numbers"} if "style" in form.kind.options else {})
        edited = owner.get(page("question", question.pk))
        assert [edited.context["form"][name].value() for name in settings] != [None] * len(settings) or not settings
        assert "label he" in html(owner.get(f"{page('preview', draft.pk)}?lang=he&page=2"))
        assert owner.post(page("publish", draft.pk)).status_code == 302
        assert draft.survey.published == draft

    def test_a_setting_that_can_not_be_is_refused_in_its_place(self, owner):
        draft = factories.survey(published=False).draft
        answer = owner.post(f"{page('add_question', draft.pk)}?type=rating", {"key": "mine", "highest": "21"})
        assert answer.status_code == 422
        assert answer.context["form"].errors == {"highest": ["Ensure this value is less than or equal to 20."]}

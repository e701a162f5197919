"""The editor in place: fragments for htmx, where the focus goes, and steps that can be taken back."""

import json
import re

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from surveys.authoring import drafts, undo
from surveys.authoring.publish import publish
from surveys.models import Question, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


@pytest.fixture
def draft():
    return factories.survey(published=False).draft


def page(name, *args):
    return reverse(f"authoring:{name}", args=args)


def keys(draft):
    return list(Question.objects.filter(version=draft).order_by("position").values_list("key", flat=True))


def whole(draft):
    """Everything of a draft, to the last row of the database."""
    version = SurveyVersion.objects.get(pk=draft.pk)
    questions = Question.objects.filter(version=draft).order_by("position").values()
    return [version.texts, version.default_language, list(questions)]


def seen(owner, draft):
    """The stamp that the list of questions carries."""
    [stamp] = set(re.findall(r'name="seen" value="(\w+)"', owner.get(page("questions", draft.pk), headers=HTMX).content.decode()))
    return stamp


def told(response):
    return json.loads(response["HX-Trigger-After-Settle"])["draft-changed"]


class TestInPlace:
    def test_the_form_of_a_question_is_a_fragment(self, owner, draft):
        question = draft.questions.get(key="comment")
        form = owner.get(page("question", question.pk), headers=HTMX).content.decode()
        assert ("<html" in form, f'hx-post="{page("question", question.pk)}"' in form) == (False, True)

    def test_saving_brings_the_list_and_leads_to_the_question(self, owner, draft):
        question = draft.questions.get(key="comment")
        saved = owner.post(page("question", question.pk), {"key": "comment", "label-en": "Why?", "label-he": "למה?"}, headers=HTMX)
        assert (saved.status_code, saved["HX-Retarget"], saved["HX-Reswap"]) == (200, "#editor", "outerHTML")
        assert told(saved) == {"focus": f"#question-{question.pk}", "said": "Saved: Why?."}
        assert saved.content.decode().lstrip().startswith('<div id="editor">')
        assert "<strong>Why?</strong>" in saved.content.decode()

    def test_an_error_stays_where_it_is_with_what_was_typed(self, owner, draft):
        question = draft.questions.get(key="comment")
        form = owner.post(page("question", question.pk), {"key": "score", "label-en": "Why?"}, headers=HTMX)
        assert (form.status_code, "HX-Retarget" in form) == (422, False)
        assert ('value="Why?"' in form.content.decode(), 'role="alert"' in form.content.decode()) == (True, True)
        assert "Another question of this version has this key." in form.content.decode()

    def test_a_new_question_goes_to_the_end(self, owner, draft):
        path = f"{page('add_question', draft.pk)}?type=yes_no"
        form = owner.get(path, headers=HTMX).content.decode()
        assert 'hx-post="' + path + '"' in form
        owner.post(path, {"key": "again", "label-en": "Again?", "label-he": "שוב?"}, headers=HTMX)
        assert keys(draft) == ["score", "reason", "comment", "again"]

    def test_cancel_leads_back_to_what_opened_the_form(self, owner, draft):
        question = draft.questions.get(key="comment")
        for form, focus in (
            (page("question", question.pk), f"#question-{question.pk} [data-edit]"),
            (f"{page('add_question', draft.pk)}?type=yes_no", "#add-yes_no"),
        ):
            [cancel] = re.findall(r'hx-get="([^"]+)"', owner.get(form, headers=HTMX).content.decode())
            cancelled = owner.get(cancel, headers=HTMX)
            assert told(cancelled) == {"focus": focus, "said": ""}
            selector = re.search(r"data-edit|id=.add-yes_no", cancelled.content.decode())
            assert selector
        assert told(owner.get(page("questions", draft.pk), {"question": "1] *", "type": "x"}, headers=HTMX))["focus"] == ""

    def test_two_forms_on_one_page_share_no_id(self, owner, draft):
        forms = [
            owner.get(path, headers=HTMX).content.decode()
            for path in (page("question", draft.questions.get(key="comment").pk), f"{page('add_question', draft.pk)}?type=long_text")
        ]
        first, second = (set(re.findall(r' id="([^"]+)"', form)) for form in forms)
        assert first and second
        assert first & second == set()

    def test_moving_keeps_the_focus_on_its_button_and_says_where_it_is(self, owner, draft):
        question = draft.questions.get(key="reason")
        moved = owner.post(page("move_question", question.pk), {"by": "1"}, headers=HTMX)
        assert keys(draft) == ["score", "comment", "reason"]
        assert told(moved) == {
            "focus": f"#question-{question.pk} [value='1']:not(:disabled)",
            "said": "“reason?” is now question 3.",
        }

    @pytest.mark.parametrize("place, order", [("1", "comment score reason"), ("2", "score comment reason"), ("3", "score reason comment")])
    def test_dropping_it_at_a_place(self, owner, draft, place, order):
        owner.post(page("move_question", draft.questions.get(key="comment").pk), {"place": place}, headers=HTMX)
        assert keys(draft) == order.split()

    def test_without_a_script_the_list_opens_at_the_question(self, owner, draft):
        question = draft.questions.get(key="comment")
        moved = owner.post(page("move_question", question.pk), {"by": "-1"})
        assert moved["Location"] == f"{page('survey', draft.survey_id)}#question-{question.pk}"

    def test_minutes_and_what_is_missing_come_along(self, owner, draft):
        gone = owner.post(page("delete_question", draft.questions.get(key="comment").pk), headers=HTMX).content.decode()
        assert "About 1 minute to answer" in gone
        owner.post(f"{page('add_question', draft.pk)}?type=one_choice", {"key": "which", "label-en": "Which?"}, headers=HTMX)
        shown = owner.get(page("questions", draft.pk), headers=HTMX).content.decode()
        assert "Question 3: at least two choices are needed." in shown

    def test_without_a_script_the_pages_of_their_own(self, owner, draft):
        question = draft.questions.get(key="comment")
        assert "<html" in owner.get(page("question", question.pk)).content.decode()
        assert "Delete this question?" in owner.get(page("delete_question", question.pk)).content.decode()
        assert owner.post(page("delete_question", question.pk))["Location"] == page("survey", draft.survey_id)
        assert keys(draft) == ["score", "reason"]


class TestUndo:
    def test_each_step_back_to_the_first(self, owner, draft):
        question = draft.questions.get(key="reason")
        question.shown_if = [[{"subject": "q.score", "is": "at_most", "value": 6}]]
        question.options, question.starts_page = {"other": True}, True
        question.save()
        states = [whole(draft)]
        for name, path, data in (
            ("move", page("move_question", question.pk), {"by": "1"}),
            ("edit", page("question", draft.questions.get(key="comment").pk), {"key": "comment", "label-en": "Why?", "label-he": "למה?"}),
            ("add", f"{page('add_question', draft.pk)}?type=date", {"key": "day", "label-en": "When?", "label-he": "מתי?"}),
            ("texts", page("texts", draft.pk), {"name": "Mine", "languages": ["en"], "default_language": "en", "title-en": "New"}),
            ("rule", page("rules", draft.questions.get(key="comment").pk), {"subject": "q.score", "is": "answered"}),
        ):
            assert owner.post(path, data, headers=HTMX).status_code in (200, 302), name
            states.append(whole(draft))
            assert states[-1] != states[-2], name
        for state in reversed(states[:-1]):
            owner.post(page("take_back", draft.pk), headers=HTMX)
            assert whole(draft) == state
        assert told(owner.post(page("take_back", draft.pk), headers=HTMX))["said"] == "There is nothing to take back."

    def test_a_removed_question_comes_back_as_it_was(self, owner, draft):
        question = draft.questions.get(key="reason")
        before = [row | {"id": None} for row in draft.questions.values()]
        gone = owner.post(page("delete_question", question.pk), headers=HTMX)
        assert told(gone)["focus"] == "#take-back"
        assert "removed “reason?”" in gone.content.decode()
        owner.post(page("take_back", draft.pk), headers=HTMX)
        assert [row | {"id": None} for row in draft.questions.values()] == before

    def test_not_over_what_somebody_else_did_since(self, owner, draft):
        owner.post(page("delete_question", draft.questions.get(key="reason").pk), headers=HTMX)
        factories.question(draft, key="theirs", position=9)
        refused = owner.post(page("take_back", draft.pk), headers=HTMX)
        assert "The draft was changed since, by somebody else or in another way" in refused.content.decode()
        assert keys(draft) == ["score", "comment", "theirs"]

    def test_not_in_a_version_that_was_published_meanwhile(self, owner, draft, survey_owner):
        owner.post(page("move_question", draft.questions.get(key="reason").pk), {"by": "1"}, headers=HTMX)
        publish(SurveyVersion.objects.get(pk=draft.pk), survey_owner)
        refused = owner.post(page("take_back", draft.pk), headers=HTMX)
        assert "A published version never changes" in refused.content.decode()
        assert keys(draft) == ["score", "comment", "reason"]

    def test_the_last_ten_steps(self, owner, draft):
        question = draft.questions.get(key="comment")
        for number in range(13):
            owner.post(page("question", question.pk), {"key": "comment", "label-en": f"Wording {number}"}, headers=HTMX)
        for _step in range(12):
            owner.post(page("take_back", draft.pk), headers=HTMX)
        question.refresh_from_db()
        assert question.text("label", "en") == "Wording 2"
        assert len(undo.steps_of(owner.session, draft)) == 0

    def test_what_is_kept_with_the_login_is_bounded(self, owner, draft, monkeypatch):
        other = factories.survey(published=False).draft
        for version, times in ((other, 3), (draft, 3)):
            question = version.questions.get(key="comment")
            for number in range(times):
                owner.post(page("question", question.pk), {"key": "comment", "label-en": f"Wording {number}"}, headers=HTMX)
        step = len(json.dumps(undo.steps_of(owner.session, draft)[-1]))
        monkeypatch.setattr(undo, "LARGEST", 2.5 * step)
        owner.post(page("move_question", draft.questions.get(key="comment").pk), {"by": "-1"}, headers=HTMX)
        assert [undo.in_words(one) for one in undo.steps_of(owner.session, draft)] == ["changed “Wording 1”", "moved “Wording 2”"]
        assert undo.steps_of(owner.session, other) == []
        monkeypatch.setattr(undo, "LARGEST", 10)
        owner.post(page("move_question", draft.questions.get(key="comment").pk), {"by": "-1"}, headers=HTMX)
        assert len(undo.steps_of(owner.session, draft)) == 1

    def test_a_translation_is_a_step_too(self, owner, draft):
        before = whole(draft)
        owner.post(f"{page('translation', draft.pk)}?from=en&to=he", {"q.comment.label": "מה עוד?"})
        assert draft.questions.get(key="comment").text("label", "he") == "מה עוד?"
        owner.post(page("take_back", draft.pk), headers=HTMX)
        assert whole(draft) == before

    def test_a_step_that_changed_nothing_is_none(self, owner, draft):
        owner.post(page("move_question", draft.questions.get(key="score").pk), {"by": "-1"}, headers=HTMX)
        assert undo.steps_of(owner.session, draft) == []

    def test_it_speaks_the_language_of_the_page(self, owner, draft):
        owner.post(page("delete_question", draft.questions.get(key="reason").pk), headers=HTMX)
        owner.post("/language/", {"language": "he", "next": "/"})
        shown = owner.get(page("survey", draft.survey_id)).context["last_step"]
        with translation.override("he"):
            assert shown == gettext("removed “%(question)s”") % {"question": "reason?"} != "removed “reason?”"

    def test_steps_of_an_older_login_keep_their_words(self):
        assert undo.in_words({"before": {}, "after": "", "what": "changed “100% sure?”"}) == "changed “100% sure?”"

    def test_without_a_script_too(self, owner, draft):
        owner.post(page("delete_question", draft.questions.get(key="reason").pk))
        shown = owner.get(page("survey", draft.survey_id)).content.decode()
        assert re.search(rf'action="{page("take_back", draft.pk)}".*Undo', shown)
        owner.post(page("take_back", draft.pk))
        assert keys(draft) == ["score", "reason", "comment"]


class TestTwoOwners:
    def test_the_second_is_told_in_place(self, owner, draft):
        question = draft.questions.get(key="comment")
        form = owner.get(page("question", question.pk), headers=HTMX).content.decode()
        [seen] = re.findall(r'name="seen" value="(\w+)"', form)
        Question.objects.filter(pk=question.pk).update(texts={"en": {"label": "Theirs"}})
        second = owner.post(page("question", question.pk), {"key": "comment", "label-en": "Mine", "seen": seen}, headers=HTMX)
        assert second.status_code == 422
        assert ("Somebody else has saved this meanwhile." in second.content.decode(), 'value="Mine"' in second.content.decode()) == (
            True,
            True,
        )
        question.refresh_from_db()
        assert question.text("label", "en") == "Theirs"

    @pytest.mark.parametrize("name", ["move_question", "delete_question"])
    def test_a_question_that_is_gone(self, owner, draft, name):
        pk = draft.questions.get(key="comment").pk
        Question.objects.get(pk=pk).delete()
        told_so = owner.post(page(name, pk), {"version": draft.pk}, headers=HTMX)
        assert (told_so.status_code, "This question is not there any more" in told_so.content.decode()) == (200, True)
        assert told(told_so) == {"focus": "#editor-error", "said": ""}
        for version in ("", "x", "9" * 5000):
            assert owner.post(page(name, pk), {"version": version}, headers=HTMX).status_code == 404

    @pytest.mark.parametrize("name", ["move_question", "delete_question"])
    @pytest.mark.parametrize("headers", [HTMX, {}])
    def test_a_draft_that_was_changed_since_it_was_shown(self, owner, draft, name, headers):
        question, stamp = draft.questions.get(key="reason"), seen(owner, draft)
        Question.objects.filter(pk=question.pk).update(texts={"en": {"label": "Theirs"}})
        before = whole(draft)
        refused = owner.post(page(name, question.pk), {"by": "1", "seen": stamp, "version": draft.pk}, headers=headers)
        shown = refused if headers else owner.get(refused["Location"])
        assert "The draft was changed meanwhile, by somebody else or in another window." in shown.content.decode()
        assert "Theirs" in shown.content.decode()
        assert whole(draft) == before
        owner.post(page(name, question.pk), {"by": "1", "seen": seen(owner, draft), "version": draft.pk}, headers=headers)
        assert whole(draft) != before

    def test_the_page_that_asks_knows_what_was_seen(self, owner, draft):
        question = draft.questions.get(key="reason")
        asked = owner.get(page("delete_question", question.pk)).content.decode()
        assert f'name="seen" value="{seen(owner, draft)}"' in asked

    def test_opening_a_question_that_is_gone(self, owner, draft):
        pk = draft.questions.get(key="comment").pk
        Question.objects.get(pk=pk).delete()
        shown = owner.get(page("question", pk), {"version": draft.pk}, headers=HTMX)
        assert (shown["HX-Retarget"], "This question is not there any more" in shown.content.decode()) == ("#editor", True)
        assert owner.get(page("question", pk)).status_code == 404

    def test_saving_a_question_that_is_gone_leaves_the_form_where_it_is(self, owner, draft):
        pk = draft.questions.get(key="comment").pk
        Question.objects.get(pk=pk).delete()
        refused = owner.post(page("question", pk), {"key": "comment", "label-en": "Mine"}, headers=HTMX)
        assert (refused.status_code, refused["HX-Retarget"], refused["HX-Reswap"]) == (409, f"#told-{pk}", "innerHTML")
        assert "copy what you need, then cancel" in refused.content.decode()
        assert keys(draft) == ["score", "reason"]

    def test_rules_and_place_that_a_colleague_gave_meanwhile_stay(self, draft):
        mine = draft.questions.get(key="comment")
        rules = [[{"subject": "q.score", "is": "answered"}]]
        Question.objects.filter(pk=mine.pk).update(shown_if=rules, position=7)
        mine.texts = {"en": {"label": "Mine"}}
        drafts.save_question(draft, mine)
        stored = Question.objects.get(pk=mine.pk)
        assert (stored.text("label", "en"), stored.shown_if, stored.position) == ("Mine", rules, 7)

    def test_a_step_holds_nothing_of_somebody_else(self, owner, draft, monkeypatch):
        """What comes in before the draft is locked is not part of the step, so that undo leaves it."""
        locked = drafts.locked_draft

        def after_a_colleague(version):
            if not Question.objects.filter(version=draft, key="theirs").exists():
                factories.question(draft, key="theirs", position=9)
            return locked(version)

        monkeypatch.setattr(drafts, "locked_draft", after_a_colleague)
        owner.post(page("move_question", draft.questions.get(key="reason").pk), {"by": "1"}, headers=HTMX)
        owner.post(page("take_back", draft.pk), headers=HTMX)
        assert keys(draft) == ["score", "reason", "comment", "theirs"]


class TestPages:
    SAID = (
        "No question begins a new page: the score is asked first, alone on its page, and the rest follows. In the mail it comes first too."
    )

    def test_the_list_says_that_the_score_comes_first(self, owner, draft):
        assert self.SAID in owner.get(page("questions", draft.pk), headers=HTMX).content.decode()
        draft.questions.filter(key="comment").update(starts_page=True)
        assert "No question begins" not in owner.get(page("questions", draft.pk), headers=HTMX).content.decode()

    def test_the_own_team_gets_no_mail(self, owner):
        draft = factories.survey(published=False, audience="team").draft
        shown = owner.get(page("questions", draft.pk), headers=HTMX).content.decode()
        assert ("and the rest follows." in shown, "In the mail" in shown) == (True, False)

    def test_one_question_alone_needs_no_such_words(self, owner, draft):
        draft.questions.exclude(key="score").delete()
        assert "No question begins" not in owner.get(page("questions", draft.pk), headers=HTMX).content.decode()


class TestPreview:
    def test_only_kesher_itself_shows_it_in_a_frame(self, owner, draft):
        shown = owner.get(page("preview", draft.pk))
        assert ("frame-ancestors 'self'" in shown["Content-Security-Policy"], shown["X-Frame-Options"]) == (True, "SAMEORIGIN")

    def test_each_language_can_be_opened_without_a_script(self, owner, draft):
        shown = owner.get(page("survey", draft.survey_id)).content.decode()
        assert re.findall(r'href="([^"]+)"[^>]*data-preview-language', shown) == [
            f"{page('preview', draft.pk)}?lang={code}" for code in ("en", "he")
        ]


@pytest.mark.parametrize("role", ["account_manager", "leadership", "sales"])
def test_only_who_manages_surveys(login, draft, role):
    client = login(factories.user(role=role))
    assert client.post(page("take_back", draft.pk), headers=HTMX).status_code == 403
    assert client.get(page("questions", draft.pk), headers=HTMX).status_code == 403

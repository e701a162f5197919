"""A survey's own texts, translated side by side."""

import re
from urllib.parse import urlencode

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.authoring.checks import problems
from surveys.authoring.drafts import create_survey
from surveys.authoring.models import FrozenVersionError
from surveys.authoring.starters import STARTERS
from surveys.authoring.translation import as_written, problems_of, save_translation, units
from surveys.customers.forms import ContactForm
from surveys.customers.languages import direction, language_name, other_languages
from surveys.models import Question, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


@pytest.fixture
def draft():
    """Twelve texts in English (the default) and Hebrew; no Arabic yet."""
    version = factories.survey(published=False).draft
    version.texts["ar"] = {}
    version.save()
    return version


def page(version, name="translation", **query):
    address = reverse(f"authoring:{name}", args=[version.pk])
    return f"{address}?{urlencode({key.rstrip('_'): value for key, value in query.items()})}"


def html(response):
    return response.content.decode()


def seen(response):
    return response.context["seen"]


def stored(version, source="en", target="ar"):
    return {unit.id: unit.target for unit in units(SurveyVersion.objects.get(pk=version.pk), source, target)}


class TestUnits:
    def test_every_text_has_an_id_that_stays_and_says_where_it_stands(self, draft):
        listed = {unit.id: (str(unit.where), unit.source, unit.target) for unit in units(draft, "en", "he")}
        assert list(listed) == [
            "survey.title",
            "survey.introduction",
            "survey.thanks",
            "survey.subject",
            "survey.invitation",
            "q.score.label",
            "q.score.low",
            "q.score.high",
            "q.reason.label",
            "q.reason.choices.price",
            "q.reason.choices.service",
            "q.comment.label",
        ]
        assert listed["survey.title"] == ("Title", "How are we doing?", "איך אנחנו?")
        assert listed["q.score.low"] == ("Question 1 · Low end", "Low", "נמוך")
        assert listed["q.reason.choices.service"] == ("Question 2 · Choice 2", "Service", "שירות")

    def test_rows_of_a_matrix_and_texts_that_only_some_have(self, draft):
        rows = [{"key": "price", "labels": {"en": "Price"}}]
        texts = {"en": {"label": "How much?", "help": "Roughly", "unit": ""}, "ar": {"unit": "ساعة"}}
        factories.question(draft, key="parts", type="matrix", rows=rows, choices=rows, texts={"en": {"label": "Rate"}}, position=4)
        factories.question(draft, key="hours", type="number", texts=texts, position=5)
        draft.texts["en"]["thanks_promoter"] = "Wonderful!"
        stems = ("q.parts", "q.hours", "survey.thanks")
        found = {unit.id: unit.is_needed for unit in units(draft, "en", "ar") if unit.id.startswith(stems)}
        assert found == {
            "survey.thanks": True,
            "survey.thanks_promoter": False,
            "q.parts.label": True,
            "q.parts.choices.price": True,
            "q.parts.rows.price": True,
            "q.hours.label": True,
            "q.hours.help": False,
            "q.hours.unit": False,
        }

    def test_the_own_team_gets_no_mail(self):
        draft = factories.survey(published=False, audience="team").draft
        assert {unit.id for unit in units(draft, "en", "he") if unit.id.startswith("survey.") and not unit.is_needed} == {
            "survey.subject",
            "survey.invitation",
        }

    @pytest.mark.parametrize("starter", STARTERS.values(), ids=STARTERS)
    def test_translated_in_full_a_ready_made_survey_lacks_nothing(self, starter):
        draft = create_survey("Mine", ["he", "en"], None, starter).draft
        draft.texts["ar"] = {}
        draft.save()
        assert problems(draft) != []
        listed = units(draft, "he", "ar")
        assert save_translation(draft, "he", "ar", {unit.id: f"ع {unit.source}" for unit in listed}) == len(listed)
        draft = SurveyVersion.objects.get(pk=draft.pk)
        assert problems(draft) == []
        assert [unit.target for unit in units(draft, "he", "ar")] == [f"ع {unit.source}" for unit in listed]
        assert [unit.target for unit in units(draft, "ar", "he")] == [unit.source for unit in listed]


class TestPlaceholders:
    @pytest.fixture
    def unit(self, draft):
        draft.texts["en"]["introduction"] = "Hello {contact.name|there}, of {account.name}."
        return units(draft, "en", "he")[1]

    @pytest.mark.parametrize(
        ("text", "wrong"),
        [
            ("שלום {contact.name|לך} מ{account.name}", []),
            ("{account.name}: {contact.name}", []),
            ("", []),
            ("שלום {contact.name}", ["“{account.name}” of the source text is missing; write it as it is there, in Latin letters."]),
            (
                "{contact.nam} {account.name} {contact.name}",
                ["“{contact.nam}” is not in the source text; take it out."],
            ),
            (
                "שלום {שם} {contact.name {account.name}",
                ["“{contact.name}” of the source text is missing; write it as it is there, in Latin letters."],
            ),
        ],
    )
    def test_none_is_lost_or_invented(self, unit, text, wrong):
        assert problems_of(unit, text) == wrong

    def test_the_page_names_the_row_and_keeps_what_was_typed(self, owner, draft, unit):
        SurveyVersion.objects.filter(pk=draft.pk).update(texts=draft.texts)
        address = page(draft, from_="en", to="ar")
        texts = {"survey.introduction": "أهلا", "survey.title": "كيف نحن؟"}
        answer = owner.post(address, {**texts, "seen": seen(owner.get(address))})
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"survey.introduction"})
        assert len(answer.context["form"].errors["survey.introduction"]) == 2
        assert '<a href="#id_survey.introduction">Introduction</a>' in html(answer)
        assert 'value="كيف نحن؟"' in html(answer)
        assert not any(stored(draft).values())

    def test_a_stored_translation_that_lost_one_is_shown_and_hinders_no_other(self, owner, draft, unit):
        SurveyVersion.objects.filter(pk=draft.pk).update(texts=draft.texts)
        address = page(draft, from_="en", to="he")
        shown = owner.get(address)
        assert "“{account.name}” of the source text is missing" in html(shown)
        assert owner.post(address, {"survey.introduction": "שתי שאלות.", "survey.title": "מה?", "seen": seen(shown)}).status_code == 302
        assert stored(draft, target="he")["survey.title"] == "מה?"


class TestThePage:
    def test_what_is_missing_is_counted_and_can_be_shown_alone(self, owner, draft):
        save_translation(draft, "en", "ar", {"survey.title": "كيف نحن؟", "q.reason.choices.price": "السعر"})
        shown = owner.get(page(draft, from_="en", to="ar"))
        assert (shown.context["missing"], shown.context["total"]) == (10, 12)
        assert "10 of 12 missing in العربيّة" in html(shown)
        assert html(shown).count('<span class="badge text-bg-warning">missing</span>') == 10
        only = owner.get(page(draft, from_="en", to="ar", only="missing"))
        assert [unit.id for unit in only.context["form"].listed][:2] == ["survey.introduction", "survey.thanks"]
        assert "10 of 12 missing" in html(only)
        nothing = owner.get(page(draft, from_="en", to="he", only="missing"))
        assert "Nothing is missing in this language." in html(nothing)
        assert "All 12 texts are there in עברית." in html(nothing)

    def test_each_side_has_its_own_language_and_direction(self, owner, draft):
        shown = html(owner.get(page(draft, from_="en", to="ar")))
        assert re.search(r'id="source-survey.title" lang="en" dir="ltr" class="k-plain">How are we doing\?<', shown)
        [field] = re.findall(r'<input[^>]*name="survey.title"[^>]*>', shown)
        assert ('lang="ar"' in field, 'dir="rtl"' in field, 'aria-describedby="source-survey.title"' in field) == (True, True, True)

    def test_saving_changes_these_texts_alone(self, owner, draft):
        address = page(draft, from_="en", to="ar", only="missing")
        mixed = "مرحبا – Kesher 2.0 – שלום"
        texts = {"survey.thanks": f" {mixed}\r\nثانيا\x00 ", "q.reason.choices.price": "السعر", "q.score.low": ""}
        answer = owner.post(address, {**texts, "seen": seen(owner.get(address)), "q.nobody.label": "x"}, follow=True)
        assert answer.redirect_chain == [(address, 302)]
        assert "2 texts changed" in html(answer)
        changed = {id_: text for id_, text in stored(draft).items() if text}
        assert changed == {"survey.thanks": f"{mixed}\nثانيا", "q.reason.choices.price": "السعر"}
        assert stored(draft, target="he")["survey.thanks"] == "תודה!"
        assert Question.objects.get(version=draft, key="reason").choices == [
            {"key": "price", "labels": {"en": "Price", "he": "מחיר", "ar": "السعر"}},
            {"key": "service", "labels": {"en": "Service", "he": "שירות"}},
        ]

    def test_a_text_can_be_taken_away(self, draft):
        assert save_translation(draft, "en", "he", {"survey.title": ""}) == 1
        assert stored(draft, target="he")["survey.title"] == ""

    def test_hostile_texts_are_shown_as_texts(self, owner, draft):
        save_translation(draft, "en", "ar", {"survey.title": '"><script>alert(1)</script>'})
        shown = html(owner.get(page(draft, from_="ar", to="en")))
        assert ("<script>alert" in shown, "&lt;script&gt;alert(1)&lt;/script&gt;" in shown) == (False, True)

    def test_who_saves_second_is_told_and_nothing_is_overwritten(self, owner, draft):
        address = page(draft, from_="en", to="ar")
        stamp = seen(owner.get(address))
        assert owner.post(address, {"survey.title": "الأول", "seen": stamp}).status_code == 302
        second = owner.post(address, {"survey.title": "الثاني", "seen": stamp})
        assert (second.status_code, "Somebody else has saved this meanwhile." in html(second), 'value="الثاني"' in html(second)) == (
            422,
            True,
            True,
        )
        assert stored(draft)["survey.title"] == "الأول"
        assert owner.post(address, {"survey.title": "الثاني", "seen": seen(second)}).status_code == 302
        assert stored(draft)["survey.title"] == "الثاني"

    @pytest.mark.parametrize(
        ("id_", "text", "wrong"),
        [
            ("survey.title", "א" * 301, "The text has 301 characters; at most 300 fit."),
            ("survey.thanks", "א" * 4001, "The text has 4001 characters; at most 4000 fit."),
            ("q.reason.choices.price", "א\nב", "This text stands on one line; take the line breaks out."),
            ("q.reason.choices.price", "שירות", "Another line of the same list has this text; tell the two apart."),
        ],
    )
    def test_what_the_editor_would_refuse_is_refused(self, draft, id_, text, wrong):
        with pytest.raises(ValidationError) as caught:
            save_translation(draft, "en", "he", {id_: text})
        assert caught.value.message_dict == {id_: [wrong]}

    def test_two_choices_can_change_places(self, draft):
        texts = {"q.reason.choices.price": "שירות", "q.reason.choices.service": "מחיר"}
        assert save_translation(draft, "en", "he", texts) == 2

    def test_unknown_languages_fall_back_to_two_that_there_are(self, owner, draft):
        pairs = [
            (shown.context["pair"].source, shown.context["pair"].target)
            for query in ({}, {"from_": "xx", "to": "en"}, {"from_": "he", "to": "he"}, {"to": "en"})
            for shown in [owner.get(page(draft, **query))]
        ]
        assert pairs == [("en", "ar"), ("ar", "en"), ("he", "en"), ("ar", "en")]

    def test_a_survey_of_one_language_leads_to_where_another_is_added(self, owner):
        draft = create_survey("Mine", ["en"], None).draft
        assert owner.get(page(draft))["Location"] == reverse("authoring:texts", args=[draft.pk])
        assert owner.post(page(draft)).status_code == 404
        assert 'translation/">' not in html(owner.get(reverse("authoring:survey", args=[draft.survey_id])))

    def test_as_many_queries_for_many_questions_as_for_few(self, owner, draft):
        """Saving asks more only for the questions that change, each of which the audit log records."""
        address, texts = page(draft, from_="en", to="ar"), {"q.score.label": "أ"}
        with CaptureQueriesContext(connection) as few:
            stamp = seen(owner.get(address))
        with CaptureQueriesContext(connection) as few_saved:
            owner.post(address, {**texts, "seen": stamp})
        for number in range(4, 14):
            factories.question(draft, key=f"more_{number}", type="ces", position=number)
        with CaptureQueriesContext(connection) as many:
            stamp = seen(owner.get(address))
        with CaptureQueriesContext(connection) as many_saved:
            owner.post(address, {"q.score.label": "ب", "seen": stamp})
        assert (len(many), len(many_saved)) == (len(few), len(few_saved))
        assert stored(draft)["q.score.label"] == "ب"

    def test_the_audit_log_knows_what_was_translated(self, owner, draft, survey_owner):
        address = page(draft, from_="en", to="ar")
        owner.post(address, {"survey.title": "كيف نحن؟", "q.score.low": "قليل", "seen": seen(owner.get(address))})
        entries = LogEntry.objects.filter(action=LogEntry.Action.UPDATE, actor=survey_owner).order_by("pk")
        assert [(entry.content_type.model, list(entry.changes)) for entry in entries] == [
            ("surveyversion", ["texts"]),
            ("question", ["texts"]),
        ]


class TestWhoAndWhen:
    def test_only_who_writes_surveys_may(self, login, draft):
        addresses = [page(draft), reverse("authoring:export_translation", args=[draft.pk, "po"]), page(draft, "import_translation")]
        for role in ("account_manager", "team_lead", "leadership", "sales"):
            client = login(factories.user(role=role))
            assert [client.get(address).status_code for address in addresses] == [403] * 3
            assert [client.post(address, {"survey.title": "x"}).status_code for address in addresses] == [403, 405, 403]

    def test_a_published_version_has_the_files_alone(self, owner):
        survey = factories.survey()
        shown = html(owner.get(page(survey.published)))
        assert ("For a translator: XLSX" in shown, "For a translator: PO" in shown) == (True, True)
        assert ('name="survey.title"' in shown, 'type="file"' in shown) == (False, False)
        answer = owner.post(page(survey.published), {"survey.title": "x"}, follow=True)
        assert "A published version never changes; edit a new draft." in html(answer)
        with pytest.raises(FrozenVersionError):
            save_translation(survey.published, "en", "he", {"survey.title": "x"})
        assert survey.published.text("title", "he") == "איך אנחנו?"

    def test_a_language_that_was_taken_out_meanwhile_is_not_brought_back(self, draft):
        with pytest.raises(ValidationError, match="The survey is not in français; add the language to its texts first."):
            save_translation(draft, "en", "fr", {"survey.title": "x"})
        assert "fr" not in SurveyVersion.objects.get(pk=draft.pk).texts


class TestLanguages:
    def test_any_language_can_be_added_and_stays(self, owner, draft):
        address = reverse("authoring:texts", args=[draft.pk])
        data = {"name": "Mine", "languages": ["en", "he"], "default_language": "en"}
        assert owner.post(address, {**data, "another_language": "sw"})["Location"] == address
        shown = html(owner.get(address))
        assert re.search(r'<input type="checkbox" name="languages" value="sw"[^>]* checked', shown)
        assert re.search(r'name="title-sw"[^>]*dir="ltr"', shown)
        owner.post(address, {**data, "languages": ["en", "sw"], "default_language": "sw"})
        assert SurveyVersion.objects.get(pk=draft.pk).languages == ["sw", "en"]

    def test_one_that_came_from_a_file_and_has_no_name_stays_too(self, owner, draft):
        draft.texts["xx"] = {"title": "Xx"}
        draft.save()
        address = reverse("authoring:texts", args=[draft.pk])
        owner.post(address, {"name": "Mine", "languages": ["en", "xx"], "default_language": "xx", "title-xx": "Yy"})
        assert SurveyVersion.objects.get(pk=draft.pk).texts["xx"]["title"] == "Yy"

    def test_a_contact_can_speak_it(self, administrator):
        contact = factories.contact()
        shown = ContactForm(instance=contact, user=administrator)
        data = {field.html_name: field.value() for field in shown}
        form = ContactForm({**data, "language": "sw"}, instance=contact, user=administrator)
        assert (form.is_valid(), form.save().language) == (True, "sw")

    def test_at_least_one_and_none_that_nobody_speaks(self, owner, draft):
        address = reverse("authoring:texts", args=[draft.pk])
        data = {"name": "Mine", "default_language": "en"}
        assert owner.post(address, data).context["form"].errors == {"languages": ["Choose at least one language."]}
        assert "another_language" in owner.post(address, {**data, "another_language": "tlh"}).context["form"].errors

    def test_by_name_in_the_readers_language(self):
        english, hebrew = dict(other_languages("en")), dict(other_languages("he"))
        assert (english["sw"], hebrew["sw"]) == ("Swahili – Kiswahili", "סווהילי – Kiswahili")
        assert english["zh-hant"] == "Chinese (Traditional) – 繁體中文"
        assert len(english) > 300
        assert {code for code in english if len(code) > SurveyVersion._meta.get_field("default_language").max_length} == set()
        assert [language_name(code) for code in ("he", "haw", "yi", "xx")] == ["עברית", "ʻŌlelo Hawaiʻi", "ייִדיש", "xx"]
        assert [direction(code) for code in ("he", "haw", "yi", "ckb", "xx", "no code")] == ["rtl", "ltr", "rtl", "rtl", "ltr", "ltr"]

    @pytest.mark.parametrize("code", ["sw", "haw", "zh-hant", "ckb", "xx"])
    def test_a_page_in_a_language_that_the_product_has_no_texts_of(self, owner, draft, code):
        draft.texts[code] = {"title": "Habari"}
        draft.save()
        shown = html(owner.get(reverse("authoring:preview", args=[draft.pk]) + f"?lang={code}"))
        assert (f'lang="{code}"' in shown, "Habari" in shown) == (True, True)


def test_a_text_is_kept_as_people_write_it():
    assert as_written(" א\r\nב\rג\x00\u200f ") == "א\nב\nג\u200f"

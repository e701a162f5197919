"""Arabic and Russian: whoever is asked in them meets no other language of the product."""

import re
from datetime import datetime, timedelta
from html import unescape

import polib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback_site.customer_texts import catalogue, reaches_customers
from surveys.distribution.messages import invitation_message
from surveys.distribution.tokens import answer_token, unsubscribe_token
from surveys.models import Delivery, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = {
    "ar": {"title": "كيف نحن؟", "introduction": "سؤالان.", "thanks": "شكرًا!", "subject": "سؤال", "invitation": "قولوا لنا."},
    "ru": {"title": "Как мы?", "introduction": "Два вопроса.", "thanks": "Спасибо!", "subject": "Вопрос", "invitation": "Скажите нам."},
}
ENGLISH = [entry.msgid for entry in polib.pofile(str(catalogue("he"))) if reaches_customers(entry)]
WORDY = [text for text in ENGLISH if len(re.sub(r"%\(\w+\)s|\W", "", text)) > 3]


def as_pattern(text):
    """Finds `text` on a page, whatever stands in its placeholders."""
    parts = re.split(r"%\(\w+\)s", re.sub("<[^>]+>", " ", text))
    return re.compile(r"(?<!\w)" + r"[^\n]{1,80}?".join(map(re.escape, parts)) + r"(?!\w)")


SENTENCES = {text: as_pattern(text) for text in WORDY}


@pytest.fixture(params=["ar", "ru"])
def language(request):
    return request.param


@pytest.fixture
def invitation(language):
    survey = factories.survey(published=False)
    draft = survey.draft
    draft.texts, draft.default_language = {language: WORDS[language]}, language
    draft.save()
    for question in draft.questions.all():
        question.texts = {language: {"label": "٪" if language == "ar" else "Ж", "low": "–", "high": "+"}}
        question.choices = [{"key": choice["key"], "labels": {language: choice["key"][0]}} for choice in question.choices]
        question.save()
    SurveyVersion.objects.filter(pk=draft.pk).update(state="published")
    closes_at = timezone.make_aware(datetime(2030, 5, 17, 12))
    contact = factories.contact(factories.account(name="Q"), name="Z", language=language)
    return factories.invitation(factories.distribution(survey, closes_at=closes_at), contact)


@pytest.fixture
def path(invitation):
    return reverse("collection:answer", args=[answer_token(invitation)])


def shown(page):
    """The words of a page, with those that are only spoken, without its tags."""
    content = page.content.decode() if hasattr(page, "content") else page
    spoken = " ".join(re.findall(r'(?:aria-label|placeholder|data-\w+)="([^"]*)"', content))
    return unescape(re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", content.split("<body", 1)[-1], flags=re.S) + spoken)


def as_html(page):
    return re.search("<html[^>]*>", page.content.decode())[0]


def opening(language):
    return f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">'


def english(text):
    return [sentence for sentence, pattern in SENTENCES.items() if pattern.search(text)]


def test_the_page_its_errors_and_the_thanks(path, language):
    client = Client()
    pages = [
        client.get(path),
        client.post(path, {"page": "1"}),
        client.get(client.post(path, {"page": "1", "q-score": "9"})["Location"]),
        client.get(client.post(path, {"page": "2", "q-comment": "+"})["Location"]),
    ]
    assert [page.status_code for page in pages] == [200, 422, 200, 200]
    for page in pages:
        assert english(shown(page)) == []
        assert as_html(page) == opening(language)
        assert page["Content-Language"] == language
    assert {"ar": "17 مايو 2030", "ru": "17 мая 2030 года"}[language] in shown(pages[-1])
    assert {"ar": "يرجى الإجابة عن هذا السؤال.", "ru": "Пожалуйста, ответьте на этот вопрос."}[language] in shown(pages[1])


def test_the_scale_runs_from_0_to_10_in_digits_that_all_read(path, language):
    page = Client().get(path).content.decode()
    assert re.findall(r'<span class="target">(\d+)<span', page) == [str(n) for n in range(11)]
    assert f'<span class="spoken"> {"من" if language == "ar" else "из"} 10, +</span>' in page


@pytest.mark.parametrize("text", ["x" * 10_001, "1"])
def test_a_text_that_is_too_long(path, text):
    client = Client()
    client.post(path, {"page": "1", "q-score": "9"})
    assert english(shown(client.post(path, {"page": "2", "q-comment": text, "q-reason": "weather"}))) == []


def test_closed(path, invitation, language):
    invitation.distribution.closes_at = timezone.now() - timedelta(days=1)
    invitation.distribution.save()
    page = Client().get(path)
    assert (page.status_code, english(shown(page)), as_html(page)) == (410, [], opening(language))
    assert {"ar": "هذا الاستبيان مغلق", "ru": "Этот опрос закрыт"}[language] in shown(page)


def test_not_yet_open_says_the_day_before_the_month(invitation, language):
    opens_at = timezone.make_aware(datetime(2029, 5, 7, 18, 5))
    link = factories.link(invitation.distribution.survey, opens_at=opens_at)
    page = Client().get(reverse("collection:link", args=[link.token]))
    assert (page.status_code, english(shown(page))) == (403, [])
    assert {"ar": "يُفتح في 7 مايو 2029، 18:05.", "ru": "Он откроется 7 мая 2029 года, 18:05."}[language] in shown(page)


class TestWithoutASurvey:
    """Of whoever comes with a link that names nothing, only the browser is known."""

    SAID = {"ar": "هذا الرابط لا يعمل", "ru": "Эта ссылка не работает", "en": "This link does not work"}

    @pytest.mark.parametrize("name", ["collection:answer", "collection:link", "distribution:unsubscribe"])
    def test_a_link_that_is_not_known(self, language, name):
        page = Client().get(reverse(name, args=["broken"]), headers={"Accept-Language": f"{language}-XX,{language};q=0.9,en;q=0.8"})
        assert (page.status_code, english(shown(page)), as_html(page)) == (404, [], opening(language))
        assert page["Content-Language"] == language
        assert self.SAID[language] in shown(page)

    @pytest.mark.parametrize("accepted", ["", "fr", "en,ar;q=0.5", "xx,en"])
    def test_what_else_the_browser_asks_for_is_as_before(self, accepted):
        page = Client().get(reverse("collection:answer", args=["broken"]), headers={"Accept-Language": accepted})
        assert (self.SAID["en"] in shown(page), as_html(page)) == (True, '<html lang="en" dir="ltr">')

    def test_who_is_logged_in_keeps_the_own_language(self):
        client = Client(headers={"Accept-Language": "ar"})
        client.force_login(factories.user(language="he"))
        assert as_html(client.get(reverse("collection:answer", args=["broken"]))) == '<html lang="he" dir="rtl">'

    def test_the_interface_stays_in_its_own_languages(self, language):
        page = Client().get(reverse("account_login"), headers={"Accept-Language": language})
        assert as_html(page).startswith('<html lang="en" dir="ltr"')


@pytest.mark.parametrize("number", [0, 1])
def test_the_mail(invitation, language, number):
    message = invitation_message(Delivery.objects.create(invitation=invitation, number=number))
    assert english(message.body) == []
    html = message.alternatives[0][0]
    assert english(shown(html)) == []
    assert message.subject == {"ar": ["سؤال", "تذكير: سؤال"], "ru": ["Вопрос", "Напоминание: Вопрос"]}[language][number]
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
    said = {"ar": ["فتح الاستبيان", "نرحب بإجابتكم حتى 17 مايو 2030."], "ru": ["Открыть опрос", "Мы ждём ответа до 17 мая 2030 года."]}
    assert [words in shown(html) for words in said[language]] == [True, True]
    assert {"ar": "9 على مقياس من 0 إلى 10", "ru": "9 по шкале от 0 до 10"}[language] in html


def test_unsubscribing(invitation, language):
    path, client = reverse("distribution:unsubscribe", args=[unsubscribe_token(invitation)]), Client()
    pages = [client.get(path), client.post(path), client.post(f"{path}undo/")]
    assert [english(shown(page)) for page in pages] == [[], [], []]
    assert [as_html(page) for page in pages] == [opening(language)] * 3
    assert [page["Content-Language"] for page in pages] == [language] * 3
    said = {
        "ar": ["هل ترغبون في إيقاف الاستبيانات بالبريد الإلكتروني؟", "أُلغي اشتراككم.", "تم: ستصلكم رسائلنا من جديد."],
        "ru": ["Больше не присылать опросы?", "Вы отписаны.", "Готово: мы снова будем вам писать."],
    }
    assert [words in shown(page) for words, page in zip(said[language], pages, strict=True)] == [True] * 3

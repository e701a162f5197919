"""The language of a text: its script decides, the response's language among those of one script."""

import csv
import time
from collections import Counter

import pytest

from analytics.text.engines.lexicon import DATA, read_rows
from analytics.text.language import language_of, script_of, spans_by_language
from tests import real_data


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("The service was quick", "en", "en"),
        ("The service was quick", "", "en"),
        ("The service was quick", "he", "en"),  # an English comment on the Hebrew page
        ("The service was quick", "pt", "en"),
        ("Clunky interface", "", "en"),
        ("top", "pt", "pt"),
        ("Palvelu oli nopeaa ja ystävällistä", "fi", "fi"),  # a language that is not looked for stays what was declared
        ("Produto chegou antes do prazo e em perfeito estado", "en", "pt"),
        ("El pedido llegó tarde y la caja estaba rota", "en", "es"),
        ("Le service client est vraiment très lent", "he", "fr"),
        ("Die Lieferung war pünktlich und vollständig", "en", "de"),
        ("Il prodotto è arrivato rotto e nessuno risponde", "en", "it"),
        ("Het was in orde, maar de prijs is te hoog", "en", "nl"),  # three of its words are English too
        ("Snelle levering en vriendelijke medewerkers", "en", "nl"),
        ("Bardzo szybka dostawa i miła obsługa klienta", "", "pl"),
        ("Comanda a ajuns foarte repede, mulțumesc frumos", "en", "ro"),
        ("Ürün çok geç geldi ve kutusu kırıktı", "en", "tr"),
        ("Chegou antes do prazo", "pt", "pt"),
        ("Chegou antes do prazo", "pt-BR", "pt"),
        ("Chegou antes do prazo", "pt_br", "pt"),
        ("השירות היה מהיר", "en", "he"),
        ("השירות היה מהיר", "yi", "yi"),
        ("השירות של Kesher היה מהיר", "en", "he"),
        ("كانت الخدمة سريعة", "", "ar"),
        ("خدمات سریع بود", "fa", "fa"),
        ("Обслуживание было быстрым", "en", "ru"),
        ("Обслуговування було швидким", "uk", "uk"),
        ("Дуже швидка доставка, дякую її команді", "ru", "uk"),
        ("Быстрая доставка, но дорого", "uk", "ru"),
        ("خدمات پشتیبانی خیلی خوب بود", "ar", "fa"),
        ("サービスが早かった", "ja", "ja"),
        ("サービスが早かった", "en", "und"),
        ("12345", "en", ""),
        ("👍🎉", "en", ""),
        ("", "en", ""),
        ("   \n\t", "he", ""),
        ("\x00\x07", "en", ""),
    ],
)
def test_language(text, declared, language):
    assert language_of(text, declared) == language


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("Great app! השירות איטי. 10/10", "he", [("Great app!", "en"), ("השירות איטי. 10/10", "he")]),
        ("השירות של Kesher Cloud Platform מצוין באמת ומהיר", "he", [("השירות של Kesher Cloud Platform מצוין באמת ומהיר", "he")]),
        ("😍 תודה. Thank you", "en", [("😍 תודה.", "he"), ("Thank you", "en")]),
        ("One. Two. Three.", "en", [("One. Two. Three.", "en")]),
        (
            "O produto é ótimo. תודה רבה. A entrega chegou antes do prazo.",
            "en",
            [("O produto é ótimo.", "pt"), ("תודה רבה.", "he"), ("A entrega chegou antes do prazo.", "pt")],
        ),
        ("123", "he", [("123", "")]),
        ("", "he", []),
    ],
)
def test_a_text_of_several_languages_by_sentence(text, declared, expected):
    assert [(text[start:end], language) for start, end, language in spans_by_language(text, declared)] == expected


def test_english_comments_stay_english():
    """Of the project's own comments at most one in 200 is taken for another language."""
    texts = [text for _label, text in read_rows(DATA / "comments_en.tsv")]
    start = time.process_time()
    found = Counter(language_of(text, "en") for text in texts)
    assert len(texts) / (time.process_time() - start) > 4000
    assert found["en"] + found[""] >= 0.995 * len(texts)


def test_portuguese_comments_of_an_english_page_are_not_taken_for_english():
    with real_data.path("olist/olist_order_reviews_dataset.csv").open(encoding="utf-8") as file:
        texts = [row["review_comment_message"] for row in csv.DictReader(file)]
    texts = [text for text in texts if sum(map(str.isalpha, text)) >= 12][:500]
    assert sum(language_of(text, "en") == "pt" for text in texts) >= 0.88 * len(texts)


def test_tie_goes_to_the_script_that_is_not_latin():
    assert script_of("ab אב") == "hebrew"


def test_long_text_is_looked_at_from_its_beginning():
    assert language_of("א" * 20_000 + "a" * 500_000, "en") == "he"

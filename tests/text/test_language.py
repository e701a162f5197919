"""The language of a text: its script decides, the response's language among those of one script."""

import pytest

from analytics.text.language import language_of, script_of


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("The service was quick", "en", "en"),
        ("The service was quick", "", "en"),
        ("The service was quick", "he", "en"),  # an English comment on the Hebrew page
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


def test_tie_goes_to_the_script_that_is_not_latin():
    assert script_of("ab אב") == "hebrew"


def test_long_text_is_looked_at_from_its_beginning():
    assert language_of("א" * 20_000 + "a" * 500_000, "en") == "he"

"""The respondent's page as it will be, for those who look before anybody answers. Nothing is stored."""

from collections.abc import Mapping
from typing import Any

from feedback_site.numbers import whole_number
from surveys.authoring.flow import pages_of
from surveys.authoring.models import SurveyVersion
from surveys.authoring.questionnaire import Questionnaire
from surveys.customers.languages import direction, language_name


def preview_context(version: SurveyVersion, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the page needs; `asked` may name a language, a page, and the score of the button that led there."""
    languages = version.languages or [version.default_language]
    language = asked.get("lang", "") if asked.get("lang") in languages else languages[0]
    pages, headline = pages_of(version) or [[]], version.headline
    score_page = next((number for number, questions in enumerate(pages, start=1) if headline in questions), 1)
    chosen = next((score for score in headline.scale if str(score) == asked.get("score")), None) if headline else None
    number = whole_number(asked.get("page", "")) or (1 if chosen is None else score_page)
    page = number if number <= len(pages) else 1
    stored = {headline.key: chosen} if headline and chosen is not None else None
    return {
        "is_preview": True,
        "version": version,
        "form": Questionnaire(version, pages[page - 1], language, stored=stored),
        "page": page,
        "place": page,
        "pages": len(pages),
        "score_page": score_page,
        "chosen_score": chosen if page == score_page else None,
        "is_first": page == 1,
        "before": page - 1,
        "after": page + 1,
        "is_last": page == len(pages),
        "language": language,
        "direction": direction(language),
        "languages": [(code, language_name(code)) for code in languages],
        "title": version.text("title", language),
        "introduction": version.text("introduction", language),
    }

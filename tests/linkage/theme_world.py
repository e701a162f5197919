"""Themes and answers that speak of them, without any search for terms."""

from analytics.models import AnswerTheme, Sentiment, Term, Theme
from tests import factories


def theme(key, parent=None, **fields):
    """A theme with a term in English."""
    made = Theme.objects.create(key=key, names={"en": key.capitalize(), "he": f"{key} בעברית"}, parent=parent, **fields)
    Term.objects.create(theme=made, language="en", text=key)
    return made


def said(account=None, survey=None, score=9, themes=None, label="positive", revision=1, language="en", **fields):
    """A response with a comment that was searched for themes: `themes` are those in it, with their labels."""
    response = factories.response(account, survey, score=score, comment="A comment", **fields)
    answer = response.answers.get(question_key="comment")
    searched(answer, themes or {}, label, revision, language)
    return response


def searched(answer, themes, label="positive", revision=1, language="en"):
    """What the search leaves behind."""
    scored = label != "not_scored"
    Sentiment.objects.update_or_create(
        answer=answer,
        defaults={
            **{"language": language, "label": label, "engine_label": label, "polarity": 0.5 if scored else None},
            **{"answer_updated_at": answer.updated_at, "themes_revision": revision},
        },
    )
    answer.themes.all().delete()
    for one, its_label in themes.items():
        AnswerTheme.objects.create(answer=answer, theme=one, label=its_label, polarity=0.1 if its_label != "not_scored" else None)

"""Plain functions that make rows for tests: each argument left out gets a sensible value."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from analytics.models import Campaign, Catalogue, ExchangeRate, Opportunity, RevenueEntry, Sentiment, Spend, Term, Theme
from feedback_site.models import Team, User
from surveys.collection.bands import band_of
from surveys.models import (
    Account,
    Answer,
    Contact,
    Distribution,
    Invitation,
    Link,
    Question,
    Representative,
    Response,
    Segment,
    Survey,
    SurveyVersion,
)

_number = count(1)


def user(role="account_manager", **fields):
    n = next(_number)
    fields = {"email": f"user{n}@example.com", "name": f"User {n}", "language": "en", **fields}
    return User.objects.create_user(password="a password for tests", role=role, **fields)


def team(**fields):
    return Team.objects.create(**{"name": f"Team {next(_number)}", **fields})


def segment(name=None, **fields):
    return Segment.objects.create(name=name or f"Segment {next(_number)}", **fields)


def representative(**fields):
    n = next(_number)
    return Representative.objects.create(**{"external_id": f"rep-{n}", "name": f"Representative {n}", **fields})


def account(**fields):
    n = next(_number)
    return Account.objects.create(**{"external_id": f"acc-{n}", "name": f"Account {n}", "currency": "ILS", **fields})


def contact(account=None, **fields):
    n = next(_number)
    account = account or globals()["account"]()
    return Contact.objects.create(
        account=account, **{"email": f"contact{n}@example.com", "name": f"Contact {n}", "language": "en", **fields}
    )


def survey(published=True, score_type="nps", default_language="en", **fields):
    """A survey in Hebrew and English: a score (`score`; none without a `score_type`), a choice (`reason`) and a comment (`comment`)."""
    n = next(_number)
    survey = Survey.objects.create(**{"key": f"survey-{n}", "name": f"Survey {n}", **fields})
    texts = {
        "en": {
            "title": "How are we doing?",
            "introduction": "Two questions.",
            "thanks": "Thank you!",
            "subject": "One question",
            "invitation": "Please tell us.",
        },
        "he": {"title": "איך אנחנו?", "introduction": "שתי שאלות.", "thanks": "תודה!", "subject": "שאלה אחת", "invitation": "ספרו לנו."},
    }
    version = SurveyVersion.objects.create(survey=survey, number=1, texts=texts, default_language=default_language)
    if score_type:
        question(version, key="score", type=score_type, is_required=True, position=1)
    question(
        version,
        key="reason",
        type="one_choice",
        position=2,
        choices=[
            {"key": "price", "labels": {"en": "Price", "he": "מחיר"}},
            {"key": "service", "labels": {"en": "Service", "he": "שירות"}},
        ],
    )
    question(version, key="comment", type="long_text", position=3)
    if published:
        SurveyVersion.objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())
    return survey


def next_version(survey, key="score", **texts):
    """Another version is published, with a score alone, of that `key`."""
    survey.versions.update(state="archived")
    newer = SurveyVersion.objects.create(survey=survey, number=survey.versions.count() + 1, texts={"en": texts}, default_language="en")
    question(newer, key=key)
    SurveyVersion.objects.filter(pk=newer.pk).update(state="published", published_at=timezone.now())
    return newer


def question(version, **fields):
    key = fields.get("key", f"q{next(_number)}")
    texts = {"en": {"label": f"{key}?", "low": "Low", "high": "High"}, "he": {"label": f"{key} בעברית?", "low": "נמוך", "high": "גבוה"}}
    return Question.objects.create(version=version, **{"key": key, "type": "nps", "position": 1, "texts": texts, **fields})


def distribution(survey=None, **fields):
    survey = survey or globals()["survey"]()
    fields = {"name": "Distribution", "state": "confirmed", "closes_at": timezone.now() + timedelta(days=14), **fields}
    return Distribution.objects.create(survey=survey, version=survey.published, **fields)


def link(survey=None, **fields):
    survey = survey or globals()["survey"]()
    return Link.objects.create(survey=survey, **{"name": f"Link {next(_number)}", **fields})


def invitation(distribution=None, contact=None, **fields):
    distribution = distribution or globals()["distribution"]()
    contact = contact or globals()["contact"]()
    return Invitation.objects.create(distribution=distribution, contact=contact, **{"language": contact.language, **fields})


def response(account=None, survey=None, score=9, comment="", at=None, contact=None, **fields):
    """A complete response with its answers; without a score where `score` is None."""
    account = account or (contact.account if contact else globals()["account"]())
    survey = survey or globals()["survey"]()
    at = at or timezone.now()
    version = survey.published
    scale = version.headline.type if version.headline and score is not None else ""
    response = Response.objects.create(
        survey=survey,
        version=version,
        account=account,
        contact=contact,
        **{
            "state": "complete",
            "language": "en",
            "started_at": at,
            "completed_at": at,
            "finished_at": at if fields.get("state", "complete") == "complete" else None,
            "score": score,
            "score_type": scale,
            "band": band_of(scale, score) if scale else "",
            "segment": account.segment,
            "region": account.region,
            "account_manager": account.account_manager,
            "sales_representative": account.sales_representative,
            **fields,
        },
    )
    if score is not None:
        Answer.objects.create(response=response, question_key="score", number=score, updated_at=at)
    if comment:
        Answer.objects.create(response=response, question_key="comment", text=comment, updated_at=at)
    return response


def sentiment(answer, label="positive", **fields):
    """What an engine makes of `answer`."""
    polarity = {"positive": 0.5, "neutral": 0.0, "mixed": 0.0, "negative": -0.5}.get(label)
    said = {"label": label, "engine_label": label, "polarity": polarity, "language": "en", "engine": "textblob", "engine_version": "1"}
    return Sentiment.objects.create(answer=answer, answer_updated_at=answer.updated_at, **{**said, **fields})


def read_text(account=None, label="positive", comment="Great", about=None, **fields):
    """The answer with the text of a response, read by an engine; `about` are the fields of its sentiment."""
    answer = response(account, comment=comment, **fields).answers.get(question_key="comment")
    sentiment(answer, label, **(about or {}))
    return answer


def campaign(**fields):
    n = next(_number)
    return Campaign.objects.create(**{"external_id": f"camp-{n}", "name": f"Campaign {n}", **fields})


def opportunity(account=None, **fields):
    n = next(_number)
    days = {"created_on": date(2026, 1, 1), "closed_on": date(2026, 2, 1)}
    return Opportunity.objects.create(
        account=account, **{"external_id": f"opp-{n}", "stage": "won", "value": Decimal(1000), **days, **fields}
    )


def revenue(account, amount=1000, on=date(2026, 1, 15), **fields):
    fields = {"external_id": f"rev-{next(_number)}", "account": account, "amount": Decimal(amount), "recognised_on": on, **fields}
    return RevenueEntry.objects.create(**fields)


def spend(amount=500, on=date(2026, 1, 15), **fields):
    return Spend.objects.create(**{"external_id": f"spend-{next(_number)}", "amount": Decimal(amount), "spent_on": on, **fields})


def exchange_rate(currency, valid_from, rate):
    return ExchangeRate.objects.create(currency=currency, valid_from=valid_from, rate=Decimal(rate))


def theme(key, *terms, parent=None, **fields):
    """A theme with English terms; the starting set of the product is not created where there is a catalogue already."""
    Catalogue.objects.get_or_create(pk=1)
    theme = Theme.objects.create(key=key, parent=parent, **{"names": {"en": key.capitalize()}, "position": next(_number), **fields})
    Term.objects.bulk_create(Term(theme=theme, language="en", text=text) for text in terms)
    return theme

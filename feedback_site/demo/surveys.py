"""The two surveys of the simulated company, in both languages, published."""

from datetime import datetime
from typing import Any

from feedback_site.access.models import User
from surveys.authoring.models import Question, Survey, SurveyVersion
from surveys.authoring.publish import publish

TOPICS = {
    "price": {"en": "Price", "he": "המחיר"},
    "service": {"en": "Service and support", "he": "השירות והתמיכה"},
    "delivery": {"en": "Delivery times", "he": "זמני האספקה"},
    "quality": {"en": "Product quality", "he": "איכות המוצר"},
    "ease": {"en": "Ease of use", "he": "נוחות השימוש"},
    "billing": {"en": "Invoices and payments", "he": "חשבוניות ותשלומים"},
}
RELATIONSHIP = {
    "en": {
        "title": "How are we doing?",
        "introduction": "One question, and two more if you would like to say why. It takes less than a minute.",
        "thanks": "Thank you! Your account manager reads every answer.",
        "subject": "One question about working with us",
        "invitation": "We would like to know how satisfied you are with us. Please choose a number; it takes less than a minute.",
    },
    "he": {
        "title": "איך אנחנו בעיניכם?",
        "introduction": "שאלה אחת, ועוד שתיים למי שרוצה להרחיב. זה לוקח פחות מדקה.",
        "thanks": "תודה רבה! מנהל הלקוח שלכם קורא כל תשובה.",
        "subject": "שאלה אחת על העבודה איתנו",
        "invitation": "חשוב לנו לדעת עד כמה אתם מרוצים מאיתנו. בחרו מספר, זה לוקח פחות מדקה.",
    },
}
SUPPORT = {
    "en": {
        "title": "How was our support?",
        "introduction": "You contacted our support lately. Two short questions.",
        "thanks": "Thank you! We read every answer.",
        "subject": "How was our support?",
        "invitation": "You contacted our support lately. How satisfied were you?",
    },
    "he": {
        "title": "איך הייתה התמיכה שלנו?",
        "introduction": "פניתם לאחרונה לתמיכה שלנו. שתי שאלות קצרות.",
        "thanks": "תודה! אנחנו קוראים כל תשובה.",
        "subject": "איך הייתה התמיכה שלנו?",
        "invitation": "פניתם לאחרונה לתמיכה שלנו. עד כמה הייתם מרוצים?",
    },
}
QUESTION_TEXTS = {
    "score": {
        "en": {"label": "How likely are you to recommend us to a colleague?", "low": "Not at all likely", "high": "Extremely likely"},
        "he": {"label": "מה הסיכוי שתמליצו עלינו לעמית או לעמיתה?", "low": "אין סיכוי", "high": "סיכוי גבוה מאוד"},
    },
    "reason": {"en": {"label": "What influenced your score the most?"}, "he": {"label": "מה השפיע יותר מכול על הציון?"}},
    "comment": {"en": {"label": "What should we keep, and what should we change?"}, "he": {"label": "מה כדאי לשמר ומה כדאי לשנות?"}},
    "support": {
        "en": {"label": "How satisfied were you with the help you got?", "low": "Very dissatisfied", "high": "Very satisfied"},
        "he": {"label": "עד כמה הייתם מרוצים מהעזרה שקיבלתם?", "low": "מאוד לא מרוצים", "high": "מרוצים מאוד"},
    },
    "support-comment": {"en": {"label": "Would you like to add something?"}, "he": {"label": "רוצים להוסיף משהו?"}},
}


def create_surveys(owner: User, published_at: datetime) -> tuple[SurveyVersion, SurveyVersion]:
    """The published versions of the relationship survey (NPS) and of the support survey (CSAT)."""
    choices = [{"key": key, "labels": labels} for key, labels in TOPICS.items()]
    relationship = _draft("demo-relationship", "Quarterly relationship survey", owner, RELATIONSHIP)
    _ask(relationship, 1, "score", Question.Type.NPS, "score", is_required=True)
    _ask(relationship, 2, "reason", Question.Type.ONE_CHOICE, "reason", choices=choices)
    _ask(relationship, 3, "comment", Question.Type.LONG_TEXT, "comment")
    support = _draft("demo-support", "After a support case", owner, SUPPORT)
    _ask(support, 1, "score", Question.Type.CSAT, "support", is_required=True)
    _ask(support, 2, "comment", Question.Type.LONG_TEXT, "support-comment")
    for version in (relationship, support):
        publish(version, owner)
        SurveyVersion.objects.filter(pk=version.pk).update(published_at=published_at)
    return relationship, support


def _draft(key: str, name: str, owner: User, texts: dict[str, dict[str, str]]) -> SurveyVersion:
    survey = Survey.objects.create(key=key, name=name, owner=owner, is_simulated=True)
    return SurveyVersion.objects.create(survey=survey, number=1, texts=texts)


def _ask(version: SurveyVersion, position: int, key: str, kind: str, texts: str, **fields: Any) -> None:
    Question.objects.create(version=version, position=position, key=key, type=kind, texts=QUESTION_TEXTS[texts], **fields)

"""The kinds of questions: each in one place, from the editor to the answer in words."""

from surveys.authoring.kinds.base import Kind, Value
from surveys.authoring.kinds.choices import DropDown, Matrix, OneChoice, Ranking, SeveralChoices, YesNo
from surveys.authoring.kinds.scales import Rating, Satisfaction, Scale
from surveys.authoring.kinds.statements import Consent, End, Statement
from surveys.authoring.kinds.written import ContactDetails, Date, LongText, Number, ShortText
from surveys.authoring.models import Question

KINDS: dict[str, Kind] = {
    Question.Type.NPS: Scale(),
    Question.Type.CSAT: Satisfaction(),
    Question.Type.CES: Scale(),
    Question.Type.RATING: Rating(),
    Question.Type.YES_NO: YesNo(),
    Question.Type.ONE_CHOICE: OneChoice(),
    Question.Type.SEVERAL_CHOICES: SeveralChoices(),
    Question.Type.DROP_DOWN: DropDown(),
    Question.Type.MATRIX: Matrix(),
    Question.Type.RANKING: Ranking(),
    Question.Type.SHORT_TEXT: ShortText(),
    Question.Type.LONG_TEXT: LongText(),
    Question.Type.NUMBER: Number(),
    Question.Type.DATE: Date(),
    Question.Type.CONSENT: Consent(),
    Question.Type.STATEMENT: Statement(),
    Question.Type.CONTACT_DETAILS: ContactDetails(),
    Question.Type.END: End(),
}

__all__ = ["KINDS", "Kind", "Value", "kind_of"]


def kind_of(question: Question) -> Kind:
    return KINDS[question.type]

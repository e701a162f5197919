"""Re-exports, so that Django finds the models where it looks for them."""

from surveys.authoring.models import Question, Survey, SurveyVersion
from surveys.collection.models import Answer, Correction, Response, UsedPage
from surveys.customers.models import Account, Contact, Representative, Segment
from surveys.distribution.models import Delivery, Distribution, Invitation, Link, Participation, ReturnedMail, Skip, Suppression
from surveys.followup.models import Handling

__all__ = [
    "Account",
    "Answer",
    "Contact",
    "Correction",
    "Delivery",
    "Distribution",
    "Handling",
    "Invitation",
    "Link",
    "Participation",
    "Question",
    "Representative",
    "Response",
    "ReturnedMail",
    "Segment",
    "Skip",
    "Suppression",
    "Survey",
    "SurveyVersion",
    "UsedPage",
]

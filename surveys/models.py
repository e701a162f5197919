"""Re-exports, so that Django finds the models where it looks for them."""

from surveys.authoring.models import Question, Survey, SurveyVersion
from surveys.collection.models import Answer, Correction, Response, UsedPage
from surveys.customers.models import Account, Contact, Representative, Segment
from surveys.distribution.audience_models import ExcludedAddress, ExclusionList, SavedAudience
from surveys.distribution.brand_models import Brand
from surveys.distribution.link_models import Link, Participation
from surveys.distribution.models import Delivery, Distribution, Invitation, ReturnedMail, Skip, Suppression
from surveys.distribution.rate_models import SentInMinute
from surveys.distribution.schedule_models import CustomerEvent, HandledEvent, Schedule
from surveys.distribution.setback_models import Setback
from surveys.distribution.undone_models import UndoneUnsubscription
from surveys.distribution.visit_models import Visit
from surveys.followup.alert_models import Alert
from surveys.followup.models import Handling

__all__ = [
    "Account",
    "Alert",
    "Answer",
    "Brand",
    "Contact",
    "Correction",
    "CustomerEvent",
    "Delivery",
    "Distribution",
    "ExcludedAddress",
    "ExclusionList",
    "HandledEvent",
    "Handling",
    "Invitation",
    "Link",
    "Participation",
    "Question",
    "Representative",
    "Response",
    "ReturnedMail",
    "SavedAudience",
    "Schedule",
    "Segment",
    "SentInMinute",
    "Setback",
    "Skip",
    "Suppression",
    "Survey",
    "SurveyVersion",
    "UndoneUnsubscription",
    "UsedPage",
    "Visit",
]

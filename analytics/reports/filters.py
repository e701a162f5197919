"""What the feedback list can be narrowed to."""

from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.forms import DateInput, Form, HiddenInput, TextInput
from django.utils.translation import gettext_lazy as _

from analytics.linkage.report import asked_scale
from analytics.reports import queries
from analytics.reports.links import IN_THEMES, NO_SEGMENT
from analytics.reports.periods import start_of
from analytics.text.models import Sentiment
from analytics.text.search.find import matching
from analytics.text.search.query import asks_nothing
from analytics.text.themes.models import AnswerTheme
from analytics.text.themes.queries import speaking_of, theme_choices
from feedback_site.access.personal_data import is_masked_for
from feedback_site.numbers import whole_number
from surveys.authoring.models import Survey
from surveys.collection.models import Answer, Band, Response, ResponseQuerySet
from surveys.customers.models import Account, Segment

Label = Sentiment.Label
NO_SCORE = ("none", _("No score"))
SET_ASIDE = ("set_aside", _("Set aside"))
ORDERS = [
    ("newest", _("newest first")),
    ("worst", _("worst first")),
    ("revenue", _("largest revenue first")),
    ("worst_revenue", _("worst first, largest revenue first")),
]


def day_input() -> DateInput:
    return DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def search_input() -> TextInput:
    """It stands above the folded filters, and is sent with them."""
    return TextInput(attrs={"type": "search", "form": "filters", "class": "form-control form-control-sm"})


class FeedbackForm(Form):
    def clean_search(self) -> str:
        query: str = self.cleaned_data["search"]
        if query and asks_nothing(query):
            raise ValidationError(_("There is no word in it. Write what to look for, or leave it empty."))
        return query

    def clean(self) -> dict[str, Any]:
        """A period that ends before it begins finds nothing: say so."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day lies before “From”. Choose a later one, or change “From”."))
        return cleaned


class FeedbackFilter(django_filters.FilterSet):
    """Survey, segment, region, band, period, sentiment, handled or not, account, and search in the texts."""

    search = django_filters.CharFilter(label=_("Search in text and names"), method="by_text", widget=search_input())
    survey = django_filters.ModelChoiceFilter(label=_("Survey"), queryset=Survey.objects.all())
    segment = django_filters.ModelChoiceFilter(
        label=_("Segment"), queryset=Segment.objects.all(), null_label=_("no segment"), null_value=NO_SEGMENT
    )
    region = django_filters.ChoiceFilter(label=_("Region"))
    band = django_filters.ChoiceFilter(label=_("Band"), choices=[*Band.choices, NO_SCORE], method="by_band")
    sentiment = django_filters.ChoiceFilter(
        label=_("Sentiment"), choices=[*Label.choices, ("waiting", _("Waiting"))], method="by_sentiment"
    )
    theme = django_filters.ChoiceFilter(label=_("Theme"), method="by_theme")
    theme_sentiment = django_filters.ChoiceFilter(label=_("Sentiment of the theme"), choices=Label.choices, method="by_theme_sentiment")
    counted = django_filters.ChoiceFilter(choices=[(IN_THEMES, IN_THEMES)], method="by_counted", widget=HiddenInput)
    handled = django_filters.ChoiceFilter(
        label=_("Handled"),
        choices=[("yes", _("handled")), ("no", _("not handled")), ("open", _("low, not handled"))],
        method="by_handling",
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=[*Response.State.choices, SET_ASIDE], method="by_state")
    source = django_filters.ChoiceFilter(label=_("Way in"), choices=Response.Source.choices)
    first = django_filters.DateFilter(label=_("From"), widget=day_input(), method="from_day")
    last = django_filters.DateFilter(label=_("To"), widget=day_input(), method="to_day")
    account = django_filters.ModelChoiceFilter(label=_("Account"), queryset=Account.objects.none())
    question = django_filters.CharFilter(method="leave", widget=HiddenInput)
    answer = django_filters.CharFilter(method="by_answer", widget=HiddenInput)
    order = django_filters.ChoiceFilter(label=_("Order"), choices=ORDERS, method="in_order", empty_label=None)

    class Meta:
        model = Response
        form = FeedbackForm
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data or {}, *args, **kwargs)  # always bound: `filter_queryset` decides without any choice too
        user = self.request.user
        self.filters["region"].extra["choices"] = [(region, region) for region in queries.regions_of(user)]
        self.filters["theme"].extra["choices"] = theme_choices()
        self.filters["account"].queryset = Account.objects.visible_to(user)
        self._hide_account(data or {})

    def _hide_account(self, data: Any) -> None:
        """The choice of one account is made on the account's page, not among hundreds of options."""
        account = self.form.fields["account"]
        account.widget = account.hidden_widget()
        if not data.get("account"):
            del self.form.fields["account"]

    @property
    def is_open(self) -> bool:
        """Whether a folded field has something to say."""
        return bool(set(self.form.errors) - {"search"})

    @property
    def in_use(self) -> int:
        """How many of the folded fields say something else than they do by themselves, which is the first of their choices."""
        fields = [field for field in self.form.visible_fields() if field.name != "search"]
        own = [next(iter(getattr(field.field, "choices", [("",)])))[0] for field in fields]
        return sum(self.data.get(field.name, "") not in ("", first) for field, first in zip(fields, own, strict=True))

    def filter_queryset(self, queryset: Any) -> Any:
        """What was set aside stands in no list, unless one asks for it."""
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") == SET_ASIDE[0] else found.filter(set_aside="")

    def by_text(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        is_masked = is_masked_for(self.request.user)
        said = matching(Answer.objects.texts(), value, is_masked).order_by().values("response")
        named = Q(account__name__icontains=value)
        if not is_masked:  # whose name is not shown is not found by it either
            named |= Q(contact__name__icontains=value)
        return responses.filter(pk__in=said.union(Response.objects.filter(named).order_by().values("pk")))

    def by_band(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        return responses.filter(band="" if value == "none" else value)

    def by_sentiment(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        texts = Answer.objects.texts().filter(response=OuterRef("pk"))
        match = Q(sentiment__isnull=True) if value == "waiting" else Q(sentiment__label=value)
        return responses.filter(Exists(texts.filter(match)))

    def by_theme(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        """A theme or one of its sub-themes; where the sentiment of a theme is asked for, that of this one."""
        return responses.filter(Exists(self._mentions(speaking_of(value))))

    def by_theme_sentiment(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        return responses.filter(Exists(self._mentions(Q(theme__is_active=True))))

    def by_counted(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        """The rows behind a figure on themes. There a response has one label for a theme: with something good beside it is not negative."""
        chosen = self.form.cleaned_data
        found = queries.counted_in_themes(responses, asked_scale(chosen["survey"]) if chosen.get("survey") else "")
        if not chosen.get("theme") or chosen.get("theme_sentiment") != Label.NEGATIVE:
            return found
        good = AnswerTheme.objects.filter(speaking_of(chosen["theme"]), label__in=(Label.POSITIVE, Label.MIXED))
        return found.filter(~Exists(good.filter(answer__response=OuterRef("pk"))))

    def _mentions(self, of: Q) -> "QuerySet[AnswerTheme]":
        label = self.data.get("theme_sentiment")
        found = AnswerTheme.objects.filter(of, answer__response=OuterRef("pk"))
        return found.filter(label=label) if label else found

    def by_state(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        return responses.exclude(set_aside="") if value == SET_ASIDE[0] else responses.filter(state=value)

    def leave(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        """The question is looked at together with the answer."""
        return responses

    def by_answer(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        """Those who gave this number, or chose this key, at the chosen question: the rows behind a survey's results."""
        given = Answer.objects.filter(response=OuterRef("pk"), question_key=self.data.get("question", ""))
        # A JSON column knows "contains" on PostgreSQL alone; keys are slugs, so that the quoted key is found in its text.
        chosen = given.annotate(keys=Cast("choices", TextField())).filter(keys__contains=f'"{value}"')
        number = whole_number(value, 4)
        return responses.filter(Exists(chosen) if number is None else Exists(given.filter(number=number)))

    def by_handling(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        found = responses.filter(handling__isnull=value != "yes")
        return found.filter(band=Band.DETRACTOR) if value == "open" else found

    def from_day(self, responses: ResponseQuerySet, name: str, value: date) -> ResponseQuerySet:
        if value.year == MINYEAR:  # in UTC its first moment lies before all time
            return responses
        return responses.filter(Q(answered_at__gte=start_of(value)))

    def to_day(self, responses: ResponseQuerySet, name: str, value: date) -> ResponseQuerySet:
        if value.year == MAXYEAR:  # the day after its last is no date any more
            return responses
        return responses.filter(Q(answered_at__lt=start_of(value + timedelta(days=1))))

    def in_order(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        richest = F("trailing_revenue").desc(nulls_last=True)
        newest = F("answered_at").desc()
        worst = F("score").asc(nulls_last=True)
        orders = {
            "newest": (newest,),
            "worst": (queries.band_rank(), worst, newest),
            "revenue": (richest, newest),
            "worst_revenue": (queries.band_rank(), richest, newest),
        }
        return responses.order_by(*orders[value], "-pk")

"""What the simulated company is made of."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db.models import Count, Max, Min
from django.utils import timezone

from analytics.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from feedback_site.demo import comments_en, comments_he, truth
from feedback_site.demo.calendar import Calendar
from feedback_site.demo.create import AlreadyThere, create
from feedback_site.models import Team, User
from surveys.collection.bands import band_of
from surveys.distribution.audience import Audience, counts, decide
from surveys.followup.alerts import tell
from surveys.models import Account, Alert, Contact, Delivery, Distribution, Invitation, Link, Representative, Response, Segment, Survey

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("company")
class TestCompany:
    def test_has_the_size_that_it_promises(self):
        assert Account.objects.count() == truth.ACCOUNTS == sum(one.accounts for one in truth.SEGMENTS)
        assert list(Segment.objects.values_list("name", flat=True)) == sorted(one.name for one in truth.SEGMENTS)
        assert Contact.objects.count() > 1100
        assert Response.objects.scored().count() > 4500
        assert (Representative.objects.count(), Team.objects.count(), Campaign.objects.count()) == (6, 2, 7)

    def test_is_marked_as_simulated_everywhere(self):
        marked = [User, Team, Segment, Representative, Account, Contact, Survey, Distribution, Response]
        marked += [Campaign, Opportunity, RevenueEntry, Spend, ExchangeRate]
        assert {model.__name__: model._default_manager.filter(is_simulated=False).count() for model in marked} == {
            model.__name__: 0 for model in marked
        }

    def test_spans_twelve_full_quarters_and_the_complete_months_since(self):
        days = RevenueEntry.objects.aggregate(first=Min("recognised_on"), last=Max("recognised_on"))
        assert days == {"first": date(2023, 10, 1), "last": date(2026, 10, 1)}

    def test_nothing_lies_in_the_future(self):
        now = timezone.now()
        assert Response.objects.filter(completed_at__gt=now).count() == 0
        assert Delivery.objects.filter(sent_at__gt=now).count() == 0
        assert Opportunity.objects.filter(closed_on__gt=timezone.localdate()).count() == 0

    def test_gives_the_account_manager_who_can_log_in_about_forty_accounts_and_fresh_complaints(self):
        manager = User.objects.get(email="manager@demo.example")
        fresh = Response.objects.visible_to(manager).filter(
            band="detractor", handling=None, completed_at__gte=timezone.now() - timedelta(days=12)
        )
        assert 35 <= Account.objects.visible_to(manager).count() <= 45
        assert fresh.count() >= 3

    def test_leaves_most_invitations_unanswered_and_some_bounced(self):
        sent = Delivery.objects.filter(number=0, state="sent").count()
        assert 0.50 < 1 - Response.objects.of_accounts().count() / sent < 0.62
        assert 100 < Delivery.objects.filter(state="bounced").count() < 500
        assert Invitation.objects.filter(answered_at__isnull=False).count() == Response.objects.of_accounts().complete().count()

    def test_answers_agree_with_the_headline_and_its_band(self):
        for response in Response.objects.of_accounts().prefetch_related("answers")[:200]:
            [score] = [answer.number for answer in response.answers.all() if answer.question_key == "score"]
            assert (score, response.band) == (response.score, band_of(response.score_type, score))

    def test_comments_come_in_both_languages(self):
        languages = Response.objects.filter(answers__question_key="comment").values_list("language").annotate(n=Count("pk", distinct=True))
        assert {language for language, n in languages if n > 800} == {"en", "he"}

    def test_has_a_prepared_distribution_that_a_newcomer_can_send_at_once(self):
        prepared = Distribution.objects.get(state="prepared")
        owner = User.objects.get(email="owner@demo.example")
        per_reason = counts(decide(Audience.from_json(prepared.audience), owner, prepared.version, timezone.now()))
        assert per_reason[""] >= 10
        assert "asked_recently" not in per_reason

    def test_tells_each_account_manager_of_a_bouncing_key_contact_and_a_silent_key_account(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        for manager in User.objects.filter(role="account_manager"):
            kinds = set(Alert.objects.visible_to(manager).unseen().values_list("kind", flat=True))
            assert kinds == {"contact_bounces", "account_silent"}
        before = Alert.objects.count()
        assert before < 40
        mail.outbox = []
        tell(timezone.now())
        assert (Alert.objects.count(), mail.outbox) == (before, [])

    def test_has_a_pulse_of_the_team_that_nobody_can_be_known_in(self):
        pulse = Response.objects.filter(survey__audience="team")
        assert (pulse.count(), set(pulse.values_list("account", "contact", "member", "invitation"))) == (12, {(None,) * 4})
        assert Link.objects.filter(survey__audience="team").count() == 1

    def test_is_refused_a_second_time(self):
        with pytest.raises(AlreadyThere):
            create(None)

    def test_nobody_can_log_in_without_a_password(self):
        assert [user.email for user in User.objects.all() if user.has_usable_password()] == []


def test_there_are_sixty_distinct_comments_in_each_language():
    for said in (comments_en, comments_he):
        sentences = [text for bands in [*said.TOPIC.values(), said.GENERAL] for texts in bands.values() for text in texts]
        assert len(sentences) == len(set(sentences)) >= 60


@pytest.mark.parametrize(
    ("today", "first", "months"),
    [
        (date(2026, 11, 23), date(2023, 10, 1), 37),
        (date(2026, 10, 1), date(2023, 10, 1), 36),
        (date(2026, 12, 31), date(2023, 10, 1), 38),
        (date(2027, 1, 1), date(2024, 1, 1), 36),
    ],
)
def test_the_calendar_ends_with_the_last_complete_month(today, first, months):
    calendar = Calendar(today)
    assert (calendar.first, len(calendar.months)) == (first, months)
    assert calendar.number_of(calendar.quarter(7)) == 7
    assert calendar.waves[-1] < calendar.fresh_wave - timedelta(days=27)

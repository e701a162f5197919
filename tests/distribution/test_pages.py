"""The pages of a survey owner."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from surveys.distribution import tasks
from surveys.distribution.sending_hours import next_moment
from surveys.models import Delivery, Distribution, Invitation, Suppression
from tests import factories
from tests.distribution.planning import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def hints(monkeypatch):
    given = []
    monkeypatch.setattr(tasks, "hint_sending", lambda: given.append("look now"))
    return given


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


def to(name, *args):
    return reverse(f"distribution:{name}", args=args)


def form(chosen, **fields):
    day = (timezone.localdate() + timedelta(days=7)).isoformat()
    return {"name": "Autumn", "survey": chosen.pk, "closes_on": day, "spread_days": 1, "reminders": 0, "reminder_days": 5, **fields}


def mail(distribution, state="sent", **fields):
    sent_at = timezone.now() if state == "sent" else None
    return Delivery.objects.create(invitation=factories.invitation(distribution), **{"state": state, "sent_at": sent_at, **fields})


def test_from_the_form_to_mails_that_wait(owner, hints):
    survey, retail = factories.survey(), factories.segment("Retail")
    factories.contact(factories.account(segment=retail))
    factories.contact(factories.account(segment=retail), status="left")
    factories.contact()
    prepared = owner.post(to("create"), form(survey, segments=[retail.pk]))
    distribution = Distribution.objects.get()
    assert prepared.url == to("detail", distribution.pk)
    assert Invitation.objects.count() == 0

    dry_run = owner.get(prepared.url)
    assert (dry_run.context["invited"], dry_run.context["skipped_in_all"]) == (1, 1)
    assert [(reason, count) for reason, _label, count in dry_run.context["skipped"]] == [("left", 1)]

    owner.post(to("confirm", distribution.pk), seen(owner, distribution))
    assert Invitation.objects.count() == 1
    assert hints == ["look now"]
    assert owner.get(prepared.url).templates[0].name == "distribution/detail.html"


def test_confirming_twice_mails_nobody_twice_and_says_so(owner, hints):
    factories.contact()
    distribution = factories.distribution(state="prepared")
    looked = seen(owner, distribution)
    owner.post(to("confirm", distribution.pk), looked)
    page = owner.post(to("confirm", distribution.pk), looked, follow=True)
    assert Delivery.objects.count() == 1
    assert "nobody is mailed twice" in page.content.decode()


def test_the_survey_of_the_address_is_chosen_already(owner):
    survey = factories.survey()
    page = owner.get(to("create"), {"survey": survey.pk})
    assert page.context["form"]["survey"].initial == str(survey.pk)
    assert owner.get(to("create"), {"survey": "x"}).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"closes_on": "2020-01-01"}, {"closes_on": "soon"}, {"survey": 0}, {"name": ""}, {"regions": ["Atlantis"]}]
)
def test_a_wrong_form_prepares_nothing(owner, wrong):
    survey = factories.survey()
    page = owner.post(to("create"), form(survey, **wrong))
    assert list(page.context["form"].errors) == list(wrong)
    assert Distribution.objects.count() == 0


def test_a_survey_that_is_not_published_can_not_be_sent(owner):
    draft = factories.survey(published=False)
    page = owner.post(to("create"), form(draft))
    assert list(page.context["form"].errors) == ["survey"]


def test_the_last_day_is_open_to_its_end(owner, survey_owner):
    owner.post(to("create"), form(factories.survey(), closes_on=timezone.localdate().isoformat()))
    assert Distribution.objects.get().is_closed is False


def test_the_dry_run_can_be_narrowed_to_one_outcome(owner):
    fits, left = factories.contact(), factories.contact(status="left")
    page = to("detail", factories.distribution(state="prepared").pk)
    assert list(owner.get(page, {"outcome": "invited"}).context["people"]) == [fits]
    assert list(owner.get(page, {"outcome": "left"}).context["people"]) == [left]
    assert list(owner.get(page, {"search": left.email}).context["people"]) == [left]


def test_the_preview_shows_the_mail_in_each_language_and_no_other(owner):
    distribution = factories.distribution(state="prepared")
    response = owner.get(to("version_mail", distribution.version_id, "he", "invitation"))
    assert 'dir="rtl"' in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert owner.get(to("version_mail", distribution.version_id, "fr", "invitation")).status_code == 404


def test_the_progress_is_polled_while_something_waits_and_then_stops(owner):
    distribution = factories.distribution()
    mail(distribution)
    waits = mail(distribution, "queued")
    moving = owner.get(to("progress", distribution.pk))
    assert (moving.status_code, moving.context["progress"].waiting, moving.context["progress"].done_percent) == (200, 1, 50)
    assert 'hx-trigger="every 2s"' in moving.content.decode()
    Delivery.objects.filter(pk=waits.pk).update(state="sent")
    done = owner.get(to("progress", distribution.pk))
    assert (done.status_code, done["HX-Trigger"]) == (286, "mails-done")
    assert "hx-get" not in done.content.decode()


def test_the_progress_counts_people_who_answered_began_and_stay_silent(owner):
    distribution = factories.distribution()
    mail(distribution)
    answered, began = mail(distribution).invitation, mail(distribution).invitation
    Invitation.objects.filter(pk=answered.pk).update(answered_at=timezone.now())
    factories.response(contact=began.contact, survey=distribution.survey, invitation=began, state="partial", completed_at=None)
    progress = owner.get(to("detail", distribution.pk)).context["progress"]
    assert (progress.people, progress.answered, progress.partly_answered, progress.silent) == (3, 1, 1, 1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [({"mail_state": "failed"}, 1), ({"mail_state": "sent"}, 2), ({"answer": "silent"}, 1), ({"answer": "answered"}, 1)],
)
def test_people_are_found_by_state_and_answer(owner, query, expected):
    """Silent is who got a mail and did not answer: whose mail failed was never asked."""
    distribution = factories.distribution()
    mail(distribution)
    mail(distribution, "failed", reason="550 5.7.1 no")
    answered = mail(distribution).invitation
    Invitation.objects.filter(pk=answered.pk).update(answered_at=timezone.now())
    assert owner.get(to("detail", distribution.pk), query).context["page_obj"].paginator.count == expected


def test_the_time_line_tells_in_order_what_happened(owner):
    delivery = mail(factories.distribution())
    Delivery.objects.update(sent_at=timezone.now())
    Delivery.objects.create(
        invitation=delivery.invitation, number=1, state="bounced", claimed_at=timezone.now() + timedelta(seconds=1), reason="550 5.1.1 gone"
    )
    Invitation.objects.filter(pk=delivery.invitation_id).update(answered_at=timezone.now() + timedelta(days=1))
    page = owner.get(to("person", delivery.invitation.distribution_id, delivery.invitation_id))
    told = [(str(event.text), event.reason) for event in page.context["events"]]
    assert told[:4] == [("Invited", ""), ("Mail queued", ""), ("Mail sent", ""), ("Reminder queued", "")]
    assert told[4:] == [("Bounced", "550 5.1.1 gone"), ("Answered", "")]


@pytest.mark.parametrize(("decision", "state"), [("sent", "sent"), ("again", "queued")])
def test_a_person_decides_about_an_uncertain_mail(owner, hints, decision, state):
    delivery = mail(factories.distribution(), "uncertain", claimed_at=timezone.now())
    owner.get(to("decide", delivery.pk))
    delivery.refresh_from_db()
    assert delivery.state == "uncertain"
    owner.post(to("decide", delivery.pk), {"decision": decision})
    delivery.refresh_from_db()
    assert delivery.state == state


def test_a_decision_is_taken_once_and_only_a_known_one(owner, hints):
    delivery = mail(factories.distribution())
    owner.post(to("decide", delivery.pk), {"decision": "again"})
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert owner.post(to("decide", delivery.pk), {"decision": "maybe"}).status_code == 400


def test_the_reminder_shows_what_it_will_do_before_it_does_it(owner, hints):
    distribution = factories.distribution()
    mail(distribution)
    answered = mail(distribution).invitation
    Invitation.objects.filter(pk=answered.pk).update(answered_at=timezone.now())
    page = owner.get(to("reminder", distribution.pk))
    assert (page.context["outcome"].reminded, page.context["outcome"].skipped, page.context["round"]) == (1, {"answered": 1}, 1)
    assert Delivery.objects.count() == 2
    for _click in range(2):
        owner.post(to("reminder", distribution.pk), {"round": 1, "soon": "on"})
    assert Delivery.objects.filter(number=1).count() == 1


def test_stopping_asks_first(owner):
    distribution = factories.distribution()
    mail(distribution, "queued")
    owner.get(to("stop", distribution.pk))
    assert Delivery.objects.get().state == "queued"
    owner.post(to("stop", distribution.pk))
    assert Delivery.objects.get().state == "cancelled"


def test_suppressed_addresses_are_listed_and_found(owner):
    Suppression.objects.create(email="a@example.com", reason="bounced")
    Suppression.objects.create(email="b@example.com", reason="unsubscribed")
    assert [row.email for row in owner.get(to("suppressions"), {"search": "B@EX"}).context["page_obj"]] == ["b@example.com"]
    assert [row.email for row in owner.get(to("suppressions"), {"reason": "bounced"}).context["page_obj"]] == ["a@example.com"]


def test_html_in_a_name_is_shown_not_run(owner):
    name = "<script>alert(1)</script>"
    distribution = factories.distribution(name=name, state="prepared")
    factories.contact(factories.account(name=name), name=name)
    for page in (to("list"), to("detail", distribution.pk), to("version_mail", distribution.version_id, "en", "invitation")):
        assert name not in owner.get(page).content.decode()


PAGES = ["list", "create", "suppressions"]
PAGES_OF_ONE = ["detail", "progress", "stop", "reminder", "skipped", "time_line"]


@pytest.mark.parametrize("role", ["account_manager", "team_lead", "leadership", "sales"])
def test_only_those_who_manage_surveys_see_these_pages(login, role):
    client = login(factories.user(role=role))
    delivery = mail(factories.distribution(), "uncertain")
    distribution = delivery.invitation.distribution_id
    pages = [to(name) for name in PAGES] + [to(name, distribution) for name in PAGES_OF_ONE]
    pages += [
        to("decide", delivery.pk),
        to("version_mail", delivery.invitation.distribution.version_id, "en", "invitation"),
    ]
    assert {client.get(page).status_code for page in pages} == {403}
    assert client.post(to("confirm", distribution)).status_code == 403
    assert client.post(to("decide", delivery.pk), {"decision": "sent"}).status_code == 403


@pytest.mark.parametrize("page", [to for to in PAGES_OF_ONE])
def test_what_does_not_exist_is_not_found(owner, page):
    assert owner.get(to(page, 12345)).status_code == 404


def test_the_anonymous_are_asked_to_log_in(client):
    assert client.get(to("list")).url == f"/login/login/?next={to('list')}"


@pytest.mark.parametrize("page", ["list", "dry_run", "detail", "skipped", "time_line"])
def test_the_number_of_queries_does_not_grow_with_the_rows(owner, page, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    state = "prepared" if page == "dry_run" else "confirmed"
    distribution = factories.distribution(state=state)
    address = to("list") if page == "list" else to("detail" if page == "dry_run" else page, distribution.pk)

    def add_row():
        factories.distribution(distribution.survey)
        delivery = mail(distribution)
        distribution.skips.create(contact=factories.contact(), reason="left")
        return delivery

    add_row()
    owner.get(address)
    with CaptureQueriesContext(connection) as one:
        owner.get(address)
    add_row()
    add_row()
    with django_assert_num_queries(len(one)):
        owner.get(address)


def test_a_distribution_past_its_date_shows_and_is_found_as_closed(owner):
    ended = factories.distribution(closes_at=timezone.now() - timedelta(days=1))
    running, cancelled = factories.distribution(), factories.distribution(state="cancelled")

    def found(state):
        return [row.pk for row in owner.get(to("list"), {"state": state}).context["page_obj"]]

    assert (found("closed"), found("confirmed"), found("cancelled")) == ([ended.pk], [running.pk], [cancelled.pk])
    assert "Closed" in owner.get(to("list")).content.decode()


def test_a_failed_mail_is_sent_again_while_the_distribution_is_open(owner, hints):
    delivery = mail(factories.distribution(), "failed", attempts=6, reason="552 5.2.2 mailbox full")
    assert "552 5.2.2 mailbox full" in owner.get(to("decide", delivery.pk)).content.decode()
    owner.post(to("decide", delivery.pk), {"decision": "again"})
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("queued", 0)


def test_nothing_is_sent_again_once_the_distribution_is_stopped(owner):
    delivery = mail(factories.distribution(state="cancelled"), "uncertain")
    owner.post(to("decide", delivery.pk), {"decision": "again"})
    delivery.refresh_from_db()
    assert delivery.state == "uncertain"


def test_a_person_lifts_a_bounce_but_not_what_the_customer_asked_for(owner):
    contact = factories.contact(email="Dana@Example.com", status="bounced")
    bounce = Suppression.objects.create(email="dana@example.com", reason="bounced")
    wish = Suppression.objects.create(email="dana@example.com", reason="unsubscribed")
    for suppression in (bounce, wish):
        owner.post(to("lift_suppression", suppression.pk))
    contact.refresh_from_db()
    assert (contact.status, list(Suppression.objects.all())) == ("active", [wish])


def test_mailing_a_bounced_address_again_is_asked_about_first(owner):
    bounce = Suppression.objects.create(email="dana@example.com", reason="bounced", source="a mail came back")
    address = to("lift_suppression", bounce.pk)
    listed = owner.get(to("suppressions")).content.decode()
    assert (f'href="{address}"' in listed, f'action="{address}"' in listed) == (True, False)
    asked = owner.get(address).content.decode()
    assert ("dana@example.com" in asked, "a mail came back" in asked, Suppression.objects.count()) == (True, True, 1)
    owner.post(address)
    assert Suppression.objects.count() == 0


def test_a_phone_shows_by_which_way_and_since_when_an_address_is_suppressed(owner):
    Suppression.objects.create(email="dana@example.com", reason="complained", source="unsubscribe link")
    shown = owner.get(to("suppressions")).content.decode()
    body = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    assert (body.count("k-cell-label"), "d-none" in body) == (3, False)


def test_confirming_tells_how_many_and_when_the_mails_go(owner, hints):
    starts_at = timezone.now() + timedelta(days=7)
    for status in ("active", "active", "left"):
        factories.contact(status=status)
    distribution = factories.distribution(state="prepared", starts_at=starts_at)
    first = next_moment(starts_at)
    shown = told(owner.post(to("confirm", distribution.pk), seen(owner, distribution), follow=True))
    moment = date_format(timezone.localtime(first), "DATETIME_FORMAT")
    assert shown == [f"Confirmed: 2 invited, 1 skipped. The first mails go from {moment} on."]
    owner.post(to("pause", distribution.pk), follow=True)
    assert told(owner.post(to("resume", distribution.pk), follow=True)) == [f"Resumed. The first mails go from {moment} on."]


def told(page):
    return [str(message) for message in page.context["messages"]]


def test_the_dry_run_has_the_language_of_the_mail(owner):
    factories.contact(language="fr")
    distribution = factories.distribution(factories.survey(default_language="he"), state="prepared")
    (person,) = owner.get(to("detail", distribution.pk)).context["people"]
    assert person.mail_language == "he"
    page = owner.get(to("detail", distribution.pk)).content.decode()
    assert "<bdi>עברית</bdi></td>" in page


@pytest.mark.parametrize("segment", ["9" * 30, "x", "-1"])
def test_a_segment_that_can_not_be_is_an_error_at_its_field(login, survey_owner, segment):
    survey = factories.survey()
    page = login(survey_owner).post(
        "/distributions/new/", {"name": "D", "survey": survey.pk, "segments": [segment], "closes_on": "2030-01-01"}
    )
    assert (page.status_code < 500, "segments" in page.context["form"].errors, Distribution.objects.count()) == (True, True, 0)


def test_the_progress_tells_the_rate_and_the_time_left_or_when_it_goes_on(owner):
    distribution = factories.distribution()
    for _ in range(4):
        mail(distribution)
    for _ in range(5):
        mail(distribution, "queued")
    page = owner.get(to("progress", distribution.pk))
    assert (page.context["progress"].a_minute, page.context["progress"].minutes_left) == (2, 3)
    assert "2 mails a minute. About 3 minutes left." in page.content.decode()
    Delivery.objects.filter(state="queued").update(not_before=timezone.now() + timedelta(days=2))
    later = owner.get(to("progress", distribution.pk))
    assert (later.status_code, later.context["progress"].minutes_left) == (286, None)
    assert "5 mails are to go later" in later.content.decode()

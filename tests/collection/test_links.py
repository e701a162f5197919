"""Public links: who answers over them, what keeps programs out, and which sites may embed them."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
import zxingcpp
from django.core import signing
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from redis.exceptions import ConnectionError as RedisConnectionError

from analytics.linkage.models import SatisfactionQuarter
from analytics.linkage.rollup import refresh_rollups
from surveys.collection.opened import OPENED
from surveys.distribution.links import address as public_address
from surveys.distribution.links import embedding, qr_code
from surveys.models import Response
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def visitor():
    return Client(enforce_csrf_checks=True)


def address(link):
    return reverse("collection:link", args=[link.token])


def opened(page):
    """What the page carries to say when it was opened."""
    return page.context["opened"]


def answer(visitor, link, seconds=10, **answers):
    """Open the page, look at it for a while, send the score."""
    with time_machine.travel(NOW, tick=False) as clock:
        page = visitor.get(address(link))
        clock.shift(seconds)
        posted = {"page": "1", "q-score": "9", "opened": opened(page), "website": "", **answers}
        return visitor.post(address(link), posted)


class TestTheWayThrough:
    def test_looking_makes_no_response_and_sets_no_cookie(self, visitor):
        page = visitor.get(address(factories.link()))
        assert (page.status_code, Response.objects.count(), dict(page.cookies)) == (200, 0, {})

    def test_the_first_answer_leads_to_an_address_of_its_own(self, visitor):
        link = factories.link()
        sent = answer(visitor, link)
        response = Response.objects.get()
        own = reverse("collection:link_response", args=[link.token, response.reference])
        assert (sent.status_code, sent["Location"]) == (302, f"{own}?lang=en&page=2")
        assert (response.source, response.link, response.contact, response.account, response.score) == ("link", link, None, None, 9)
        assert (response.set_aside, response.state) == ("", "complete")
        visitor.post(own, {"page": "2", "q-comment": "Fine"})
        assert list(response.answers.values_list("question_key", "text")) == [("score", ""), ("comment", "Fine")]
        assert "Thank you!" in visitor.get(own).content.decode()

    def test_the_same_browser_comes_back_to_its_response(self, visitor):
        link = factories.link()
        answer(visitor, link)
        again = visitor.get(address(link))
        assert again["Location"] == reverse("collection:link_response", args=[link.token, Response.objects.get().reference])

    def test_a_page_that_is_sent_twice_is_one_response(self):
        """Two clicks, or the script and the button at once, before the browser has a cookie."""
        link = factories.link()
        with time_machine.travel(NOW, tick=False) as clock:
            page = Client().get(address(link))
            clock.shift(10)
            posted = {"page": "1", "q-score": "9", "opened": opened(page)}
            first, second = Client().post(address(link), posted), Client().post(address(link), {**posted, "q-score": "8"})
        response = Response.objects.get()
        assert (first["Location"], response.score) == (second["Location"], 8)

    def test_going_back_and_sending_again_corrects_the_response(self, visitor):
        link = factories.link()
        page = visitor.get(address(link))
        answer(visitor, link)
        visitor.post(address(link), {"page": "1", "q-score": "2", "opened": opened(page)})
        assert Response.objects.get().score == 2

    def test_the_page_of_one_link_makes_no_response_of_another(self):
        one, other = factories.link(), factories.link()
        with time_machine.travel(NOW, tick=False) as clock:
            page = Client().get(address(one))
            clock.shift(10)
            posted = {"page": "1", "q-score": "9", "opened": opened(page)}
            references = {Client().post(address(link), posted)["Location"].split("/")[3] for link in (one, other)}
        assert (Response.objects.count(), len(references)) == (2, 2)

    def test_another_browser_is_another_response(self, visitor):
        link = factories.link()
        answer(visitor, link)
        answer(Client(), link)
        assert Response.objects.count() == 2

    def test_at_the_counter_one_browser_answers_for_many(self, visitor):
        link = factories.link(one_per_browser=False)
        answer(visitor, link)
        assert visitor.cookies == {}
        answer(visitor, link)
        assert Response.objects.count() == 2
        own = reverse("collection:link_response", args=[link.token, Response.objects.first().reference])
        visitor.post(own, {"page": "2", "q-comment": ""})
        assert f'href="{address(link)}?lang=en"' in visitor.get(own).content.decode()

    def test_the_cookie_is_for_this_link_alone(self, visitor):
        link = factories.link()
        cookie = answer(visitor, link).cookies[f"kesher-{link.pk}"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (address(link), True, "Lax")

    def test_a_link_of_an_account_brings_its_responses(self, visitor, account_manager):
        segment = factories.segment("Enterprise")
        link = factories.link(account=factories.account(segment=segment, region="North", account_manager=account_manager))
        answer(visitor, link)
        response = Response.objects.visible_to(account_manager).get()
        assert (response.account, response.segment, response.region) == (link.account, segment, "North")
        refresh_rollups()
        assert SatisfactionQuarter.objects.get().account == link.account

    def test_without_an_account_only_who_sees_all_sees_it(self, visitor, account_manager, leadership):
        answer(visitor, factories.link())
        assert Response.objects.visible_to(account_manager).count() == 0
        assert Response.objects.visible_to(leadership).count() == 1
        refresh_rollups()
        assert SatisfactionQuarter.objects.count() == 0  # no account: nothing to hold against money

    @pytest.mark.parametrize("accepted, language", [("he-IL,he;q=0.9", "he"), ("fr", "en"), ("", "en"), ("en;q=0.3,he", "he")])
    def test_in_the_language_of_the_browser(self, visitor, accepted, language):
        page = visitor.get(address(factories.link()), headers={"Accept-Language": accepted})
        assert page.context["language"] == language

    def test_a_response_keeps_the_version_it_began_with(self, visitor):
        link = factories.link()
        answer(visitor, link)
        response = Response.objects.get()
        factories.next_version(link.survey, title="Newer")
        visitor.post(reverse("collection:link_response", args=[link.token, response.reference]), {"page": "2", "q-comment": "Late"})
        response.refresh_from_db()
        assert (response.version.number, response.answers.count()) == (1, 2)
        assert "Newer" in Client().get(address(link)).content.decode()

    @pytest.mark.parametrize("headers, status", [({}, 302), ({"X-Kesher-Save": "1"}, 204)])
    def test_a_page_opened_before_another_version_was_published_loses_nothing(self, visitor, headers, status):
        link = factories.link(factories.survey(published=False))
        factories.question(link.survey.draft, key="later", type="short_text", position=9)
        link.survey.versions.update(state="published")
        page = visitor.get(address(link))
        factories.next_version(link.survey)
        posted = {"page": "1", "q-score": "9", "opened": opened(page)}
        assert visitor.post(address(link), posted, headers=headers).status_code == status
        assert Response.objects.get().version.number == 1

    def test_a_page_of_another_survey_leads_to_none_of_its_versions(self, visitor):
        link, page = factories.link(), visitor.get(address(factories.link()))
        visitor.post(address(link), {"page": "1", "q-score": "9", "opened": opened(page)})
        assert Response.objects.get().version.survey == link.survey


class TestClosed:
    @pytest.mark.parametrize(
        "fields, status, said",
        [
            ({"is_stopped": True}, 410, "This survey is closed"),
            ({"closes_at": NOW - timedelta(days=1)}, 410, "This survey is closed"),
            ({"opens_at": NOW + timedelta(days=1)}, 403, "This survey is not open yet"),
        ],
    )
    def test_it_says_so_and_takes_nothing(self, visitor, fields, status, said):
        link = factories.link(**fields)
        for page in (visitor.get(address(link)), visitor.post(address(link), {"page": "1", "q-score": "9"})):
            assert (page.status_code, said in page.content.decode()) == (status, True)
        assert Response.objects.count() == 0

    def test_a_forged_token(self, visitor):
        assert visitor.get("/s/nobody-made-this/").status_code == 404

    def test_a_forged_reference_begins_anew(self, visitor):
        link = factories.link()
        sent = visitor.post(f"{address(link)}somebody-elses/", {"page": "1", "q-score": "1"})
        assert (sent["Location"], Response.objects.count()) == (address(link), 0)

    def test_a_reference_of_another_link(self, visitor):
        answer(visitor, factories.link())
        other = factories.link()
        page = Client().get(f"{address(other)}{Response.objects.get().reference}/")
        assert page["Location"] == address(other)

    def test_a_survey_of_the_team_is_not_public(self, visitor):
        assert visitor.get(address(factories.link(factories.survey(audience="team")))).status_code == 404

    def test_a_survey_that_was_never_published(self, visitor):
        assert visitor.get(address(factories.link(factories.survey(published=False)))).status_code == 404


class TestPrograms:
    def test_the_hidden_field(self, visitor):
        answer(visitor, factories.link(), website="https://spam.example")
        assert Response.objects.get().set_aside == "hidden_field"

    @pytest.mark.parametrize("seconds, why", [(0, "too_fast"), (1, "too_fast"), (4, "")])
    def test_faster_than_one_can_read(self, visitor, seconds, why):
        answer(visitor, factories.link(), seconds=seconds)
        assert Response.objects.get().set_aside == why

    def test_who_was_quick_with_the_score_and_goes_on_is_a_person(self, visitor):
        link = factories.link()
        answer(visitor, link, seconds=1)
        own = reverse("collection:link_response", args=[link.token, Response.objects.get().reference])
        with time_machine.travel(NOW + timedelta(seconds=4), tick=False) as clock:
            visitor.post(own, {"page": "2", "q-comment": "Quick"})
            assert Response.objects.get().set_aside == "too_fast"
            clock.shift(4)
            visitor.post(own, {"page": "2", "q-comment": "Quick, and here"})
        assert Response.objects.get().set_aside == ""

    def test_a_page_that_was_opened_before_pages_named_their_version(self, visitor):
        link = factories.link()
        with time_machine.travel(NOW, tick=False):
            former = signing.dumps("page", salt=OPENED)
        answer(visitor, link, opened=former)
        assert Response.objects.get().set_aside == ""

    @pytest.mark.parametrize("said", ["", "forged", "e30:1abc:xyz"])
    def test_never_opened(self, visitor, said):
        answer(visitor, factories.link(), opened=said)
        assert Response.objects.get().set_aside == "too_fast"

    def test_many_from_one_address_are_set_aside_then_asked_to_wait(self, settings):
        link = factories.link()
        sent = [answer(Client(), link).status_code for _n in range(21)]
        assert sent == [302] * 20 + [429]
        assert Response.objects.count() == 20

    def test_above_thirty_in_an_hour_they_are_looked_at(self):
        link = factories.link()
        for minute in range(32):
            with time_machine.travel(NOW + timedelta(minutes=minute), tick=False) as clock:
                page = Client().get(address(link))
                clock.shift(5)
                Client().post(address(link), {"page": "1", "q-score": "9", "opened": opened(page)})
        assert list(Response.objects.order_by("pk").values_list("set_aside", flat=True)) == [""] * 30 + ["too_many"] * 2

    def test_who_has_to_wait_finds_the_answers_in_the_form(self):
        link = factories.link()
        for _n in range(20):
            answer(Client(), link)
        page = answer(Client(), link)
        assert 'value="9" checked' in page.content.decode()
        assert "everything you wrote is still here" in page.content.decode()

    def test_each_survey_is_counted_by_itself_over_all_its_links(self):
        busy, quiet = factories.link(), factories.link()
        for _n in range(20):
            answer(Client(), busy)
        assert answer(Client(), factories.link(busy.survey)).status_code == 429
        assert answer(Client(), quiet).status_code == 302

    def test_without_a_cache_nobody_is_counted_and_nobody_refused(self, visitor, monkeypatch):
        def away(*args, **kwargs):
            raise RedisConnectionError("Connection refused")

        monkeypatch.setattr(caches["default"], "get", away)
        monkeypatch.setattr(caches["default"], "set", away)
        assert answer(visitor, factories.link()).status_code == 302
        assert Response.objects.get().set_aside == ""

    def test_what_a_proxy_did_not_say_is_not_believed(self):
        link = factories.link()
        statuses = []
        for number in range(21):
            page = Client().get(address(link))
            posted = {"page": "1", "q-score": "9", "opened": opened(page)}
            statuses.append(Client().post(address(link), posted, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code)
        assert statuses == [302] * 20 + [429]

    def test_set_aside_counts_nowhere_until_somebody_says_so(self, visitor, login, survey_owner):
        link = factories.link(account=factories.account())
        answer(visitor, link, website="x")
        response = Response.objects.get()
        client = login(survey_owner)
        assert Response.objects.scored().count() == 0
        assert "1 response looks like no person's" in client.get("/feedback/").content.decode()
        assert client.get("/feedback/").context["paginator"].count == 0
        assert client.get("/feedback/?state=set_aside").context["paginator"].count == 1
        page = client.get(reverse("reports:response", args=[response.pk])).content.decode()
        assert "A field that people do not see was filled in" in page
        client.post(reverse("followup:count", args=[response.pk]))
        assert Response.objects.scored().count() == 1
        refresh_rollups()
        assert SatisfactionQuarter.objects.get().responses == 1

    def test_only_who_sees_it_may_say_so(self, visitor, login, account_manager):
        answer(visitor, factories.link(account=factories.account()), website="x")
        assert login(account_manager).post(reverse("followup:count", args=[Response.objects.get().pk])).status_code == 404


class TestEmbedding:
    def test_only_the_named_sites(self, visitor):
        page = visitor.get(address(factories.link(origins=["https://www.example.com"])))
        assert "frame-ancestors https://www.example.com;" in page["Content-Security-Policy"] + ";"
        assert "X-Frame-Options" not in page

    def test_without_one_no_site(self, visitor):
        assert "frame-ancestors 'none'" in visitor.get(address(factories.link()))["Content-Security-Policy"]

    def test_a_personal_link_is_never_embedded(self, visitor):
        from surveys.distribution.tokens import answer_token

        page = visitor.get(reverse("collection:answer", args=[answer_token(factories.invitation())]))
        assert ("frame-ancestors 'none'" in page["Content-Security-Policy"], page["X-Frame-Options"]) == (True, "DENY")

    def test_the_lines_for_the_site_are_escaped(self):
        lines = embedding(factories.link(factories.survey(name='"><script>alert(1)</script>')))
        assert "<script>alert" not in lines.script + lines.frame
        assert lines.script.count("<script ") == 1


class TestQrCode:
    def test_it_says_the_address(self):
        """Read by a decoder that knows nothing of us."""
        link = factories.link()
        [found] = zxingcpp.read_barcodes(Image.open(BytesIO(qr_code(link, "png"))))
        assert (found.text, found.format.name) == (public_address(link), "QRCode")

    def test_as_pictures(self, login, survey_owner):
        link = factories.link(name="Shop window")
        client = login(survey_owner)
        svg, png = (client.get(reverse("distribution:qr_code", args=[link.pk, kind]) + "?download") for kind in ("svg", "png"))
        assert (svg["Content-Type"], svg.content[:5], svg["Content-Disposition"]) == (
            "image/svg+xml",
            b"<?xml",
            'attachment; filename="shop-window.svg"',
        )
        assert (png["Content-Type"], png.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
        assert client.get(reverse("distribution:qr_code", args=[link.pk, "gif"])).status_code == 404

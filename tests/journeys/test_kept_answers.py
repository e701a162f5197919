"""Answers without a connection in a real browser: kept there, sent again, and never in the way of what is newer."""

import pytest

from feedback_site.demo.logins import PASSWORD
from tests.journeys import all_kinds

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def path(stack):
    return all_kinds.create(stack)


def test_without_a_connection_nothing_is_lost(visitor, path):
    someone = visitor("en", 390, "-answers")
    page, context = someone.page, someone.page.context
    page.goto(f"{someone.url}{path}?lang=en")
    page.wait_for_timeout(2_200)
    context.set_offline(True)
    page.locator(".nps label[for$='-8']").click()
    page.get_by_text("There is no connection just now.").wait_for()
    page.locator(".buttons button").first.click()  # stays, and keeps
    assert page.locator(".nps input:checked").get_attribute("value") == "8"
    context.set_offline(False)
    # The button was pressed: the page goes on by itself.
    page.locator("input[name=page][value='2']").wait_for(state="attached", timeout=30_000)
    own = page.evaluate("document.querySelector('form').action")
    page.goto(f"{own}?page=1")
    assert page.locator(".nps input:checked").get_attribute("value") == "8"


def test_what_was_typed_when_the_page_was_closed_is_put_back(visitor, path):
    someone = visitor("en", 390, "-answers")
    page, context = someone.page, someone.page.context
    page.goto(f"{someone.url}{path}?lang=en")
    page.wait_for_timeout(2_200)
    context.set_offline(True)
    page.locator(".nps label[for$='-6']").click()
    page.get_by_text("There is no connection just now.").wait_for()
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{someone.url}{path}?lang=en")
    again.get_by_text("Saved.", exact=True).wait_for()
    assert again.locator(".nps input:checked").get_attribute("value") == "6"


def test_what_was_put_right_on_another_device_is_not_overwritten(visitor, stack):
    someone = visitor("en", 390, "-answers")
    page, context = someone.page, someone.page.context
    page.goto(f"{someone.url}{all_kinds.create(stack)}?lang=en")
    page.wait_for_timeout(2_200)
    page.locator(".nps label[for$='-6']").click()
    page.get_by_text("Saved.", exact=True).wait_for()
    own, name = page.evaluate("document.querySelector('form').action"), page.locator(".nps input").first.get_attribute("name")
    context.set_offline(True)
    page.locator(".nps label[for$='-7']").click()
    page.get_by_text("There is no connection just now.").wait_for()
    page.close()
    context.set_offline(False)
    context.request.post(own, form={"page": "1", "lang": "en", name: "2"}, headers={"X-Kesher-Save": "1"})
    again = context.new_page()
    again.goto(f"{own}?page=1&lang=en")
    again.wait_for_load_state("networkidle")
    assert again.locator(".nps input:checked").get_attribute("value") == "2"
    again.reload()
    assert again.locator(".nps input:checked").get_attribute("value") == "2"


def test_a_button_of_the_mail_opened_again_replaces_nothing_by_itself(visitor, stack):
    """Whoever opens the link, a person or a program with a browser: only what is done on the page is recorded."""
    someone = visitor("en", 390, "-answers")
    page = someone.page
    path = all_kinds.create(stack)
    page.goto(f"{someone.url}{path}?lang=en")
    page.wait_for_timeout(2_200)
    page.locator(".nps label[for$='-2']").click()
    page.locator(".buttons button").first.click()
    page.locator("input[name=page][value='2']").wait_for(state="attached")
    own = page.evaluate("document.querySelector('form').action")
    page.goto(f"{own}?page=1&lang=en&score=8")
    page.wait_for_timeout(1_500)
    page.goto(f"{own}?page=1&lang=en")
    assert page.locator(".nps input:checked").get_attribute("value") == "2"


def lose_replies(page):
    """The answers arrive, and the connection breaks before the script is told."""

    def lose(route):
        if "x-kesher-save" in route.request.headers:
            route.fetch()
            return route.abort()
        return route.continue_()

    page.route("**/s/**", lose)


def responses_of(visitor, name):
    """What the page of the newest link counts: answered, partly answered, set aside."""
    owner = visitor("en", 1280, name)
    owner.log_in("owner@demo.example", PASSWORD)
    owner.goto("distribution:links")
    owner.page.locator("table a", has_text="Journey").first.click()
    return sum(int(count.split()[0]) for count in owner.page.locator("#came + dl dd").all_inner_texts())


def test_what_arrived_without_a_reply_is_gone_on_with(visitor, stack):
    """No cookie, no address: the browser's copy alone knows which response it was."""
    someone = visitor("en", 390, "-answers")
    page, context = someone.page, someone.page.context
    address = f"{someone.url}{all_kinds.create(stack)}?lang=en"
    page.goto(address)
    lose_replies(page)
    page.wait_for_timeout(2_200)
    page.locator(".nps label[for$='-6']").click()
    page.get_by_text("There is no connection just now.").wait_for()
    page.close()
    context.clear_cookies()
    again = context.new_page()
    again.goto(address)
    again.get_by_text("Saved.", exact=True).wait_for()
    assert again.locator(".nps input:checked").get_attribute("value") == "6"
    assert responses_of(visitor, "-answers-lost") == 1


def test_what_was_kept_of_one_page_survives_another(visitor, stack):
    someone = visitor("en", 390, "-answers")
    page, context = someone.page, someone.page.context
    page.goto(f"{someone.url}{all_kinds.create(stack)}?lang=en")
    page.wait_for_timeout(2_200)
    page.locator(".nps label[for$='-6']").click()
    page.get_by_text("Saved.", exact=True).wait_for()
    own = page.evaluate("document.querySelector('form').action")
    for number in range(2, 12):
        page.goto(f"{own}?page={number}&lang=en")
        if page.locator("textarea").count():
            break
    context.set_offline(True)
    page.locator("textarea").first.fill("Typed in a tunnel")
    page.get_by_text("There is no connection just now.").wait_for()
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{own}?page=1&lang=en")
    again.goto(f"{own}?page={number}&lang=en")
    again.get_by_text("Saved.", exact=True).wait_for()
    assert again.locator("textarea").first.input_value() == "Typed in a tunnel"


def test_two_at_a_counter_whose_answers_wait_are_both_sent(visitor, stack):
    someone = visitor("en", 390, "-answers")
    page, context = someone.page, someone.page.context
    address = f"{someone.url}{all_kinds.create(stack, own=False)}?lang=en"
    page.goto(address)
    page.wait_for_timeout(2_200)
    context.set_offline(True)
    page.locator(".nps label[for$='-3']").click()
    page.get_by_text("There is no connection just now.").wait_for()
    page.close()
    context.set_offline(False)
    after = context.new_page()
    after.route("**/s/**", lambda route: route.abort() if "x-kesher-save" in route.request.headers else route.continue_())
    after.goto(address)
    after.wait_for_timeout(2_200)
    after.unroute("**/s/**")
    after.locator(".nps label[for$='-9']").click()
    after.get_by_text("Saved.", exact=True).wait_for()
    assert responses_of(visitor, "-answers-first") == 1
    after.goto(address)
    after.wait_for_function("() => localStorage.length === 0")
    assert responses_of(visitor, "-answers-both") == 2


def test_a_line_that_hangs_does_not_hold_the_button(visitor, stack):
    someone = visitor("en", 390, "-answers")
    page = someone.page
    page.goto(f"{someone.url}{all_kinds.create(stack)}?lang=en")
    page.route("**/s/**", lambda route: None if "x-kesher-save" in route.request.headers else route.continue_())
    page.wait_for_timeout(2_200)
    page.locator(".nps label[for$='-6']").click()
    with page.expect_navigation(timeout=15_000):
        page.locator(".buttons button").first.click()
    assert page.locator("input[name=page]").get_attribute("value") == "2"


def test_what_the_server_refuses_is_said_and_kept(visitor, stack):
    someone = visitor("en", 390, "-answers")
    page = someone.page
    page.goto(f"{someone.url}{all_kinds.create(stack)}?lang=en")
    page.route("**/s/**", lambda route: route.fulfill(status=410) if "x-kesher-save" in route.request.headers else route.continue_())
    page.wait_for_timeout(2_200)
    page.locator(".nps label[for$='-6']").click()
    page.get_by_text("This could not be saved.").wait_for()
    assert page.evaluate("localStorage.length") == 1


def test_at_a_counter_nobody_sees_what_the_one_before_typed(visitor, stack):
    someone = visitor("en", 390, "-answers")
    page, context = someone.page, someone.page.context
    address = f"{someone.url}{all_kinds.create(stack, own=False)}?lang=en"
    page.goto(address)
    page.wait_for_timeout(2_200)
    context.set_offline(True)
    page.locator(".nps label[for$='-3']").click()
    page.get_by_text("There is no connection just now.").wait_for()
    page.close()
    context.set_offline(False)
    after = context.new_page()
    with after.expect_response(lambda answer: answer.request.method == "POST") as sent:
        after.goto(address)
    assert sent.value.status == 204
    assert after.locator(".nps input:checked").count() == 0
    after.wait_for_function("() => localStorage.length === 0")

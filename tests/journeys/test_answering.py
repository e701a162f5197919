"""Answering in a real browser: every kind of question, four languages, keyboard, no connection, and another site's frame."""

import functools
import http.server
import threading

import pytest

from feedback_site.demo.logins import PASSWORD
from tests.journeys import all_kinds

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
SMALL = """() => [...document.querySelectorAll('.target, button, select, textarea, nav a, input:not([type=hidden])')]
  .filter(el => !el.closest('[aria-hidden=true]') && !(el.nextElementSibling && el.nextElementSibling.matches('.target')))
  .filter(el => { const box = el.getBoundingClientRect(); return box.width > 0 && (box.height < 43.5 || box.width < 43.5); })
  .map(el => el.outerHTML.slice(0, 100))"""
THANKS = ".done"


@pytest.fixture(scope="module")
def path(stack):
    return all_kinds.create(stack)


def fill(page):
    """An answer to every question of the page that does not have one."""
    for group in page.locator("fieldset.question:not(:has(fieldset))").all():
        if group.locator("input:is([type=radio], [type=checkbox])").count():
            group.locator("input:is([type=radio], [type=checkbox])").first.check()
    for line in page.locator("fieldset.line").all():
        line.locator("input").first.check()
    for place, select in enumerate(page.locator(".ranking select").all(), start=1):
        select.select_option(str(place))
    for kind, value in {"textarea": "Text with Acme 2026", "input[inputmode=decimal]": "12", "input[type=date]": "2026-11-20"}.items():
        for field in page.locator(kind).all():
            field.fill(value)


@pytest.mark.parametrize("language", ["en", "he", "ar", "ru"])
def test_every_kind_of_question_on_every_page(visitor, path, language):
    someone = visitor("en", 390, "-answers")
    page = someone.page
    page.goto(f"{someone.url}{path}?lang={language}")
    for number in range(12):
        check(someone, page, language, number)
        if page.locator(THANKS).count():
            break
        page.set_viewport_size({"width": 390, "height": 844})
        fill(page)
        with page.expect_navigation():
            page.locator(".buttons button:not(.plain)").first.click()
    assert page.locator(THANKS).count() == 1
    assert someone.complaints == []


def check(someone, page, language, number):
    """No barrier, nothing wider than the window, and every target large enough: on a phone, and at 1280 px enlarged to 400 %."""
    page.wait_for_load_state("networkidle")
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == (language, "rtl" if language in ("he", "ar") else "ltr")
    page.screenshot(path=someone.folder / f"{language}-{number:02d}.png", full_page=True)
    for width in (1280, 320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, f"page {number} at {width}"
        assert page.evaluate(SMALL) == [], f"page {number} at {width}"
    barriers = someone.barriers()
    assert not barriers, "\n".join(barriers)


def test_numbers_run_with_the_reading_direction(visitor, path):
    someone = visitor("en", 390, "-answers")
    places = {}
    for language in ("en", "he"):
        someone.page.goto(f"{someone.url}{path}?lang={language}")
        boxes = [someone.page.locator(f".nps label[for$='-{n}']").bounding_box() for n in (0, 1)]
        places[language] = boxes[0]["x"] < boxes[1]["x"]
    assert places == {"en": True, "he": False}


def test_by_keyboard_alone(visitor, path):
    someone = visitor("en", 1280, "-answers")
    page = someone.page
    page.goto(f"{someone.url}{path}?lang=en")
    assert page.get_by_role("radio", name="7 of 10").count() == 1
    page.get_by_role("radio", name="0 of 10, –", exact=True).focus()
    for _step in range(7):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "7"
    outline = page.evaluate("getComputedStyle(document.querySelector('input:focus + .target')).outlineStyle")
    assert outline == "solid"
    while page.evaluate("document.activeElement.tagName") != "BUTTON":
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Page 2 of" in page.inner_text(".progress")


def test_an_error_takes_the_focus_and_leads_to_its_question(visitor, path):
    someone = visitor("he", 390, "-answers")
    page = someone.page
    page.goto(f"{someone.url}{path}?lang=he")
    page.locator(".buttons button").first.click()
    page.wait_for_load_state("networkidle")
    someone.complaints.clear()  # the browser remarks on the status 422
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.locator("[role=alert] a").click()
    assert "nps" in page.evaluate("location.hash")
    barriers = someone.barriers()
    assert not barriers, "\n".join(barriers)


def test_each_answer_is_saved_as_it_is_given(visitor, path):
    someone = visitor("en", 390, "-answers")
    page = someone.page
    page.goto(f"{someone.url}{path}?lang=en")
    page.wait_for_timeout(2_200)  # who answers at once is taken for a program
    page.locator(".nps label[for$='-4']").click()
    page.locator("#connection:not([hidden])").wait_for()
    assert page.inner_text("#connection") == "Saved."
    own = page.evaluate("document.querySelector('form').action")
    page.goto(own)  # as on another device, from the same address
    assert "page=2" in page.url or page.locator("input[name=page]").get_attribute("value") == "2"
    page.goto(f"{own}?page=1")
    assert page.locator(".nps input:checked").get_attribute("value") == "4"


def test_what_arrived_is_not_kept_any_longer(visitor, stack):
    someone = visitor("en", 390, "-answers")
    page = someone.page
    page.goto(f"{someone.url}{all_kinds.create(stack)}?lang=en")
    for _number in range(12):
        if page.locator(THANKS).count():
            break
        fill(page)
        with page.expect_navigation():
            page.locator(".buttons button:not(.plain)").first.click()
    page.locator(THANKS).wait_for()
    page.wait_for_function("() => localStorage.length === 0")


def test_button_and_script_at_once_are_one_response(visitor, stack):
    """The score is tapped and the button pressed before the script has its answer."""
    someone = visitor("en", 390, "-answers")
    page, path = someone.page, all_kinds.create(stack)
    page.goto(f"{someone.url}{path}?lang=en")
    page.wait_for_timeout(2_200)
    with page.expect_navigation():
        page.evaluate("() => { document.querySelector('.nps input').click(); document.querySelector('.buttons button').click(); }")
    owner = visitor("en", 1280, "-answers-owner")
    owner.log_in("owner@demo.example", PASSWORD)
    owner.goto("distribution:links")
    owner.page.locator("table a", has_text="Journey").first.click()
    counts = owner.page.locator("#came + dl dd").all_inner_texts()
    assert sorted(count.split()[0] for count in counts) == ["0", "0", "1"]


@pytest.mark.parametrize("language, width", [("en", 1280), ("he", 390)])
def test_the_pages_of_the_staff(visitor, language, width):
    """Link, results, interview and the team's own survey, as those who work with them find them."""
    owner = visitor(language, width, "-staff")
    owner.log_in("owner@demo.example", PASSWORD)
    page = owner.page
    owner.goto("distribution:links")
    page.locator("table a", has_text="Website").click()
    page.locator("#address").wait_for()
    owner.look("link")
    owner.goto("reports:results_list")
    page.locator("table a", has_text="pulse").click()
    page.get_by_text("10").first.wait_for()
    owner.look("anonymous-results")
    owner.goto("reports:results_list")
    page.locator("table a", has_text="Quarterly").click()
    page.locator(".k-chart svg").first.wait_for()
    owner.look("results")

    manager = visitor(language, width, "-manager")
    manager.log_in("manager@demo.example", PASSWORD)
    page = manager.page
    manager.goto("customers:accounts")
    page.locator("table a[href^='/accounts/']").first.click()
    page.locator("a[href^='/interviews/new/']").first.click()
    page.wait_for_load_state()
    manager.look("choose-interview")
    page.locator("main a[href^='/interviews/new/']").first.click()
    page.locator("form").wait_for()
    assert manager.barriers() == []
    page.locator("input[type=radio]").first.check()
    with page.expect_navigation():
        page.locator(".buttons button").first.click()
    page.screenshot(path=manager.folder / "interview.png", full_page=True)
    manager.goto("collection:team_surveys")
    manager.look("asked-of-you")
    page.locator("main a[href^='/team/']").first.click()
    page.locator("form").wait_for()
    assert manager.barriers() == []
    assert manager.complaints == []


class Site(http.server.BaseHTTPRequestHandler):
    """Somebody's own site with the lines that the link's page gives."""

    def __init__(self, lines, *args):
        self.lines = lines
        super().__init__(*args)

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>Shop</title><h1>Shop</h1>{self.lines}".encode())

    def log_message(self, *args):
        pass


def test_only_the_named_site_may_embed_it(visitor, stack):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), None)
    port = server.server_address[1]
    address = f"{stack.url}{all_kinds.create(stack, [f'http://127.0.0.1:{port}'])}"
    lines = f'<script src="{stack.url}/static/kesher/embed.js" data-survey="{address}" defer></script>'
    server.RequestHandlerClass = functools.partial(Site, lines)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = visitor("en", 1280, "-answers").page
        page.goto(f"http://127.0.0.1:{port}/")
        frame = page.frame_locator("iframe")
        frame.locator(".nps").wait_for()
        page.wait_for_function("() => document.querySelector('iframe').style.height !== '640px'")
        inside = next(one for one in page.frames if one.url.startswith(stack.url))
        assert (
            abs(
                page.evaluate("parseInt(document.querySelector('iframe').style.height)")
                - inside.evaluate("document.documentElement.scrollHeight")
            )
            < 30
        )
        page.goto(f"http://localhost:{port}/")  # the same page, on a site that was not named
        page.wait_for_timeout(1_500)
        assert all(not one.url.startswith(stack.url) for one in page.frames)
    finally:
        server.shutdown()
        server.server_close()

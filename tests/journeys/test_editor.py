"""Writing a survey in a real browser: in place, by dragging and by keyboard, with undo and the live preview."""

import pytest

from feedback_site.demo.logins import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def keys(page):
    return page.locator("[data-question] code").all_inner_texts()


@pytest.mark.parametrize("language, width", [("en", 1280), ("he", 390)])
def test_a_survey_is_written(visitor, language, width):
    owner = visitor(language, width, "-editor")
    owner.log_in("owner@demo.example", PASSWORD)
    page = owner.page
    owner.goto("authoring:create")
    with page.expect_navigation():
        page.locator("form:has(input[value=product]) button").click()
    before = keys(page)
    owner.look("draft")

    give_up(page)
    leave_unsaved_words(page, before)
    reword_in_place(owner)
    add_at_the_end(page, before)
    move_by_keyboard(page)
    drag_to_the_top(page)
    remove_and_take_all_back(page, before)
    preview(page)
    owner.look("preview")


def give_up(page):
    """Given up, the keyboard is where it was."""
    page.locator("[data-edit]").nth(1).click()
    page.locator(".k-in-place a.btn-link").click()
    page.wait_for_function("() => document.activeElement === document.querySelectorAll('[data-edit]')[1]")


def leave_unsaved_words(page, before):
    """Another step does not close a form with unsaved words unasked."""
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator("[data-edit]").first.click()
    page.locator(".k-in-place input[type=text]").first.fill("Unsaved")
    page.locator("[data-question]").last.locator("button[value='-1']").click()
    assert (page.locator(".k-in-place input[type=text]").first.input_value(), keys(page)) == ("Unsaved", before[1:])
    page.locator(".k-in-place a.btn-link").click()
    page.locator(".k-in-place").wait_for(state="detached")


def reword_in_place(owner):
    """The keyboard is at the question again."""
    page = owner.page
    page.locator("[data-question] a[hx-get]").nth(1).click()
    form = page.locator(".k-in-place")
    form.locator("input[type=text]").first.fill("Acme 2026?")
    owner.look("in-place")
    form.locator("button.btn-primary").click()
    page.get_by_text("Acme 2026?").first.wait_for()
    page.wait_for_function("() => document.activeElement.matches('[data-question]')")


def add_at_the_end(page, before):
    page.locator("a[href$='type=yes_no']").click()
    for field in page.locator(".k-in-place input[name^=label-]").all():
        field.fill("Again?")
    page.locator(".k-in-place button.btn-primary").click()
    page.wait_for_function(f"() => document.querySelectorAll('[data-question]').length === {len(before) + 1}")
    assert keys(page) == [*before, "yes_no"]
    page.wait_for_function("() => document.activeElement.matches('[data-question]:last-child')")


def move_by_keyboard(page):
    """The focus stays on the button."""
    page.locator("[data-question]").last.locator("button[value='-1']").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => [...document.querySelectorAll('[data-question] code')].at(-2).textContent === 'yes_no'")
    page.wait_for_function("() => document.activeElement.matches(\"button[value='-1']\")")


def drag_to_the_top(page):
    page.locator("[data-sortable][data-ready]").wait_for()
    page.wait_for_timeout(900)  # the page, which scrolls smoothly to the focus, has come to rest
    grip, top = page.locator("[data-grip]").nth(1), page.locator("[data-question]").first
    top.evaluate("el => el.scrollIntoView({block: 'center', behavior: 'instant'})")
    moved = keys(page)[1]
    start, end = grip.bounding_box(), top.bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 8, start["y"] - 20, steps=5)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 4, steps=15)
    told = page.text_content("#editor-said")
    page.mouse.up()
    page.wait_for_function(f"() => document.querySelector('[data-question] code').textContent === '{moved}'")
    # The list shows it at once; the next step is made from the list that the server sent back.
    page.wait_for_function("told => document.getElementById('editor-said').textContent !== told", arg=told)


def remove_and_take_all_back(page, before):
    """Step by step."""
    page.locator("[data-question]").first.locator("a[hx-post]").click()
    page.wait_for_function(f"() => document.querySelectorAll('[data-question]').length === {len(before)}")
    page.wait_for_function("() => document.activeElement.id === 'take-back'")
    while page.locator("#take-back").count():
        said = page.inner_text("#editor-said")
        page.locator("#take-back").click()
        page.wait_for_function("said => document.getElementById('editor-said').textContent !== said", arg=said)
    assert keys(page) == before
    assert page.get_by_text("Acme 2026?").count() == 0


def preview(page):
    """In the other language and the other width; it stays at its page while the survey changes."""
    frame = page.frame_locator("iframe[data-preview]")
    for code, direction in (("en", "ltr"), ("he", "rtl")):
        page.locator(f"[data-preview-language={code}]").click()
        frame.locator(f"html[lang={code}][dir={direction}]").wait_for()
    page.locator("[data-preview-width='1280']").click()
    assert page.evaluate("document.querySelector('iframe[data-preview]').style.width") == "1280px"
    frame.locator("a[href*='page=2']").click()
    frame.locator("input[name=page][value='2']").wait_for(state="attached")
    page.locator("[data-question]").first.locator("button[value='1']").click()
    page.wait_for_function("() => document.activeElement.matches(\"button[value='1']\")")
    frame.locator("input[name=page][value='2']").wait_for(state="attached")
    assert page.locator("[data-preview-language=he]").get_attribute("aria-current") == "true"

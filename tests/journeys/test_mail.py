"""The mail in a real browser: phone and desktop, Hebrew and English, by day and by night; and its look before it is saved."""

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image, ImageDraw

from feedback_site.demo.logins import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
HEAVIEST = 60 * 1024
SCORES = 'a[href*="score="]'
COLOURS = {"by the book": "#2f5d8c", "pale": "#ffd400"}
TOO_SMALL = f"""() => [...document.querySelectorAll('{SCORES}')].map(el => el.getBoundingClientRect())
  .filter(box => box.width < 44 || box.height < 44 || box.left < 0 || box.right > window.innerWidth)
  .map(box => [box.left, box.width, box.height])"""
HIDDEN = f"""() => [...document.querySelectorAll('{SCORES}')].filter(el => {{
  el.scrollIntoView({{block: 'center'}});
  const box = el.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  return document.elementFromPoint(x, y) !== el;
}}).length"""


def logo():
    file, picture = BytesIO(), Image.new("RGBA", (480, 120), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rounded_rectangle((4, 4, 470, 110), 30, fill=(20, 60, 110, 255))
    picture.save(file, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": file.getvalue()}


def beside_the_form(page, language):
    """The frame with the mail in `language`."""
    page.locator(f"iframe[name=mail-{language}]").scroll_into_view_if_needed()
    return page.frame_locator(f"iframe[name=mail-{language}]")


def html_of(frame):
    frame.locator(SCORES).first.wait_for()
    return frame.locator("html").evaluate("html => html.outerHTML")


@pytest.fixture(scope="module")
def mails(stack, browser):
    """The mail's own HTML by language and colour, with a logo; nothing of it is stored."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{stack.url}{reverse('account_login')}")
    page.fill("[name=login]", "owner@demo.example")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    page.goto(f"{stack.url}{reverse('distribution:brand')}")
    address, fields = f"{stack.url}{reverse('distribution:preview_brand')}", {"name": "בית השקד Almond House"}
    headers = {"X-CSRFToken": page.locator("#brand [name=csrfmiddlewaretoken]").input_value()}
    found = {}
    for language in ("en", "he"):
        for name, colour in COLOURS.items():
            sent = {**fields, "colour": colour, "language": language, "upload": logo()}
            found[language, name] = context.request.post(address, multipart=sent, headers=headers).text()
    context.close()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["en", "he"])
def test_the_mail_can_be_read_and_pressed(visitor, mails, language, width, scheme):
    reader = visitor(language, width, "-mail")
    page, asked = reader.page, []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(color_scheme=scheme)
    for name in COLOURS:
        html = mails[language, name]
        assert len(html.encode()) < HEAVIEST
        page.set_content(html)
        page.screenshot(path=reader.folder / f"{scheme}-{name}.png", full_page=True)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "he" else "ltr")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert page.locator(SCORES).count() == 11
        assert page.evaluate(TOO_SMALL) == []
        assert page.evaluate(HIDDEN) == 0
        first, second = (page.locator(SCORES).nth(number).bounding_box() for number in (0, 1))
        assert (first["x"] < second["x"]) == (language == "en")
        assert page.evaluate("[...document.images].map(image => image.naturalWidth)") == [480]
        barriers = reader.barriers()
        assert not barriers, "\n".join(barriers)
    assert [url for url in asked if not url.startswith("data:")] == []
    assert reader.complaints == []


def test_the_mail_follows_the_form_before_it_is_saved(visitor):
    owner = visitor("he", 390, "-brand")
    page = owner.page
    owner.log_in("owner@demo.example", PASSWORD)
    owner.goto("distribution:brand")
    for language in ("en", "he"):
        assert "#006644" not in html_of(beside_the_form(page, language))
    page.fill("[name=colour]", "#006644")
    page.locator("[name=upload]").set_input_files([logo()])
    for language in ("en", "he"):
        frame = beside_the_form(page, language)
        frame.locator("img[src^='data:image/png']").wait_for()
        assert "#006644" in html_of(frame)
        assert page.locator("[data-unsaved]").first.is_visible()
    owner.look("form")
    page.fill("[name=colour]", "red")
    page.locator("[name=colour]").blur()
    for language in ("en", "he"):
        beside_the_form(page, language).get_by_role("alert").get_by_text("#2f5d8c").wait_for()
    page.screenshot(path=owner.folder / "form-error.png", full_page=True)
    page.reload()
    assert "#006644" not in html_of(beside_the_form(page, "en"))

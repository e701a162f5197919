"""A person at a browser: goes to pages by their names, and notices what is wrong with each."""

import re
import time
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page

NOT_FOUND = re.compile(r"status of 404")
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
WCAG = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"


class Visitor:
    """Wraps one browser tab; every page that is looked at is checked and photographed."""

    def __init__(self, page: Page, url: str, language: str, folder: Path | None) -> None:
        self.page, self.url, self.language, self.folder = page, url, language, folder
        self.complaints: list[str] = []
        self.shots = 0
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("requestfailed", self._miss)

    def _hear(self, message) -> None:
        if message.type == "error":
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _miss(self, request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # a page left while something was loading
            self.complaints.append(f"{request.url}: {request.failure}")

    def goto(self, name: str, *args, query: str = ""):
        return self.page.goto(f"{self.url}{reverse(name, args=args)}{query}")

    def log_in(self, email: str, password: str) -> None:
        self.goto("account_login")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", password)
        with self.page.expect_navigation():
            self.page.press("[name=password]", "Enter")
        if self.page.locator("html").get_attribute("lang") != self.language:
            with self.page.expect_navigation():
                self.page.click(f"button[name=language][value={self.language}]")

    def submit(self, form: str) -> None:
        """Press the (last) button of the form that `form` selects, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.locator(form).locator("button:not([type=button])").last.click()

    def until(self, found, seconds: float = 60, reload: bool = True) -> None:
        """Wait until `found()` is true, looking at the page again and again."""
        end = time.monotonic() + seconds
        while not found():
            assert time.monotonic() < end, f"waited {seconds} s in vain at {self.page.url}"
            self.page.wait_for_timeout(700)
            if reload:
                self.page.reload()

    def look(self, name: str) -> None:
        """Check what must hold on every page, and keep a picture."""
        page = self.page
        page.wait_for_load_state("networkidle")
        if self.folder:
            self.shots += 1
            page.screenshot(path=self.folder / f"{self.shots:02d}-{name}.png", full_page=True)
        html = page.locator("html")
        assert (html.get_attribute("lang"), html.get_attribute("dir")) == (self.language, "rtl" if self.language == "he" else "ltr"), (
            page.url
        )
        width, window = page.evaluate("[document.scrollingElement.scrollWidth, window.innerWidth]")
        assert width <= window + 1, f"{page.url} is {width} wide in a window of {window}"
        assert self.complaints == []
        barriers = self.barriers()
        assert not barriers, "\n".join(barriers)

    def barriers(self) -> list[str]:
        """What axe-core finds on the page against WCAG 2.2 AA."""
        self.page.evaluate(f"{AXE.read_text()};0")
        found = self.page.evaluate(f"axe.run(document, {WCAG})")["violations"]
        return [f"{self.page.url} {one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]

    def expect_not_found(self, path: str) -> None:
        """The address answers 404, and the browser's remark about it is the only one."""
        assert self.page.goto(f"{self.url}{path}").status == 404
        self.complaints = [text for text in self.complaints if not NOT_FOUND.search(text)]
        assert self.complaints == []

"""One running product and one browser for all journeys."""

import os
from pathlib import Path

import pytest

from tests.journeys.stack import ROOT, Stack
from tests.journeys.visitor import Visitor

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    stack = Stack(tmp_path_factory.mktemp("stack"))
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; CHROMIUM=… names another")
    # Imported here: without journeys nobody needs Playwright's event loop.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def it_still_runs(stack):
    """One clear word, with what the product logged, rather than refused connections in every later journey."""
    yield
    if stack.process.poll() is not None:
        pytest.exit(f"The product ended in the middle of the journeys:\n{stack.logged()[-5000:]}", returncode=1)


@pytest.fixture
def visitor(stack, browser):
    """`visitor("he", 390)` opens a browser of that language and width; its pictures go to var/screenshots/."""
    opened = []

    def open_browser(language, width, who=""):
        size = {"width": width, "height": 844 if width < 700 else 900}
        context = browser.new_context(locale={"en": "en-GB", "he": "he-IL"}[language], viewport=size, timezone_id="Asia/Jerusalem")
        context.set_default_timeout(20_000)
        opened.append(context)
        folder = ROOT / "var" / "screenshots" / f"{language}-{width}{who}"
        folder.mkdir(parents=True, exist_ok=True)
        return Visitor(context.new_page(), stack.url, language, folder)

    yield open_browser
    for context in opened:
        context.close()

"""The main job, as a person does it: customers in, survey out, answers back, text scored, report changed.

The steps go by addresses, field names and ids, so that they are the same in both languages. They find
the worker, beat, SMTP server and database that `make run` starts, and nothing is mocked.
"""

import re

import pytest

from feedback_site.demo.logins import PASSWORD
from tests.journeys import imports

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]
COMMENTS = {
    "en": "Terrible support. I waited four days and nobody answered, a bad experience.",
    "he": "חיכינו ארבעה ימים ואף אחד לא ענה.",
}
PAGES = (
    "reports:satisfaction_revenue",
    "reports:feedback",
    "reports:disagreements",
    "reports:quality",
    "reports:check",
    "reports:themes",
    "themes:list",
    "themes:suggestions",
    "text:engines",
    "reports:results_list",
    "customers:accounts",
    "customers:contacts",
    "customers:segments",
    "authoring:surveys",
    "distribution:list",
    "distribution:links",
    "distribution:suppressions",
    "distribution:mailbox",
    "sales:opportunities",
    "sales:revenue",
    "sales:spend",
    "sales:campaigns",
    "sales:representatives",
    "imports:list",
    "access:users",
    "access:profile",
    "access:audit",
)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["en", "he"])
def test_from_import_to_report(visitor, language, width):
    mine = f"{language}{width}"
    owner = visitor(language, width)
    owner.log_in("admin@demo.example", PASSWORD)
    owner.look("first-page")
    import_customers(owner, mine)
    survey = author(owner, mine)
    before = responses_in_report(owner, survey)
    send(owner, mine, survey)
    for contact_language in ("en", "he"):
        answer(owner, mine, contact_language)
    see_the_feedback(owner, mine)
    owner.until(lambda: responses_in_report(owner, survey) == before + 2, seconds=90, reload=False)
    owner.look("report-after")


def import_customers(owner, mine):
    account = f"external_id,name,segment,region,account_manager\nJ-{mine},Journey {mine},Retail,Region {mine},manager2@demo.example\n"
    contacts = "account,email,name,language\n" + "".join(f"J-{mine},{code}@{mine}.example,Person {code},{code}\n" for code in ("en", "he"))
    imports.bring_in(owner, "accounts", f"accounts-{mine}.csv", account)
    imports.bring_in(owner, "contacts", f"contacts-{mine}.csv", contacts)
    owner.goto("customers:accounts", query=f"?q=Journey+{mine}")
    owner.page.get_by_role("link", name=f"Journey {mine}").click()
    owner.page.get_by_text(f"en@{mine}.example").first.wait_for()
    owner.look("imported-account")


def author(owner, mine):
    """A survey from the first starter, renamed and published; returns its key in the database."""
    owner.goto("authoring:create")
    owner.look("starters")
    owner.submit("form:has(input[name=starter][value=relationship-nps])")
    survey = int(re.search(r"/surveys/(\d+)/", owner.page.url).group(1))
    owner.look("draft")
    owner.page.click("a[href*='/texts/']")
    owner.page.fill("[name=name]", f"Survey {mine}")
    owner.look("texts")
    owner.submit("#main form")
    owner.goto("authoring:survey", survey)
    owner.page.click("a[href$='/publish/']")
    owner.look("publish")
    owner.submit("#main form")
    owner.look("published")
    return survey


def send(owner, mine, survey):
    owner.goto("distribution:create", query=f"?survey={survey}")
    owner.page.fill("[name=name]", f"Distribution {mine}")
    owner.page.select_option("[name=regions]", f"Region {mine}")
    owner.look("distribution")
    owner.submit("#main form")
    assert owner.page.locator("#people ~ * tbody tr").count() == 2
    owner.look("dry-run")
    owner.submit("form[action$='/confirm/']")
    owner.page.locator("#progress:not([hx-get])").wait_for(timeout=60_000)
    owner.look("progress")


def answer(owner, mine, code):
    """Open the mail, press a score, add a comment. The respondent's pages are in the contact's language."""
    owner.goto("distribution:mailbox")
    row = owner.page.locator("tbody tr", has_text=f"{code}@{mine}.example")
    owner.until(lambda: row.count() > 0, seconds=60)
    row.first.locator("th a").click()
    owner.look(f"mail-{code}")
    with owner.page.context.expect_page() as opened:
        owner.page.frame_locator("iframe.k-mail").locator("a[href*='score=3']").click()
    respondent = type(owner)(opened.value, owner.url, code, owner.folder)
    respondent.shots = owner.shots
    assert respondent.page.locator("input[type=radio]:checked").input_value() == "3"
    respondent.look(f"answer-{code}")
    respondent.submit("main form")
    respondent.page.locator("textarea").first.fill(COMMENTS[code])
    respondent.look(f"comment-{code}")
    respondent.submit("main form")
    assert respondent.page.locator("main form textarea").count() == 0
    respondent.look(f"thanks-{code}")
    owner.shots = respondent.shots
    respondent.page.close()


def see_the_feedback(owner, mine):
    """Both answers are in the list, and both texts are scored."""
    owner.goto("reports:feedback", query=f"?search=Journey+{mine}")
    main = owner.page.locator("#main")
    owner.until(lambda: main.get_by_text(COMMENTS["en"][:30]).count() > 0 and main.get_by_text(COMMENTS["he"]).count() > 0)
    owner.until(lambda: main.locator("[data-sentiment=negative]").count() == 2)
    owner.until(lambda: main.locator(".k-theme-chip").count() > 0)
    owner.look("feedback")
    correct_and_undo(owner)
    search(owner, mine)


def correct_and_undo(owner):
    """One click says what the text is, one takes it back; the page stays where it is."""
    text = owner.page.locator(".k-judging").first
    text.locator(".k-correct summary").click()
    text.locator("button[name=label][value=mixed]").click()
    text.locator("[data-sentiment=mixed]").wait_for()
    owner.look("corrected")
    text.locator("form[hx-post$='/undo/'] button").click()
    text.locator("[data-sentiment=negative]").wait_for()


def search(owner, mine):
    """A Hebrew word is found though a letter is written onto it, and is marked."""
    owner.goto("reports:feedback", query=f"?search=ענה+ימים+Journey+{mine}")
    assert owner.page.locator("#main mark").count() == 0  # all words must stand in one text
    owner.goto("reports:feedback", query="?search=אחד+ענה+ימים")
    assert owner.page.locator("#main mark").all_inner_texts()[:3] == ["ימים", "אחד", "ענה"]
    owner.look("found")


def responses_in_report(owner, survey):
    owner.goto("reports:satisfaction_revenue", query=f"?survey={survey}")
    cell = owner.page.locator("[data-row=total] [data-figure=responses]").first
    return int(re.sub(r"\D", "", cell.inner_text()) or 0) if cell.count() else 0


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["en", "he"])
def test_an_account_manager_can_not_open_anothers_account(visitor, language, width):
    manager = visitor(language, width, "-manager")
    manager.log_in("manager@demo.example", PASSWORD)
    manager.look("feedback-first")
    manager.goto("customers:accounts")
    manager.look("own-accounts")
    manager.page.locator("#main table a[href^='/accounts/']").first.click()
    manager.look("own-account")
    own = int(re.search(r"/accounts/(\d+)/", manager.page.url).group(1))
    statuses = {number: manager.page.request.get(f"{manager.url}/accounts/{number}/").status for number in range(own, own + 8)}
    assert statuses[own] == 200
    anothers = next(number for number, status in statuses.items() if status != 200)
    manager.expect_not_found(f"/accounts/{anothers}/")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["en", "he"])
def test_every_page_of_the_navigation(visitor, language, width):
    person = visitor(language, width, "-pages")
    person.log_in("admin@demo.example", PASSWORD)
    for name in PAGES:
        assert person.goto(name).status == 200
        person.look(name.replace(":", "-"))

"""Bringing a file in by the pages of imports."""


def bring_in(visitor, kind, name, text):
    """Upload, confirm the suggested mapping, and wait until the worker has written the rows."""
    page = visitor.page
    visitor.goto("imports:upload", query=f"?kind={kind}")
    page.set_input_files("[name=file]", {"name": name, "mimeType": "text/csv", "buffer": text.encode()})
    visitor.look(f"import-{kind}")
    visitor.submit("#main form")
    visitor.look(f"mapping-{kind}")
    with page.expect_navigation():
        page.click("button[name=import]")
    page.locator("#run:not([hx-get])").wait_for(timeout=60_000)
    visitor.look(f"imported-{kind}")
    assert page.locator("#run .k-stat-value").all_inner_texts()[1] == str(len(text.splitlines()) - 1)

"""Promises about the project itself."""

import re
import subprocess
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("feedback_site", "surveys", "analytics", "tests")


def test_imports_run_one_way_only():
    done = subprocess.run(["lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout


def test_no_file_grows_beyond_400_lines():
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py") if "migrations" not in file.parts]
    assert {str(file): lines for file in files if (lines := file.read_text().count("\n")) > 400} == {}


def test_every_command_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z-]+)", (ROOT / "README.md").read_text()))
    assert sorted(named - targets) == []


def test_every_link_of_the_readme_leads_to_a_file():
    links = re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / "README.md").read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_templates_have_no_inline_script_style_or_handler():
    """The content security policy would block them; mails and their preview are not pages."""
    forbidden = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=\"|\son[a-z]+=\"|hx-on")
    pages = [file for file in (ROOT / "templates").rglob("*.html") if "emails" not in file.parts]
    assert [str(file) for file in pages if forbidden.search(file.read_text())] == []

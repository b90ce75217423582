"""What the docs promise is there."""

import re
from pathlib import Path

import pytest

from services.calls import reader
from services.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_setting_is_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in readme] == []


def test_every_format_is_in_the_docs():
    listed = (ROOT / "docs" / "formats.md").read_text()
    assert [form.name for form in reader.formats() if f"`{form.name}`" not in listed] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path):
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page: Path):
    named = re.findall(r"`((?:tests|services|db|pages|bench)/[\w./-]+\.py)`", page.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []

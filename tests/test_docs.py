"""What the docs promise is there."""

import json
import re
from pathlib import Path

import pytest

from services.calls import reader
from services.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_setting_is_in_the_docs_with_its_default() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    told = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| ([^|]+) \|", page, flags=re.MULTILINE))
    assert list(told) == [name.upper() for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        if field.default is not None and field.default_factory is None:
            default = json.dumps(field.default) if isinstance(field.default, bool) else f"{field.default}"
            assert told[name.upper()] == f"`{default}`"


def test_the_readme_tells_no_other_default_than_the_docs() -> None:
    row = re.compile(r"^\| `([A-Z0-9_]+)` \| ([^|]+) \|", flags=re.MULTILINE)
    told = dict(row.findall((ROOT / "docs" / "operations.md").read_text()))
    readme = dict(row.findall((ROOT / "README.md").read_text()))
    assert readme
    assert {name: told[name] for name in readme} == readme


def test_every_format_is_in_the_docs() -> None:
    listed = (ROOT / "docs" / "formats.md").read_text()
    assert [form.name for form in reader.formats() if f"`{form.name}`" not in listed] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(r"`((?:tests|services|db|pages|bench)/[\w./-]+\.py)`", page.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []

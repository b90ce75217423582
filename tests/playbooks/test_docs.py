"""What docs/playbooks.md tells a firm is so."""

import re
from pathlib import Path

import pytest

from services.playbooks.cues import Line, fold, parse
from services.playbooks.loader import load
from services.playbooks.model import FIELD_TYPES, KNOWN_FACTS, OUTCOME_ROLES, SPEAKERS

PAGE = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text(encoding="utf-8")
CUES = [
    [cell.strip().strip("`").replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:4]]
    for row in re.findall(r"^\| `.*\|$", PAGE[PAGE.index("| cue |") : PAGE.index("Words between")], re.MULTILINE)
]


@pytest.mark.parametrize(("cue", "found", "not_found"), CUES, ids=[row[0] for row in CUES])
def test_every_cue_of_the_page_is_found_where_it_says(cue: str, found: str, not_found: str) -> None:
    assert list(parse(cue).places(Line(fold(found))))
    assert not list(parse(cue).places(Line(fold(not_found))))


def test_the_page_names_every_type_role_speaker_and_known_fact() -> None:
    assert len(CUES) == 8
    for word in (*FIELD_TYPES, *OUTCOME_ROLES, *KNOWN_FACTS):
        assert f"`{word}`" in PAGE
    assert all(speaker in PAGE for speaker in SPEAKERS)


def test_the_pages_example_of_a_field_stands_in_the_shipped_playbook() -> None:
    shipped = load(Path(__file__).parents[2] / "services" / "playbooks" / "home_insurance.toml").field("roof_age")
    assert shipped is not None
    assert f'label = "{shipped.label}"' in PAGE
    assert [cue.text for cue in shipped.cues] == re.findall(r'"([^"]+)"', re.search(r"cues = (\[\"roof.*\])", PAGE)[1])  # type: ignore[index]

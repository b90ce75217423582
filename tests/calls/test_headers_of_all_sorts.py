"""Invented transcripts, each with one trap in its header, its name, or the names and addresses that are said."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from services.calls.reader import read

CASES = tomllib.loads((Path(__file__).parent.parent / "data" / "headers.toml").read_text(encoding="utf-8"))["file"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_header_says_what_a_person_would_read(case: dict[str, Any]) -> None:
    call = read(case["file"], case["text"].lstrip("\n").encode())
    expected = {**case.get("expect", {}), **dict.fromkeys(case.get("none", []))}
    assert {field: getattr(call.header, field) for field in expected} == expected


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_no_line_of_a_header_is_spoken(case: dict[str, Any]) -> None:
    call = read(case["file"], case["text"].lstrip("\n").encode())
    spoken = " ".join(turn.text for turn in call.turns)
    title = call.header.meeting_title
    assert not title or title not in case["text"] or title not in spoken
    assert "Attendees" not in spoken
    assert "Call ID" not in spoken

"""Genuine exports that may not be kept here: turn counts and speakers, where the folder is there."""

import csv

import pytest

from services.calls.reader import read
from tests.calls.ibarra import SHARED

TEXTS = (".txt", ".md")
# The index counted heads with a time and a colon only. Three heads of this file lack one or the other.
OTHER_COUNTS = {"samples/rev_like_inline_paren.md": 68}


def _rows() -> list[dict[str, str]]:
    index = SHARED / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [row for row in rows if row["file"].endswith(TEXTS) and "zoom_chat" not in row["file"]]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared samples are not here")
@pytest.mark.parametrize("row", _rows(), ids=lambda row: str(row["file"]))
def test_a_genuine_export_has_the_turns_and_speakers_of_the_index(row: dict[str, str]) -> None:
    call = read("upload", (SHARED / row["file"]).read_bytes())

    assert len(call.turns) == OTHER_COUNTS.get(row["file"], int(row["turns_merged"]))
    assert [speaker.name for speaker in call.speakers] == row["speakers"].split("; ")

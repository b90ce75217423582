"""Genuine captions and JSON that may not be kept here, and broken captions, where the folder is there."""

import csv
from pathlib import Path

import pytest

from services.calls.reader import read
from services.errors import UnreadableTranscript
from tests.calls.ibarra import SHARED

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the shared samples are not here")

# The index merged otherwise: it kept cues under a carried name apart, took words on the screen for a speaker, and
# counted nothing where words have no speaker.
OTHER_TURNS = {
    "samples/podcast_srt_speaker_prefix.srt": 10,
    "samples/youtube_manual_captions_nbsp.vtt": 1,
    "samples/assemblyai_no_speakers.json": 1,
}
OTHER_SPEAKERS = {
    "samples/youtube_manual_captions_nbsp.vtt": [],
    "samples/assemblyai_no_speakers.json": [],
    "samples/fireflies_api_transcripts.json": ["Speaker 0"],
    "samples/gong_v2_transcript_page.json": ["Speaker 1"],
    "samples/aws_call_analytics.json": ["Agent", "Customer"],
    "samples/aws_pca_result.json": ["Agent", "Customer"],
}
NO_SPEECH = {
    "samples/gong_v2_extensive_parties_demo.json": "no transcript",
    "samples/avoma_meetings_list.json": "no transcript",
    "samples/granola_cache.json": "no transcript",
    "samples/zoom_chat_acdt088.txt": "53 Zoom chat messages and no speech",
}


def _rows() -> list[dict[str, str]]:
    index = SHARED / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    suffixes = (".vtt", ".srt", ".json")
    return [row for row in rows if row["file"].startswith("samples/") and row["file"].endswith(suffixes)]


@pytest.mark.parametrize(
    "row", [row for row in _rows() if row["file"] not in NO_SPEECH], ids=lambda row: str(row["file"])
)
def test_a_genuine_export_has_the_turns_and_speakers_of_the_index(row: dict[str, str]) -> None:
    file = row["file"]
    call = read("upload", (SHARED / file).read_bytes())
    assert len(call.turns) == OTHER_TURNS.get(file, int(row["turns_merged"]))
    listed = [name.replace("speaker_id=", "Speaker ") for name in row["speakers"].split("; ") if name]
    listed = [f"S{name[1:]}" if name.startswith("speaker ") else name for name in listed]
    assert [speaker.name for speaker in call.speakers] == OTHER_SPEAKERS.get(file, listed)


@pytest.mark.parametrize(("file", "words"), NO_SPEECH.items())
def test_a_genuine_file_without_speech_is_a_sentence(file: str, words: str) -> None:
    with pytest.raises(UnreadableTranscript, match=words):
        read(Path(file).name, (SHARED / file).read_bytes())


@pytest.mark.parametrize("path", sorted((SHARED / "edge").glob("*")), ids=lambda path: path.name)
def test_broken_captions_are_a_call_or_a_clear_sentence(path: Path) -> None:
    content = path.read_bytes()
    if path.name in ("webvttpy_empty.vtt", "webvttpy_no_captions.vtt"):
        with pytest.raises(UnreadableTranscript, match=r"empty|no captions"):
            read(path.name, content)
        return
    call = read(path.name, content)
    assert [turn.speaker for turn in call.turns] == [None]
    said = call.turns[0].text
    assert "-->" not in said
    assert "::cue" not in said
    captions = [line for line in content.decode("utf-8-sig").splitlines() if line.startswith("Caption text")]
    assert all(line in said for line in captions)


def test_genuine_gong_parties_name_the_speakers_of_the_transcript_beside_them() -> None:
    samples = SHARED / "samples"
    parts = [samples / "gong_v2_transcript_demo.json", samples / "gong_v2_extensive_parties_demo.json"]
    call = read("both.json", b"[" + b",".join(part.read_bytes() for part in parts) + b"]")
    assert [(speaker.name, speaker.side) for speaker in call.speakers] == [
        ("Person1", "advisor"),
        ("Person3", "client"),
        ("Person2", "client"),
    ]
    assert call.header.meeting_title == "CompanyName - Product Demo"
    assert call.header.duration_minutes == 20.0

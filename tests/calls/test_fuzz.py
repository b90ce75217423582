"""No reader lets anything escape but our own errors, whatever the bytes."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.calls.model import Call
from services.calls.reader import formats, read
from services.errors import AftercallError
from tests.calls.ibarra import FORMATS, SHARED

OWN = sorted(path for path in FORMATS.iterdir() if path.is_file())
OTHERS = sorted(
    path for path in SHARED.rglob("*") if path.is_file() and path.suffix != ".tsv" and path.parent != SHARED
)
NAMES = [form.name for form in formats()]

SLOW_MACHINES = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
calm = settings(deadline=None, max_examples=200, suppress_health_check=SLOW_MACHINES)
brief = settings(deadline=None, max_examples=25, suppress_health_check=SLOW_MACHINES)

LINES = st.sampled_from(
    [
        *(
            "",
            " ",
            "\t",
            "WEBVTT",
            "NOTE",
            "1",
            "42",
            "---",
            "[",
            "{",
            "}",
            ":",
            "-->",
            "<v Ann>",
            "</v>",
            "📖 Transcript",
        ),
        *("00:00:01.000 --> 00:00:02.000", "00:01,000 --> 99:99:99,999", "0:00:01.000,0:00:02.000", "00:00:0x.1 -->"),
        *(
            "[00:00:01] Ann Lee: hello",
            "00:00:01 - Ann Lee",
            "  hello there",
            "Ann Lee: hello",
            "Ann Lee  0:03  ",
            "**Ann:** hi",
        ),
        *(
            "00:02:53\tAnn Lee:\tgm",
            "00:02:53\t From Ann to Everyone : gm",
            "@Ann [0:01]: hi",
            "Ann (0:01): hi",
            "00:00:00",
        ),
        *(
            "Speaker 1: 00:00 ",
            "[Ann Lee] 12:00:01",
            "1:00:02 - Ann (ann@lee.example)",
            "ACTION ITEM: x - WATCH: https://a.b",
        ),
        *(
            "Transcription ended after 00:54:37",
            "VIEW RECORDING - 4 mins",
            "Ann started transcription",
            "\u2028",
            "\x85",
            "\ufeff",
        ),
        *(
            "Date: 2025-01-01",
            "Duration: 70.2",
            "https://fathom.video/calls/1",
            "2025-10-03T20:00:00Z",
            "61550000",
            "a@b.example",
        ),
    ]
)
DIALOGUE = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(LINES | st.text(max_size=30), max_size=25),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
KEYS = st.sampled_from(
    "transcript callTranscripts speakerId sentences text start end speaker utterances words results channels "
    "alternatives items segments monologues elements spans value body startTime data meetingId Transcript Content "
    "ParticipantRole SpeechSegments SegmentSpeaker speaker_blocks parties metaData recording_id calendar_invitees "
    "meeting_attendees snippets duration ConversationId speaker_labels channel_labels timestamp display_name name "
    "id".split()
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=5),
    max_leaves=25,
)


def storable(value: object) -> bool:
    """Whether PostgreSQL can hold every string: no NUL, no half of a surrogate pair."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, dict):
        return all(storable(inner) for inner in value.values())
    return all(storable(inner) for inner in value) if isinstance(value, list | tuple) else True


def read_or_refuse(content: bytes, name: str = "call.txt", format_name: str | None = None) -> Call | None:
    """Reads bytes as an upload. Anything but our own errors fails the test; what is read must hold together."""
    try:
        call = read(name, content, format_name=format_name)
    except AftercallError as error:
        assert error.sentence.strip()  # noqa: PT017 - both ways out are checked
        return None
    assert call.turns
    assert call.external_id
    assert storable(asdict(call))
    names = {speaker.name for speaker in call.speakers}
    for before, turn in zip((None, *call.turns), call.turns, strict=False):
        assert turn.text.strip()
        assert turn.speaker is None or turn.speaker in names
        assert before is None or before.speaker != turn.speaker
    return call


@calm
@given(st.text(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]), st.text(max_size=40))
@example("[" * 5_000, "utf-8", "call.txt")
@example("WEBVTT\n\n-->\n", "utf-16", "call.vtt")
@example("Ann: \x00hello\nBo: hi\x00\n", "utf-16", "a\x00b/../c.txt")
def test_any_text_under_any_name_is_a_call_or_a_sentence(text: str, encoding: str, name: str) -> None:
    read_or_refuse(text.encode(encoding, "replace"), name)


@calm
@given(st.binary(max_size=2_000))
@example(b"PK\x03\x04" + bytes(60))
@example(b"\xff\xfe\x00")
@example(b"\xef\xbb\xbf")
def test_any_bytes_are_a_call_or_a_sentence(content: bytes) -> None:
    read_or_refuse(content)


@calm
@given(DIALOGUE)
def test_lines_of_every_grammar_in_any_order_are_a_call_or_a_sentence(text: str) -> None:
    read_or_refuse(text.encode("utf-8", "replace"))


@calm
@given(JSON)
def test_json_of_any_shape_is_a_call_or_a_sentence(value: object) -> None:
    read_or_refuse(json.dumps(value).encode(), "call.json")


@pytest.mark.parametrize("format_name", NAMES)
@brief
@given(
    content=st.one_of(
        DIALOGUE.map(lambda text: text.encode("utf-8", "replace")),
        JSON.map(lambda v: json.dumps(v).encode()),
        st.binary(max_size=200),
    )
)
def test_a_format_chosen_by_hand_reads_or_refuses_anything(format_name: str, content: bytes) -> None:
    read_or_refuse(content, format_name=format_name)


@st.composite
def mutated(draw: st.DrawFn, path: Path) -> bytes:
    """A file with up to four wounds: cut off, or a piece taken out, doubled, swapped, a byte or a line put in."""
    content = path.read_bytes()[:60_000]
    for _ in range(draw(st.integers(1, 4))):
        length = len(content)
        first, second = sorted((draw(st.integers(0, length)), draw(st.integers(0, length))))
        piece = content[first : min(second, first + 400)]
        rest = content[first + len(piece) :]
        match draw(st.sampled_from("cut behead delete double swap insert flip line".split())):
            case "cut":
                content = content[:second]
            case "behead":
                content = content[first:]
            case "delete":
                content = content[:first] + rest
            case "double":
                content = content[:first] + piece + piece + rest
            case "swap":
                content = content[:first] + rest[: len(piece)] + piece + rest[len(piece) :]
            case "insert":
                content = content[:first] + draw(st.binary(max_size=8)) + content[first:]
            case "flip":
                content = content[:first] + bytes([draw(st.integers(0, 255))]) + content[first + 1 :]
            case _:
                content = content[:first] + b"\n" + draw(LINES).encode() + b"\n" + content[first:]
    return content


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
@brief
@given(data=st.data())
def test_a_wounded_sample_is_a_call_or_a_sentence(path: Path, data: st.DataObject) -> None:
    read_or_refuse(data.draw(mutated(path)), path.name)


@pytest.mark.skipif(not OTHERS, reason="the shared format samples are not here")
@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
@settings(brief, max_examples=12)
@given(data=st.data())
def test_a_wounded_file_of_others_is_a_call_or_a_sentence(path: Path, data: st.DataObject) -> None:
    read_or_refuse(data.draw(mutated(path)), path.name)

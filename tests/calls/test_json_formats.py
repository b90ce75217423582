"""JSON of meeting recorders and of speech recognition."""

import json
from typing import Any

import pytest

from services.calls.reader import read
from services.errors import UnreadableTranscript
from tests.calls.ibarra import DIALOGUE, ELENA, FORMATS, NORA, TOMAS, WORDS, labelled, said, sample

NAMED = ["gong_with_parties", "gong_two_objects", "gong_lines", "fathom", "fireflies", "fireflies_wrapped", "read_ai"]
NAMED += ["tldv", "avoma", "rev_editor", "amberscript", "podcast_index", "any_list", "any_text"]


@pytest.mark.parametrize("name", NAMED)
def test_an_export_with_names_holds_the_dialogue(name: str) -> None:
    assert said(sample(f"{name}.json")) == DIALOGUE


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("gong", ("Speaker 1", "Speaker 2", "Speaker 3")),
        ("deepgram_utterances", ("Speaker 0", "Speaker 1", "Speaker 2")),
        ("deepgram_paragraphs", ("Speaker 0", "Speaker 1", "Speaker 2")),
        ("deepgram_words", ("Speaker 0", "Speaker 1", "Speaker 2")),
        ("assemblyai", ("Speaker A", "Speaker B", "Speaker C")),
        ("rev_ai", ("Speaker 0", "Speaker 1", "Speaker 2")),
        ("whisperx", ("SPEAKER_00", "SPEAKER_01", "SPEAKER_02")),
        ("pyannote", ("Speaker 0", "Speaker 1", "Speaker 2")),
        ("aws_transcribe", ("spk_0", "spk_1", "spk_2")),
        ("aws_channels", ("ch_0", "ch_1", "ch_1")),
        ("aws_call_analytics", ("Agent", "Customer", "Customer")),
        ("aws_pca", ("Agent", "Customer", "Customer")),
    ],
)
def test_an_export_without_names_holds_the_dialogue_under_its_labels(name: str, labels: tuple[str, str, str]) -> None:
    assert said(sample(f"{name}.json")) == labelled(*labels)


@pytest.mark.parametrize("name", ["whisper", "youtube_transcript_api"])
def test_an_export_without_speakers_is_one_turn_of_nobody(name: str) -> None:
    assert said(sample(f"{name}.json")) == [(None, WORDS)]


@pytest.mark.parametrize("name", ["conversation_lines", "conversation_one_line"])
def test_a_conversation_is_read_with_lines_and_without(name: str) -> None:
    call = sample(f"{name}.json")
    assert said(call) == [("Advisor" if speaker == NORA else speaker, text) for speaker, text in DIALOGUE[:4]]
    assert call.external_id == "conv-17"
    assert call.header.duration_minutes == 31.0


def test_a_segment_with_two_speakers_is_parted_by_its_words() -> None:
    call = sample("whisperx_words.json")
    assert said(call) == [("SPEAKER_00", DIALOGUE[0][1]), ("SPEAKER_01", DIALOGUE[1][1])]


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("gong_with_parties", 12.2, 16.8),
        ("fireflies", 12.2, 16.8),
        ("read_ai", 12.2, 16.8),
        ("tldv", 12.2, 16.8),
        ("fathom", 12.0, None),
        ("deepgram_words", 12.2, 16.8),
        ("assemblyai", 12.2, 16.8),
        ("aws_transcribe", 12.2, 16.8),
        ("aws_call_analytics", 12.2, 16.8),
        ("any_list", 12.2, None),
    ],
)
def test_times_are_seconds_whatever_the_unit_of_the_file(name: str, start: float, end: float | None) -> None:
    turn = sample(f"{name}.json").turns[2]
    assert turn.start == pytest.approx(start, abs=0.011)
    assert turn.end == (None if end is None else pytest.approx(end, abs=0.011))


@pytest.mark.parametrize("name", ["gong_two_objects", "gong_lines"])
def test_gong_parties_in_a_second_object_name_the_speakers_and_their_sides(name: str) -> None:
    call = sample(f"{name}.json")
    assert [(speaker.name, speaker.side) for speaker in call.speakers] == [
        (NORA, "advisor"),
        (TOMAS, "client"),
        (ELENA, "client"),
    ]
    assert call.external_id == "8812004417733001"
    assert call.header.meeting_title == "Ibarra family - first meeting"
    assert (call.header.meeting_date, call.header.meeting_time) == ("2026-03-04", "15:00:00")
    assert call.header.client_email == "tomas.ibarra@mailbox.example"
    assert call.header.meeting_url == "https://app.gong.example/call?id=8812004417733001"
    assert call.header.duration_minutes == 31.55


@pytest.mark.parametrize(
    ("name", "external_id", "minutes", "url"),
    [
        ("fathom", "445566778", 31.5, "https://fathom.example/calls/99887"),
        ("fireflies", "01ABCDEFGHJKMNPQRSTVWXYZ12", 31.55, "https://fireflies.example/view/01ABC"),
        ("fireflies_wrapped", "01ABCDEFGHJKMNPQRSTVWXYZ12", 31.55, "https://fireflies.example/view/01ABC"),
        ("read_ai", "RA-778", 31.0, "https://read.example/r/778"),
    ],
)
def test_a_recorder_tells_the_header(name: str, external_id: str, minutes: float, url: str) -> None:
    call = sample(f"{name}.json")
    assert call.external_id == external_id
    assert call.header.meeting_title == "Ibarra family - first meeting"
    assert call.header.meeting_date == "2026-03-04"
    assert call.header.client_email == "tomas.ibarra@mailbox.example"
    assert call.header.duration_minutes == minutes
    assert call.header.meeting_url == url
    assert call.side_of(NORA) == "advisor"
    assert call.side_of(TOMAS) == "client"


@pytest.mark.parametrize("name", ["fathom", "fireflies", "read_ai"])
def test_action_items_stand_beside_the_turns(name: str) -> None:
    asides = sample(f"{name}.json").asides
    assert [(aside.kind, aside.text.partition(" (")[0]) for aside in asides] == [("action item", "Send the fee sheet")]


def test_call_analytics_says_who_is_of_the_firm() -> None:
    call = sample("aws_call_analytics.json")
    assert [(speaker.name, speaker.side) for speaker in call.speakers] == [("Agent", "advisor"), ("Customer", "client")]


def test_of_several_calls_in_a_file_the_first_with_speech_is_read_and_a_warning_says_so() -> None:
    call = json.loads((FORMATS / "fireflies.json").read_text())["data"]["transcript"]
    content = json.dumps({"data": {"transcripts": [{**call, "id": "none", "sentences": None}, call, call]}}).encode()
    read_call = read("three.json", content)
    assert said(read_call) == DIALOGUE
    assert any("3 calls" in warning for warning in read_call.warnings)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"title": "x", "recording_id": 1, "calendar_invitees": [], "transcript": None}, "holds no speech"),
        ({"callTranscripts": [{"callId": "1", "transcript": []}]}, "holds no speech"),
        ({"results": {"channels": []}}, "holds no speech"),
        ({"monologues": [{"speaker": 0, "elements": []}]}, "holds no speech"),
        (
            {"count": 1, "results": [{"uuid": "b", "attendees": [{"email": "a@b.example", "name": "demo"}]}]},
            "no transcript",
        ),
        ([], "no transcript"),
        ({}, "no transcript"),
    ],
)
def test_json_without_speech_is_a_sentence(value: Any, words: str) -> None:
    with pytest.raises(UnreadableTranscript, match=words):
        read("empty.json", json.dumps(value).encode())


@pytest.mark.parametrize("name", ["gong", "fathom", "deepgram_words"])
def test_half_written_json_says_where_it_breaks_off(name: str) -> None:
    content = (FORMATS / f"{name}.json").read_bytes()
    with pytest.raises(UnreadableTranscript, match=r"line \d+, column \d+"):
        read("half.json", content[: len(content) // 2])


@pytest.mark.parametrize("content", [b"[" * 200_000, b'{"a":' * 200_000, b'{"text": ' + b"9" * 6_000 + b"}"])
def test_json_that_python_cannot_hold_is_a_sentence(content: bytes) -> None:
    with pytest.raises(UnreadableTranscript):
        read("deep.json", content)


SAMPLES = sorted(path.name for path in FORMATS.glob("*.json"))
WRONG: list[Any] = [
    None,
    7,
    -1,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    True,
    "",
    "x",
    "\ud800\0",
    [],
    [[]],
    {},
    {"a": {}},
    [None],
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to every value of a JSON document; of a list only its first two entries."""
    found = [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for step, below in inner:
        found += places(below, (*path, step))
    return found


def replaced(value: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    """The document with another value at a path."""
    if not path:
        return wrong
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], wrong)
    return copy


@pytest.mark.parametrize("name", SAMPLES)
def test_a_wrong_type_at_any_place_is_read_or_refused_with_a_sentence(name: str) -> None:
    text = (FORMATS / name).read_text()
    document = json.loads(text) if name != "gong_lines.json" else [json.loads(line) for line in text.splitlines()]
    sentences: list[str] = []
    read_calls = 0
    for number, path in enumerate(places(document)):
        for wrong in WRONG[number % 4 :: 4]:
            try:
                read(name, json.dumps(replaced(document, path, wrong)).encode())
                read_calls += 1
            except UnreadableTranscript as error:
                sentences.append(str(error))
    assert read_calls > 0
    assert sentences
    assert all(sentence.endswith((".", "!", "?")) for sentence in sentences)

"""WebVTT, SRT and SBV, whole and broken."""

import pytest

from services.calls.reader import read
from services.errors import UnreadableTranscript
from tests.calls.ibarra import DIALOGUE, ELENA, NORA, TOMAS, said, sample


@pytest.mark.parametrize(
    ("name", "source_format"),
    [
        ("zoom_cloud.vtt", "zoom-vtt"),
        ("teams.vtt", "teams-vtt"),
        ("teams_metadata.vtt", "webvtt"),
        ("webvtt_voices.vtt", "webvtt"),
        ("srt_every_cue.srt", "srt"),
        ("captions.sbv", "sbv"),
    ],
)
def test_captions_of_every_make_hold_the_same_dialogue(name: str, source_format: str) -> None:
    call = sample(name)
    assert said(call) == DIALOGUE
    assert call.source_format == source_format
    assert call.warnings == ()


def test_a_turn_begins_with_its_first_cue_and_ends_with_its_last() -> None:
    turn = sample("zoom_cloud.vtt").turns[2]
    assert (turn.start, turn.end) == (12.2, 16.8)


def test_a_zoom_cue_without_a_name_is_by_an_unknown_speaker() -> None:
    call = sample("zoom_unattributed.vtt")
    assert [turn.speaker for turn in call.turns] == [NORA, TOMAS, NORA, None, TOMAS, ELENA, NORA]
    assert call.turns[3].text == "about a trust now?"
    assert call.warnings == ("1 of 7 turns have no speaker.",)


def test_teams_cues_are_read_by_their_start_and_one_without_a_voice_is_by_nobody() -> None:
    call = sample("teams_unsorted_overlapping.vtt")
    expected = [(None if speaker == ELENA else speaker, text) for speaker, text in DIALOGUE]
    assert said(call) == expected


def test_a_second_recording_in_the_same_file_stays_behind_the_first() -> None:
    cues = "".join(
        f"00:{minute:02}:00.000 --> 00:{minute:02}:05.000\n<v Ann>Part {part}, minute {minute}.</v>\n\n"
        for part in (1, 2)
        for minute in (0, 5)
    )
    call = read("two.vtt", f"WEBVTT\n\n{cues}".encode())
    assert call.turns[0].text == "Part 1, minute 0. Part 1, minute 5. Part 2, minute 0. Part 2, minute 5."


def test_a_name_that_stands_at_changes_only_holds_until_the_next_name() -> None:
    call = sample("srt_speaker_changes.srt")
    assert [turn.speaker for turn in call.turns] == [NORA, TOMAS, NORA, TOMAS, ELENA, NORA]
    assert call.turns[1].text == "Good morning. Elena will join us in a minute. One thing: she has to leave at ten."


def test_notes_styles_and_identifiers_are_not_speech() -> None:
    text = " ".join(turn.text for turn in sample("webvtt_voices.vtt").turns)
    assert "nobody said this" not in text
    assert "color" not in text
    assert "intro" not in text
    assert "the end" not in text


def test_the_words_behind_webvtt_are_the_title() -> None:
    assert sample("webvtt_voices.vtt").header.meeting_title == "First meeting with the Ibarra family"


def test_rolling_captions_say_every_line_once() -> None:
    (turn,) = sample("youtube_rolling.vtt").turns
    assert turn.speaker is None
    assert turn.text == (
        "good morning tomas thank you for making the time elena will join us in a minute what made you think about a "
        "trust now"
    )


def test_words_said_twice_in_ordinary_captions_stay_twice() -> None:
    cues = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{w}\n\n" for n, w in enumerate(["Ann: Yeah.", "Bo: Yeah."])
    )
    assert said(read("yeah.srt", cues.encode())) == [("Ann", "Yeah."), ("Bo", "Yeah.")]


def test_broken_captions_lose_no_words_and_warn_of_times() -> None:
    call = sample("srt_broken.srt")
    assert said(call) == [
        (NORA, "Good morning, Tomas."),
        (TOMAS, "Good morning."),
        (NORA, "Shall we begin with the house?"),
        (TOMAS, "Yes, please."),
    ]
    assert call.warnings == ("1 captions have a start time that can't be read.",)


def test_two_voices_in_one_cue_are_two_turns() -> None:
    content = b"WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ann Lee>Ready?</v>\n<v.low Bo>Yes.\n"
    assert said(read("two voices.vtt", content)) == [("Ann Lee", "Ready?"), ("Bo", "Yes.")]


def test_two_speakers_on_two_lines_of_one_cue_are_two_turns() -> None:
    content = (
        b"1\n00:00:01,000 --> 00:00:03,000\n- Ann: Ready?\n- Bo: Yes.\n\n2\n00:00:04,000 --> 00:00:05,000\nAnn: Good.\n"
    )
    assert said(read("two lines.srt", content)) == [("Ann", "Ready?"), ("Bo", "Yes."), ("Ann", "Good.")]


def test_a_colon_inside_a_sentence_makes_no_speaker() -> None:
    cues = ["Ann Lee: I tell everybody", "the same thing: write it down.", "Here is why: people forget.", "Bo: True."]
    lines = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{words}\n\n" for n, words in enumerate(cues))
    assert [turn.speaker for turn in read("colons.srt", lines.encode()).turns] == ["Ann Lee", "Bo"]


@pytest.mark.parametrize(
    "label", ["Voss, Geraldine", "+1 918-555-0163", "Dr. Lee", "Ann Lee (Guest)", "tichman", "李娜"]
)
def test_display_names_of_any_shape_are_speakers(label: str) -> None:
    cues = "".join(
        f"{n}\n00:00:0{n}.000 --> 00:00:0{n}.900\n{speaker}: Sentence number {n}.\n\n"
        for n, speaker in enumerate([label, "Bo", label, "Bo"], start=1)
    )
    call = read("names.vtt", f"WEBVTT\n\n{cues}".encode())
    assert [turn.speaker for turn in call.turns] == [label, "Bo", label, "Bo"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"WEBVTT\n\n", "no captions"),
        (b"WEBVTT\n\nNOTE nothing here\n", "no captions"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n00:03.000 --> 00:04.000\n \n", "2 times but no words"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n", "1 times but no words"),
    ],
)
def test_captions_without_words_are_refused_with_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableTranscript, match=words):
        read("empty.vtt", content)

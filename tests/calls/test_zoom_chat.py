"""Chat is kept apart from speech."""

import pytest

from services.calls.reader import read
from services.calls.zoom_chat import split
from services.errors import UnreadableTranscript
from tests.calls.ibarra import DIALOGUE, ELENA, FORMATS, NORA, TOMAS, said, sample


@pytest.mark.parametrize(("name", "count"), [("zoom_chat.txt", 4), ("zoom_chat_old.txt", 3)])
def test_a_file_of_chat_alone_says_how_many_messages_it_holds(name: str, count: int) -> None:
    with pytest.raises(UnreadableTranscript, match=f"{count} Zoom chat messages and no speech"):
        sample(name)


def test_a_chosen_format_does_not_turn_chat_into_speech() -> None:
    with pytest.raises(UnreadableTranscript, match="no speech"):
        read("chat.txt", (FORMATS / "zoom_chat.txt").read_bytes(), format_name="zoom-chat")


def test_a_line_feed_inside_a_message_does_not_end_it() -> None:
    asides, rest = split((FORMATS / "zoom_chat.txt").read_bytes().decode())
    assert [(aside.speaker, aside.start) for aside in asides] == [
        (NORA, 173.0),
        (TOMAS, 181.0),
        (ELENA, 225.0),
        (TOMAS, 242.0),
    ]
    assert asides[2].text == 'Replying to "Good morning all" Hello! Is the link the same?'
    assert not rest.strip()


def test_the_older_chat_names_who_wrote_and_not_to_whom() -> None:
    asides, _ = split((FORMATS / "zoom_chat_old.txt").read_text())
    assert [(aside.speaker, aside.text) for aside in asides] == [
        (NORA, "Good morning all"),
        (TOMAS, "gm"),
        (ELENA, "Is the link the same?"),
    ]


def test_chat_under_a_transcript_is_kept_beside_its_turns() -> None:
    call = sample("zoom_chat_under_speech.txt")
    assert said(call) == DIALOGUE
    assert [(aside.kind, aside.speaker, aside.text) for aside in call.asides] == [
        ("chat", ELENA, "I will be late"),
        ("chat", TOMAS, "no problem"),
    ]

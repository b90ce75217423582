"""Who of a call is the firm's and who the client's."""

from typing import Any

import pytest

from services.calls.model import Header, Side, Speaker, Turn
from services.calls.sides import tell_sides

PITCH = [
    "So tell me about the family. Are you married? Do you own your home?",
    "Most families we work with fund the trust first, and our attorneys draft your deed.",
    "We charge a flat fee for the couple, and I'll send you the draft. Does that make sense?",
]
PLIGHT = [
    "My wife passed in March. My son lives with me, and my house is paid off.",
    "How much is that? I need to think about it, my daughter handles my money.",
    "We bought it in ninety-one, and my brother owns half. Do I need to sign?",
]


def call(one: str | None, other: str | None, *, first: str = "firm") -> list[Turn]:
    """A call of six turns; ``one`` sells and ``other`` buys. ``first`` says who opens."""
    turns = [turn for ask, tell in zip(PITCH, PLIGHT, strict=True) for turn in (Turn(one, ask), Turn(other, tell))]
    return turns if first == "firm" else [*turns[1:], turns[0]]


def sides(turns: list[Turn], speakers: list[Speaker] | None = None, **header: Any) -> dict[str, Side | None]:
    listed = speakers if speakers is not None else []
    return {speaker.name: speaker.side for speaker in tell_sides(Header(**header), turns, listed)}


def test_every_speaker_of_the_turns_is_told_in_order_of_appearance() -> None:
    told = tell_sides(Header(), call("Kay", "Ann"), [Speaker("Ann"), Speaker("Kay"), Speaker("Nobody")])
    assert [speaker.name for speaker in told] == ["Kay", "Ann"]


def test_no_turns_have_no_speakers() -> None:
    assert tell_sides(Header(), [], [Speaker("Kay")]) == ()


@pytest.mark.parametrize("first", ["firm", "client"])
def test_manners_of_speech_tell_numbered_voices(first: str) -> None:
    assert sides(call("Speaker 2", "Speaker 1", first=first)) == {"Speaker 2": "advisor", "Speaker 1": "client"}


def test_what_the_export_says_stands() -> None:
    speakers = [Speaker("Kay", side="client"), Speaker("Ann", side="advisor")]
    assert sides(call("Kay", "Ann"), speakers) == {"Kay": "client", "Ann": "advisor"}


def test_one_known_side_tells_the_other() -> None:
    turns = [Turn("Kay", "Hello."), Turn("Ann", "Hello."), Turn("Kay", "Nice day."), Turn("Ann", "It is.")]
    assert sides(turns, [Speaker("Kay", side="advisor")]) == {"Kay": "advisor", "Ann": "client"}


@pytest.mark.parametrize(
    ("label", "side"),
    [
        ("Advisor", "advisor"),
        ("Agent (Kay)", "advisor"),
        ("Sales Rep", "advisor"),
        ("Attorney Birch", "advisor"),
        ("HOST", "advisor"),
        ("Client", "client"),
        ("Customer 1", "client"),
        ("Prospect: Ann", "client"),
        ("Caller", "client"),
        ("Kay (Guest)", "client"),
        ("+1 505-555-0123", "client"),
        ("Ann's iPhone", "client"),
    ],
)
def test_words_of_a_label_tell_where_nobody_says_much(label: str, side: Side) -> None:
    turns = [Turn(label, "Hello there."), Turn("Kim Berg", "Hello, good morning."), Turn(label, "Good morning.")]
    assert sides(turns)[label] == side


def test_a_word_in_a_label_that_may_be_a_family_name_does_not_overrule_the_dialogue() -> None:
    assert sides(call("Judith Guest", "Ann Lead")) == {"Judith Guest": "advisor", "Ann Lead": "client"}


def test_the_headers_client_is_the_client_however_he_talks() -> None:
    told = sides(call("Ann Lind", "Kay Birch"), client_name="Ann Lind")
    assert told == {"Ann Lind": "client", "Kay Birch": "advisor"}


def test_a_short_label_is_known_as_the_headers_client() -> None:
    turns = [Turn("Kay Birch", "Hello."), Turn("Dan L", "Hello."), Turn("Kay Birch", "So."), Turn("Dan L", "So?")]
    assert sides(turns, client_name="Daniel Lind") == {"Kay Birch": "advisor", "Dan L": "client"}


def test_the_headers_address_tells_the_client() -> None:
    speakers = [Speaker("A", email="ann@lind.example"), Speaker("B", email="kay@tallpine.example")]
    turns = [Turn("A", "Hello."), Turn("B", "Hello."), Turn("A", "Fine day.")]
    assert sides(turns, speakers, client_email="Ann@lind.example") == {"A": "client", "B": "advisor"}


def test_a_free_mail_address_is_rather_the_clients() -> None:
    speakers = [Speaker("A", email="ann.lind@gmail.com"), Speaker("B", email="kay@tallpine.example")]
    assert sides([Turn("A", "Hello."), Turn("B", "Hello."), Turn("A", "Hm.")], speakers) == {
        "A": "client",
        "B": "advisor",
    }


def test_colleagues_share_a_mail_domain() -> None:
    speakers = [Speaker("Kay", email="kay@tallpine.example"), Speaker("Lee", email="lee@tallpine.example")]
    turns = [*call("Kay", "Ann"), Turn("Lee", "Hello, sorry I'm late.")]
    assert sides(turns, speakers) == {"Kay": "advisor", "Ann": "client", "Lee": "advisor"}


def test_a_company_beside_one_name_is_the_firm() -> None:
    turns = [Turn("Ann", "Hi there."), Turn("Kay", "Hello."), Turn("Ann", "Bye.")]
    assert sides(turns, [Speaker("Kay", organisation="Tallpine Law")]) == {"Ann": "client", "Kay": "advisor"}


@pytest.mark.parametrize(
    "words",
    [
        "Hi, this is Kay with Tallpine Legacy.",
        "Hello, this is Kay over at Tallpine Legacy.",
        "Hi Ann, it's Kay calling from Tallpine Legacy.",
        "I'm Kay Birch, I'm with Tallpine Legacy.",
        "Kay here. I'm at Tall Pine Legacy.",
        "Hello, am I speaking with Ann?",
        "Good morning, is this Mrs. Lind?",
        "I'm the planning coordinator.",
    ],
)
def test_an_introduction_tells_the_firm(words: str) -> None:
    turns = [Turn("Speaker 1", words), Turn("Speaker 2", "Yes, hello."), Turn("Speaker 1", "Hello.")]
    assert sides(turns) == {"Speaker 1": "advisor", "Speaker 2": "client"}
    turns = [Turn("Speaker 2", "Yes, hello?"), Turn("Speaker 1", words), Turn("Speaker 2", "Hello.")]
    assert sides(turns) == {"Speaker 2": "client", "Speaker 1": "advisor"}


def test_a_couple_is_on_one_side() -> None:
    turns = [*call("Kay", "Ann Lind"), Turn("Joe Lind", "Are you sure? What does it cost?")]
    assert sides(turns) == {"Kay": "advisor", "Ann Lind": "client", "Joe Lind": "client"}


def test_a_relative_who_asks_much_is_the_clients() -> None:
    turns = [
        Turn("Kay", PITCH[0]),
        Turn("Ann", "Hello. This is my nephew Rob, he helps me. " + PLIGHT[0]),
        Turn("Rob", "Do you file the deed? Are you licensed? Does that include your notary?"),
        *call("Kay", "Ann")[2:],
    ]
    assert sides(turns) == {"Kay": "advisor", "Ann": "client", "Rob": "client"}


def test_a_colleague_who_joins_is_the_firms() -> None:
    turns = [
        *call("Kay", "Ann"),
        Turn("Kay", "Let me get our attorney Lee in here."),
        Turn(
            "Lee",
            "Hello, I'm Lee, I'm the drafting attorney. Do you have your deed? We file it, and our office records it.",
        ),
        Turn("Ann", "My deed is with my son."),
    ]
    assert sides(turns) == {"Kay": "advisor", "Ann": "client", "Lee": "advisor"}


def test_one_person_on_two_devices_is_on_one_side() -> None:
    turns = [*call("Kay", "Ann Lind"), Turn("Ann", "Can you hear me? Does your side work? Are you there?")]
    assert sides(turns)["Ann"] == "client"


def test_nameless_turns_are_no_speaker() -> None:
    assert sides(call(None, None)) == {}
    assert sides([*call("Kay", "Ann"), Turn(None, "Mm-hm.")]) == {"Kay": "advisor", "Ann": "client"}


def test_a_couple_beside_a_nameless_adviser_are_both_clients() -> None:
    turns = [*call(None, "Ann"), *call(None, "Joe")]
    assert sides(turns) == {"Ann": "client", "Joe": "client"}


def test_a_voice_alone_is_told_only_where_it_shows() -> None:
    assert sides([Turn("Ann", text) for text in PLIGHT]) == {"Ann": "client"}
    assert sides([Turn("Kay", text) for text in PITCH]) == {"Kay": "advisor"}
    both = [Turn("Conference Room", f"{ask} {tell}") for ask, tell in zip(PITCH, PLIGHT, strict=True)]
    assert sides(both) == {"Conference Room": None}


def test_what_a_file_says_beside_a_name_is_kept() -> None:
    speaker = Speaker("Kay", organisation="Tallpine Law", email="kay@tallpine.example")
    told = tell_sides(Header(), call("Kay", "Ann"), [speaker])
    assert told[0] == Speaker("Kay", "advisor", "Tallpine Law", "kay@tallpine.example")

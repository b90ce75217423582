"""What a file's name and the dialogue add to the header."""

from typing import Any

import pytest

from services.calls.filenames import date_of, id_of, name_runs, time_of, title_of
from services.calls.identify import complete_header
from services.calls.model import Header, Speaker, Turn
from services.calls.names import given_first, normal_case, read_label


def dialogue(*lines: str) -> list[Turn]:
    """Turns out of 'Label: words' lines; the label ends at the first ': '."""
    return [Turn(label, words) for label, words in (line.split(": ", 1) for line in lines)]


def people(advisor: str, *clients: str) -> list[Speaker]:
    return [Speaker(advisor, side="advisor"), *(Speaker(client, side="client") for client in clients)]


def client_of(name: str, turns: list[Turn], speakers: list[Speaker], **header: Any) -> str | None:
    return complete_header(Header(**header), name, turns, speakers).client_name


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2024-03-09 Ann Lind.txt", "2024-03-09"),
        ("20240309 call.txt", "2024-03-09"),
        ("Ann Lind 03-09-24.srt", "2024-03-09"),
        ("Ann Lind 3.9.24.srt", "2024-03-09"),
        ("Ann_Lind_03092024.txt", "2024-03-09"),
        ("Ann Lind 25.12.2024.txt", "2024-12-25"),
        ("Ann Lind - September-30-2024.docx", "2024-09-30"),
        ("Ann Lind Sept 3rd, 2024.docx", "2024-09-03"),
        ("Ann Lind 3 Oct 2024.docx", "2024-10-03"),
        ("GMT20240309-021507_Recording.transcript.vtt", "2024-03-09"),
        ("Review-20240309_190012-Meeting Recording.vtt", "2024-03-09"),
        ("2024-03-09T14-30-00.000Z-transcript.json", "2024-03-09"),
        ("Ann Lind 3-11.txt", None),
        ("Ann Lind - November 06.txt", None),
        ("call 580-555-0172.srt", None),
        ("recording_20241399.txt", None),
        ("gong-transcript-2024030911223344.json", None),
        ("plan 24-7-99.txt", None),
    ],
)
def test_a_day_is_read_from_a_files_name_only_with_its_year(name: str, day: str | None) -> None:
    assert date_of(name) == day


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("GMT20240309-021507_Recording.transcript.vtt", "02:15:07"),
        ("Review-20240309_190012-Meeting Recording.vtt", "19:00:12"),
        ("Ann Lind 2024-03-09.txt", None),
        ("GMT20240309-991507_Recording.vtt", None),
    ],
)
def test_a_time_is_read_from_a_tools_stamp(name: str, moment: str | None) -> None:
    assert time_of(name) == moment


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("gong-transcript-8800112233445566.json", "8800112233445566"),
        ("Lind_Berg_44556677.txt", "44556677"),
        ("Lind 20240309.txt", None),
        ("call_+15055550123.txt", None),
        ("call 505-555-0123.txt", None),
        ("5055550123 intake.txt", None),
        ("GMT20240309-021507_Recording.transcript.vtt", None),
        ("Review-20240309_190012-Meeting Recording.vtt", None),
        ("Lind 4455.txt", None),
    ],
)
def test_an_id_is_a_long_number_that_is_no_day_and_no_telephone(name: str, identity: str | None) -> None:
    assert id_of(name) == identity


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Lind Family - Trust Review-20240309_190012-Meeting Recording.vtt", "Lind Family - Trust Review"),
        ("Lind Family - Trust Review-20240309_190012UTC-Meeting Transcript (1).docx", "Lind Family - Trust Review"),
        ("Note_Ann and Joe chat_otter_ai.txt", "Ann and Joe chat"),
        ("Discovery with Ann (2024-03-09 14_30 GMT-5) - Transcript.txt", "Discovery with Ann"),
        ("Ann Lind - 2024_03_09 14_30 EST - Notes by Gemini.docx", "Ann Lind"),
        ("Ann Lind intake consult - full text.txt", "Ann Lind intake consult"),
        ("Lind, Ann: Estate Planning Advisor Meeting .txt", "Lind, Ann: Estate Planning Advisor Meeting"),
        ("GMT20240309-021507_Recording.transcript.vtt", None),
        ("audio_transcript.vtt", None),
        ("gong-transcript-8800112233445566.json", None),
        ("call_+15055550123.txt", None),
        ("untitled meeting (3).txt", None),
        ("New Recording 7.txt", None),
        ("Lind_Berg_44556677.txt", None),
        ("Ann Lind.txt", None),
    ],
)
def test_a_files_name_is_a_title_where_a_tool_or_a_kind_of_meeting_makes_it_one(name: str, title: str | None) -> None:
    assert title_of(name) == title


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("LIND, Ann - Complimentary Review", ["Ann LIND"]),
        ("LIND Ann - Trust Discovery", ["Ann LIND"]),
        ("Lind_A_initial_consult", ["Lind A"]),
        ("de la Cruz, Marisol - Trust", ["Marisol de la Cruz"]),
        ("O'Brien, Sean & Kathleen - POA update", ["Sean O'Brien", "Kathleen O'Brien"]),
        ("Estate Planning Consult with Ann Lind", ["Ann Lind"]),
        ("Ann-Lind-Estate-Plan-2024-03-09", ["Ann Lind"]),
        ("Estate Planning Advisor Meeting", []),
    ],
)
def test_names_are_found_in_a_files_name(text: str, runs: list[str]) -> None:
    assert name_runs(text) == runs


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("Lind, Ann", ("Ann Lind",)),
        ("ANN MCBRIDE", ("Ann McBride",)),
        ("ann o'neil", ("Ann O'Neil",)),
        ("Ann Lind (Guest)", ("Ann Lind",)),
        ("Ann Lind | Tall Pines Law", ("Ann Lind",)),
        ("Ann Lind, CFP", ("Ann Lind",)),
        ("Dr. Ann Lind", ("Ann Lind",)),
        ("Ann's iPhone", ("Ann",)),
        ("Ann Lind Ladder 7", ("Ann Lind",)),
        ("Ann & Joe Lind", ("Ann Lind", "Joe Lind")),
        ("Agent (Ann)", ("Ann",)),
        ("Advisor - Ann Lind", ("Ann Lind",)),
        ("iPhone (2)", ()),
        ("Speaker 1", ()),
        ("SPEAKER_00", ()),
        ("Unknown Speaker", ()),
        ("+1 505-555-0123", ()),
        ("Host", ()),
        ("A", ()),
    ],
)
def test_a_label_names_people_or_nobody(label: str, named: tuple[str, ...]) -> None:
    assert read_label(label).people == named


def test_an_initial_in_a_files_name_is_completed_by_the_dialogue() -> None:
    turns = dialogue("Kay: And how do you spell it? Ann Lindgard, with a d?", "Speaker 2: That's right.")
    assert client_of("Ann L intake.txt", turns, people("Kay", "Speaker 2")) == "Ann Lindgard"


def test_a_masked_number_is_a_telephone() -> None:
    assert read_label("+12*******65").phone
    assert not read_label("Ann Lind").phone


def test_capitals_become_a_name() -> None:
    assert normal_case("MARIA DE LA CRUZ-SMITH") == "Maria de la Cruz-Smith"
    assert normal_case("Ann DeVito") == "Ann DeVito"
    assert given_first("Lind, Ann") == "Ann Lind"


def test_what_the_header_says_stands() -> None:
    header = Header("Review", "Ann Lind", "ann@lind.example", "2024-01-02", "09:30", "77", "https://x.example/1", 12.0)
    turns = dialogue("Kay: Is this Bob Birch?", "Bob Birch: Yes, my email is bob@birch.example.")
    name = "Bob Birch - Estate Call-20250611_190012-Meeting Recording.vtt"
    assert complete_header(header, name, turns, people("Kay", "Bob Birch")) == header


def test_a_client_name_of_the_header_is_put_in_order() -> None:
    assert client_of("x.txt", [], [], client_name="LIND Ann") == "Ann Lind"
    assert client_of("x.txt", [], [], client_name="LIND, ANN") == "Ann Lind"


def test_nothing_is_invented() -> None:
    turns = dialogue("Speaker 1: Hello, can you hear me?", "Speaker 2: Yes. How much is a trust?")
    assert complete_header(Header(), "recording.txt", turns, people("Speaker 1", "Speaker 2")) == Header()
    assert complete_header(Header(), "recording.txt", [], []) == Header()


@pytest.mark.parametrize(
    ("name", "label", "client"),
    [
        ("2024-03-09 Ann Lindgard phone.txt", "Ann L", "Ann Lindgard"),
        ("Ann Lindgard - Estate Basics.txt", "Ann", "Ann Lindgard"),
        ("LINDGARD Ann - Estate Basics.txt", "Ann", "Ann Lindgard"),
        ("Lindgard Ann.txt", "Ann", "Ann Lindgard"),
        ("Lindgard_A_initial_consult.txt", "Ann", "Ann Lindgard"),
        ("Lindgard Family - Planning Call.txt", "Ann", "Ann Lindgard"),
        ("LINDGARD, Annette - Review.txt", "Ann Lindgard Ladder 7", "Annette Lindgard"),
        ("Kay Birch - Ann Lindgard intro call.txt", "Ann", "Ann Lindgard"),
        ("audio_transcript.vtt", "Lindgard, Ann", "Ann Lindgard"),
        ("audio_transcript.vtt", "ANN LINDGARD", "Ann Lindgard"),
        ("Trust consult.txt", "Ann", "Ann"),
    ],
)
def test_label_and_files_name_are_joined(name: str, label: str, client: str) -> None:
    turns = dialogue("Kay Birch: So what brings you in?", f"{label}: My brother died without a will.")
    assert client_of(name, turns, people("Kay Birch", label)) == client


def test_the_firm_in_a_files_name_is_no_family_name() -> None:
    turns = dialogue("Kay: Hi, this is Kay with Tallpine Legacy.", "Ann: Hi, it's Ann.")
    assert client_of("Tallpine intake.txt", turns, people("Kay", "Ann")) == "Ann"


def test_of_a_couple_the_one_in_the_files_name_is_the_client() -> None:
    turns = dialogue("Kay: Evening, you two.", "Joe & Ann: Evening.", "Kay: Two faces.")
    assert client_of("Ann Lindgard intake (with J Berg).txt", turns, people("Kay", "Joe & Ann")) == "Ann Lindgard"


def test_of_two_clients_the_full_name_is_the_client() -> None:
    turns = dialogue("Kay: Hello.", "Joe: Hi, I'm Joe.", "Ann Lindgard: And I'm Ann.")
    assert client_of("GMT20240309-021507_Recording.vtt", turns, people("Kay", "Joe", "Ann Lindgard")) == "Ann Lindgard"


@pytest.mark.parametrize(
    ("question", "answer", "client"),
    [
        ("Hello, am I speaking with Ann Lindgard?", "That's me.", "Ann Lindgard"),
        ("Hi there, is this Ann?", "Yes it is.", "Ann"),
        ("Hello, may I speak with Mr. Lindgard?", "Speaking. It's Olaf.", "Olaf Lindgard"),
        ("Hello, is this Bob?", "No, wrong name. This is Ann Lindgard.", "Ann Lindgard"),
        ("Hello, this is Kay from Tallpine Law.", "Hi Kay, I'm Ann Lindgard.", "Ann Lindgard"),
        ("Hello, who do I have here?", "My name is Ann Lindgard, I filled out a form.", "Ann Lindgard"),
        ("Ann, hey! How are you, Ann?", "Fine, thanks.", "Ann"),
        ("Thanks for calling, who am I speaking with?", "Ann Lindgard.", "Ann Lindgard"),
        ("Can I get your full name?", "Sure, Ann Lindgard.", "Ann Lindgard"),
        ("Hello, Mrs. Lindgard.", "Oh, call me Ann.", "Ann Lindgard"),
        ("Good afternoon, Ann.", "My last name is Lindgard, by the way.", "Ann Lindgard"),
        ("I have Ann and Joe Lindgard here, is that right?", "Yes, this is Ann.", "Ann Lindgard"),
        ("Am I speaking with Will Hill?", "Yes. I need a will, we live on the hill.", "Will Hill"),
        ("Hello, this is Kay.", "Hi, I’m Ann Lindgard.", "Ann Lindgard"),
    ],
)
def test_a_client_without_a_label_is_named_by_the_dialogue(question: str, answer: str, client: str) -> None:
    turns = dialogue(f"Speaker 1: {question}", f"Speaker 2: {answer}", "Speaker 1: So what made you call us?")
    assert client_of("recording.txt", turns, people("Speaker 1", "Speaker 2")) == client


def test_the_number_in_the_files_name_tells_which_voice_is_the_client() -> None:
    turns = dialogue(
        "Kay Birch: Hi, is this Joe?", "+1 505-555-0123: Yes ma'am, and my wife's on too.", "Ann: Hey, I'm Ann."
    )
    speakers = people("Kay Birch", "+1 505-555-0123", "Ann")
    assert client_of("call recording 505-555-0123 intake.srt", turns, speakers) == "Joe"


def test_a_family_name_by_which_the_client_is_addressed_completes_the_name() -> None:
    turns = dialogue(
        "Kay: Good morning, Mr. Lindgard.", "Olaf: Morning.", "Kay: You'll meet with Mr. Birch, our attorney."
    )
    assert client_of("recording.txt", turns, people("Kay", "Olaf")) == "Olaf Lindgard"


@pytest.mark.parametrize(
    ("asked", "said", "address"),
    [
        ("What's your email?", "It's j dot smith at gmail dot com.", "j.smith@gmail.com"),
        ("And an email?", "ann underscore lind sixty-two at yahoo dot com", "ann_lind62@yahoo.com"),
        ("Best e-mail for you?", "Sure, it's Ann.Lind@prairie.example.", "ann.lind@prairie.example"),
        ("Your email?", "A-L-I-N-D at tallgrass dash farm dot net.", "alind@tallgrass-farm.net"),
        ("Anything else?", "I looked at a site, wills at home dot com.", None),
        ("How did you find us?", "I was looking at legalforms dot com.", None),
        ("What's your email?", "My son's is joe at gmail dot com, ask my son.", None),
        ("What's your email?", "I'd rather not say.", None),
        ("Your email?", "It's tgrumbold, all one word, no hyphen, at example dot com.", "tgrumbold@example.com"),
        ("Your email?", "Sure, nan dot ferro, lowercase, no spaces, at gmail dot com.", "nan.ferro@gmail.com"),
        ("And email?", "peg, no dot, sorley at example dot org.", "pegsorley@example.org"),
        ("And email?", "First name last name, all one word, at gmail dot com.", None),
    ],
)
def test_a_clients_address_is_read_as_spoken(asked: str, said: str, address: str | None) -> None:
    turns = dialogue(f"Kay: {asked}", f"Ann: {said}")
    assert complete_header(Header(), "x.txt", turns, people("Kay", "Ann")).client_email == address


def test_the_advisers_own_address_is_not_the_clients() -> None:
    turns = dialogue("Ann: Where do I send it?", "Kay: My email is kay at tallpine dot com.")
    assert complete_header(Header(), "x.txt", turns, people("Kay", "Ann")).client_email is None


def test_an_address_that_the_adviser_reads_back_counts() -> None:
    turns = dialogue("Kay: I have you at ann dot lind at gmail dot com, is that right?", "Ann: That's right.")
    assert complete_header(Header(), "x.txt", turns, people("Kay", "Ann")).client_email == "ann.lind@gmail.com"


def test_an_address_of_the_export_counts() -> None:
    speakers = [
        Speaker("Kay", "advisor", email="kay@tallpine.example"),
        Speaker("Ann", "client", email="ann@lind.example"),
    ]
    assert complete_header(Header(), "x.txt", [], speakers).client_email == "ann@lind.example"

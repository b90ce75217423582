"""Every grammar of text: one small file each, read as an upload is."""

from pathlib import Path

import pytest

from services.calls.model import Aside, Speaker
from services.calls.reader import read
from services.errors import UnknownFormat
from tests.calls.ibarra import FORMATS

Said = tuple[str | None, float | None, str]

IDA, NORA = "Ida Marsh", "Nora Quill"
STELLAR = ["a", "b", "c", "contiguous"]
BRACKET_TURNS: list[Said] = [
    (IDA, 5.0, "Good morning Nora."),
    (NORA, 9.0, "Morning: it is raining here. Note: I may have to go and close the window."),
    (IDA, 20.0, "Go ahead. Still there?"),
    (NORA, 3760.0, "Yes."),
]
DASH_TURNS: list[Said] = [
    (IDA, 5.0, "Good morning Nora. Note: this call is recorded."),
    (NORA, 9.0, "Morning: it is raining here. Unindented words belong to her too."),
    (IDA, 3753.0, "Still there?"),
    (NORA, 3760.0, "Yes."),
]
SHORT: list[Said] = [(IDA, None, "Good morning."), (NORA, None, "Morning."), (IDA, None, "Shall we?")]
THREE_THINGS = (
    "Three things today. Note: I take notes. One more thing: we are recorded. "
    "https://example.com/plan: have a look at it."
)


def timed(turns: list[Said], *starts: float) -> list[Said]:
    return [(speaker, start, text) for (speaker, _, text), start in zip(turns, starts, strict=True)]


READ: dict[str, tuple[str, list[Said]]] = {
    **{f"stellar_{header}_bracket.txt": ("stellar-bracket", BRACKET_TURNS) for header in STELLAR},
    **{f"stellar_{header}_dash.txt": ("stellar-dash", DASH_TURNS) for header in STELLAR},
    "stellar_b_dash_bom_crlf.txt": ("stellar-dash", DASH_TURNS),
    "bracket_bold.txt": (
        "stellar-bracket",
        [(IDA, 3.0, "Good morning. Can you hear me?"), (NORA, 7.0, "Yes.")],
    ),
    "bracket_roles.txt": (
        "stellar-bracket",
        [("Rep (Ida)", 3.0, "Good morning."), ("Client (Nora)", 7.0, "Morning."), ("Rep (Ida)", 9.0, "Shall we?")],
    ),
    "bracket_no_name.txt": (
        "stellar-bracket",
        [
            (IDA, 3.0, "Good morning."),
            (NORA, 5.0, "Morning."),
            (None, 6.0, "and hello"),
            (IDA, 9.0, "Shall we?"),
            (NORA, 11.0, "Yes."),
        ],
    ),
    "range_inline.txt": ("stellar-bracket", timed(SHORT, 2, 5, 10)),
    "bare_times.txt": ("time-before-name", timed(SHORT, 3, 7, 9)),
    "time_in_italics.txt": ("time-after-name", timed(SHORT, 3, 7, 9)),
    "rev.txt": (
        "time-after-name",
        [
            (IDA, 0.0, "Good morning."),
            (NORA, None, "Morning. I said (and mean it): it is early."),
            (IDA, 3623.0, "It is."),
            (NORA, 3625.0, "Quite."),
        ],
    ),
    "huddle.txt": (
        "slack-huddle",
        [(IDA, 3.0, "Good morning."), (NORA, 7.0, "Morning."), (IDA, 3609.0, "Still here?")],
    ),
    "meet.txt": (
        "google-meet",
        [
            (IDA, 0.0, "Good morning, can you hear me?"),
            (NORA, 0.0, "I can."),
            (IDA, 0.0, "Let's begin. Note: this is recorded by the office."),
            ("Tom", 72.0, "hello from the kitchen."),
            (NORA, 72.0, "That's Tom."),
        ],
    ),
    "meet_markdown.md": (
        "google-meet",
        [(IDA, 0.0, "Good morning, can you hear me?"), (NORA, 0.0, "I can."), (IDA, 72.0, "Good.")],
    ),
    "otter.txt": (
        "otter",
        [
            (IDA, 0.0, "Good morning. We meet again at 5:30"),
            ("tichman", 4.0, "I joined late."),
            (NORA, 3598.0, "Nearly an hour"),
            ("Unknown Speaker", 3602.0, "already."),
            ("tichman", 3609.0, "Right."),
        ],
    ),
    "otter_bold.md": ("otter", timed(SHORT, 0, 4, 9)),
    "fathom.txt": (
        "fathom-copy",
        [
            (IDA, 5.0, "Good morning Nora. How is the boat?"),
            (NORA, 11.0, "Afloat. I'll send you the papers. And the key too."),
            (IDA, 3590.0, "Nearly done."),
            (NORA, 3602.0, "Good."),
        ],
    ),
    "fathom_unindented.md": (
        "fathom-copy",
        [(IDA, 5.0, "Good morning Nora."), (NORA, 11.0, "Morning. The boat is fine."), (IDA, 20.0, "Good.")],
    ),
    "fireflies_copy.txt": (
        "fireflies-copy",
        [
            ("Speaker 1", 0.0, "Good morning, Nora."),
            ("Speaker 2", 4.0, "Morning. We said: ten o'clock."),
            ("Speaker 1", 3609.0, "So we did."),
        ],
    ),
    "fireflies_web.txt": (
        "fireflies-web",
        [
            (None, None, "and that is why we do it."),
            ("Speaker 2", 4.0, "I see. Go on."),
            ("Speaker 1", 9.0, "Gladly."),
            (IDA, 3723.0, "Back again."),
        ],
    ),
    "teams_old.txt": (
        "teams-old-text",
        [(IDA, 0.0, "Good morning."), (NORA, 3.1, "Morning, Ida."), (IDA, 6.0, "Shall we?")],
    ),
    "teams_pasted.txt": (
        "teams-pasted",
        [(IDA, 3.0, "Good morning."), (NORA, 7.0, "Morning. How are you?"), (IDA, 3602.0, "Fine.")],
    ),
    "stream_panel.txt": ("stream-panel", [(None, 3.0, "Good morning. Can you hear me? I can.")]),
    "zoom_captions.txt": (
        "zoom-captions",
        [(IDA, 0.0, "Good morning. Can you hear me?"), (NORA, 10.0, "I can."), (IDA, 9.0, "Good.")],
    ),
    "zoom_captions_old.txt": (
        "zoom-captions-old",
        [(None, 0.0, "Good morning. Can you hear me? I can: just about.")],
    ),
    "zoom_panel.txt": (
        "zoom-panel",
        [
            (IDA, 4.0, "Good morning. Can you hear me?"),
            ("Unknown Speaker", 9.0, "I can."),
            (NORA, 3612.0, "Me too."),
            (IDA, 3615.0, "Good."),
        ],
    ),
    "smpte.txt": (
        "time-ranges",
        [(IDA, 40.5, "Good morning."), (NORA, 48.0, "Morning, Ida."), (IDA, 60.0, "Shall we?")],
    ),
    "ranges.txt": (
        "time-ranges",
        [("Advisor (Ida)", 0.0, "Good morning."), ("Nora", 5.0, "Morning."), ("Advisor (Ida)", 3605.0, "Shall we?")],
    ),
    "headings.md": (
        "headings",
        [(IDA, 3.0, "Good morning."), (NORA, 7.0, "Morning. Not too loud?"), (IDA, 3609.0, "No.")],
    ),
    "label_after.txt": (
        "label-after",
        [("agent", 5.0, "Good morning."), ("customer", 9.0, "Morning. Who is it?"), ("agent", 15.0, "Ida Marsh.")],
    ),
    "times_only.txt": ("times-only", [(None, 3.0, "Good morning. Morning. I thought: what a day. Shall we?")]),
    "plain.txt": (
        "plain",
        [
            (IDA, None, "Good morning, Nora."),
            (NORA, None, "Morning."),
            (IDA, None, THREE_THINGS),
            (NORA, None, "Fine."),
        ],
    ),
    "plain_header.txt": (
        "plain",
        [
            ("Advisor", None, "Good morning, Nora."),
            ("Client", None, "Morning."),
            ("Advisor", None, "And Tom?"),
            ("Tom Quill", None, "Here."),
        ],
    ),
    "plain_caps.txt": (
        "plain",
        [
            ("IDA MARSH", None, "Good morning."),
            ("NORA QUILL", None, "Morning. I have been up since five."),
            ("IDA MARSH", None, "So have I."),
        ],
    ),
    "roles.txt": (
        "plain",
        [
            ("LIA", None, "Good morning."),
            ("PC", None, "Morning."),
            ("LIA", None, "Do you have a policy?"),
            ("PC", None, "I don't."),
            ("LIA", None, "Then let's talk."),
            ("PC", None, "Let's."),
        ],
    ),
    "markdown.md": (
        "plain",
        [
            (IDA, None, "Good morning."),
            (NORA, 120.0, "Morning."),
            (IDA, None, "Shall we?"),
            (NORA, None, "Yes, **please**."),
        ],
    ),
    "literal_breaks.txt": ("plain", [*SHORT, (NORA, None, "Yes.")]),
    "one_line.txt": (
        "plain-one-line",
        [
            ("Advisor", None, "Good morning, Nora. How are you?"),
            ("Nora", None, "I am fine. One thing: I am early."),
            ("Advisor", None, "No matter."),
            ("Nora", None, "Good!"),
            ("Advisor", None, "Then let us begin."),
        ],
    ),
    "transcript_starting.txt": (
        "plain",
        [
            ("Agent (Ida)", 0.0, "Good morning."),
            ("Nora", None, "Morning."),
            ("Agent (Ida)", None, "Shall we?"),
            ("Nora", None, "Yes."),
        ],
    ),
    "agent_bold.txt": (
        "plain",
        [("Agent", None, "Good morning."), ("Nora", None, "Morning."), ("Agent", None, "Shall we?")],
    ),
}


@pytest.mark.parametrize("name", READ)
def test_a_grammar_is_told_by_its_content_and_read_turn_by_turn(name: str) -> None:
    call = read("upload", (FORMATS / name).read_bytes())

    form, turns = READ[name]
    assert call.source_format == form
    assert [(turn.speaker, turn.start, turn.text) for turn in call.turns] == turns


@pytest.mark.parametrize("header", STELLAR)
@pytest.mark.parametrize("turns", ["bracket", "dash"])
def test_every_stellar_header_gives_the_same_fields(header: str, turns: str) -> None:
    call = read("upload", (FORMATS / f"stellar_{header}_{turns}.txt").read_bytes())

    found = call.header
    assert found.meeting_title == "Nora Quill: Estate Planning Advisor Meeting"
    assert (found.client_name, found.client_email) == (NORA, "nora@example.com")
    assert (found.meeting_date, found.meeting_time) == ("2025-03-04", "17:30:00")
    assert found.meeting_url == "https://calls.example.com/70112233"
    assert found.transcript_id == (None if header == "c" else "70112233")
    assert found.duration_minutes == (None if header == "contiguous" else 41.5)
    assert call.external_id == (call.content_hash if header == "c" else "70112233")


def test_an_address_in_a_label_becomes_the_speakers_email() -> None:
    call = read("upload", (FORMATS / "stellar_a_dash.txt").read_bytes())

    assert [(speaker.name, speaker.email) for speaker in call.speakers] == [(IDA, None), (NORA, "nora@example.com")]


def test_what_else_stands_in_parentheses_stays_in_a_stellar_label() -> None:
    text = "00:00:01 - Ann Lee\n  Hello.\n\n00:00:03 - Bob (Guest)\n  Hello.\n\n00:00:05 - Ann Lee\n  So.\n"

    assert [speaker.name for speaker in read("upload", text.encode()).speakers] == ["Ann Lee", "Bob (Guest)"]


def stellar(*lines: str) -> bytes:
    return "\n".join([*lines, "", "[00:00:01] Ida Marsh: Hello.", "[00:00:03] Nora Quill: Hello."]).encode()


def test_an_empty_field_of_a_stellar_header_shifts_no_other() -> None:
    lines = ["Boat trust", "", "", "", "nora@example.com", "", "2025-03-04", "", "70112233", "", "https://c.example/1"]

    header = read("upload", stellar(*lines, "", "41.5")).header

    assert (header.meeting_title, header.client_email) == ("Boat trust", "nora@example.com")
    assert (header.meeting_date, header.meeting_time) == ("2025-03-04", None)
    assert (header.transcript_id, header.duration_minutes) == ("70112233", 41.5)


@pytest.mark.parametrize(
    ("number", "minutes", "identity", "length"),
    [
        ("61550000.0", "70.21641685", "61550000", 70.21641685),
        ("4711", "45", "4711", 45.0),
        ("123", "45", "123", 45.0),
        ("TEST12345", "45", "TEST12345", 45.0),
    ],
)
def test_the_id_stands_before_the_url_and_the_duration_after_it(
    number: str, minutes: str, identity: str, length: float
) -> None:
    lines = ["Boat trust", "", NORA, "", "nora@example.com", "", "2025-03-04T17:30:00Z", "", number]

    header = read("upload", stellar(*lines, "", "https://c.example/1", "", minutes)).header

    assert (header.transcript_id, header.duration_minutes) == (identity, length)


def test_a_url_as_long_as_tools_make_them_ends_no_header() -> None:
    url = "https://us02web.example/rec/share/" + "x" * 400
    lines = ["Boat trust", "", NORA, "", "nora@example.com", "", "2025-03-04T17:30:00Z", "", "70112233"]

    header = read("upload", stellar(*lines, "", url, "", "41.5")).header

    assert (header.meeting_url, header.duration_minutes) == (url, 41.5)


def test_fathoms_header_gives_title_length_link_and_call_id() -> None:
    call = read("upload", (FORMATS / "fathom.txt").read_bytes())

    assert call.header.meeting_title == "Quill family intro"
    assert call.header.meeting_date is None, "a day without a year is no date"
    assert call.header.duration_minutes == 92
    assert call.header.meeting_url == "https://fathom.video/calls/330011"
    assert call.external_id == "330011"


def test_fathoms_action_items_are_asides_and_the_speech_after_them_stays() -> None:
    call = read("upload", (FORMATS / "fathom.txt").read_bytes())

    assert call.asides == (
        Aside("action item", "Send boat papers to Ida", NORA, 14.9999),
        Aside("action item", "Draft the trust", IDA, 3590.5),
    )


def test_fathoms_company_and_address_belong_to_the_speaker_and_not_to_the_name() -> None:
    ida, nora = read("upload", (FORMATS / "fathom.txt").read_bytes()).speakers

    assert ida == Speaker(IDA, ida.side, organisation="Marsh & Holt Law")
    assert nora == Speaker(NORA, nora.side, email="nora@example.com")


def test_an_action_item_without_a_link_takes_its_line_only() -> None:
    text = "0:05 - Ann Lee\n  ACTION ITEM: Call the bank\n  And that is that.\n\n0:09 - Bob Ray\n  Good.\n"

    call = read("upload", text.encode())

    assert [aside.text for aside in call.asides] == ["Call the bank"]
    assert [turn.text for turn in call.turns] == ["And that is that.", "Good."]


@pytest.mark.parametrize(
    ("name", "title", "date", "minutes"),
    [
        ("meet.txt", "Quill family intro", "2025-03-04", None),
        ("meet_markdown.md", "Quill family intro", "2025-03-04", None),
        ("otter.txt", "Quill family intro", "2025-03-04", 41.2),
        ("teams_pasted.txt", "Quill family intro", "2025-03-04", 58.47),
        ("plain_header.txt", "Quill family intro", "2025-03-04", 41),
        ("fathom_unindented.md", "Quill family intro", "2025-03-04", 4),
        ("headings.md", "Quill call", None, None),
    ],
)
def test_what_stands_above_the_turns_is_the_header(
    name: str, title: str, date: str | None, minutes: float | None
) -> None:
    header = read("upload", (FORMATS / name).read_bytes()).header

    assert (header.meeting_title, header.meeting_date, header.duration_minutes) == (title, date, minutes)


@pytest.mark.parametrize("word", ["Note", "Reminder", "P.S.", "Next steps", "https", "Date"])
def test_a_word_before_a_colon_is_no_speaker(word: str) -> None:
    text = f"Ann Lee: Hello.\nBob Ray: Hello.\n{word}: the deed is missing.\nAnn Lee: So it is.\n{word}: again.\n"

    call = read("upload", text.encode())

    assert [speaker.name for speaker in call.speakers] == ["Ann Lee", "Bob Ray"]
    assert call.turns[1].text == f"Hello. {word}: the deed is missing."


def test_a_title_in_the_shape_of_a_turn_is_a_title() -> None:
    text = (
        "Nora Quill: Boat Meeting\n\nDate: 2025-03-04\nClient: Nora Quill\n\nAgent: Hello.\nClient: Hello.\nAgent: So."
    )

    call = read("upload", text.encode())

    assert (call.header.meeting_title, call.header.meeting_date) == ("Nora Quill: Boat Meeting", "2025-03-04")
    assert [turn.speaker for turn in call.turns] == ["Agent", "Client", "Agent"]


def test_a_guest_who_speaks_once_is_a_speaker_where_every_line_has_one() -> None:
    text = "Ann Lee: Hello.\nBob Ray: Hello.\nZoe: Hi there.\nAnn Lee: Who was that?\nBob Ray: Zoe.\n"

    assert [turn.speaker for turn in read("upload", text.encode()).turns][2] == "Zoe"


def test_names_in_the_shape_of_display_names_are_speakers() -> None:
    labels = ["Voss, Geraldine", "Saulius G | Grandine", "+1 918-555-0163", "Agnes & Lotte", "J. R. Smith", "tichman"]
    text = "".join(f"{label}: one.\n{label.split()[0]} is here.\n" for label in [*labels, *labels])

    assert [speaker.name for speaker in read("upload", text.encode()).speakers] == labels


def test_prose_is_no_call() -> None:
    prose = "".join(
        f"On day {day} we walked to the harbour and back. The boat: gone.\nIt rained at 5:30\n\n" for day in range(200)
    )

    with pytest.raises(UnknownFormat, match="says who speaks or when"):
        read("upload", prose.encode())


def test_detection_does_not_look_at_the_files_name() -> None:
    content = (FORMATS / "otter.txt").read_bytes()

    assert {read(name, content).source_format for name in ("a.vtt", "b.json", "c.docx", "otter.txt", "")} == {"otter"}


def test_every_file_of_text_in_the_folder_is_expected_here() -> None:
    others = {"zoom_chat.txt", "zoom_chat_old.txt", "zoom_chat_under_speech.txt"}

    assert {path.name for path in Path(FORMATS).iterdir() if path.suffix in (".txt", ".md")} == others | set(READ)

"""From bytes to a call: encodings, limits, identity, and sentences for what can't be read."""

import codecs
from collections.abc import Iterator

import pytest

from services.calls.model import Turn
from services.calls.reader import formats, merge, read
from services.errors import TooLarge, UnknownFormat, UnreadableTranscript
from services.settings import settings
from tests.calls.ibarra import FORMATS

CALL = "Ann Lee: Good morning, José.\nJosé Ruiz: Morning – it’s early.\nAnn Lee: It is.\n"


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    settings.cache_clear()


def said(content: bytes) -> list[tuple[str | None, str]]:
    return [(turn.speaker, turn.text) for turn in read("upload", content).turns]


WORDS = [
    ("Ann Lee", "Good morning, José."),
    ("José Ruiz", "Morning – it’s early."),
    ("Ann Lee", "It is."),
]


@pytest.mark.parametrize(
    "content",
    [
        CALL.encode(),
        CALL.encode("utf-8-sig"),
        CALL.encode("utf-16"),
        codecs.BOM_UTF16_BE + CALL.encode("utf-16-be"),
        CALL.encode("utf-16-le"),
        CALL.encode("utf-32"),
        CALL.encode("cp1252"),
        CALL.replace("\n", "\r\n").encode(),
        CALL.replace("\n", "\r").encode(),
        CALL.replace(" ", "\u00a0").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-be", "utf-16 unmarked", "utf-32", "cp1252", "crlf", "cr", "no-break"],
)
def test_an_encoding_does_not_change_what_is_said(content: bytes) -> None:
    assert said(content) == WORDS


def test_an_encoding_that_had_to_be_guessed_is_named_in_a_warning() -> None:
    text = "Анна: Доброе утро, Борис. Как дела у вас сегодня?\nБорис: Спасибо, хорошо.\nАнна: Ну и славно.\n" * 20

    call = read("upload", text.encode("cp1251"))

    assert "not UTF-8" in call.warnings[0]
    assert call.turns[0].text == "Доброе утро, Борис. Как дела у вас сегодня?"


def test_a_file_cut_in_the_middle_of_a_character_is_read_with_a_warning() -> None:
    call = read("upload", CALL.encode() + "Ann Lee: Adieu, é".encode()[:-1])

    assert call.turns[-1].text == "It is. Adieu,"
    assert call.warnings == ("The file ends in the middle of a character.",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \r\n\t\n\xc2\xa0 ", "nothing but white space"),
        (b"\xef\xbb\xbf", "nothing but white space"),
        (b"%PDF-1.7 Ann: hi", "The file is a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio or video"),
        (b"ID3\x04\x00", "an audio file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word file"),
        (b"{\\rtf1\\ansi Ann: hi}", "rich text"),
        (b"Ann: hello\nBob: \x00\x00\x01\x02\x03", "not text: byte 16 is zero"),
        (bytes(range(1, 32)) * 40, "not text"),
        (b"\xff\xfeA\x00\x00\xd8B\x00", "says that it is UTF-16, and breaks at byte"),
        (b"<!DOCTYPE html><html><body>Ann</body></html>", "a web page"),
        (b'{"transcript": [{"speaker": "Ann", "text": "hel', "JSON file is broken or breaks off in line 1, column 44"),
        (b"[" * 100_000, "JSON"),
        (b"PK\x03\x04rest of some archive", "zip|Word"),
        (b"Lorem ipsum dolor sit amet.\n" * 30, "No line of the file says who speaks or when"),
        (b"Nora Quill: Estate Planning\n\nNora Quill\n\nnora@example.com\n\n2025-03-04T17:30:00Z\n", "who speaks"),
        (b"[00:00:01] Ann Lee:\n[00:00:02] Bob Ray:\n", "nobody says anything"),
    ],
)
def test_what_is_no_transcript_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableTranscript, match=sentence) as caught:
        read("upload.txt", content)

    assert caught.value.sentence.endswith(".")


def test_a_file_over_the_limit_is_refused_and_the_limit_named(limits: pytest.MonkeyPatch) -> None:
    limits.setenv("MAX_FILE_MB", "0.001")
    settings.cache_clear()

    with pytest.raises(TooLarge, match=r"the limit is 0\.001 MB \(MAX_FILE_MB\)"):
        read("upload", CALL.encode() * 100)


def test_a_call_of_too_many_turns_is_refused_and_the_limit_named(limits: pytest.MonkeyPatch) -> None:
    limits.setenv("MAX_TURNS", "2")
    settings.cache_clear()

    with pytest.raises(TooLarge, match=r"3 turns; the limit is 2 \(MAX_TURNS\)"):
        read("upload", CALL.encode())


def test_a_person_can_choose_the_format() -> None:
    content = (FORMATS / "plain.txt").read_bytes()

    assert read("upload", content, format_name="plain").source_format == "plain"
    with pytest.raises(UnknownFormat, match="not in the form"):
        read("upload", content, format_name="otter")
    with pytest.raises(UnknownFormat, match="There is no format 'papyrus'"):
        read("upload", content, format_name="papyrus")


def test_every_format_has_a_name_and_a_label_of_its_own() -> None:
    every = formats()

    assert len({form.name for form in every}) == len({form.label for form in every}) == len(every)


def test_the_same_words_have_one_hash_whatever_name_and_spelling_of_the_file() -> None:
    one = read("a.txt", CALL.encode())
    other = read("b 99887766.txt", CALL.replace("\n", "\r\n").replace("Good morning", "GOOD  morning").encode("utf-16"))

    assert one.external_id == other.external_id == one.content_hash == other.content_hash
    assert len(one.content_hash) == 16


def test_another_word_makes_another_hash() -> None:
    assert read("a", CALL.encode()).content_hash != read("a", CALL.replace("early", "late").encode()).content_hash


def test_neighbours_of_one_speaker_are_one_turn_with_the_first_start_and_the_last_end() -> None:
    turns = [
        Turn("Ann", "One ", 1.0, 2.0),
        Turn("Ann", " two", 3.0, 4.0),
        Turn("Ann", "three.", 5.0),
        Turn(None, "Hm."),
        Turn(None, "Well."),
        Turn("Ann", "  "),
        Turn("Bob", "Ann started transcription"),
        Turn("Ann", "Four.", 9.0),
    ]

    assert merge(turns) == [
        Turn("Ann", "One two three.", 1.0, 4.0),
        Turn(None, "Hm. Well."),
        Turn("Ann", "Four.", 9.0),
    ]


def test_turns_without_a_speaker_are_counted_in_a_warning() -> None:
    assert read("x", (FORMATS / "bracket_no_name.txt").read_bytes()).warnings == ("1 of 5 turns have no speaker.",)
    assert "does not say who speaks" in read("x", (FORMATS / "times_only.txt").read_bytes()).warnings[0]


def test_a_long_text_above_the_first_speaker_is_left_out_with_a_warning() -> None:
    preface = "These are the notes of the day. " * 30

    call = read("upload", (preface + "\n\n" + CALL).encode())

    assert len(call.turns) == 3
    assert "210 words above the first speaker" in call.warnings[0]

"""Word documents: Teams in both shapes, tables, text formats inside, broken files and bombs."""

import io
import zipfile

import docx
import pytest

from services.calls.docx_text import MOST_BYTES, read_docx
from services.calls.reader import read
from services.errors import TooLarge, UnreadableTranscript
from tests.calls.ibarra import DIALOGUE, FORMATS, NORA, TOMAS, said, sample

DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def archive(**parts: bytes | str) -> bytes:
    """A zip archive; ``__`` in a name stands for a slash, ``_xml`` for the ending."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return packed.getvalue()


def word(body: str) -> bytes:
    return archive(word__document_xml=DOCUMENT.format(body))


@pytest.mark.parametrize(
    "name",
    ["teams_one_paragraph.docx", "teams_two_paragraphs.docx", "plain.docx", "table.docx", "meet_gemini_notes.docx"],
)
def test_every_shape_of_word_file_holds_the_same_dialogue(name: str) -> None:
    call = sample(name)
    assert said(call) == DIALOGUE
    assert call.source_format == "docx"


@pytest.mark.parametrize("name", ["teams_one_paragraph.docx", "teams_two_paragraphs.docx"])
def test_teams_files_tell_title_day_time_and_length(name: str) -> None:
    call = sample(name)
    assert call.header.meeting_title == "Ibarra family - first meeting"
    assert (call.header.meeting_date, call.header.meeting_time) == ("2026-03-04", "15:00")
    assert call.header.duration_minutes == pytest.approx(58.47)
    assert [turn.start for turn in call.turns] == [4, 8, 12, 17, 24, 28]


def test_times_past_the_hour_and_names_with_digits_are_read() -> None:
    body = "".join(
        f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>"
        for line in ("Room 4   59:58", "Good morning.", "+1 918-555-0163   1:00:02", "At 10:30", "is fine.")
    )
    call = read("room.docx", word(body))
    assert said(call) == [("Room 4", "Good morning."), ("+1 918-555-0163", "At 10:30 is fine.")]
    assert [turn.start for turn in call.turns] == [3598, 3602]


def test_a_file_as_python_docx_writes_it_is_read() -> None:
    made = docx.Document()
    for speaker, text in DIALOGUE:
        paragraph = made.add_paragraph()
        paragraph.add_run(f"{speaker}: ").bold = True
        paragraph.add_run(text)
    stream = io.BytesIO()
    made.save(stream)
    assert said(read("made.docx", stream.getvalue())) == DIALOGUE


def test_deleted_words_and_second_renderings_are_not_speech() -> None:
    body = (
        "<w:p><w:r><w:t>Nora Whitfield: Good</w:t></w:r><w:del><w:r><w:delText> bad</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t> morning.</w:t></w:r></w:ins></w:p>"
        '<w:p><mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice><w:r><w:t>Tomas Ibarra: Hello.</w:t></w:r></mc:Choice>'
        "<mc:Fallback><w:r><w:t>Tomas Ibarra: Hello.</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert said(read("tracked.docx", word(body))) == [(NORA, "Good morning."), (TOMAS, "Hello.")]


def test_a_zip_bomb_is_refused_by_its_sizes() -> None:
    bomb = word("<w:p/>" + " " * 20_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(TooLarge, match="unpacks to more text"):
        read("bomb.docx", bomb)


def test_a_bomb_in_another_part_is_refused_before_it_is_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", DOCUMENT.format("<w:p><w:r><w:t>Ann: Hello.</w:t></w:r></w:p>"))
        with made.open("word/media/image1.png", "w", force_zip64=True) as stream:
            for _ in range(11):
                stream.write(bytes(MOST_BYTES))
    with pytest.raises(TooLarge, match="unpacks to more text"):
        read("bomb.docx", packed.getvalue())


def test_an_entity_bomb_is_refused() -> None:
    content = archive(word__document_xml='<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>')
    with pytest.raises(UnreadableTranscript, match="entities"):
        read("entities.docx", content)


@pytest.mark.parametrize("part", [1 / 8, 1 / 2, 7 / 8])
def test_a_half_written_word_file_is_a_sentence(part: float) -> None:
    content = (FORMATS / "teams_one_paragraph.docx").read_bytes()
    with pytest.raises(UnreadableTranscript, match="broken"):
        read("half.docx", content[: int(len(content) * part)])


def test_a_word_file_with_broken_xml_is_a_sentence() -> None:
    with pytest.raises(UnreadableTranscript, match="breaks off"):
        read("broken.docx", archive(word__document_xml="<w:document><w:p>"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (archive(xl__workbook_xml="<x/>"), "an Excel workbook"),
        (archive(ppt__presentation_xml="<x/>"), "a presentation"),
        (archive(notes="Ann: Hello."), "a zip archive"),
        (word("<w:p/>"), "no text"),
        (word("<w:p><w:r><w:t>Minutes of the board</w:t></w:r></w:p>"), "no dialogue"),
    ],
)
def test_what_is_no_transcript_is_named(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableTranscript, match=words):
        read("other.docx", content)


def test_nested_tables_and_lists_of_words_cost_nothing_more_than_their_text() -> None:
    nested = (
        "<w:tbl><w:tr><w:tc>" * 400 + "<w:p><w:r><w:t>Ann: Hello.</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * 400
    )
    assert read_docx(word(nested)).blocks == [[["Ann: Hello."]]]

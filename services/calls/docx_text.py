"""The text of a Word file, read without unpacking more than its one document.

A docx is a zip archive: sizes are looked at before anything is inflated. Only the main document is read, with an XML
parser that refuses entities, so neither pictures nor a bomb in another part cost anything.
"""

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.parsers import expat

from services.errors import TooLarge, UnreadableTranscript

MOST_ENTRIES = 5_000
MOST_BYTES = 60_000_000
MOST_INFLATION = 150
"""How many times its packed size the document may have, above a megabyte."""

_MAIN_PART = re.compile(r"word/document\d*\.xml", re.IGNORECASE)
_SPACED = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
_REMEDY = "Open it in Word and save it again, or paste its text."


@dataclass
class WordText:
    """A document as text: paragraphs in order, with their line breaks; tables as rows of cells."""

    blocks: list[str | list[list[str]]] = field(default_factory=list)
    """A paragraph, or the rows of an (outermost) table."""


def is_word(content: bytes) -> bool:
    """Whether bytes are a zip archive, as every docx is."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def read_docx(content: bytes) -> WordText:
    """The text of a docx. Raises UnreadableTranscript where it is broken or no Word file, TooLarge for a zip bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            part = _main_part(archive)
            with archive.open(part) as stream:
                xml = stream.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, ValueError, IndexError) as error:
        raise UnreadableTranscript("This Word file is broken: its archive can't be opened.", remedy=_REMEDY) from error
    except (NotImplementedError, RuntimeError) as error:
        sentence = "This Word file is encrypted or packed in a way that can't be read."
        raise UnreadableTranscript(sentence, remedy="Save it without a password, or paste its text.") from error
    if len(xml) > MOST_BYTES:
        raise _too_large()
    return _parse(xml)


def _too_large() -> TooLarge:
    return TooLarge(
        f"This Word file unpacks to more text than a call can have (over {MOST_BYTES // 1_000_000} MB, or more than "
        f"{MOST_INFLATION} times its size).",
        remedy="Paste the text of the transcript instead.",
    )


def _main_part(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise TooLarge(
            f"This Word file holds {len(entries)} parts; {MOST_ENTRIES} are the most that are read.",
            remedy="Paste the text of the transcript instead.",
        )
    if sum(entry.file_size for entry in entries) > 10 * MOST_BYTES:
        raise _too_large()
    main = sorted(
        (entry for entry in entries if _MAIN_PART.fullmatch(entry.filename)), key=lambda entry: len(entry.filename)
    )
    if not main:
        folders = {posixpath.dirname(entry.filename).partition("/")[0] for entry in entries}
        kind = "an Excel workbook" if "xl" in folders else "a presentation" if "ppt" in folders else "a zip archive"
        raise UnreadableTranscript(
            f"This file is {kind}, not a Word document.", remedy="Upload the transcript itself, or paste its text."
        )
    size, packed = main[0].file_size, max(main[0].compress_size, 1)
    if size > MOST_BYTES or (size > 1_000_000 and size > MOST_INFLATION * packed):
        raise _too_large()
    return main[0]


class _Body:
    """Collects the text of WordprocessingML while the parser walks through it."""

    def __init__(self) -> None:
        self.text = WordText()
        self._words: list[str] = []
        self._in_text = 0
        self._skipped = 0
        self._tables: list[list[list[str]]] = []
        self._cell: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        if tag in ("Fallback", "instrText", "delText") or self._skipped:
            self._skipped += 1
        elif tag == "t":
            self._in_text += 1
        elif tag in _SPACED and not any(key.endswith("pos") for key in attributes):
            self._words.append(_SPACED[tag])
        elif tag == "tbl":
            self._end_paragraph()
            self._tables.append([])
        elif tag == "tr" and len(self._tables) == 1:
            self._tables[0].append([])

    def data(self, words: str) -> None:
        if self._in_text and not self._skipped:
            self._words.append(words)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(" ")[2]
        if self._skipped:
            self._skipped -= 1
        elif tag == "t":
            self._in_text -= 1
        elif tag == "p":
            self._end_paragraph(keep_empty=not self._tables)
        elif tag == "tc" and len(self._tables) == 1 and self._tables[0]:
            self._end_paragraph()
            self._tables[0][-1].append("\n".join(self._cell))
            self._cell = []
        elif tag == "tbl" and self._tables:
            rows = self._tables.pop()
            if not self._tables:
                self.text.blocks.append(rows)

    def _end_paragraph(self, keep_empty: bool = False) -> None:
        words = "".join(self._words)
        self._words = []
        if self._tables:
            if words.strip():
                self._cell.append(words)
        elif words or keep_empty:
            self.text.blocks.append(words)


def _parse(xml: bytes) -> WordText:
    body = _Body()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = body.start
    parser.EndElementHandler = body.end
    parser.CharacterDataHandler = body.data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UnreadableTranscript("This Word file is broken: its text breaks off.", remedy=_REMEDY) from error
    return body.text


def _refuse_doctype(*_: object) -> None:
    raise UnreadableTranscript("This Word file declares XML entities, which no transcript needs.", remedy=_REMEDY)

"""From the bytes of one file to a Call."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from services.calls.boilerplate import is_boilerplate
from services.calls.decoding import decode, is_archive
from services.calls.document import Document, Draft, Format
from services.calls.headers import written_addresses
from services.calls.identify import complete_header, read_name
from services.calls.limits import check_lines
from services.calls.model import Call, Side, Speaker, Turn
from services.calls.registry import ALL
from services.calls.sides import tell_sides
from services.errors import TooLarge, UnknownFormat, UnreadableTranscript
from services.settings import settings

_HASH_DIGITS = 16
_LONGEST_NAME = 255  # of a file, on every system
_PREFACE = 4_000
_LITERAL_BREAKS = ("\\r\\n", "\\n")


def formats() -> list[Format]:
    """Every format, for a person to choose from."""
    return list(ALL)


def read(
    name: str, content: bytes, *, format_name: str | None = None, sides: Mapping[str, Side | None] | None = None
) -> Call:
    """Reads one transcript. ``name`` is the file's; ``format_name`` overrides what the content looks like.

    ``sides`` are those that a person gave, by speaker's name: they stand over what is worked out (None: nobody
    knows), and what the dialogue says of the client is then looked for on the client's side.

    Raises UnreadableTranscript where no call can be read, TooLarge over a limit of the settings, and
    UnknownFormat where the content has no form that we know (or not the chosen one).
    """
    name = name[-_LONGEST_NAME:]
    document, warnings = _open(name, content)
    form = _chosen(format_name) if format_name else _detected(document)
    draft = form.read(document)
    turns = merge(draft.turns)
    _check_turns(turns, form, chosen=format_name is not None)
    header = read_name(draft.header, name)
    told = sides or {}
    speakers = tuple(
        replace(speaker, side=told.get(speaker.name, speaker.side))
        for speaker in tell_sides(header, turns, _with_addresses(_speakers(turns, draft), document))
    )
    header = complete_header(header, name, turns, speakers)
    content_hash = hash_of(turns)
    return Call(
        external_id=draft.header.transcript_id or content_hash,
        content_hash=content_hash,
        source_format=form.name,
        header=header,
        speakers=speakers,
        turns=tuple(turns),
        asides=tuple(draft.asides),
        warnings=(*warnings, *draft.warnings, *_doubts(turns)),
    )


def _open(name: str, content: bytes) -> tuple[Document, list[str]]:
    """The document of a file within the limits, and warnings about its encoding."""
    limit = settings().max_file_mb
    if len(content) > limit * 1_000_000:
        raise TooLarge(f"The file has {len(content) / 1e6:,.1f} MB; the limit is {limit:g} MB (MAX_FILE_MB).")
    if not content:
        raise UnreadableTranscript("The file is empty.")
    if is_archive(content):
        return Document(name, content, ""), []
    text, warnings = decode(content)
    text = text.replace("\0", " ")
    if not text.strip():
        raise UnreadableTranscript("The file holds nothing but white space.")
    document = Document(name, content, _with_line_breaks(text))
    if document.json is None:
        check_lines(document.text)
    return document, warnings


def _with_line_breaks(text: str) -> str:
    """A text in which line ends stand as the two characters ``\\n`` gets real ones; JSON is left alone."""
    written = text.count("\\n")
    if written < 3 or written <= 2 * text.count("\n") or text.lstrip().startswith(("{", '["', "[{")):
        return text
    for literal in _LITERAL_BREAKS:
        text = text.replace(literal, "\n")
    return text


def _chosen(format_name: str) -> Format:
    for form in ALL:
        if form.name == format_name:
            return form
    raise UnknownFormat(f"There is no format '{format_name}'.", remedy="Choose one of the list.")


def _detected(document: Document) -> Format:
    best, sure = None, 0.0
    for form in ALL:
        certainty = form.detect(document)
        if certainty > sure:
            best, sure = form, certainty
    if best is not None:
        return best
    raise _unknown(document)


def _unknown(document: Document) -> UnreadableTranscript:
    """The error that says best why no format fits."""
    if is_archive(document.content):
        return UnknownFormat("The file is a zip archive, not a Word file.", remedy="Unpack it and upload its files.")
    if document.text.lstrip()[:9].lower().startswith(("<!doctype", "<html")):
        return UnknownFormat("The file is a web page.", remedy="Copy the transcript's text from the page and paste it.")
    return UnknownFormat("No line of the file says who speaks or when: neither 'Name: words' nor times were found.")


def merge(turns: Sequence[Turn]) -> list[Turn]:
    """Consecutive turns of one speaker as one, with the first start and the last end; boilerplate is dropped."""
    spoken = (turn for turn in turns if turn.text and not turn.text.isspace() and not is_boilerplate(turn.text))
    return [_joined(list(group)) for _, group in groupby(spoken, key=lambda turn: turn.speaker)]


def _joined(turns: list[Turn]) -> Turn:
    text = " ".join(" ".join([turn.text for turn in turns]).split())
    end = next((turn.end for turn in reversed(turns) if turn.end is not None), None)
    return Turn(turns[0].speaker, text, turns[0].start, end)


def _check_turns(turns: Sequence[Turn], form: Format, *, chosen: bool) -> None:
    if not turns:
        if chosen:
            raise UnknownFormat(f"The file is not in the form '{form.label}': no turn was found.")
        raise UnreadableTranscript(f"The file looks like '{form.label}', but nobody says anything in it.")
    limit = settings().max_turns
    if len(turns) > limit:
        raise TooLarge(f"The call has {len(turns):,} turns; the limit is {limit:,} (MAX_TURNS).")


def _speakers(turns: Sequence[Turn], draft: Draft) -> list[Speaker]:
    """Every speaker of the turns, in order of appearance, with what the file says beside the name."""
    said = {speaker.name: speaker for speaker in draft.speakers}
    names = dict.fromkeys(turn.speaker for turn in turns if turn.speaker is not None)
    return [said.get(name, Speaker(name)) for name in names]


def _with_addresses(speakers: Sequence[Speaker], document: Document) -> list[Speaker]:
    """The speakers, with the e-mail addresses that the header gives behind their names."""
    written = written_addresses(document.lines) if "@" in document.text[:_PREFACE] else {}
    return [replace(one, email=one.email or written.get("_".join(one.name.lower().split()))) for one in speakers]


def hash_of(turns: Sequence[Turn]) -> str:
    """The first 16 hex digits of the sha256 of the folded speakers and texts."""
    digest = hashlib.sha256()
    for turn in turns:
        digest.update(f"{_fold(turn.speaker or '')}\x1f{_fold(turn.text)}\x1e".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:_HASH_DIGITS]


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _doubts(turns: Sequence[Turn]) -> list[str]:
    unknown = sum(turn.speaker is None for turn in turns)
    if unknown == len(turns):
        return ["The file does not say who speaks: all words stand under an unknown speaker."]
    return [f"{unknown:,} of {len(turns):,} turns have no speaker."] if unknown else []

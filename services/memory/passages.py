"""What of a call can be found: the chunks of its dialogue, its e-mail, its summary and the client's objections."""

import hashlib
import json
import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from db.copies import CopiedCall
from services.json_words import finite, is_missing, plain

Document = Literal["call", "email", "summary", "objection"]
DOCUMENTS: tuple[Document, ...] = ("call", "email", "summary", "objection")
_IDS = uuid.UUID("5ad45f8e-7a56-4d8e-a0cb-0d5b7c1f1c0e")
_BARE_WORDS = 160  # of one piece of a text that has no turns


@dataclass(frozen=True)
class Passage:
    """One thing that can be found. ``turns`` are indexes in the dialogue, where it has any.

    ``text`` is what is shown, ``meaning`` what is embedded, ``words`` what is searched for words. ``facts`` are the
    call's, the same for all its passages.
    """

    id: str
    transcript_id: int
    document: Document
    text: str
    meaning: str
    words: str
    turns: tuple[int, ...]
    speakers: tuple[str, ...]
    sides: tuple[str, ...]
    phase: str | None
    start: float | None
    facts: Mapping[str, Any]

    @property
    def meaning_hash(self) -> str:
        """The hash under which the record keeps the embedding of ``meaning``."""
        return hashlib.sha256(self.meaning.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def payload(self) -> dict[str, Any]:
        """What is stored beside the vectors. ``hash`` tells the passage's own part, ``facts_hash`` the call's."""
        own = {
            "transcript": self.transcript_id,
            "document": self.document,
            "text": self.text,
            "turns": list(self.turns),
            "speakers": list(self.speakers),
            "sides": list(self.sides),
            "phase": self.phase,
            "start": self.start,
        }
        return {**own, "hash": _hash([own, self.words]), **self.facts, "facts_hash": _hash(dict(self.facts))}


def passages_of(call: CopiedCall) -> list[Passage]:
    """Everything of a call that can be found. Never fails on odd JSON; what says nothing is left out."""
    dialogue = [turn if isinstance(turn, dict) else {"text": plain(turn)} for turn in _list(call.dialogue)]
    facts = facts_of(call, dialogue)
    seen: Counter[tuple[str, str]] = Counter()
    made: list[Passage] = []
    for piece in _pieces(call, dialogue):
        seen[piece.document, piece.text] += 1
        made.append(_passage(call, facts, piece, seen[piece.document, piece.text]))
    return made


def facts_of(call: CopiedCall, dialogue: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is said of the whole call, to filter by."""
    crm, header = _dict(call.crm_data), _dict(_dict(call.call).get("header"))
    client = _words(crm.get("client_name")) or _words(header.get("client_name"))
    told = _words(crm.get("meeting_date")) or _words(header.get("meeting_date"))
    advisers = {_words(turn.get("speaker")) for turn in dialogue if turn.get("side") == "advisor"}
    return {
        "call": call.external_id,
        "client": client,
        "client_key": folded(client),
        "date": told,
        "day": day_number(told),
        "advisers": sorted(filter(None, advisers)),
        "outcome": _words(crm.get("outcome")),
    }


def folded(name: str | None) -> str:
    """A name as filters compare it."""
    return " ".join((name or "").casefold().split())


def day_number(told: str | date | None) -> int | None:
    """A day as a number that grows with it (20260304); None for what is no day."""
    try:
        day = told if isinstance(told, date) else date.fromisoformat(str(told)[:10])
    except ValueError:
        return None
    return day.year * 10_000 + day.month * 100 + day.day


def stamp_of(pairs: Iterator[tuple[str, str, str]]) -> str:
    """One word for all that is held of a call: ids, own hashes and the facts' hash of its passages."""
    return _hash(sorted(pairs))[:16]


@dataclass(frozen=True)
class _Piece:
    document: Document
    text: str
    meaning: str
    turns: tuple[int, ...] = ()
    speakers: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    phase: str | None = None
    start: float | None = None


def _pieces(call: CopiedCall, dialogue: Sequence[Mapping[str, Any]]) -> Iterator[_Piece]:
    for piece in (
        *_chunks(call, dialogue),
        *_whole("email", call.email_draft),
        *_whole("summary", _dict(call.crm_data).get("summary")),
        *_objections(call, dialogue),
    ):
        if piece.meaning.strip():
            yield piece


def _chunks(call: CopiedCall, dialogue: Sequence[Mapping[str, Any]]) -> Iterator[_Piece]:
    chunks = _list(call.chunks)
    if not chunks and call.bare_text:
        words = call.bare_text.split()
        chunks = [" ".join(words[at : at + _BARE_WORDS]) for at in range(0, len(words), _BARE_WORDS)]
    for chunk in chunks:
        if not isinstance(chunk, dict):
            yield _Piece("call", plain(chunk), plain(chunk))
            continue
        text = str(chunk.get("text") or "")
        turns = _turns(chunk.get("turns"), dialogue)
        spoken = "\n".join(str(dialogue[turn].get("text") or "") for turn in turns)
        yield _said("call", text, spoken or text, turns, dialogue, start=finite(chunk.get("start")))


def _whole(document: Document, text: Any) -> Iterator[_Piece]:
    if not is_missing(text):
        yield _Piece(document, str(text), str(text))


def _objections(call: CopiedCall, dialogue: Sequence[Mapping[str, Any]]) -> Iterator[_Piece]:
    for item in _list(_dict(call.extracted_data).get("objections")):
        known = _dict(item)
        if not known.get("category") or known.get("state") == "unsupported":
            continue
        evidence = [_dict(quote) for quote in _list(known.get("evidence"))]
        quotes = [str(quote["quote"]) for quote in evidence if not is_missing(quote.get("quote"))]
        turns = _turns([quote.get("turn") for quote in evidence], dialogue)
        text = "\n".join([f"{plain(known['category'])}:", *quotes]) if quotes else plain(known["category"])
        yield _said("objection", text, text, turns, dialogue)


def _said(
    document: Document,
    text: str,
    meaning: str,
    turns: tuple[int, ...],
    dialogue: Sequence[Mapping[str, Any]],
    start: float | None = None,
) -> _Piece:
    """A piece with what its turns tell: who speaks, on which side, in which phase."""
    told = [dialogue[turn] for turn in turns]
    return _Piece(
        document,
        text,
        meaning,
        turns,
        speakers=tuple(dict.fromkeys(filter(None, (_words(turn.get("speaker")) for turn in told)))),
        sides=tuple(dict.fromkeys(str(turn["side"]) for turn in told if turn.get("side"))),
        phase=_words(told[0].get("phase")) if told else None,
        start=start if start is not None or not told else finite(told[0].get("start")),
    )


def _passage(call: CopiedCall, facts: Mapping[str, Any], piece: _Piece, number: int) -> Passage:
    """The passage of a piece; ``number`` tells equal pieces of a call apart. Its words know who speaks, and to whom."""
    names = dict.fromkeys([*piece.speakers, *filter(None, [facts["client"]])])
    # A name of letters alone: half a character, as odd files hold them, fits no engine.
    key = f"{call.id}\0{piece.document}\0{number}\0{storable(piece.text)}"
    return Passage(
        id=str(uuid.uuid5(_IDS, key)),
        transcript_id=call.id,
        document=piece.document,
        text=storable(piece.text),
        meaning=storable(piece.meaning),
        words=storable("\n".join([piece.meaning, *names])),
        turns=piece.turns,
        speakers=piece.speakers,
        sides=piece.sides,
        phase=piece.phase,
        start=piece.start,
        facts=facts,
    )


def storable(text: str) -> str:
    """The text without halves of characters, which no engine takes."""
    return _HALVES.sub("\ufffd", text)


_HALVES = re.compile("[\ud800-\udfff]")


def _turns(told: Any, dialogue: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    known = {turn for turn in _list(told) if type(turn) is int and 0 <= turn < len(dialogue)}
    return tuple(sorted(known))


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:24]


def _words(value: Any) -> str | None:
    return None if is_missing(value) else storable(plain(value)) or None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

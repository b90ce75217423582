"""What the next draft learns from e-mails that went out: an adviser's own greeting, closing and signature, and examples
of what people rewrote, with nothing in them that tells of another client."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from db import sent_emails
from db.sent_emails import SentRow
from services import as_it_stands, email_tones, emails, sentence_courtesy, sentence_words
from services.agents import findings
from services.agents.contract import Extraction
from services.agents.email import adviser_of, firms_of, frame
from services.calls.model import Call
from services.database import Database, stored_call, translated
from services.email_manner import PARTS, Manner, Part
from services.emails import EmailDraft
from services.errors import InvalidValue
from services.playbooks.loader import Playbook
from services.sentence_pieces import pieces_of
from services.workings import stored_state

MOST_EXAMPLES = 2
LONGEST_EXAMPLE = 1_500  # characters
_IN_A_ROW = 2
_LOOKED_AT = 6  # of an adviser's calls, the newest
_LONGEST_LINE = 160
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_GAP = "(...)"


def manner_of(database: Database, call: Call, extraction: Extraction, playbook: Playbook) -> Manner:
    """How the adviser of a call writes, as far as the e-mails that went out of other calls tell."""
    adviser, role = adviser_of(call), findings.outcome_role(findings.outcome(extraction), playbook)
    with translated(), database.session() as session:
        past = sent_emails.examples(session, role or "", adviser, call.external_id, MOST_EXAMPLES)
        rows = sent_emails.of_adviser(session, adviser, call.external_id, _LOOKED_AT) if adviser else []
        unlearned = sent_emails.unlearned(session, adviser) if adviser else set()
    manner = _learned(rows, role, playbook, [adviser or "", *firms_of(call)])
    kept = {part: "" if (part, hash_of(manner.words(part))) in unlearned else manner.words(part) for part in PARTS}
    examples = tuple(stripped(row.body) for row in past)
    return Manner(kept["greeting"], kept["closing"], kept["signature"], examples)


@dataclass(frozen=True)
class TakenOver:
    """Words of a draft that are as in the adviser's last e-mails; ``instead`` is what the playbook would say."""

    part: Part
    adviser: str
    words: str
    instead: str


def taken_over(database: Database, draft: EmailDraft, playbook: Playbook) -> list[TakenOver]:
    """What of a draft is the adviser's own way. Raises NotFound."""
    try:
        record = stored_call(database, draft.external_id)
        now = as_it_stands.of_record(database, record, playbook)
        state = as_it_stands.over({**stored_state(record), "as_it_stands": now})
        call, extraction = state["call"], state["extracted_entities"]
        adviser = adviser_of(call)
        manner, usual = manner_of(database, call, extraction, playbook), frame(call, extraction, playbook)
    except (InvalidValue, KeyError, TypeError):  # stored by an older system, in a form of its own
        return []
    body = draft.body.rstrip()
    stands = {
        "greeting": bool(manner.greeting) and body.startswith(f"{manner.greeting} "),
        "closing": bool(manner.closing) and manner.closing in body.splitlines(),
        "signature": bool(manner.signature) and body.endswith(manner.signature),
    }
    instead = {"greeting": playbook.email.greeting, "closing": usual.closing, "signature": usual.signature}
    return [
        TakenOver(part, adviser, manner.words(part), instead[part])
        for part in PARTS
        if adviser and stands[part] and manner.words(part) != instead[part]
    ]


def undo(database: Database, draft: EmailDraft, one: TakenOver, actor: str) -> EmailDraft:
    """Puts the playbook's words in their place, and makes the next drafts leave them out. Raises what saving raises."""
    if one.part == "greeting":
        body = f"{one.instead}{draft.body.removeprefix(one.words)}"
    elif one.part == "signature":
        body = f"{draft.body.rstrip().removesuffix(one.words)}{one.instead}"
    else:
        body = "\n".join(one.instead if line == one.words else line for line in draft.body.splitlines())
    saved = emails.save(database, draft, draft.subject, body, actor)
    unlearn(database, one.adviser, one.part, one.words, actor)
    return saved


def unlearn(database: Database, adviser: str, part: Part, words: str, actor: str) -> None:
    """Makes the next drafts leave out what they took over of the adviser's e-mails, as long as it is these words."""
    with translated(), database.session() as session:
        sent_emails.unlearn(session, adviser, part, hash_of(words), actor=actor)


def hash_of(words: str) -> str:
    """By which words are known that are not to be taken over."""
    return sha256(" ".join(words.split()).encode(errors="replace")).hexdigest()


def _learned(rows: Sequence[SentRow], role: str | None, playbook: Playbook, names: Sequence[str]) -> Manner:
    """Greeting and signature of the last two e-mails, closing of the last two that ended alike, where both are one.

    ``names``: who may be named in a signature, beside the playbook's firm and senders.
    """
    parts = [_parts(row.body, playbook, names) for row in rows]
    alike = [parts[number] for number, row in enumerate(rows) if row.role == role]
    closing = _same([one.closing for one in alike])
    return Manner(
        greeting=_same([one.greeting for one in parts]),
        closing="" if closing in email_tones.own_lines() or not _is_courtesy(closing) else closing,
        signature=_same([one.signature for one in parts]),
    )


def _same(words: Sequence[str]) -> str:
    last = words[:_IN_A_ROW]
    return last[0] if len(last) == _IN_A_ROW and len(set(last)) == 1 else ""


def _parts(body: str, playbook: Playbook, names: Sequence[str]) -> Manner:
    """The greeting's opening, the last line and the signature of an e-mail; "" for what it lacks.

    Of the signature the lines that hold a closing, names, titles, the firm and ways to reach somebody, no others.
    """
    pieces = pieces_of(f"Subject: -\n\n{body}", playbook)
    signed = [piece.text for piece in pieces if piece.role == "signature"]
    greeting = next((piece.text for piece in pieces if piece.role == "greeting"), "")
    opened = re.match(r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))(?= )", greeting, re.IGNORECASE)
    above = body.rstrip().removesuffix("\n".join(signed)).rstrip().rpartition("\n")[2].strip() if signed else ""
    fits = 0 < len(above) <= _LONGEST_LINE and not above.startswith(("-", "*", "•")) and not above.endswith(":")
    known = [*names, playbook.firm.name, *playbook.firm.senders]
    kept = [line for line in signed if _belongs_in_a_signature(line, known, playbook)]
    return Manner(opened.group() if opened else "", above if fits else "", "\n".join(kept))


def _belongs_in_a_signature(line: str, names: Sequence[str], playbook: Playbook) -> bool:
    bare = sentence_courtesy.without_contacts(line)
    return sentence_courtesy.is_signature_line(bare, names, playbook.email.closing)


def _is_courtesy(line: str) -> bool:
    """Whether a last line is courtesy: small words alone, that name no person, amount or day and claim nothing."""
    inside = re.findall(r"(?<![.!?] )(?<!^)\b(?!I\b)[A-Z][\w'’]*", line)
    words = [sentence_words.plain(word) for word in _WORD.findall(line)]
    denied = sentence_words.word_list("negations")
    if inside or re.search(r"\d", line) or not all(word in denied or _harmless(word) for word in words):
        return False
    return sentence_courtesy.claims_nothing(line)


def stripped(body: str) -> str:
    """An e-mail with nothing left in it but words of courtesy and words that say nothing by themselves.

    Whatever could tell of its client is no such word; a gap stands for each run of the others.
    """
    lines = [_line(line) for line in body[: 4 * LONGEST_EXAMPLE].splitlines()]
    return "\n".join(lines).strip()[:LONGEST_EXAMPLE]


def _line(line: str) -> str:
    kept = "".join(_kept(line))
    return re.sub(rf"(?:{re.escape(_GAP)}[\s,;:.!?]*)+(?={re.escape(_GAP)})", "", kept)


def _kept(line: str) -> Iterator[str]:
    """The pieces of a line: harmless words and plain marks as they stand, else a gap."""
    place = 0
    for match in _WORD.finditer(line):
        yield re.sub(r"[^\s,;:.!?\-]", "", line[place : match.start()])
        yield match.group() if _harmless(match.group()) else _GAP
        place = match.end()
    yield re.sub(r"[^\s,;:.!?\-]", "", line[place:])


def _harmless(word: str) -> bool:
    folded = sentence_words.plain(word).replace("’", "'")
    bare = folded.split("'")[0]
    if folded.isdigit() or bare in sentence_words.word_list("negations"):
        return False
    return bare in sentence_words.word_list("stop") or bare in sentence_words.word_list("courtesy")


__all__ = ["Manner", "Part", "TakenOver", "hash_of", "manner_of", "stripped", "taken_over", "undo", "unlearn"]

"""Holds every sentence of a draft against the call: who said it, and what it binds somebody to.

A sentence is *plain* where it claims nothing (a greeting, thanks, a signature); else it is *said by the client*, *said
by us* or *agreed*, with the words that carry it, *corrected*, where it states what a person set in the record, or *not
in the call*. Whoever wrote it is held to the same rules: the builtin draft, a model, a person.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from services import (
    lookalikes,
    sentence_carried,
    sentence_claims,
    sentence_corrections,
    sentence_courtesy,
    sentence_days,
    sentence_words,
)
from services.agents import findings
from services.agents.contract import Extraction, NextStep, Quote
from services.analyst.dialogue import best_quotes
from services.calls.model import Header
from services.corrections import Corrections
from services.email_days import is_meeting
from services.open_questions import question_of
from services.playbooks.loader import Playbook
from services.sentence_carried import Carried, holds
from services.sentence_claims import Claim, ClaimKind
from services.sentence_ground import Ground
from services.sentence_pieces import Piece, Role, pieces_of
from services.spoken_phones import spoken_phones

__all__ = ["CheckedSentence", "Claim", "ClaimKind", "Mark", "check", "check_on", "share_supported"]

Mark = Literal["said by the client", "said by us", "agreed", "corrected", "not in the call", "plain"]


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """One sentence of a draft, from ``start`` to ``end`` in it, with what was found out about it.

    ``evidence`` are the quotes that carry it, ``claims`` what it binds somebody to, each with its own support,
    ``steps`` the next steps that it tells of, ``by`` the people whose words in the record it states.
    """

    text: str
    start: int
    end: int
    role: Role
    mark: Mark
    evidence: tuple[Quote, ...] = ()
    claims: tuple[Claim, ...] = ()
    steps: tuple[NextStep, ...] = ()
    by: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether it may leave the house unread."""
        return self.mark != "not in the call"

    @property
    def turns(self) -> list[int]:
        """The turns that carry it, in order."""
        return sorted({quote["turn"] for quote in self.evidence})


def check(
    draft_text: str,
    dialogue: Sequence[Mapping[str, Any]],
    extraction: Extraction,
    header: Header,
    playbook: Playbook,
    firms: Sequence[str] = (),
    corrections: Corrections | None = None,
) -> list[CheckedSentence]:
    """Every sentence of a draft, in order, marked. ``draft_text`` may begin with a ``Subject:`` line; ``firms`` are
    what the firms of our people on the call are called, which a signature may name. Findings and header are those that
    stand, and ``corrections`` says what of them people corrected."""
    return check_on(Ground(dialogue, extraction, header, playbook, firms, corrections), draft_text)


def check_on(ground: Ground, draft_text: str) -> list[CheckedSentence]:
    """The same over a ground that is at hand, for several drafts of one call."""
    return [_checked(piece, ground) for piece in pieces_of(draft_text, ground.playbook)]


def share_supported(sentences: Sequence[CheckedSentence]) -> float:
    """The share of the sentences that may leave the house; 1.0 of none."""
    return sum(one.supported for one in sentences) / len(sentences) if sentences else 1.0


def _checked(piece: Piece, ground: Ground) -> CheckedSentence:
    links = [*sentence_claims.links(piece.text, ground), *_spoken(piece.text, ground)]
    mark: Mark = "plain" if all(link.supported for link in links) else "not in the call"
    if lookalikes.unreadable(piece.text) and not _spelt_so(piece, ground):
        return _made(piece, "not in the call", (), links)
    if piece.role == "greeting":
        return _greeting(piece, ground, links)
    if piece.role == "signature" and _signs(piece, ground, links):
        return _made(piece, mark, (), links)
    if piece.text in _playbooks_questions(ground.playbook):
        return _made(piece, "plain", (), links)
    return _judged(piece, ground, links)


def _judged(piece: Piece, ground: Ground, links: list[Claim]) -> CheckedSentence:
    """A sentence that may claim something, held against the call."""
    days = sentence_days.days_in(sentence_words.plain(piece.text), ground.header.meeting_date)
    prices = list(sentence_claims.prices(piece.text, ground, days))
    quoted = _quoted(piece, ground)
    beside = [(day.start, day.end) for day in days] + [(claim.start, claim.end) for claim in (*prices, *links)]
    telling = _telling(piece, ground, [*beside, *(place for place, _ in quoted)])
    carried = sentence_carried.carried_by(telling, piece, ground, days)
    carried = replace(carried, evidence=(*(quote for _, quote in quoted), *carried.evidence))
    ended = _ended(piece, ground)
    told = sentence_claims.days(piece.text, ground, days, list(carried.steps))
    hard = [*prices, *told, *links, *sentence_claims.names(piece.text, ground)]
    hard += sentence_corrections.gone(piece.text, telling, ground)
    stands = all(claim.supported for claim in hard) and holds(piece.text, telling, carried) and ended is not False
    claims_some = bool(telling or prices or carried.steps or quoted or ended)
    claims = sorted(
        [*hard, *_bonds(piece, carried, stands, claims_some, bool(prices or ended))], key=lambda claim: claim.start
    )
    if not all(claim.supported for claim in claims) or not stands:
        return _made(piece, "not in the call", (), claims)
    if not claims_some:
        nothing = not piece.text or sentence_courtesy.claims_nothing(piece.text)
        return _made(piece, "plain" if nothing else "not in the call", (), claims)
    evidence = [*carried.evidence, *(quote for claim in hard for quote in claim.evidence)]
    evidence += ground.extraction["outcome"]["evidence"] if ended and not evidence else ()
    return _standing(piece, ground, carried, claims, best_quotes(evidence))


def _bonds(piece: Piece, carried: Carried, stands: bool, claims_some: bool, settled: bool) -> list[Claim]:
    """What a sentence promises, gives away, or says that only a lawyer may; ``settled``: a price or outcome is told."""
    text, backing = piece.text, " ".join(quote["quote"] for quote in carried.evidence)
    found = list(sentence_claims.bonds(text, backing, stands, claims_some))
    given = sentence_courtesy.gifts(text, backing, agreed=settled or bool(carried.steps))
    found += [Claim("promise", text[start:end], start, end, False) for start, end in given]
    if piece.role == "point" and piece.owner == "advisor" and not found:
        kept = stands and not (_promises_plainly(piece) and not claims_some)
        found.append(Claim("promise", text, 0, len(text), kept, carried.by_value))
    return found


def _spoken(text: str, ground: Ground) -> list[Claim]:
    """Telephone numbers in words; supported where the call says the same figures in a row."""
    found = spoken_phones(text)
    said = (
        [one.figures for turn in ground.dialogue for one in spoken_phones(str(turn.get("text") or ""))] if found else []
    )
    return [Claim("link", text[one.start : one.end], one.start, one.end, one.figures in said) for one in found]


def _ended(piece: Piece, ground: Ground) -> bool | None:
    """Whether the call ended as a sentence tells; None where it tells nothing of it."""
    told = sentence_courtesy.outcome_told(piece.text)
    if told is None:
        return None
    meets = told == "meeting" and any(is_meeting(step) for step in findings.next_steps(ground.extraction))
    return meets or findings.outcome_role(findings.outcome(ground.extraction), ground.playbook) == told


def _promises_plainly(piece: Piece) -> bool:
    """Whether a point binds us to something in plain words alone: "We'll call you"."""
    folded = sentence_words.plain(piece.text)
    return bool(sentence_words.cues("promises", folded) and sentence_words.stems(piece.text))


def _spelt_so(piece: Piece, ground: Ground) -> bool:
    """Whether every word in other letters is spelt so in the call or its header: a name."""
    known = f"{ground.header.client_name or ''} {' '.join(str(turn.get('speaker') or '') for turn in ground.dialogue)}"
    words = (word.strip(".,;:!?()“”\"'") for word in lookalikes.unreadable(piece.text))
    return all(word in known.split() for word in words)


def _signs(piece: Piece, ground: Ground, links: list[Claim]) -> bool:
    """Whether a line under an e-mail is what stands there: a closing, names, titles, the firm, addresses."""
    words = piece.text
    for link in links:
        words = words.replace(link.words, " ")
    return sentence_courtesy.is_signature_line(words, ground.signers, ground.playbook.email.closing)


@lru_cache(maxsize=8)
def _playbooks_questions(playbook: Playbook) -> frozenset[str]:
    """What the firm asks every client: it claims nothing."""
    return frozenset(question_of(field) for field in playbook.fields)


def _made(piece: Piece, mark: Mark, evidence: Sequence[Quote], claims: Sequence[Claim]) -> CheckedSentence:
    return CheckedSentence(piece.text, piece.start, piece.end, piece.role, mark, tuple(evidence), tuple(claims))


def _greeting(piece: Piece, ground: Ground, links: list[Claim]) -> CheckedSentence:
    """A greeting is plain where every name in it is of somebody on the client's side, and nothing else stands in it."""
    strange = [
        Claim("name", said := piece.text[start:end], start, end, False, since=ground.corrected.name_since(said))
        for start, end in sentence_courtesy.unknown_in_greeting(piece.text, ground.clients)
    ]
    stands = not strange and all(link.supported for link in links)
    return _made(piece, "plain" if stands else "not in the call", (), [*strange, *links])


def _quoted(piece: Piece, ground: Ground) -> list[tuple[tuple[int, int], Quote]]:
    """The places between quotation marks whose words somebody said so, with those words."""
    found = []
    for match in _MARKS.finditer(piece.text):
        words = " ".join(sentence_words.plain(match.group(1)).split()).strip(" .,")
        turn = ground.said_so(words) if words else None
        if turn is not None:
            found.append((match.span(), Quote(turn=turn, quote=match.group(1).strip(" .,"))))
    return found


def _telling(piece: Piece, ground: Ground, beside: Sequence[tuple[int, int]]) -> set[str]:
    """The stems of a sentence that claim something; amounts, days and links are looked at by themselves."""
    words = (
        word
        for word in sentence_words.words_of(piece.text)
        if not any(start <= word.start < end for start, end in beside)
    )
    polite = sentence_words.courtesy() | sentence_words.money_stems() if beside else sentence_words.courtesy()
    return {word.stem for word in words} - polite - ground.named


def _standing(
    piece: Piece, ground: Ground, carried: Carried, claims: Sequence[Claim], evidence: list[Quote]
) -> CheckedSentence:
    """Who said what a sentence says. Prices, days and next steps are agreed where both sides spoke for them."""
    ended_by = ground.corrections.who("outcome") if sentence_courtesy.outcome_told(piece.text) else ""
    by = [name for name in dict.fromkeys([*carried.by, ended_by, *(claim.by for claim in claims)]) if name]
    if by:
        return replace(_made(piece, "corrected", evidence, claims), steps=carried.steps, by=tuple(by))
    sides = ground.sides([quote for quote in evidence if not quote["quote"].endswith("?")] or evidence)
    put = bool(carried.steps) or any(claim.kind in ("price", "promise") for claim in claims)
    price = any(claim.kind == "price" and claim.by_value for claim in claims)
    role = findings.outcome_role(findings.outcome(ground.extraction), ground.playbook)
    yes = ground.assented(evidence) if put else None
    if put and (len(sides) > 1 or yes or (price and role == "won")):
        quotes = best_quotes([*evidence, *([yes] if yes else [])])
        return replace(_made(piece, "agreed", quotes, claims), steps=carried.steps)
    said_by = max(sides, key=lambda side: sides[side], default=piece.owner or "advisor")
    mark: Mark = "said by the client" if said_by == "client" else "said by us"
    return replace(_made(piece, mark, evidence, claims), steps=carried.steps)


_MARKS = re.compile(r"[“\"]([^”\"]{3,})[”\"]")

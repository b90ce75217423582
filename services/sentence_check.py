"""Holds every sentence of a draft against the call: who said it, and what it binds somebody to.

A sentence is *plain* where it claims nothing (a greeting, thanks, a signature); else it is *said by the client*, *said
by us* or *agreed*, with the words that carry it, or *not in the call*. Whoever wrote it is held to the same rules: the
builtin draft, a model, a person.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from services import sentence_claims, sentence_days, sentence_words
from services.agents import findings
from services.agents.contract import Extraction, NextStep, Quote
from services.analyst.dialogue import best_quotes
from services.calls.model import Header
from services.open_questions import question_of
from services.playbooks.loader import Playbook
from services.sentence_claims import Claim, ClaimKind
from services.sentence_ground import Ground, Support
from services.sentence_pieces import Piece, Role, pieces_of

__all__ = ["CheckedSentence", "Claim", "ClaimKind", "Mark", "check", "check_on", "share_supported"]

Mark = Literal["said by the client", "said by us", "agreed", "not in the call", "plain"]
LEAST_SHARE = 0.7
_MOST_SUPPORTS = 5
_LEAST_ADDED = 0.08  # of a sentence's weight, that a further value must carry
_MOST_QUOTES = 5
_STEP_FIRST = 1.25  # how much sooner a sentence is taken to tell of a next step than of another value with its words


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """One sentence of a draft, from ``start`` to ``end`` in it, with what was found out about it.

    ``evidence`` are the quotes that carry it, ``claims`` what it binds somebody to, each with its own support,
    ``steps`` the next steps that it tells of.
    """

    text: str
    start: int
    end: int
    role: Role
    mark: Mark
    evidence: tuple[Quote, ...] = ()
    claims: tuple[Claim, ...] = ()
    steps: tuple[NextStep, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether it may leave the house unread."""
        return self.mark != "not in the call"

    @property
    def turns(self) -> list[int]:
        """The turns that carry it, in order."""
        return sorted({quote["turn"] for quote in self.evidence})


@dataclass(frozen=True, slots=True)
class _Carried:
    """What carries a sentence: quotes and next steps, the stems that they hold, and the share of its weight.

    ``near``: the words of the call that are most like it. ``denies``: a value that carries it says no to something.
    """

    share: float = 1.0
    held: frozenset[str] = frozenset()
    evidence: tuple[Quote, ...] = ()
    steps: tuple[NextStep, ...] = ()
    near: tuple[Quote, ...] = ()
    by_value: bool = False
    denies: bool = False


def check(
    draft_text: str,
    dialogue: Sequence[Mapping[str, Any]],
    extraction: Extraction,
    header: Header,
    playbook: Playbook,
) -> list[CheckedSentence]:
    """Every sentence of a draft, in order, marked. ``draft_text`` may begin with a ``Subject:`` line."""
    return check_on(Ground(dialogue, extraction, header, playbook), draft_text)


def check_on(ground: Ground, draft_text: str) -> list[CheckedSentence]:
    """The same over a ground that is at hand, for several drafts of one call."""
    return [_checked(piece, ground) for piece in pieces_of(draft_text, ground.playbook)]


def share_supported(sentences: Sequence[CheckedSentence]) -> float:
    """The share of the sentences that may leave the house; 1.0 of none."""
    return sum(one.supported for one in sentences) / len(sentences) if sentences else 1.0


def _checked(piece: Piece, ground: Ground) -> CheckedSentence:
    links = list(sentence_claims.links(piece.text, ground))
    if piece.role == "signature":
        return _made(piece, "plain" if all(link.supported for link in links) else "not in the call", (), links)
    if piece.role == "greeting":
        return _greeting(piece, ground, links)
    if piece.text in _playbooks_questions(ground.playbook):
        return _made(piece, "plain", (), links)
    days = sentence_days.days_in(sentence_words.plain(piece.text), ground.header.meeting_date)
    prices = list(sentence_claims.prices(piece.text, ground, days))
    quoted = _quoted(piece, ground)
    beside = [(day.start, day.end) for day in days] + [(claim.start, claim.end) for claim in (*prices, *links)]
    beside += [place for place, _ in quoted]
    telling = _telling(piece, ground, beside)
    carried = _with_its_day(_carried(telling, ground) if telling else _Carried(), piece, ground, days)
    carried = _told_plainly(carried, piece, ground) if piece.role == "point" and not telling else carried
    carried = replace(carried, evidence=(*(quote for _, quote in quoted), *carried.evidence))
    told = list(sentence_claims.days(piece.text, ground, days, list(carried.steps)))
    hard = [*prices, *told, *links, *sentence_claims.names(piece.text, ground)]
    stands = all(claim.supported for claim in hard) and _holds(piece.text, telling, carried)
    claims_some = bool(telling or prices or carried.steps or quoted)
    backing = " ".join(quote["quote"] for quote in carried.evidence)
    bonds = list(sentence_claims.bonds(piece.text, backing, stands, claims_some))
    if piece.role == "point" and piece.owner == "advisor" and not bonds:
        kept = stands and not (_promises_plainly(piece) and not claims_some)
        bonds.append(Claim("promise", piece.text, 0, len(piece.text), kept, carried.by_value))
    claims = sorted([*hard, *bonds], key=lambda claim: claim.start)
    if not all(claim.supported for claim in claims) or not stands:
        return _made(piece, "not in the call", (), claims)
    if not claims_some:
        return _made(piece, "plain", (), claims)
    evidence = [*carried.evidence, *(quote for claim in hard for quote in claim.evidence)]
    return _standing(piece, ground, carried, claims, best_quotes(evidence))


@lru_cache(maxsize=8)
def _playbooks_questions(playbook: Playbook) -> frozenset[str]:
    """What the firm asks every client: it claims nothing."""
    return frozenset(question_of(field) for field in playbook.fields)


def _made(piece: Piece, mark: Mark, evidence: Sequence[Quote], claims: Sequence[Claim]) -> CheckedSentence:
    return CheckedSentence(piece.text, piece.start, piece.end, piece.role, mark, tuple(evidence), tuple(claims))


def _greeting(piece: Piece, ground: Ground, links: list[Claim]) -> CheckedSentence:
    """A greeting is plain where every name in it is of somebody on the client's side."""
    strange = [
        Claim("name", match.group(), match.start(), match.end(), False)
        for match in re.finditer(r"[A-Z][\w'’\-]*", piece.text[len(piece.text.split()[0]) :])
        if sentence_words.plain(match.group()) not in ground.clients | sentence_words.word_list("courtesy") | _JOINING
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


def _carried(telling: set[str], ground: Ground) -> _Carried:
    """What carries these stems: the values that hold most of them, and the one place of the call that holds most."""
    whole = sum(map(ground.weight, telling))
    turns, said = ground.nearest(telling)
    near = ground.quotes(turns, said)
    supports = _chosen(telling, ground, whole)
    by_value = set[str]().union(*(telling & support.stems for support in supports))
    least = min(LEAST_SHARE * whole, sum(map(ground.weight, said)))
    if sum(map(ground.weight, by_value)) < least:
        supports = _chosen(telling - said, ground, whole)
    else:
        turns, said = ground.nearest(telling - by_value)
    held = said.union(*(telling & support.stems for support in supports))
    quotes = [quote for support in supports for quote in _best(support, telling)]
    if sum(map(ground.weight, by_value)) < LEAST_SHARE * whole:
        quotes += ground.quotes(turns, said)
    return _Carried(
        share=sum(map(ground.weight, held)) / whole,
        held=frozenset(held),
        evidence=tuple(quotes),
        steps=tuple(support.step for support in supports if support.step is not None),
        by_value=bool(supports),
        near=tuple(near),
        denies=any(support.denies for support in supports),
    )


def _with_its_day(carried: _Carried, piece: Piece, ground: Ground, days: Sequence[sentence_days.Day]) -> _Carried:
    """Where nothing but its day tells which next step a sentence is about ("We meet again on Monday"), that one too."""
    words, named = sentence_words.stems(piece.text), {day.iso for day in days if day.iso}
    if carried.steps or not named:
        return carried
    steps = [one for one in ground.supports if one.step and one.step["due_date"] in named and words & one.stems]
    quotes = [quote for one in steps for quote in one.evidence]
    told = tuple(one.step for one in steps if one.step)
    return replace(carried, steps=told, evidence=(*carried.evidence, *quotes))


def _promises_plainly(piece: Piece) -> bool:
    """Whether a point binds us to something in plain words alone: "We'll call you"."""
    folded = sentence_words.plain(piece.text)
    return bool(sentence_words.cues("promises", folded) and sentence_words.stems(piece.text))


def _told_plainly(carried: _Carried, piece: Piece, ground: Ground) -> _Carried:
    """Of a point in plain words alone ("You'll call us") the next step of that side that has most of them."""
    words = sentence_words.stems(piece.text)
    steps = [one for one in ground.supports if one.step and piece.owner in (None, one.step["owner"])]
    best = max(steps, key=lambda one: len(words & one.stems), default=None)
    if carried.steps or best is None or best.step is None or len(words & best.stems) < max(1, LEAST_SHARE * len(words)):
        return carried
    return replace(carried, steps=(best.step,), evidence=(*carried.evidence, *_best(best, words)))


def _chosen(telling: set[str], ground: Ground, whole: float) -> list[Support]:
    """The values that together hold most of the stems, those that hold more first."""
    left, found = set(telling), list[Support]()

    def told(one: Support) -> float:
        return sum(map(ground.weight, left & one.stems)) * (_STEP_FIRST if one.step else 1)

    while len(found) < _MOST_SUPPORTS and left:
        best = max(ground.supports, key=told, default=None)
        if best is None or told(best) < _LEAST_ADDED * whole:
            break
        found.append(best)
        left -= best.stems
    return found


def _best(support: Support, telling: set[str]) -> list[Quote]:
    """The quotes of a value that hold any of the stems, else its first one."""
    holding = [quote for quote in support.evidence if telling & sentence_words.stems(quote["quote"])]
    return holding[:_MOST_QUOTES] or list(support.evidence[:1])


def _holds(text: str, telling: set[str], carried: _Carried) -> bool:
    """Whether a sentence's words are carried: enough of their weight, every number, and no yes where a no was said."""
    if not telling:
        return True
    if carried.share < LEAST_SHARE or any(one[0].isdigit() for one in telling - carried.held):
        return False
    return _says_no_alike(text, telling, carried)


def _says_no_alike(text: str, telling: set[str], carried: _Carried) -> bool:
    """Whether a sentence says no where the call does, and nowhere else."""
    said = [quote["quote"] for quote in (*carried.evidence, *carried.near)]
    denied = [part for part in sentence_words.parts_of(text) if sentence_words.denies(part)]
    for part in denied if not carried.denies else ():
        of_it = sentence_words.stems(part) & telling
        if of_it and not any(no for words in said for no in sentence_words.denied_of(words, of_it)):
            return False
    if denied or carried.by_value:
        return True
    heard = [no for words in said for no in sentence_words.denied_of(words, telling)]
    return not heard or not all(heard)


def _standing(
    piece: Piece, ground: Ground, carried: _Carried, claims: Sequence[Claim], evidence: list[Quote]
) -> CheckedSentence:
    """Who said what a sentence says. Prices, days and next steps are agreed where both sides spoke for them."""
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
_JOINING = frozenset(("and", "family", "team", "all", "both", "there", "mr", "mrs", "ms", "dr"))

"""How the call ended: what each side said of buying, weighed by how late it was said; the last word wins."""

import re
from dataclasses import dataclass
from functools import lru_cache

from services.analyst.amounts import is_receipt
from services.analyst.dialogue import Talk
from services.analyst.endings import FIXED, find_appointment, last_part
from services.analyst.findings import Finding
from services.analyst.words import book
from services.playbooks.cues import CueBook, Line
from services.playbooks.loader import Playbook

LAST_PART = 0.55
DECIDED = 4.5
SURE = 9.0
WAITS = 2.5
YES = 3.0
PUTS_OFF = 2.0
TAKEN_UP = 2.0
TAKES_UP = 1.5
PAID_UP = 3.0
HITS_A_TURN = 2
_HOW = re.compile(r"(?:where|how)\b")  # who asks where the card goes has said yes
_CLAUSE = re.compile(r"[.;:?!]")


@dataclass(frozen=True, slots=True)
class Word:
    """Words for one outcome in one turn; ``weight`` holds how late they stand and how sure they are."""

    role: str
    weight: float
    turn: int
    start: int
    end: int
    side: str


@lru_cache(maxsize=8)
def _books(playbook: Playbook) -> dict[str, CueBook[str]]:
    return {
        "advisor": CueBook((outcome.role, cue) for outcome in playbook.outcomes for cue in outcome.advisor),
        "client": CueBook((outcome.role, cue) for outcome in playbook.outcomes for cue in outcome.client),
    }


def find_outcome(talk: Talk, playbook: Playbook) -> Finding | None:
    """The outcome, by the playbook's name for it; None only for a call without a word."""
    if not talk.turns:
        return None
    words = _words(talk, playbook)
    appointment = find_appointment(talk)
    role = _decided(words, appointment.strength if appointment else 0.0, _is_paid(talk, words))
    name = playbook.outcome_of(role)
    if name is None:
        return None
    own = sorted((word for word in words if word.role == role), key=lambda word: (-word.weight, -word.turn))
    quotes = [talk.quote(word.turn, word.start, word.end) for word in own]
    if role == "meeting" and appointment:
        quotes = [talk.quote_of(appointment.sentence), *quotes]
    last = talk.turns[-1].sentences
    return Finding(name, quotes or ([talk.quote_of(last[-1])] if last else []))


def accepting(talk: Talk, playbook: Playbook) -> list[int]:
    """The turns in which the client says yes to buying, outright."""
    found = []
    for turn in talk.of_side("client"):
        yes = (hit for hit in _books(playbook)["client"].find(turn.line) if hit.key == "won" and hit.weight >= YES)
        if any(hit.weight * _sureness(turn.folded, hit.start, hit.end) >= YES for hit in yes):
            found.append(turn.index)
    return found


def settled(talk: Talk, playbook: Playbook) -> int:
    """The turn with the first yes that the adviser takes up; the number of turns where there is none."""
    return min(_taken_up(_words(talk, playbook)), default=len(talk.turns))


def _words(talk: Talk, playbook: Playbook) -> list[Word]:
    """The words of the last part that speak for an outcome; of one role, the surest two of a turn."""
    count, found = len(talk.turns), []
    first = last_part(talk, LAST_PART)
    for turn in talk.turns[first:]:
        if turn.side not in ("advisor", "client"):
            continue
        late = 0.7 + 0.6 * (turn.index - first + 1) / (count - first)
        here: dict[str, list[Word]] = {}
        for hit in _books(playbook)[turn.side].find(turn.line):
            sure = _sureness(turn.folded, hit.start, hit.end) if hit.key in ("won", "lost") else 1.0
            here.setdefault(hit.key, []).append(
                Word(hit.key, hit.weight * late * sure, turn.index, hit.start, hit.end, turn.side)
            )
        for own in here.values():
            found.extend(_apart(own))
    return found


def _apart(words: list[Word]) -> list[Word]:
    """The surest words of a turn that don't overlap."""
    kept: list[Word] = []
    for word in sorted(words, key=lambda one: -one.weight):
        if all(word.end <= other.start or word.start >= other.end for other in kept):
            kept.append(word)
    return kept[:HITS_A_TURN]


def _sureness(folded: str, start: int, end: int) -> float:
    """1 for words said outright, less where their clause supposes, denies or asks ("if we do it", "should we ...?")."""
    before = _CLAUSE.split(folded[max(0, start - 300) : start])[-1]
    clause = before[-60:]
    doubt = max((hit.weight for hit in book("endings").find(Line(clause)) if hit.key == "supposes"), default=0.0)
    stop = _CLAUSE.search(folded, end)
    if stop and stop.group() == "?" and not _HOW.match(folded, start):
        doubt = max(doubt, 0.6)
    return 1.0 - min(doubt, 1.0)


def _taken_up(words: list[Word]) -> list[int]:
    """The client's turns whose yes the adviser's next words take up: a card is named, a payment has come."""
    yes = {word.turn for word in words if word.role == "won" and word.side == "client" and word.weight >= YES}
    ours = {word.turn for word in words if word.role == "won" and word.side == "advisor" and word.weight >= TAKES_UP}
    return [turn for turn in sorted(yes) if {turn + 1, turn + 2} & ours]


def _is_paid(talk: Talk, words: list[Word]) -> bool:
    """Whether money is told to have come through after the client's first yes."""
    first = min(
        (one.turn for one in words if one.role == "won" and one.side == "client" and one.weight >= 2),
        default=len(talk.turns),
    )
    return any(is_receipt(one) and not one.asks for turn in talk.turns[first + 1 :] for one in turn.sentences)


def _decided(words: list[Word], meeting: float, paid: bool) -> str:
    sums = {role: sum(word.weight for word in words if word.role == role) for role in {w.role for w in words}}
    won, lost = sums.get("won", 0.0), sums.get("lost", 0.0)
    yes = max((word.turn for word in words if word.role == "won" and word.weight >= 2), default=-1)
    put_off = sum(
        word.weight
        for word in words
        if word.role in ("open", "waiting") and word.turn > yes and word.weight >= PUTS_OFF
    )
    won += TAKEN_UP * bool(_taken_up(words)) + PAID_UP * paid - 0.5 * put_off
    meeting += 0.3 * min(sums.get("meeting", 0.0), 6.0)
    if max(won, lost) >= (SURE if meeting >= FIXED and not paid else DECIDED):
        return "won" if won >= lost else "lost"
    if meeting >= FIXED:
        return "meeting"
    waiting, open_ = sums.get("waiting", 0.0), sums.get("open", 0.0)
    return "waiting" if waiting >= WAITS and waiting >= open_ else "open"

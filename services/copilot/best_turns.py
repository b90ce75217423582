"""The turns that answer a search best: by its words, by the details that it asks for, and by meaning."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.copilot.contract import Passages
from services.copilot.details import groups_of_attributes, seldom_shown, surely_shown, told_where
from services.copilot.ranking import weights
from services.copilot.recollection import Recollection
from services.copilot.relevance import Wanted, wanted
from services.copilot.results import Said
from services.copilot.turns import Turn, around, cut, shown, with_before, with_reply
from services.json_words import plain
from services.playbooks.cues import Line, fold

_MOST_HITS = 40
_FEW_SPREAD, _A_CALL = 4, 2  # up to so many calls, so many turns of each are shown
_ALL_TURNS = 160  # of a client's few calls that are compared by meaning
_WITH_NEXT = 4  # the best turns, that are shown with what follows them
_TOLD_THERE = 0.2  # what it counts that a detail is told where in a call, and by whom, such details are
_DETAIL = 0.5  # what a detail counts that a turn tells
_REASON_ALONE = 0.7  # what a reason, or another kind of telling that no figures show, counts far from the words asked
_DETAIL_ALONE = 0.35  # what a detail counts far from the words that it is asked of
_TELLS = 0.6  # how surely a turn tells a detail that is shown for it alone
_ASKED, _SAYS_SOMETHING = 0.8, 3  # how surely an answer to the same question tells it, and its least words
_UNTOLD = 0.5  # the nearness of words where nobody can tell it
_WORDS, _OWN, _BESIDE = 0.75, 0.5, 0.25  # what words count in a client's few calls; of many, in the turn, and beside it


@dataclass(frozen=True)
class Scored:
    """A turn with its score, what it and those beside it hold of the question, and its nearness in meaning."""

    score: float
    turn: Turn
    held: float
    near: float


def after_of(asked: Passages) -> Wanted:
    """What a search is after; one over all calls is after what they are about."""
    return wanted(asked.words, topics=asked.spread)


def said_by(turn: Turn, words: str, held: float = 1.0, near: float = 1.0, beside: str = "") -> Said:
    """A turn as an answer quotes it."""
    speaker = turn.speaker or turn.side or "Somebody"
    return Said(speaker, words, turn.call.source(turn.number, words), held, near, beside)


def best_turns(memory: Recollection, asked: Passages, turns: Sequence[Turn], *, few: bool) -> list[Said]:
    """The best turns, the best first. ``few``: they are all turns of one client's calls."""
    after = after_of(asked)
    found = scored(memory, asked, turns, few=few)
    kept: list[Said] = []
    chosen = 0
    places: set[tuple[str, int]] = set()
    each_call = _A_CALL if len({turn.call.id for turn in turns}) <= _FEW_SPREAD else 1
    if few and after.alternatives and seldom_shown(after.details):
        found = _with_detail(after, found)
    for one in found:
        call = one.turn.call.id
        if (call, one.turn.number) in places or chosen >= (_MOST_HITS if asked.spread else asked.limit):
            continue
        if asked.spread and sum(each.source.call == call for each in kept) >= each_call:
            continue
        chosen += 1
        alone = asked.spread or chosen > _WITH_NEXT
        whole = few and chosen == 1
        for told in [one.turn] if alone else with_reply(one.turn) if asked.reply else shown(one.turn, whole=whole):
            if (call, told.number) not in places:
                places.add((call, told.number))
                kept.append(said_by(told, cut(told.text, after.stems), one.held, one.near, around(one.turn)))
    return kept


def scored(memory: Recollection, asked: Passages, turns: Sequence[Turn], *, few: bool) -> list[Scored]:
    """The turns that may be meant, the best first."""
    after = after_of(asked)
    told = weights(after, turns) if few else {}  # what others said before a speaker's turn counts too
    fit = [turn for turn in turns if _fits(turn, asked)]
    anybody = asked.model_copy(update={"speaker": ""})
    turns = fit or ([turn for turn in turns if _fits(turn, anybody)] if few or asked.told_of else [])
    first = {(t.call.id, t.number): told.get((t.call.id, t.number)) or after.share(t.text) for t in turns}
    turns = sorted(turns, key=lambda turn: -first[turn.call.id, turn.number] - after.shows(turn.text))
    texts = [with_before(turn) for turn in turns]
    near = memory.likeness(after.meaning, texts, *([_ALL_TURNS] if few else [])) or [_UNTOLD] * len(turns)
    found = [
        _scored(after, turn, like, told[turn.call.id, turn.number] if few else None)
        for turn, like in zip(turns, near, strict=True)
    ]
    return sorted(found, key=lambda each: (-each.score, each.turn.call.id, each.turn.number))


def _scored(after: Wanted, turn: Turn, near: float, told: float | None) -> Scored:
    """One turn's score. ``told``: how much of the question stands in and beside it, where all turns are looked at."""
    some, shows = bool(after.alternatives), after.shows(turn.text)
    held = after.share(around(turn)) if some else after.share(turn.text)
    if after.details and _is_asked(after, turn):
        shows = max(shows, _ASKED)
        held = held if some else max(held, _ASKED)
    if told is None:
        words = _OWN * after.share(turn.text) * some + _BESIDE * held
    else:
        words, held = _WORDS * told, max(held, told) if some else held
    if after.details:
        words += _TOLD_THERE * told_where(after.details, turn.number / len(turn.call.turns), turn.side)
    floor = _DETAIL_ALONE if surely_shown(after.details) else _REASON_ALONE
    beside = floor + (1 - floor) * told if told is not None and some else 1.0
    return Scored(near + words + _DETAIL * beside * shows, turn, held, near)


def _is_asked(after: Wanted, turn: Turn) -> bool:
    """Whether a turn answers the very question: what made you call?"""
    before = turn.call.turns[turn.number - 1] if turn.number else {}
    words = plain(before.get("text"))
    if "?" not in words or before.get("side") == turn.side or len(turn.text.split()) < _SAYS_SOMETHING:
        return False
    kinds = groups_of_attributes("asks", Line(fold(words[words[: words.rindex("?")].rfind(".") + 1 :])))
    return bool(kinds & (after.details - surely_shown(after.details)))


def _with_detail(after: Wanted, found: Sequence[Scored]) -> list[Scored]:
    """The turns with the one that tells the details best right after the first, wherever its words stand."""
    rest = [each for each in found[1:] if after.shows(each.turn.text) >= _TELLS]
    told = max(rest, key=lambda each: each.near + after.shows(each.turn.text), default=None)
    return list(found) if told is None else [found[0], told, *(each for each in found[1:] if each is not told)]


def _fits(turn: Turn, asked: Passages) -> bool:
    speaker = asked.speaker.lower()
    return (asked.side is None or turn.side == asked.side) and (not speaker or speaker in turn.speaker.lower())

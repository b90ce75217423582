"""What the adviser asked: questions that ask for telling, questions that yes or no answers."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, TypedDict

from services.agents.contract import DialogueTurn
from services.coaching.lexicon import at_start, small
from services.coaching.turns import of_side

LEAST_WORDS = 50  # of the adviser's without any mark at the end of a sentence: then no question can be told
_STOP = re.compile(r"[.!?]+(?=[\s\"'”’)—–-]|\Z)")
_SHORT_FORM = re.compile(r"\b(?:mr|mrs|ms|dr|st|jr|sr|vs)\.\Z")
_CLAUSE = re.compile(r",\s+|\s+[-–—]+\s*|--+\s*|—\s*|\.{2,}\s*|…\s*|:\s+|;\s+")
_ENDS = re.compile(r"[.?!]")
_EDGES = " \t\n\"'“”‘’(),.;:-–—…?!"
_EITHER_OR = re.compile(r"(?:\S+ ){1,6}or (?:\S+ ?){1,6}")  # "..., mornings or evenings"
_BARE_TAG = re.compile(r".+ (?:right|correct|huh)")


class Questions(TypedDict):
    """The turns that ask, once for every question: one with two questions stands there twice."""

    open: list[int]
    closed: list[int]


def questions(dialogue: Sequence[DialogueTurn]) -> Questions | None:
    """The adviser's questions; None where no adviser is known, or the transcript has no marks to tell them by."""
    ours = of_side(dialogue, "advisor")
    texts = [dialogue[number]["text"] for number in ours]
    if not ours or (not any(map(_ENDS.search, texts)) and sum(len(text.split()) for text in texts) >= LEAST_WORDS):
        return None
    found: Questions = {"open": [], "closed": []}
    for number, text in zip(ours, texts, strict=True):
        if "?" in text:
            for kind in kinds(text):
                found[kind].append(number)
    return found


def kinds(text: str) -> Iterator[Literal["open", "closed"]]:
    """The kind of every question of a text. One that only asks for a nod ("right?") is none."""
    for said in _asked(small(text)):
        if not _is_tag(said):
            yield "open" if _opens(said) else "closed"


def ends_asking(text: str) -> bool:
    """Whether a text ends with a question that wants an answer, and not just a nod."""
    if not text.rstrip(" \"'”’)").endswith("?"):
        return False
    last = list(_asked(small(text)))[-1:]
    return bool(last) and not _is_tag(last[0])


def _asked(text: str) -> Iterator[str]:
    """The question sentences of a text, without their marks."""
    start = 0
    for stop in _STOP.finditer(text):
        if stop.group() == "." and _SHORT_FORM.search(text, start, stop.end()):
            continue
        if "?" in stop.group() and (said := text[start : stop.start()].strip(_EDGES)):
            yield said
        if stop.group().strip(".") or len(stop.group()) == 1:
            start = stop.end()


def _is_tag(question: str) -> bool:
    """Whether a question only asks for a nod: alone, or behind a statement."""
    if _without(question, at_start("lead_ins"), at_start("tags")) == "":
        return True
    clauses = [clause.strip(_EDGES) for clause in _CLAUSE.split(question)]
    if len(clauses) > 1 and at_start("tags").fullmatch(clauses[-1]):
        return not any(map(_asks, clauses[:-1]))
    return bool(_BARE_TAG.fullmatch(question)) and not any(map(_asks, clauses))


def _asks(clause: str) -> bool:
    words = _without(clause, at_start("lead_ins"))
    return bool(at_start("open_questions").match(words) or at_start("asks_yes_or_no").match(words))


def _opens(question: str) -> bool:
    """Whether a question asks for telling: it, or one of its clauses, begins the way those do."""
    clauses = [clause.strip(_EDGES) for clause in _CLAUSE.split(question)]
    if len(clauses) > 1 and _EITHER_OR.fullmatch(clauses[-1]):
        return False
    for clause in [question, *clauses[1:]]:
        words = _without(clause, at_start("lead_ins"))
        if at_start("closed_questions").match(words):
            return False
        if at_start("open_questions").match(words):
            return True
        if at_start("asks_yes_or_no").match(words):
            return False
    return False


def _without(words: str, *leading: re.Pattern[str]) -> str:
    """What is left of words when "so", "okay" and their like are taken off their beginning."""
    words = words.strip(_EDGES)
    while match := next((found for one in leading if (found := one.match(words))), None):
        words = words[match.end() :].lstrip(_EDGES)
    return words

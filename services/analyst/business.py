"""Businesses that the client owns, by the names they go by."""

import re
from collections import defaultdict

from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.people import _STORY
from services.analyst.words import data
from services.playbooks.cues import CueBook, fold, parse

_WORD = r"(?:[A-Z][\w’'\-]*|&|and(?= [A-Z]))"
_NAME = re.compile(rf"(?<![\w’'])[A-Z][\w’'\-]*(?: {_WORD}){{0,4}}")
_CALLED = re.compile(
    r"\b(?:called|named|name is|name's|call it|it's|that's|under|llc,?|doing business as|dba|one is"
    r"|i own|we own|own|runs?|started)(?: the| uh,?)?[\s,:]*$"
)
_SETTLED = re.compile(r"\b(?:llc|inc|incorporated|llp|pllc|corp|corporation|partnership|s-corp|company)\b")
ENOUGH = 3.0


def _book(group: str) -> CueBook[str]:
    if group not in _BOOKS:
        _BOOKS[group] = CueBook((group, parse(cue)) for cue in data("property")["business"][group])
    return _BOOKS[group]


_BOOKS: dict[str, CueBook[str]] = {}


def _strength(group: str, sentence: Sentence) -> float:
    return max((hit.weight for hit in _book(group).find(sentence.line)), default=0.0)


def find_businesses(talk: Talk) -> Finding | None:
    """Names of going businesses of the client's; closed, sold and other people's ones are left out."""
    scores: dict[str, float] = defaultdict(float)
    proof: dict[str, list[Sentence]] = defaultdict(list)
    people = {fold(part) for turn in talk.turns for part in (turn.speaker or "").split()}
    for sentence in talk.sentences:
        if sentence.side not in ("advisor", "client") or _STORY.search(sentence.folded):
            continue
        for match in _NAME.finditer(sentence.text):
            name, strength = _named(talk, sentence, match, people)
            if name:
                scores[name] += strength
                proof[name].append(sentence)
    merged = _merged(scores, proof)
    chosen = [name for name, score in merged.items() if score >= ENOUGH]
    if not chosen:
        return None
    return Finding(chosen, [talk.quote_of(sentence) for name in chosen for sentence in proof[name][:2]])


def _named(talk: Talk, sentence: Sentence, match: re.Match[str], people: set[str]) -> tuple[str, float]:
    """A business's name at a place of a sentence and how sure it is one; an empty name where it is none."""
    words = match.group().rstrip(",.'’").split()
    before = sentence.folded[: match.start()]
    after = sentence.folded[match.end() :]
    forms, parts = data("property")["business"]["forms"], data("property")["business"]["names"]
    tail = fold(words[-1]).rstrip(".")
    form = tail in forms or bool(re.match(r",? (?:llc|inc\b|incorporated|llp|pllc|corp)", after))
    while words and fold(words[0]) in (
        "the",
        "a",
        "so",
        "and",
        "but",
        "my",
        "our",
        "no",
        "yes",
        "it's",
        "that's",
        "i",
        "oh",
        "okay",
        "well",
    ):
        words = words[1:]
    if not words or (len(words) == 1 and (tail in forms or fold(words[0]) in people)) or fold(words[0]) in ("llc",):
        return "", 0.0
    if len(words) == 1 and not form:
        return "", 0.0
    strength = 2.5 if form else 0.0
    strength += 1.5 if tail in parts and len(words) > 1 else 0.0
    strength += 1.0 if _CALLED.search(before) else 0.0
    strength += 1.0 if _near_business(talk, sentence) else 0.0
    if sentence.turn <= 6 and sentence.side == "advisor":
        return "", 0.0
    if strength < 2 or all(fold(word) in people for word in words):
        return "", 0.0
    strength -= 2.0 * _gone(talk, sentence)
    return " ".join(words), strength


def _near_business(talk: Talk, sentence: Sentence) -> bool:
    earlier = talk.before(sentence.turn)
    near = [*talk.turns[sentence.turn].sentences, *(earlier.sentences[-2:] if earlier else ())]
    return any(_strength("asks", one) >= 1.5 for one in near)


def _gone(talk: Talk, sentence: Sentence) -> float:
    """How strongly the words around a name say that the business is no more, or not the client's."""
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    near = turn.sentences[at : at + 2]
    return max((_strength("gone", one) for one in near), default=0.0)


def _merged(scores: dict[str, float], proof: dict[str, list[Sentence]]) -> dict[str, float]:
    """A name and its longer form are one business: the longer form stands."""
    merged: dict[str, float] = {}
    for name in sorted(scores, key=lambda one: -len(one)):
        words = set(fold(name).split()) - {"llc", "inc"}
        longer = next((other for other in merged if words <= set(fold(other).split())), None)
        if longer:
            merged[longer] += scores[name]
            proof[longer] += proof[name]
        else:
            merged[name] = scores[name]
    return merged

"""Businesses that the client owns, by the names they go by; one without a name by the words for it."""

import re
from collections import defaultdict
from functools import lru_cache

from services.analyst.business_names import Named, names_in
from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.words import data
from services.playbooks.cues import CueBook, fold, parse

ENOUGH = 3.1
WINDOW = 3
_FIRM = re.compile(
    r"\b(?:with|at|here at|over at|from|for|of|is) (?:the )?((?:[A-Z][\w’'&-]*|and|&)(?: (?:[A-Z][\w’'&-]*|and|of|&))*)"
)
_NO = re.compile(r"\W*(?:no|nope|naw|nah|not|nothing|none|neither|never)\b")
_THEIRS = re.compile(r"\b(?:your|you|you're|you've|y'all|you guys|that)\b")
_FORMS = frozenset(("llc", "inc", "incorporated", "llp", "pllc", "corp", "the"))


@lru_cache(maxsize=8)
def _book(group: str) -> CueBook[str]:
    return CueBook((group, parse(cue)) for cue in data("property")["business"][group])


def _weight(group: str, sentence: Sentence) -> float:
    return max((hit.weight for hit in _book(group).find(sentence.line)), default=0.0)


def find_businesses(talk: Talk) -> Finding | None:
    """Names of going businesses of the client's; closed, sold and other people's ones are left out."""
    scores: dict[str, float] = defaultdict(float)
    proof: dict[str, list[Sentence]] = defaultdict(list)
    topic = _topic(talk)
    people, firm = _people(talk), _firm(talk)
    for sentence in talk.sentences:
        if sentence.side not in ("advisor", "client") or _told_of_others(sentence):
            continue
        for named in names_in(sentence, people, firm):
            strength = _owned(talk, named, topic)
            if strength:
                scores[named.name] += strength
                proof[named.name].append(sentence)
    merged = _merged(scores, proof)
    chosen = [name for name, score in merged.items() if score >= ENOUGH and _clients_word(proof[name])]
    if not chosen:
        return _unnamed(talk)
    chosen.sort(key=lambda name: proof[name][0].turn)
    quotes = [talk.quote_of(sentence) for name in chosen for sentence in proof[name][: 2 if len(chosen) < 3 else 1]]
    return Finding(chosen, quotes)


def _told_of_others(sentence: Sentence) -> bool:
    if sentence.side == "advisor":
        return sentence.story
    return _weight("others", sentence) >= 2


def _topic(talk: Talk) -> dict[int, float]:
    """How near each turn is to talk of the client's business: asked after, or begun by the client."""
    near: dict[int, float] = defaultdict(float)
    for sentence in talk.sentences:
        strength = _weight("asks", sentence)
        if strength < 1 or (
            sentence.side == "advisor" and (_told_of_others(sentence) or (sentence.turn < 3 and not sentence.asks))
        ):
            continue
        for step in range(WINDOW + 1):
            near[sentence.turn + step] = max(near[sentence.turn + step], strength * (1 - 0.2 * step))
        near[sentence.turn - 1] = max(near[sentence.turn - 1], 0.8 * strength)
    return near


def _people(talk: Talk) -> frozenset[str]:
    names = {fold(word).strip("(),.") for turn in talk.turns for word in (turn.speaker or "").split()}
    return frozenset(names)


def _firm(talk: Talk) -> frozenset[str]:
    """Words of the adviser's own firm, as it is named in the first turns ("I'm Ann, with Oak Street Legal")."""
    words: set[str] = set()
    for turn in talk.turns[:10]:
        if turn.side == "advisor":
            for match in _FIRM.finditer(turn.text):
                if not turn.sentence_at(match.start()).asks:
                    words |= {fold(word) for word in match.group(1).split()}
    return frozenset(words - {"and", "of", "the", "&", "i", "llc"})


def _owned(talk: Talk, named: Named, topic: dict[int, float]) -> float:
    """How strongly a mention says that the client owns the business; below zero where it is gone or another's."""
    sentence = named.sentence
    strength = named.strength + min(1.5, 0.75 * topic.get(sentence.turn, 0.0))
    if named.alone and topic.get(sentence.turn, 0.0) >= 1.2 and sentence.side == "client" and " " in named.name:
        strength += 1.0
    if sentence.side == "advisor":
        answer = talk.turns[sentence.turn + 1] if sentence.turn + 1 < len(talk.turns) else None
        if sentence.turn <= 6 and not _THEIRS.search(sentence.folded):
            return 0.0
        if sentence.asks and answer is not None and _NO.match(answer.folded):
            return -2.0
        strength *= 0.7
    if strength < 1.4:
        return 0.0
    return strength - 2.0 * _gone(talk, named)


def _gone(talk: Talk, named: Named) -> float:
    """How strongly the words around a name say that the business is no more, or not the client's."""
    sentence = named.sentence
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    after = turn.sentences[at + 1] if at + 1 < len(turn.sentences) else None
    here = _weight("gone", sentence)
    if after is not None and re.match(r"\W*(?:it|that|they|we|he|she|i|but|which|but that|now)\b", after.folded):
        here = max(here, _weight("gone", after) if not _weight("going", after) else 0.0)
    return max(0.0, here - _weight("going", sentence))


def _clients_word(sentences: list[Sentence]) -> bool:
    """A business must come from the client, or from the adviser more than once."""
    return any(sentence.side == "client" for sentence in sentences) or len(sentences) > 1


def _merged(scores: dict[str, float], proof: dict[str, list[Sentence]]) -> dict[str, float]:
    """A name and its longer form are one business: the longer form stands."""
    merged: dict[str, float] = {}
    for name in sorted(scores, key=lambda one: (-len(set(fold(one).split()) - _FORMS), -len(one))):
        words = {word.removesuffix("'s").strip(",.") for word in fold(name).split()} - _FORMS
        same = [
            other for other in merged if words <= {word.removesuffix("'s").strip(",.") for word in fold(other).split()}
        ]
        exact = [other for other in same if len(set(fold(other).split()) - _FORMS) == len(words)]
        if same:
            longer = (exact or same)[0]
            merged[longer] += scores[name]
            proof[longer] += proof[name]
        else:
            merged[name] = scores[name]
    return merged


# Businesses that nobody names


def _unnamed(talk: Talk) -> Finding | None:
    """ "My dental practice", "the rentals are in an LLC": what a business without a name is."""
    pattern, rental = _phrases()
    for sentence in talk.sentences:
        if sentence.side != "client" or _told_of_others(sentence) or _weight("gone", sentence) >= 2 or sentence.asks:
            continue
        if match := pattern.search(sentence.folded):
            return Finding([match.group("what")], [talk.quote_of(sentence)])
        turn = talk.turns[sentence.turn]
        if (
            "llc" in sentence.words
            and rental.search(turn.folded + " " + _heard(talk, sentence))
            and not _NO.match(turn.folded)
        ):
            return Finding(["rental LLC"], [talk.quote_of(sentence)])
    return None


def _heard(talk: Talk, sentence: Sentence) -> str:
    earlier = talk.before(sentence.turn)
    return earlier.folded if earlier else ""


@lru_cache(maxsize=1)
def _phrases() -> tuple[re.Pattern[str], re.Pattern[str]]:
    business = data("property")["business"]
    kinds = "|".join(map(re.escape, sorted(business["kinds"], key=len, reverse=True)))
    trades = "|".join(map(re.escape, sorted(business["trades"], key=len, reverse=True)))
    own = (
        r"(?:(?:i|we|she|he) (?:also |still |both )?(?:own|owns|run|runs|operate|operates|started|have"
        r"|has)|i've got|we've got|i got|my own|our own)"
    )
    return (
        re.compile(
            rf"\b(?:{own}(?: and (?:run|operate))?(?: (?:a|an|the|my|our|my own|our own|own|little|small"
            rf"|family|successful)){{0,3}}"
            rf"|(?:my|our)(?: (?:own|little|small|family))*) (?P<what>(?:{trades}) (?:{kinds})"
            rf"|(?:{business['whole']}))\b"
        ),
        re.compile(r"\b(?:rentals?|duplex(?:es)?|fourplex|rental properties|rent houses?|apartments?|tenants)\b"),
    )

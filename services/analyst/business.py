"""Businesses that the client owns, by the names they go by; one without a name by the words for it."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from services.analyst.business_names import Named, names_in
from services.analyst.business_unnamed import unnamed
from services.analyst.dialogue import MOST_QUOTES, Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.places import is_town
from services.analyst.wordings import Wording
from services.analyst.words import data, hits, weight
from services.playbooks.cues import CueBook, fold, parse

ENOUGH = 3.1
WINDOW = 3
BRIEF = 12
ABOUT = 0.7  # how near a turn must be to talk of a business
NAMED_WHEN_ASKED, TRADE, FORM_BEFORE, AGAINST = 2.0, 1.5, 1.0, -3.0
_FIRM = re.compile(
    r"\b(?:with|at|here at|over at|from|for|of|is) (?:the )?((?:[A-Z][\w’'&-]*|and|&)(?: (?:[A-Z][\w’'&-]*|and|of|&))*)"
)
_PRESENTS = Wording(
    r"\b(?:i'm|i am|this is|my name|we are|we're|here at|calling|call(?:ing)? from|thanks for|thank you for|welcome"
    r"|name's|i work|speaking|this's|you've reached)\b"
)
_ASKS_NAME = Wording(r"\b(?:called|name of|the name|a name|go by|goes by|what name|named)\b[^.?!]*\?")
_NO = re.compile(r"\W*(?:no|nope|naw|nah|not|nothing|none|neither|never)\b")
_SET_UP = re.compile(r",? (?:that's|it's|that is|it is|that one's) (?:an?|our|my|mine|ours)\b")
_THEIRS = Wording(r"\b(?:your|you|you're|you've|y'all|you guys|that)\b")
_WHOLE = "truck|cart|van|stand|booth|line|shop|store|place|business|thing|outfit|crew"
_FORMS = frozenset(("llc", "inc", "incorporated", "llp", "pllc", "corp", "the"))


@lru_cache(maxsize=8)
def _book(group: str) -> CueBook[str]:
    return CueBook((group, parse(cue)) for cue in data("property")["business"][group])


def _weight(group: str, sentence: Sentence) -> float:
    found = sentence.line.found.get(f"business {group}")
    if found is None:
        found = sentence.line.found[f"business {group}"] = _book(group).find(sentence.line)
    return max((hit.weight for hit in found), default=0.0) if found else 0.0


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
    chosen = [name for name in chosen if not _was_renamed(talk, name, chosen)]
    chosen.sort(key=lambda name: proof[name][0].turn)
    quotes = [talk.quote_of(sentence) for name in chosen for sentence in proof[name][: 2 if len(chosen) < 3 else 1]]
    others = frozenset((one.turn, one.start) for one in talk.sentences if _told_of_others(one))
    for name, said in unnamed(talk, others, {name: proof[name][0].turn for name in chosen}):
        chosen.append(name)
        quotes = [*quotes[: MOST_QUOTES - len(said)], *said]
    return Finding(chosen, quotes) if chosen else None


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
                sentence = turn.sentence_at(match.start())
                if not sentence.asks and _PRESENTS.search(sentence):
                    words |= {fold(word) for word in match.group(1).split()}
    return frozenset(words - {"and", "of", "the", "&", "i", "llc"})


def _owned(talk: Talk, named: Named, topic: dict[int, float]) -> float:
    """How strongly a mention says that the client owns the business; below zero where it is gone or another's."""
    sentence = named.sentence
    near = topic.get(sentence.turn, 0.0)
    earlier = talk.before(sentence.turn)
    if named.alone and is_town(fold(named.name)) and not (earlier and _ASKS_NAME.search(earlier)):
        return 0.0
    strength = named.strength + _beside(talk, named, near) + min(1.5, 0.75 * near)
    if named.alone and topic.get(sentence.turn, 0.0) >= 1.2 and sentence.side == "client" and " " in named.name:
        strength += 1.0
    if sentence.side == "advisor":
        answer = talk.turns[sentence.turn + 1] if sentence.turn + 1 < len(talk.turns) else None
        if sentence.turn <= 6 and not _THEIRS.search(sentence):
            return 0.0
        if sentence.asks and answer is not None and _NO.match(answer.folded):
            return -2.0
        strength *= 0.7
    if strength < 1.4:
        return 0.0
    return strength - 2.0 * _gone(talk, named)


def _place(sentence: Sentence, sentences: Sequence[Sentence]) -> int:
    return bisect_left(sentences, sentence.start, key=lambda one: one.start)


def _beside(talk: Talk, named: Named, near: float) -> float:
    """What the sentences beside a name add: "the coffee cart", before it; "that's just me", after it.

    ``near``: how near the turn is to talk of a business. "It's just me" is said of towns and houses, too.
    """
    sentence = named.sentence
    sentences = talk.turns[sentence.turn].sentences
    at = _place(sentence, sentences)
    before = sentences[at - 1] if at else None
    after = sentences[at + 1] if at + 1 < len(sentences) else None
    told = hits("ventures", after) if after is not None and after.length <= BRIEF else []
    if weight(hits("ventures", sentence), "future") or weight(told, "future"):
        return AGAINST
    if _SET_UP.match(sentence.folded, named.end):
        following = talk.turns[sentence.turn + 1] if sentence.turn + 1 < len(talk.turns) else None
        said = [after] if after is not None else following.sentences[:1] if following is not None else []
        return TRADE * near + max((weight(hits("ventures", one), "form") for one in said), default=0.0)
    if re.search(r"\w{3}", sentence.text[named.end :]):
        return 0.0
    trade = named.alone and before is not None and before.length <= BRIEF and _is_trade(before)
    working = after is not None and weight(told, "mine") and weight(hits("ventures", after), "working")
    strength = max(weight(told, "mine") if near >= ABOUT or trade or working else 0.0, weight(told, "form"))
    earlier = talk.before(sentence.turn)
    if named.alone and near >= ABOUT and sentence.side == "client" and earlier and _ASKS_NAME.search(earlier):
        strength += NAMED_WHEN_ASKED
    if trade and before is not None and weight(hits("ventures", before), "leads"):
        strength += TRADE
    elif trade and before is not None and before.line.words[-1] in _FORMS:
        strength += FORM_BEFORE  # "It's an LLC. Marlow Gravel."
    return strength


def _is_trade(sentence: Sentence) -> bool:
    """Whether a sentence ends in a word for a business: "I've got the coffee cart"."""
    business = data("property")["business"]
    words = sentence.line.words
    last = words[-1] if words else ""
    known = last in business["kinds"] or last in business["names"]
    return known or bool(re.search(rf"\b(?:{_WHOLE}|{business['whole']})$", " ".join(words)))


def _gone(talk: Talk, named: Named) -> float:
    """How strongly the words around a name say that the business is no more, or not the client's."""
    sentence = named.sentence
    turn = talk.turns[sentence.turn]
    at = _place(sentence, turn.sentences)
    after = turn.sentences[at + 1] if at + 1 < len(turn.sentences) else None
    here = _weight("gone", sentence)
    if after is not None and re.match(r"\W*(?:it|that|they|we|he|she|i|but|which|but that|now)\b", after.folded):
        here = max(here, _weight("gone", after) - _weight("going", after))
    return max(0.0, here - _weight("going", sentence))


def _was_renamed(talk: Talk, name: str, others: list[str]) -> bool:
    """Whether a name is the old one of another that begins alike: "it was Marlow Rental, it is Marlow Storage now"."""
    words = fold(name).split()
    short, whole = re.escape(words[-1]), re.escape(fold(name))
    alike = [other for other in others if other != name and fold(other).split()[:-1] == words[:-1] != []]
    old = re.compile(rf"\b(?:was|were|used to be)(?: called)?(?: the)? (?:{whole}|{short})\b")
    return bool(alike) and any(old.search(turn.folded) for turn in talk.of_side("client"))


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

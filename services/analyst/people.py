"""The household: marital status, the partner's name, the number of children."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from services.agents.contract import Quote
from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.words import data, hits, weight
from services.calls.model import Call
from services.playbooks.cues import fold

STATUSES = {
    "married": "Married",
    "widowed": "Widowed",
    "divorced": "Divorced",
    "separated": "Separated",
    "single": "Single",
}
ENOUGH = 2.5
_YES = re.compile(r"\W*(?:yes|yeah|yep|yup|right|correct|uh-huh|mm-hm|sure|we are|i am|exactly|still are)\b")
_NO = re.compile(r"\W*(?:no|nope|naw|nah|not|never)\b")
_WAS = re.compile(r"\W*(?:i|we) (?:was|were|used to be)\b")
_STORY = re.compile(
    r"\b(?:i had a|we had a|had two|i worked with|there (?:was|were) (?:a|this|these|two)"
    r"|a (?:client|family|couple|lady|fella|gentleman|guy|woman|friend)"
    r"|two (?:sisters|brothers|ladies)|for example|let's say|say you|imagine|suppose|my (?:uncle"
    r"|aunt|cousin|sister|brother|neighbor|buddy|friend|mother|mom|dad|father|parents)(?:'s)?)\b"
)


def find_marital_status(talk: Talk, call: Call) -> Finding | None:
    """The client's own status by what stands in the first person, what the adviser repeats and what is answered."""
    votes: dict[str, float] = defaultdict(float)
    proof: dict[str, list[tuple[float, Quote]]] = defaultdict(list)
    for sentence in talk.sentences:
        if sentence.side not in ("advisor", "client") or _STORY.search(sentence.folded):
            continue
        for group, strength in _status_said(talk, sentence):
            votes[group] += strength
            proof[group].append((strength, talk.quote_of(sentence)))
    if not votes:
        return None
    best = _status(votes, together=len(_client_names(call)) > 1)
    if best is None:
        return None
    ranked = sorted(proof[best], key=lambda one: -one[0])
    return Finding(STATUSES[best], [quote for _, quote in ranked])


def _status_said(talk: Talk, sentence: Sentence) -> Iterator[tuple[str, float]]:
    found = hits("people", sentence)
    ours = sentence.side == "client"
    for group in STATUSES:
        if strength := weight(found, group):
            if sentence.asks and not ours:
                strength *= _confirmed(talk, sentence)
            elif not ours:
                strength *= 0.7
            if strength > 0:
                yield group, strength
    question = talk.question_before(sentence) if ours else None
    if question is not None and sentence is talk.turns[sentence.turn].sentences[0]:
        asked = hits("people", question)
        if weight(asked, "asks_marriage") and not weight(asked, "asks_children"):
            if _WAS.match(sentence.folded):
                yield "widowed", 1.0
                yield "divorced", 1.0
            elif "married" in question.words and _YES.match(sentence.folded):
                yield "married", 4.0
            elif "married" in question.words and _NO.match(sentence.folded) and sentence.length <= 4:
                yield "single", 2.0


def _confirmed(talk: Talk, question: Sentence) -> float:
    answer = talk.turns[question.turn + 1] if question.turn + 1 < len(talk.turns) else None
    if answer is None or answer.side == question.side:
        return 0.3
    return 1.0 if _YES.match(answer.folded) else 0.0 if _NO.match(answer.folded) else 0.4


def _status(votes: dict[str, float], together: bool) -> str | None:
    """The status that the votes make likeliest. Somebody married again, or not yet divorced, was married before."""
    votes = {group: min(total, 9.0) for group, total in votes.items()}
    if together and not votes.get("single"):
        votes["married"] = votes.get("married", 0.0) + 2.0
    if votes.get("separated", 0.0) >= 4.0:
        return "separated"
    best = max(votes, key=lambda group: votes[group])
    if best == "married" and votes.get("widowed", 0.0) >= 5.0 and votes["widowed"] >= 0.6 * votes["married"]:
        best = "widowed"
    if best == "single" and votes.get("divorced", 0.0) >= 4.0:
        best = "divorced"
    return best if votes[best] >= ENOUGH else None


# The partner's name

_CAPITAL = r"([A-Z][a-zé]+(?:[A-Z][a-z]+)?)(?![\w’']*[a-z]\.)"
_KIN = "|".join(data("people")["kin"]["partner"])
_NAMED = [
    (re.compile(
        rf"\b(?:[Mm]y|the|your) (?:\w+ )?(?:{_KIN})(?:'s name is|'s name's| is named| named|'s called|,"
        rf"| is|'s)? (?:uh, |um, )?{_CAPITAL}"
        ), 3.0),
    (re.compile(rf"\b{_CAPITAL}(?: is|'s|,|, that's|, he's|, she's) (?:my|your|the) (?:\w+ )?(?:{_KIN})\b"), 3.0),
    (re.compile(rf"\b(?:[Mm]e and|[Yy]ou and|[Bb]oth you and) {_CAPITAL}"), 1.5),
    (re.compile(rf"\b{_CAPITAL} and (?:I|me|you|myself|yourself)\b"), 1.5),
    (re.compile(rf"\b(?:married|[Ss]o you're) {_CAPITAL}\b"), 0.8),
    (re.compile(rf"\b[Tt]his(?: is)? my (?:{_KIN}),? {_CAPITAL}"), 4.0),
    (re.compile(rf"\b(?:told|ask|asked|tell|with|for|to) {_CAPITAL}\b"), 0.3),
]  # fmt: skip
_CHILD = re.compile(
    r"\b(?:sons?|daughters?|boys?|girls?|kids?|brother|sister|nephew|niece|cousin|friend|grandson"
    r"|granddaughter|baby|dog|cat|stepson|stepdaughter|lawyer|attorney|neighbor|uncle|aunt"
    r"|ex)(?:'s name is|,| is|'s| named)? (\w+)|"
    r"\b(\w+)(?: is|'s|,) (?:my|our|the|her|his|your|a) (?:\w+ )?(?:sons?|daughters?|boys?|girls?"
    r"|oldest|youngest|eldest|brother|sister|nephew|niece|cousin|friend|dog|cat|lawyer|attorney"
    r"|paralegal|ex)\b"
)


def _client_names(call: Call) -> list[str]:
    """First names of the people on the client's side, as their labels say."""
    names = []
    for speaker in call.speakers:
        if speaker.side == "client":
            names += [part.strip() for part in re.split(r"\s*(?:&|\band\b|/|,)\s*", speaker.name) if part.strip()]
    return names


def find_spouse(talk: Talk, call: Call, status: Finding | None) -> Finding | None:
    """The name of the living partner, by how the client speaks of them, or by who else is on the client's side."""
    client = _own_names(call)
    scores: dict[str, float] = defaultdict(float)
    proof: dict[str, list[tuple[float, Quote]]] = defaultdict(list)
    others = _names_of_others(talk)
    advisers = {fold(word) for speaker in call.speakers if speaker.side == "advisor" for word in speaker.name.split()}
    never = set(data("people")["names"]["never"]) | advisers
    for sentence in talk.sentences:
        if _STORY.search(sentence.folded) and sentence.side == "advisor":
            continue
        for pattern, strength in _NAMED:
            for match in pattern.finditer(sentence.text.replace("’", "'")):
                name = match.group(1)
                if fold(name) in never or fold(name) in client:
                    continue
                scores[name] += strength
                proof[name].append((strength, talk.quote_of(sentence)))
    partners = [name for name in _client_names(call) if fold(name.split()[0]) not in client and name[:1].isalpha()]
    for name in partners:
        first = name.split()[0]
        scores[first] += 2.0
        proof[first] += [(0.5, quote) for quote in _mentions(talk, first)]
    for name in list(scores):
        scores[name] -= 1.5 * others.get(fold(name), 0)
    return _partner(talk, scores, proof, status)


def _partner(
    talk: Talk, scores: dict[str, float], proof: dict[str, list[tuple[float, Quote]]], status: Finding | None
) -> Finding | None:
    alone = status is not None and status.value in ("Single", "Divorced", "Widowed")
    living = sum(weight(hits("people", s), "partner") for s in talk.sentences if not _STORY.search(s.folded))
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is None or scores[best] < (4.0 if alone else 2.0) or (alone and living < 6.0) or not proof[best]:
        return None
    ranked = sorted(proof[best], key=lambda one: -one[0])
    return Finding(best, [quote for _, quote in ranked])


def _own_names(call: Call) -> set[str]:
    """The words of the client's own name; of a label with two names, the header's is the client."""
    names = {fold(word) for word in (call.header.client_name or "").split()}
    if not names:
        own = _client_names(call)
        names = {fold(word) for word in own[0].split()} if own else set()
    return names


def _names_of_others(talk: Talk) -> dict[str, int]:
    """How often a name is said of a child, a relative, a friend."""
    counted: dict[str, int] = defaultdict(int)
    for sentence in talk.sentences:
        for match in _CHILD.finditer(sentence.folded):
            counted[match.group(1) or match.group(2)] += 1
    return counted


def _mentions(talk: Talk, name: str) -> list[Quote]:
    folded = fold(name)
    return [talk.quote_of(sentence) for sentence in talk.sentences if folded in sentence.words][:3]


def pick_quotes(quotes: Sequence[tuple[float, Quote]]) -> list[Quote]:
    """Quotes, strongest first."""
    return [quote for _, quote in sorted(quotes, key=lambda one: -one[0])]

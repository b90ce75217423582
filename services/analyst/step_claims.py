"""What makes a next step of a sentence: a promise, a request, an order, an offer that is taken up."""

import re
from collections.abc import Iterator

from services.analyst.dialogue import Sentence, Talk
from services.analyst.step_text import things
from services.analyst.step_verbs import step_hits
from services.analyst.words import data, hits, weight
from services.playbooks.cues import Hit

WANTED = 3.5
OFFERED = 3.0
GLADLY = 3.0
ONLY_OFFERED = 3.0
GLADLY = 3.0
_ONLY_IF = re.compile(r"(?:i|we|i'd|we'd) (?:can|could|would|might)\b|i'd\b|we'd\b")
_IF_YOU = re.compile(r"\b(?:if|unless|as long as|provided) (?:you|he|she|they|that)\b")
_TERMS = re.compile(r"\b(?:i|we|i'd|we'd) (?:can|could|might)\b[^,.?!]{0,60}\b(?=(?:if|as long as|once|when) you\b)")
"""What the adviser can do on terms: "I can do it now if you text me his name" asks for nothing yet."""
_NEEDED = re.compile(
    r"\W*(?:(?:and|so|oh|wait|okay|now),? )*(?:do|would|will|should|shall) (?:you|i|we|y'all) (?:also |still )?"
    r"(?:need|want|bring|send|dig|copy|scan|get)\b"
)
_YES = re.compile(
    r"\W*(?:(?:oh|well|um|uh),? )*(?:yes|yeah|yep|please|sure|absolutely|definitely|if you (?:have|can))\b"
)


def claims(talk: Talk, sentence: Sentence, found: list[Hit[str]]) -> Iterator[tuple[float, str]]:
    """What makes a step of a sentence, and how surely, by the group of cues: promises, or what is asked."""
    promises = max((_promised(sentence, one, found) for one in found if one.key == "promises"), default=0.0)
    if sentence.side == "client":
        if not sentence.asks or _offers_to(sentence):
            yield promises, "promises"
        elif _asks_whether(talk, sentence):
            yield WANTED + 1.0, "promises"
        requests = [sureness(one, found) for one in found if one.key == "requests" and _of_you(sentence, one)]
        requests = [] if promises >= 2 and not sentence.asks else requests
        if requests and _taken(talk, sentence, "does"):
            yield max(requests) + 1.0, "requests"
        return
    taken = _taken(talk, sentence, "takes") if promises < 2 and weight(found, "offers") > 0 else 0.0
    yield max(promises, OFFERED + (taken >= GLADLY)) if taken else promises, "promises"
    terms = _TERMS.search(sentence.folded)
    own = [one for one in found if one.key in ("promises", "offers") and one.weight > 0]
    asked = [one for one in found if one.key == "asks" and _of_you(sentence, one)]
    asked = [one for one in asked if not any(other.start < one.start < other.end for other in own)]
    asks = [sureness(one, found) for one in asked if terms is None or one.start < terms.end()]
    yield max([*asks, WANTED if _wanted(talk, sentence) else 0.0]), "asks"


def _promised(sentence: Sentence, one: Hit[str], found: list[Hit[str]]) -> float:
    """The sureness of a promise; "I can do it if you text me his name" only offers."""
    offers = _ONLY_IF.match(sentence.folded, one.start) and _IF_YOU.search(sentence.folded, one.end)
    return sureness(one, found) - (ONLY_OFFERED if offers else 0.0)


def _wanted(talk: Talk, sentence: Sentence) -> bool:
    """Whether the adviser names a thing in answer to "What do I need to bring?"."""
    asked = talk.before(sentence.turn)
    tells = sentence.asks or sentence.folded.startswith(("there's ", "it's ", "that's "))
    if asked is None or tells or not things(sentence.text):
        return False
    opening = talk.turns[sentence.turn].sentences[:4]
    return sentence.start <= opening[-1].start and any(weight(hits("steps", one), "wants") for one in asked.sentences)


def _offers_to(sentence: Sentence) -> bool:
    """ "I'll bring it Monday, okay?" promises for all its question mark."""
    return bool(re.match(r"(?:\w+[, ]+)?(?:i'll|we'll|i'm going to|let me)\b", sentence.folded))


def _asks_whether(talk: Talk, sentence: Sentence) -> bool:
    """Whether the client asks if a thing is needed, and is told that it is: "Do you need the deeds?"."""
    if not sentence.asks or not _NEEDED.match(sentence.folded) or not things(sentence.text):
        return False
    answers = talk.turns[sentence.turn + 1 : sentence.turn + 2]
    return any(answer.side == "advisor" and _YES.match(answer.folded) for answer in answers)


def _of_you(sentence: Sentence, one: Hit[str]) -> bool:
    """Whether a verb is asked of the listener, and not told of others ("they call her brother")."""
    before = re.findall(r"[a-z']+", sentence.folded[: one.start])[-1:]
    return not before or before[0] not in data("steps")["tellers"]


def sureness(one: Hit[str], found: list[Hit[str]]) -> float:
    """The weight of a cue less that of a manner of speech that holds the same words ("I'll tell you")."""
    manners = [
        other.weight for other in found if other.key == "not_steps" and other.start < one.end and one.start < other.end
    ]
    return one.weight - max(manners, default=0.0)


def _taken(talk: Talk, sentence: Sentence, group: str) -> float:
    """How gladly the other side takes it up in its next turn; 0.0 where it does not."""
    for answer in talk.turns[sentence.turn + 1 : sentence.turn + 2]:
        if answer.side == sentence.side or re.match(r"(?:no|nope|nah|not)\b", answer.folded):
            return 0.0
        gladly = max((weight(hits("steps", one), group) for one in answer.sentences[:2]), default=0.0)
        return gladly if gladly >= 1 else 0.0
    return 0.0


def is_step(sentence: Sentence) -> bool:
    """Whether the words of a sentence by themselves promise or ask for something."""
    found = step_hits(sentence)
    return any(one.key in ("promises", "asks") and sureness(one, found) >= 2.5 for one in found)


def declined(talk: Talk, sentence: Sentence) -> bool:
    """Whether the client opens the next turn by turning down what the turn before it promised last."""
    turn, answers = talk.turns[sentence.turn], talk.turns[sentence.turn + 1 : sentence.turn + 2]
    if sentence is not turn.sentences[-1]:
        return False
    opening = [one for answer in answers if answer.side == "client" for one in answer.sentences[:1]]
    return any(weight(hits("steps", one), "declines") >= 2 for one in opening)

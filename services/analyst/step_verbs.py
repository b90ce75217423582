"""Promises and requests with any verb: "I'll shred it", "would you measure the porch?".

The cues of ``steps.toml`` name the verbs that people promise most. Here the verb is free: what promises nothing (being,
saying, thinking) is named instead, in the same data file.
"""

import re

from services.analyst.dates import when_said
from services.analyst.dialogue import Sentence
from services.analyst.wordings import Wording
from services.analyst.words import data, hits
from services.playbooks.cues import Hit

PROMISED = 3.0
ANY = "any verb"
ON_A_DAY = 2.5
IN_PRESENT = 2.0
REQUESTED = 3.0
ORDERED = 2.5
LISTED = 4.0
_OBJECT = re.compile(
    r"(?: (?:up|out|over|down|off|in|back|on|to|you|me|them|him|her|us|all|both|at|through))*"
    r" (?:the|your|my|our|his|her|their|those|these|this|that|an?|both|two|three|four) (?!bit|little|minute|second|lot)"
    r"[a-z][a-z-]{2,}"
)
_ADVERBS = (
    r"(?:(?:just|also|then|still|both|definitely|certainly|probably|gladly|maybe|please|either|even|at least|right away"
    r"|go ahead and|go and|go|try to|try and|be sure to|make sure to|make sure and|have to|need to|want to"
    r"|turn around and|kindly|quickly|personally|simply|all|i'll|come and) )*"
)
_WILL = re.compile(
    r"[ \n](?:i'll|we'll|i will|we will|i shall|we shall|i'ma|(?:i'm|we're|i am|we are) (?:going to|gonna|fixing to))"
    rf" {_ADVERBS}([a-z'-]+)(?:(?= ([a-z'-]+)))?"
)
_DOING = re.compile(rf"[ \n](?:i'm|we're|i am|we are) {_ADVERBS}([a-z]+ing)(?![^ \n])")
_PRESENT = re.compile(rf"[ \n](?:i|we) {_ADVERBS}([a-z]+)(?:(?= ([a-z'-]+)))?")
_YOU = re.compile(
    r"[ \n](?:could|can|would|will|won't)(?: (?:one|either|both|each|any|somebody|someone) of)? (?:you|y'all)"
    rf"(?: (?:guys|two|all|both))? {_ADVERBS}([a-z'-]+)(?:(?= ([a-z'-]+)))?"
)
_TAG = Wording(r", (?:would|could|will|can|won't) you\?|, (?:okay|ok|please|all right|alright)\?")
_CALLED = re.compile(r"(?:(?:And|So|Okay|Then|But|Now),? )*(?:(?:Mr|Mrs|Ms|Dr)\.? |Miss )?[A-Z][a-z]+, ")
_FIRST = re.compile(
    r"(?:(?:And|So|Okay|Then|But|Now),? )*"
    r"(?:When|Before|After|Once|Next time|If|As soon as|While|On your way) [^,?!]{3,60}, "
)
_ITEM = re.compile(
    r"\n(?:(?:number|item) )?(?:one|two|three|four|five|first|second|third|fourth|\d)(?: if i may| then| is)?"
    r" (i|we|you) ([a-z]+)"
)
_WORD = re.compile(r"[a-z0-9]+(?:['.][a-z0-9]+)*", re.I)
_THEY = re.compile(
    rf"[ \n](?:he'll|she'll|they'll|(?:he|she|they|wife|husband|son|daughter|brother|sister|bookkeeper|secretary|guy)"
    rf" (?:will|can|is going to|are going to|is gonna)) {_ADVERBS}([a-z'-]+)(?:(?= ([a-z'-]+)))?"
)
_NOW = re.compile(r"\b(?:right now|as we speak|this (?:minute|second)|already|now)\b")
_HABIT = re.compile(r"\b(?:every|always|usually|often|never|sometimes|\w+days|used to|when i)\b")


def step_hits(sentence: Sentence) -> list[Hit[str]]:
    """The cues of steps in a sentence, and its promises and requests with a free verb. Found once."""
    known = sentence.line.found.get("steps, any verb")
    if known is None:
        known = sentence.line.found["steps, any verb"] = [*hits("steps", sentence), *_free(sentence)]
    return known


def says_what(sentence: Sentence) -> bool:
    """Whether a promise or a request with a free verb says of what it is: "shred the sheet", not "shred it"."""
    said = sentence.folded
    return any(
        hit.key in ("promises", "asks", "offers")
        and (_OBJECT.match(said, hit.end) or _OBJECT.match(said, max(hit.start, said.rfind(" ", 0, hit.end))))
        for hit in step_hits(sentence)
    )


def _free(sentence: Sentence) -> list[Hit[str]]:
    words = sentence.line.known
    found: list[Hit[str]] = []
    if not _SELF.isdisjoint(words):
        found += _promises(sentence)
    if sentence.side == "advisor" and not _OTHER.isdisjoint(words):
        found += _each(sentence, _YOU, "asks", REQUESTED, "no_requests")
    if sentence.side == "advisor":
        found += _order(sentence, "asks")
    elif sentence.asks and _TAG.search(sentence):
        found += _order(sentence, "requests")
    item = _ITEM.match(sentence.line.row)
    if item and item.group(2) not in _list("no_tasks") | _MODAL:
        key = "promises" if item.group(1) != "you" else "asks" if sentence.side == "advisor" else "requests"
        found.append(Hit(key, LISTED, *sentence.line.span(item.start(1) - 1, item.end()), "an item of a list"))
    return found


def _order(sentence: Sentence, key: str) -> list[Hit[str]]:
    """An order: a sentence that opens with the verb of a request ("Check who is named on it")."""
    line = sentence.line
    clause = _FIRST.match(sentence.text)
    called = clause or _CALLED.match(sentence.text)
    first = len(_WORD.findall(called.group())) if called else 0
    tagged = _TAG.search(sentence) is not None
    for place, word in enumerate(line.words[first : first + 4], first):
        if word in _list("orders") or (tagged and sentence.asks and word not in _list("openings")):
            if len(line.words) <= place + 2 or (sentence.asks and not clause and not tagged):
                return []
            return [Hit(key, ORDERED, line.starts[place], line.ends[place], "an order")]
        if word not in _list("openings"):
            break
    return []


_MODAL = frozenset(
    "can could will would should may might must are were is was do did don't have had won't never".split()
)
_SELF = frozenset(
    [
        "he'll",
        "she'll",
        "they'll",
        "he",
        "she",
        "they",
        "will",
        "can",
        "is",
        "are",
        "i'll",
        "we'll",
        "i",
        "we",
        "i'm",
        "we're",
        "i'ma",
    ]
)
_OTHER = frozenset(["you", "y'all"])


def _promises(sentence: Sentence) -> list[Hit[str]]:
    found = _each(sentence, _WILL, "promises", PROMISED, "no_tasks")
    dated = when_said(sentence) is not None and not _HABIT.search(sentence.folded)
    now = dated or _NOW.search(sentence.folded) is not None
    found += [hit for hit in _doing(sentence) if now or _OBJECT.match(sentence.folded, hit.end)]
    if dated:
        found += _each(sentence, _THEY, "promises", ON_A_DAY, "no_tasks")
    if sentence.side == "client" and not _HABIT.search(sentence.folded):
        weight = ON_A_DAY if dated else IN_PRESENT
        found += _each(sentence, _PRESENT, "promises", weight, "no_tasks", only="strong")
    return found


_SUPPOSED = frozenset("if when whether unless that until till because cause once before after who what".split())
_ITS_OBJECT = frozenset("you him her it them that those this these the my your our a an copies both all".split())


def _each(
    sentence: Sentence, pattern: re.Pattern[str], key: str, weight: float, without: str, only: str = ""
) -> list[Hit[str]]:
    """A hit for each place of a pattern whose verb is not one of those that say nothing."""
    line, found = sentence.line, []
    for match in pattern.finditer(line.row):
        verb = match.group(1)
        if verb in _list(without) or f"{verb} {match.group(2)}" in _list(without) or (only and verb not in _list(only)):
            continue
        if line.row[: match.start()].rsplit(None, 1)[-1:] and line.row[: match.start()].split()[-1] in _SUPPOSED:
            continue
        if only and match.group(2) not in _ITS_OBJECT:
            continue
        found.append(Hit(key, weight, *line.span(match.start(), match.end(1)), ANY))
    return found


def _doing(sentence: Sentence) -> list[Hit[str]]:
    """ "I'm emailing it as we speak": the verb of a task in its form with -ing."""
    line = sentence.line
    return [
        Hit("promises", ON_A_DAY, *line.span(match.start(), match.end(1)), ANY)
        for match in _DOING.finditer(line.row)
        if _stem(match.group(1)[:-3])
    ]


def _stem(stem: str) -> bool:
    verbs = _list("strong")
    return stem in verbs or f"{stem}e" in verbs or (stem[-1:] == stem[-2:-1] and stem[:-1] in verbs)


def _list(name: str) -> frozenset[str]:
    known = _LISTS.get(name)
    if known is None:
        known = _LISTS[name] = frozenset(data("steps")[name])
    return known


_LISTS: dict[str, frozenset[str]] = {}

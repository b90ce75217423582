"""Where a call speaks of the client's children, and which sentences there speak of others."""

import re
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from services.analyst.cast import Cast
from services.analyst.dialogue import Sentence, Talk, TalkTurn
from services.analyst.wordings import Wording
from services.analyst.words import data
from services.playbooks.cues import fold

MOST = 15
LONGEST = 9
KIN: dict[str, list[str]] = data("people")["kin"]
WORDS: dict[str, list[str]] = data("people")["children"]
CHILD = frozenset(KIN["children"])
_ASKS = Wording(
    r"\b(?:any|how many|have|got|other|both|tell me about|who are|what about|how about|about) .{0,30}\b(?:kids?"
    r"|children|child|sons?|daughters?|kiddos?|little ones|young'?uns|family|crew|offspring)\b"
    r"|^\W*(?:\w+\W+){0,6}(?:kids?|children|sons or daughters|little ones|young'?uns|youngsters|kiddos)\b[^.?!]{0,45}\?"
    r"|\bboys or girls\b|\bwho's in the (?:family|picture|house)\b"
    r"|\b(?:who's|who is|who are|who all|who do|who have|who would|who'd|who gets) .{0,30}\b(?:we|you|family"
    r"|this|it|home|house|planning|protecting|leaving|beneficiaries|heirs)\b"
    r"|\btell me about (?:the|your|y'all's|you guys') (?:family|crew|household|bunch|gang|clan|people|folks)\b"
    r"|\bany of those\b|\bgrown or\b|\b(?:besides|apart from|other than) \w+(?: here| there)?\W*$"
    r"|\byour (?:boys|girls|kids|sons|daughters|children),? how old\b"
    r"|\bhow many (?:have|do) (?:you|y'all|you two) (?:have|got)\b|\bhow many (?:is that|of them|all together"
    r"|altogether)\b"
)
_CALLS_FOR = re.compile(
    r"^\W*(?:(?:so|and|okay|all right|now|then|well)\W+)*(?:(?:let's (?:do|start with|take|get)|start with)\W+)?"
    r"(?:the |your )?(?:kids|children|little ones|youngsters|boys|girls)(?: first| next| then| now)\W*$"
)
_ASKS_OTHERWISE = Wording(
    r"\b(?:does|did) (?!either|any|your)\w+ (?:\w+ )?have\b"
    r"|\b(?:grandkids|grandchildren|grandbabies|do the kids|(?<!who )are the kids|will the kids"
    r"|your kids (?:know|live|get)|how old|the kids (?:know|get|live)|want the)\b"
)
_TELL = Wording(r"\btell me about\b")
_ASKS_ALL = Wording(r"\bhow many\b|\byour (?:boys|girls|kids|sons|daughters|children),? how old\b")
_ELLIPTIC = Wording(
    r"\bhow many (?:(?:do|have|did|are|of|have you|do you) )?"
    r"(?:we|you|y'all|you two|there|them)(?: (?:got|have|all))?\W*$"
    r"|\b(?:how|what) about (?:you|yourself|y'all)\W*$"
)
_OTHERS_TOO = Wording(
    r"\bjust [a-z]+,? or (?:are|is|do|any)\b|^\W*(?:\w+\W+){0,3}(?:any|are there) others?\W*$|\bin the nest\b"
)
# "Who gets it?" may be answered with anybody's name.
_ASKS_WHO = Wording(r"\bwho(?:'s|'d|'ll| is| are| all| do| have| would| gets)?\b")
_OF_A_HOME = Wording(
    r"\b(?:home|house|nest|family|household|picture|under your roof|protecting|planning for|leaving|heirs|crew|bunch"
    r"|gang|clan|folks|talking about|little (?:person|one|guy|lady|fella|man|miss))\b"
)
_NEW_TOPIC = Wording(
    r"\b(?:house|home|own|property|properties|real estate|retirement|accounts?|savings|assets?|business|worth"
    r"|insurance|mortgage|will|trust|live|located|town|work|job|email|phone)\b"
)
_SUMS_UP = re.compile(
    r"^\W*(?:(?:okay|so|all right|alright|and|got it|wow|ha|then)\W+){0,3}(?:that's|just|it's|we've got"
    r"|you've got|you have|you two have)?\W*(?:zero|none|\d\b|one|two|three|four|five|six|seven|eight|nine)\b"
)
_NOT_CHILDREN = Wording("|".join(rf"\b{word}\b" for word in WORDS["not_counted"]))
_GONE = Wording("|".join(rf"\b{word}\b" for word in WORDS["gone"]))
COMING = Wording("|".join(rf"\b{word}\b" for word in WORDS["coming"]))
_NOT_OURS = Wording("|".join(rf"\b{word}\b" for word in WORDS["not_ours"]))
_MINE = Wording(
    r"\b(?:my|our) (?:\w+ )?(?:kids|children|boys|girls|sons?|daughters?|twins|oldest|youngest|eldest|boy"
    r"|girl)\b(?!friend)"
)


_PASSAGES: WeakKeyDictionary[Cast, list["Passage"]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Passage:
    """Turns in a row that are about the client's children; ``asked`` is the question that opened them, if one did."""

    first: int
    last: int
    close: int
    asked: Sentence | None


def asks_for_children(sentence: Sentence) -> bool:
    """Whether an adviser's sentence asks whether there are children, who they are or how many."""
    if sentence.side != "advisor" or sentence.story:
        return False
    if _ASKS_OTHERWISE.search(sentence) and not _ASKS_ALL.search(sentence):
        return False
    if _CALLS_FOR.match(sentence.folded):
        return True
    if sentence.asks and _OTHERS_TOO.search(sentence):
        return True
    if not _ASKS.may_hold(sentence) or not (sentence.asks or _TELL.search(sentence)):
        return False
    return bool(_ASKS.search(sentence) or _ASKS.pattern.search(sentence.folded.rstrip(".") + "?"))


def passages(talk: Talk, cast: Cast) -> list[Passage]:
    """Every stretch of the call that a question after children opens, up to the next topic; worked out once."""
    known = _PASSAGES.get(cast)
    if known is None:
        known = _PASSAGES[cast] = _passages(talk, cast)
    return known


def _passages(talk: Talk, cast: Cast) -> list[Passage]:
    found: list[Passage] = []
    for turn in talk.turns:
        asked = next((one for one in turn.sentences if asks_for_children(one)), None) or _asked_briefly(turn)
        if asked is None or (found and found[-1].close > turn.index):
            continue
        found.append(Passage(turn.index, _end(talk, turn.index), _close(talk, cast, turn.index), asked))
    plain = [one for one in found if one.asked is None or not of_anybody(one.asked)]
    return plain or found or _unasked(talk, cast)


def _asked_briefly(turn: TalkTurn) -> Sentence | None:
    """The short question that a turn about children ends with: "So let me get the kids. How many we got?" """
    if turn.side != "advisor" or CHILD.isdisjoint(turn.words):
        return None
    return next((one for one in turn.sentences if one.asks and _ELLIPTIC.search(one)), None)


def of_children(question: Sentence | None) -> bool:
    """Whether a question is after children or the household, and not after anybody."""
    return question is not None and (not CHILD.isdisjoint(question.words) or bool(_OF_A_HOME.search(question)))


def of_anybody(question: Sentence) -> bool:
    """Whether a question after names may be answered with anybody's: "Who gets the house?" """
    return bool(_ASKS_WHO.search(question)) and not of_children(question)


def _unasked(talk: Talk, cast: Cast) -> list[Passage]:
    """Where children come up without a plain question: the client's own words first, else the adviser's."""
    for speaks in (_of_mine, _of_some, _of_yours):
        for turn in talk.turns:
            if any(speaks(one) and not skipped(one) for one in turn.sentences):
                first = max(0, turn.index - 1) if turn.side == "client" else turn.index
                return [Passage(first, _end(talk, first), _close(talk, cast, first), None)]
    return []


def _of_mine(sentence: Sentence) -> bool:
    return sentence.side == "client" and bool(_MINE.search(sentence))


def _of_some(sentence: Sentence) -> bool:
    return sentence.side == "client" and not CHILD.isdisjoint(sentence.words)


def _of_yours(sentence: Sentence) -> bool:
    return sentence.side == "advisor" and sentence.length <= 20 and not CHILD.isdisjoint(sentence.words)


def _end(talk: Talk, first: int) -> int:
    """The last turn before the adviser asks after something else, numbers and children aside."""
    last = first
    for turn in talk.turns[first + 1 : first + 1 + LONGEST]:
        if turn.side == "advisor" and turn.index > first + 1:
            about = not CHILD.isdisjoint(turn.words) or turn.numbers
            if _NEW_TOPIC.search(turn) and not about:
                return last
            if turn.sentences and _NEW_TOPIC.search(turn.sentences[-1]) and turn.sentences[-1].asks:
                return turn.index
        last = turn.index
    return last


def _close(talk: Talk, cast: Cast, first: int) -> int:
    """The last turn before the adviser turns to something else than the children or what was just said of them."""
    last, named = first, set[str]()
    for turn in talk.turns[first + 1 : first + 1 + LONGEST]:
        if turn.side == "advisor" and turn.index > first + 1 and not _goes_on(turn, named):
            return last
        last = turn.index
        told = turn.sentences if turn.side == "client" else ()
        named |= {fold(mention.name) for one in told for mention in cast.named_in(one)}
        closing = turn.sentences[-1:]
        asks = turn.side == "advisor" and closing and closing[0].asks and CHILD.isdisjoint(closing[0].words)
        if asks and _NEW_TOPIC.search(closing[0]):
            return last
    return last


def _goes_on(turn: TalkTurn, named: set[str]) -> bool:
    words = set(turn.words)
    short = len(words) <= 5 and not any(one.asks and _NEW_TOPIC.search(one) for one in turn.sentences)
    return bool(
        words & CHILD
        or words & named
        or words & {"twins", "oldest", "youngest"}
        or short
        or _SUMS_UP.match(turn.folded)
    )


def skipped(sentence: Sentence) -> bool:
    """Whether a sentence speaks of a child that is not counted: dead, not born, a nephew, not one's own."""
    return sentence.story or any(said.search(sentence) for said in (_NOT_CHILDREN, _GONE, COMING, _NOT_OURS))

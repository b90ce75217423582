"""What single things of the client's are worth, by the client's own word: house, savings, shop, land."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.analyst.dialogue import Sentence, Talk
from services.analyst.numbers import Spoken
from services.analyst.wordings import Wording
from services.analyst.words import data, hits, weight

LEAST_ASSET, LEAST_HOUSE = 2_000, 15_000
REAL = frozenset(("home", "houses", "condo", "cabin", "duplex", "triplex", "fourplex", "building", "farm"))
STALE = 1
NEAR = 20
CLOSE = 0.7
NOT_WORTH = re.compile(
    r"[\s,]*(?:(?:to|or|and|-) [a-z0-9-]+ )?(?:years?|months?|weeks?|days?|a month|a year|percent|acres?|people|kids"
    r"|children|miles|hours?|minutes?|an hour|times|feet|pounds|o'clock|a\.m|p\.m|employees|pages|off|of them|down"
    r"|trucks?|units?|an acre|head|guys|crews?|houses|rentals|properties|places|bedrooms?|sisters|brothers"
    r"|of us|tenants|doors|beds|chairs|cows|boys|girls|weddings|cents|payments)\b"
)
_APIECE = re.compile(r"[\s,]*(?:thousand )?(?:dollars )?(?:apiece|a piece|each|per house|a house|on each|for each)\b")
_DEBT = re.compile(
    r"\b(?:owe|owed|owing|mortgage|loan|left on|paid|pay|gave|give|bought(?: \w+){0,3} (?:for|at)|borrowed|debt"
    r"|note|used to be|it was|they were|that was|cost|costs|ran us|spent)\b[^.,;]*$"
)
_OWES = Wording(r"\b(?:owe|owed|loan|mortgage|debt|lien|borrowed|heloc)\b")
_LABEL = re.compile(
    r"\b(?:in|since|by|from|turned|turning|age|aged|i'm|he's|she's|they're|was|were|number|route|exit|back in)"
    r"(?: about| around)? $"
)
_WHERE = re.compile(r"\s*(?:dollars |thousand |or so |maybe |still |just |sitting )*(?:in|at|on|of|with|for)\b")
_VALUES = Wording(
    r"\b(?:worth|values?|valued|how much|which|what would|what'd|bring|go for|sell for|fetch|say|ballpark|appraise\w*"
    r"|assessed|what's in|roughly|balance|is that|are those|paid (?:off|for)|owe|title|name)\b"
)
_PUTS = re.compile(r"\W*(?:(?:so|well|no|oh|uh|um|but),? )*(?:let's |i'd |i'll |just )?(?:call it|say|put)\b")
_SETTLED = re.compile(r"\W*(?:(?:so|well|okay|then),? )*(?:let's |we'll |i'll )(?:just )?(?:say|call it|put|use)\b")
_NOWADAYS = re.compile(r"[\s,]*(?:thousand |dollars )?(?:now|today|these days|nowadays)\b")
_SAVED = re.compile(
    r"\b(?:savings|checking|cash|bank|credit union|emergency fund)\b[,:]?(?: (?:is|has|that's|like|about|maybe|around"
    r"|i've got|we've got|there's|another))*[\s,]+$"
)
_ALONE = re.compile(r"\s*(?:[.,;!]|$|or so\b|maybe\b|now\b|since\b|something\b|ish\b|in\b|at\b|thousand\b|grand\b)")
_UNSURE = re.compile(
    r"\W*(?:but )?(?:i (?:really )?(?:don't|wouldn't) know|who knows|no idea|i'm not sure|nobody knows)\b"
)
_PAIR = re.compile(r"\b(?P<count>both|two|three|four|five|six|seven|eight|nine|ten|\d)\b(?: [a-z-]+){0,3} ?$")
_KINDS = "|".join(rf"(?P<{kind}>(?:{words})(?![\w']))" for kind, words in data("worth")["assets"].items())
_THINGS = Wording(rf"(?<![\w'])(?:{_KINDS})")
_COUNTS = {word: place for place, word in enumerate("two three four five six seven eight nine ten".split(), 2)}


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing that the client owns, what it is said to be worth in dollars, and where."""

    kind: str
    dollars: float
    sentence: Sentence
    number: Spoken

    @property
    def place(self) -> tuple[int, int]:
        return self.sentence.turn, self.sentence.start + self.number.start


@dataclass
class _Account:
    """What is known so far: the assets, the one that is spoken of, how many there are of those in the plural."""

    assets: dict[str, Asset]
    counts: dict[str, int]
    topic: str | None = None
    since: int = 0  # the turn in which the topic was spoken of last
    offered: dict[float, str] = field(default_factory=dict)  # worths that the adviser names, and of what
    gone: bool = False  # this turn tells of something sold or another's

    def about(self, kind: str, turn: int) -> None:
        self.topic, self.since = kind, turn


def assets_of(talk: Talk, latest: float) -> dict[str, Asset]:
    """The things that the client puts a worth on up to a turn, by kind; the last word on each holds."""
    account = _Account({}, {})
    for turn in talk.turns:
        if turn.index > latest:
            break
        if turn.index - account.since > STALE:
            account.topic = None
        account.gone = False
        for sentence in turn.sentences:
            named = list(things_in(sentence))
            for start, kind in named:
                if match := _PAIR.search(sentence.folded, 0, start):
                    count = match.group("count")
                    account.counts[kind] = _COUNTS.get(count) or (int(count) if count.isdigit() else 2)
            if sentence.side == "client" and not sentence.story and not sentence.asks:
                _take(talk, account, sentence, named)
            if sentence.side == "advisor" and sentence.asks and not sentence.story:
                _offer(account, sentence, named)
            if sentence.side == "advisor":
                _settle(account, sentence)
            _turn_to(account, sentence, named)
    return account.assets


def _offer(account: _Account, sentence: Sentence, named: list[tuple[int, str]]) -> None:
    """Keeps in mind what the adviser names a worth of: "shall we say four twenty-five?"."""
    numbers = [number for number in sentence.numbers if _worth(sentence, number)]
    for number in numbers if len(numbers) == 1 else ():
        kind, dollars = _kind_of(sentence, number, named, account), _worth(sentence, number)
        if kind and dollars:
            account.offered[dollars] = kind


def _settle(account: _Account, sentence: Sentence) -> None:
    """Takes the adviser's round figure for what was just spoken of: "let's say two eighty"."""
    known = account.assets.get(account.topic or "")
    numbers = [number for number in sentence.numbers if number.worths()]
    if known is None or len(numbers) != 1 or sentence.asks or not _SETTLED.match(sentence.folded):
        return
    dollars = numbers[0].worths()[0]
    if CLOSE <= dollars / known.dollars <= 1 / CLOSE:
        account.assets[known.kind] = Asset(known.kind, dollars, sentence, numbers[0])


def _turn_to(account: _Account, sentence: Sentence, named: list[tuple[int, str]]) -> None:
    """What is spoken of after a sentence: the last thing that it names, unless only what is owed on it."""
    if _OWES.search(sentence):
        account.topic = None
    elif named:
        account.about(named[-1][1], sentence.turn)
    elif sentence.side == "advisor" and sentence.asks:
        if not _VALUES.search(sentence):
            account.topic = None
        elif account.topic:
            account.about(account.topic, sentence.turn)


def things_in(sentence: Sentence) -> Iterator[tuple[int, str]]:
    """The things of worth that a sentence names: the place of each, and its kind."""
    return ((match.start(), match.lastgroup or "") for match in _THINGS.finditer(sentence))


def _take(talk: Talk, account: _Account, sentence: Sentence, named: list[tuple[int, str]]) -> None:
    """Books what a sentence of the client's says that things are worth."""
    found = hits("property", sentence)
    about = named[-1][1] if named else account.topic
    if weight(hits("worth", sentence), "uncounted") or (not named and _UNSURE.match(sentence.folded)):
        if about:
            account.assets.pop(about, None)
        return
    account.gone = weight(found, "not_theirs") >= 2.5 or (account.gone and weight(found, "owns") < 2)
    if account.gone:
        account.topic = None
    if account.gone:
        return
    elsewhere = weight(found, "other") >= 2
    direct = bool(named) or (account.topic is not None and _follows(talk, sentence, account))
    for number in sentence.numbers:
        if elsewhere and not _NOWADAYS.match(sentence.folded, number.end):
            continue
        bare = number.value < 100 and number.shape == "plain" and not (number.scaled or number.money)
        if bare and not (direct and (named or _ALONE.match(sentence.folded, number.end))):
            continue
        kind = _kind_of(sentence, number, named, account)
        dollars = _worth(sentence, number)
        if dollars in account.offered and not named:
            kind = account.offered[dollars]
        elif not named and dollars and (_dwarfs(talk, sentence, account, dollars) or _repeats(talk, sentence, dollars)):
            continue
        if kind is None or dollars is None:
            continue
        if _APIECE.match(sentence.folded, number.end):
            dollars *= account.counts.get(kind, 0)
        if dollars >= (LEAST_HOUSE if kind in REAL else LEAST_ASSET):
            account.assets[kind] = Asset(kind, dollars, sentence, number)
            account.about(kind, sentence.turn)


def _dwarfs(talk: Talk, sentence: Sentence, account: _Account, dollars: float) -> bool:
    """Whether an amount that is linked to a thing by nothing but what was spoken of before is above all the rest."""
    question = talk.question_before(sentence)
    others = sum(asset.dollars for asset in account.assets.values())
    return len(account.assets) > 1 and dollars > others and not (question and any(things_in(question)))


def _repeats(talk: Talk, sentence: Sentence, dollars: float) -> bool:
    """Whether the other side has just told the same amount, so that it is no answer but an echo."""
    earlier = talk.before(sentence.turn)
    told = [one for one in earlier.sentences[-NEAR:] if not one.asks] if earlier else []
    return any(dollars in number.worths() for one in told for number in one.numbers)


def _follows(talk: Talk, sentence: Sentence, account: _Account) -> bool:
    """Whether a sentence answers a question after a thing, or goes on from the sentence that spoke of it."""
    if account.since == sentence.turn or (account.since == sentence.turn - 1 and _PUTS.match(sentence.folded)):
        return True
    question, earlier = talk.question_before(sentence), talk.before(sentence.turn)
    if earlier is None or question not in earlier.sentences[-2:]:
        return False
    return question is not None and (_VALUES.search(question) is not None or any(things_in(question)))


def _kind_of(sentence: Sentence, number: Spoken, named: list[tuple[int, str]], account: _Account) -> str | None:
    """The thing that a number is the worth of: beside it in the sentence, else what was spoken of just before."""
    before = [kind for start, kind in named if start < number.start]
    after = [(start, kind) for start, kind in named if start >= number.end]
    if after:
        between = sentence.folded[number.end : after[0][0]]
        if (not before or _WHERE.match(between)) and len(between.split()) <= 5 and "," not in between:
            return after[0][1]
    if before:
        return before[-1]
    return account.topic


def _worth(sentence: Sentence, number: Spoken) -> float | None:
    """The number as the worth of a thing; None where it counts something else, is owed, or is an age or a year."""
    text = sentence.folded
    worths = number.worths()
    if not worths or number.value < 2 or NOT_WORTH.match(text, number.end) or _DEBT.search(text[: number.start]):
        return None
    bare = not (number.scaled or number.money)
    small = number.value < 13 and not (_SAVED.search(text[: number.start]) and _ALONE.match(text, number.end))
    if bare and (small or _LABEL.search(text[: number.start])) and number.shape == "plain":
        return None
    return None if bare and 1900 <= number.value <= 2040 and number.value % 100 else worths[0]

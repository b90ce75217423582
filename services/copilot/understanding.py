"""A question taken apart: what it is after, whom and what it names, and which words are left."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from db import analytics, named
from db.analytics import Comparison, Group, Measure
from services.copilot import names, periods, vocabulary
from services.copilot.contract import Context, Held, Owner, Where
from services.copilot.grouping import group_of
from services.copilot.names import ClientNamed, People
from services.copilot.periods import Period
from services.copilot.vocabulary import Spot, Terms, groups_in
from services.database import Database, translated
from services.playbooks.cues import Hit, Line, fold

_NUMBER_KINDS = ("money", "count", "minutes", "list", "choices")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_COUNTED_NEAR = 12  # between how many and what of
_FIELD_NEAR = 40  # characters between a number and the field that it is of
_COUNTING = frozenset("many much number count total times one two three four five more fewer less record far".split())
_PAYING = ("pay", "pays", "paid", "paying", "paid for", "collected", "collect")  # no amount of its own beside another
_LEAST_QUOTED = 2  # words in quotes that are somebody's words
_CHECKS: tuple[Comparison, ...] = ("at least", "at most", "above", "below")


@dataclass
class Understood:
    """A question taken apart. ``said`` are the groups of cues that stand in it, by the tables of words.toml."""

    question: str
    line: Line
    intents: frozenset[str]
    measures: frozenset[str]
    others: frozenset[str]
    products: list[Spot] = field(default_factory=list)
    objections: list[Spot] = field(default_factory=list)
    outcomes: list[Spot] = field(default_factory=list)
    stages: list[Spot] = field(default_factory=list)
    states: list[Spot] = field(default_factory=list)
    fields: list[Spot] = field(default_factory=list)
    choices: list[tuple[str, Spot]] = field(default_factory=list)
    people: People = field(default_factory=People)
    period: Period | None = None
    numbers: list[Held] = field(default_factory=list)
    group: Group | None = None
    split: bool = False
    clients: list[ClientNamed] = field(default_factory=list)
    carried: bool = False
    content: list[str] = field(default_factory=list)
    quoted: str = ""
    of: Where | None = None

    def has(self, *intents: str) -> bool:
        """Whether it is after any of these."""
        return not self.intents.isdisjoint(intents)

    @property
    def field_names(self) -> list[str]:
        """The fields that it names, in their order, each once."""
        return list(dict.fromkeys(spot.value for spot in self.fields))

    @property
    def measure(self) -> Measure | None:
        """The figure that it asks for."""
        order: tuple[Measure, ...] = ("sum", "average", "median", "lowest", "highest")
        return next((each for each in order if each in self.measures), None)

    @property
    def pronoun(self) -> bool:
        """Whether it speaks of somebody without a name."""
        return "pronoun" in self.others

    @property
    def owner(self) -> Owner | None:
        """Whose next steps are asked for, by the words of the question alone; the planner knows more."""
        found = groups_in("owners", self.line)
        return None if len(found) != 1 else ("advisor" if "advisor" in found else "client")


def understand(database: Database, terms: Terms, question: str, before: Context, today: date) -> Understood:
    """Takes a question apart; ``before`` is what the conversation spoke of last."""
    open_words, quoted = _unquoted(question)
    line = Line(fold(open_words))
    it = Understood(question, line, groups_in("intents", line), groups_in("measures", line), groups_in("other", line))
    it.quoted = quoted
    it.period = periods.period_in(line.folded, today, lambda month: _year_of(database, month))
    asked = it.has("objections", "raised") or "objection" in line.folded
    it.objections = terms.objections(line, asked, it.has("answers", "said") or bool(_REFLEXIVE & line.known.keys()))
    if not it.has("raised"):  # not sure whether to trust the firm: the no is part of the concern
        it.objections = [replace(spot, denied=False) for spot in it.objections]
    if it.period is not None:
        it.objections = [spot for spot in it.objections if spot.end <= it.period.start or spot.start >= it.period.end]
    it.products, it.outcomes, it.stages = terms.products(line), terms.outcomes(line), terms.stages(line)
    it.states, it.choices = vocabulary.states_in(open_words, line), terms.choices(line)
    it.fields = _fields(it, terms)
    if it.measures and not it.has("objections", "raised"):  # the median price: no concern
        it.objections = []
    it.group, it.split = group_of(line, it.measures)
    it.numbers = _numbers(it, terms)
    it.people = names.people_in(database, open_words, _taken(it), [spot.value for spot in it.states])
    it.people.spans += _called(open_words, it.people.spans)
    it.clients = it.people.clients
    _carry(database, it, before)
    it.measures |= _held_against(it)
    it.content = _content(it, terms)
    return it


_QUOTED = re.compile(r"[\"“”]([^\"“”]+)[\"“”]|(?<!\w)['‘](.+)['’](?!\w)")


def _unquoted(question: str) -> tuple[str, str]:
    """A question without the words that it quotes, everything else at its place; and those words."""
    match = _QUOTED.search(question)
    told = next((each for each in match.groups() if each), "") if match else ""
    if match is None or len(told.split()) < _LEAST_QUOTED:
        return question, ""
    return f"{question[: match.start()]}{' ' * (match.end() - match.start())}{question[match.end() :]}", told


def _year_of(database: Database, month: int) -> int | None:
    with translated(), database.session() as session, analytics.reading(session):
        return named.latest_in_month(session, month)


def _fields(it: Understood, terms: Terms) -> list[Spot]:
    """The fields, without those whose words are part of something else that the question names."""
    chosen = [choice for _, choice in it.choices]
    longer = [*it.products, *(it.objections if it.has("objections", "raised") else ()), *it.states, *chosen]
    choice_fields = {name for name, _ in it.choices}
    spots = [spot for spot in terms.field_spots(it.line) if not it.line.folded.startswith(" plan", spot.end)]
    kinds = {field.name: field.kind for field in terms.fields}
    if "elsewhere" in it.others:
        spots = [spot for spot in spots if spot.value not in ("deal_amount", "deposit_amount")]
    sums = {spot.value for spot in spots if kinds.get(spot.value) == "money"}
    return [
        spot
        for spot in spots
        if not any(other.start <= spot.start and spot.end <= other.end for other in longer)
        and not (len(sums) > 1 and it.line.folded[spot.start : spot.end] in _PAYING)
        and not (spot.value in choice_fields and any(_same(spot, choice) for _, choice in it.choices))
    ]


def _same(one: Spot, other: Spot) -> bool:
    return other.start <= one.start and one.end <= other.end


def _numbers(it: Understood, terms: Terms) -> list[Held]:
    """What is said of fields in numbers: with more than three children, above $5,000."""
    found = []
    comparisons = vocabulary.book("numbers").find(it.line)
    for number in periods.numbers_of(it.line.folded, it.period):
        compared = _comparison(comparisons, number.start, number.end)
        near = _field_of(it, terms, number)
        if near is None or (compared is None and near not in _counted(terms)):
            continue
        found.append(Held(field=near, comparison=compared or "is", value=number.value))
    return found


def _comparison(hits: Sequence[Hit[str]], start: int, end: int) -> Comparison | None:
    for check in _CHECKS:
        for hit in hits:
            if hit.key == check and (0 <= start - hit.end <= 2 or 0 <= hit.start - end <= 2):
                return check
    return None


def _counted(terms: Terms) -> set[str]:
    return {one.name for one in terms.fields if one.kind == "count"}


def _field_of(it: Understood, terms: Terms, number: periods.Number) -> str | None:
    """The field that a number is of: the nearest named one of its kind, else the deal's amount for money."""
    kinds = {one.name: one.kind for one in terms.fields}
    fit = [spot for spot in it.fields if kinds.get(spot.value) in _NUMBER_KINDS]
    if number.money:
        fit = [spot for spot in fit if kinds[spot.value] == "money"]
    counted = {name for name, kind in kinds.items() if kind in ("count", "list", "choices")}
    before = "number of" in it.line.folded
    fit = [spot for spot in fit if before or spot.value not in counted or 0 <= spot.start - number.end <= _COUNTED_NEAR]
    close = [spot for spot in fit if min(abs(spot.start - number.end), abs(number.start - spot.end)) <= _FIELD_NEAR]
    if close:
        return min(close, key=lambda spot: min(abs(spot.start - number.end), abs(number.start - spot.end))).value
    return "deal_amount" if number.money and "deal_amount" in kinds else None


def _taken(it: Understood) -> list[tuple[int, int]]:
    spots = [
        *it.products,
        *it.objections,
        *it.outcomes,
        *it.stages,
        *it.states,
        *it.fields,
        *(s for _, s in it.choices),
    ]
    own = [(spot.start, spot.end) for spot in spots]
    return [*own, *([(it.period.start, it.period.end)] if it.period else [])]


_OF_THOSE = re.compile(
    r"\b(?:of|among|from) (?:them|those|these)\b"
    r"|\b(?:those|these) (?:clients?|calls|deals|households|people|ones|families)\b"
)


def _carry(database: Database, it: Understood, before: Context) -> None:
    """Whom a pronoun means, or a question that goes on from the one before: the clients that were spoken of last."""
    if before.chosen is not None and _OF_THOSE.search(it.line.folded) and not it.people.clients:
        it.of = before.chosen
        return
    named_somebody = it.clients or it.people.unsure or it.people.unknown
    goes_on = it.has("follow_up") and not it.people.advisers and not ("everybody" in it.others and not it.pronoun)
    if not named_somebody and (it.pronoun or goes_on) and before.clients and not it.states:
        it.clients = names.by_labels(database, before.clients)
        it.carried = bool(it.clients)


def _content(it: Understood, terms: Terms) -> list[str]:
    """The words that are nobody's name and nothing known: what is looked for where it has to be searched."""
    known = [*_taken(it), *it.people.spans, *_measured(it.line), *terms.field_places(it.line)]
    left = []
    for match in _WORD.finditer(it.line.folded):
        word = match.group().removesuffix("'s")
        digits = bool(it.numbers) and word[0].isdigit()
        if (
            not digits
            and word not in vocabulary.plain_words()
            and word not in _COUNTING
            and not word.endswith("n't")
            and not any(start <= match.start() < end for start, end in known)
        ):
            left.append(word)
    return left


_FIRST_NAME = re.compile(r"\b([A-Z][a-z]+) $")


def _called(question: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where a name that nobody on record has stands right before one that somebody has: what they are called."""
    found = (_FIRST_NAME.search(question[:start]) for start, _ in spans)
    places = [match.span(1) for match in found if match and match.group(1).lower() not in vocabulary.plain_words()]
    return [place for place in places if place not in spans]


_REFLEXIVE = frozenset(("themselves", "himself", "herself"))
_MORE = frozenset("larger bigger higher longer greater richer wealthier costlier pricier older".split())
_LESS = frozenset("smaller lower shorter cheaper poorer younger".split())


def _held_against(it: Understood) -> frozenset[str]:
    """The end of a row that is asked for by which of them has the larger, where nobody and no number is named."""
    if it.clients or it.numbers or "than" in it.line.known or not it.has("list") or it.measures:
        return frozenset()
    known = it.line.known.keys()
    return frozenset(("highest",) if _MORE & known else ("lowest",) if _LESS & known else ())


def _measured(line: Line) -> Iterator[tuple[int, int]]:
    """Where a question says which figure it wants, and what it is held against."""
    for table in ("measures", "numbers"):
        yield from ((hit.start, hit.end) for hit in vocabulary.book(table).find(line))


def about(it: Understood, clients: list[ClientNamed]) -> Understood:
    """The same question of other clients."""
    return replace(it, clients=clients)

"""Takes a question apart by the words of the firm and by how people put questions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from db import analytics, named
from services.copilot import names, not_meant, periods, quantities, vocabulary
from services.copilot.asides import leave_out, without_asides, without_purpose
from services.copilot.comparisons import numbers_asked
from services.copilot.contract import Context
from services.copilot.grouping import group_of
from services.copilot.holding import bare_thing
from services.copilot.names import ClientNamed
from services.copilot.understood import Understood as Understood
from services.copilot.vocabulary import Spot, Terms, groups_in
from services.database import Database, translated
from services.playbooks.cues import Line, fold

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_COUNTING = frozenset(
    "many much number count total times one two three four five six seven eight nine ten eleven twelve dozen more fewer"
    " less record far".split()
)
_FEW = 2  # figures of a number that only counts: we've got 2 couples
_PAYING = ("pay", "pays", "paid", "paying", "paid for", "collected", "collect")  # no amount of its own beside another
_LEAST_QUOTED = 2  # words in quotes that are somebody's words


def understand(database: Database, terms: Terms, question: str, before: Context, today: date) -> Understood:
    """Takes a question apart; ``before`` is what the conversation spoke of last."""
    open_words, quoted = _unquoted(without_asides(question))
    meant = without_purpose(open_words)
    line = Line(fold(meant))
    plain = Line(_AT_LEAST.sub(" ", line.folded))
    it = Understood(question, line, groups_in("intents", line), groups_in("measures", plain), groups_in("other", line))
    it.quoted = quoted
    it.period = periods.period_in(line.folded, today, lambda month: _year_of(database, month))
    it.objections = _concerns(it, terms)
    it.products, it.outcomes, it.stages = terms.products(line), terms.outcomes(line), terms.stages(line)
    it.products = [one for one in it.products if not any(_within(one, other) for other in it.objections)]
    _already_held(it, terms)
    if _NOT_TOLD.search(line.folded):
        it.products = [replace(spot, denied=True) for spot in it.products]
    it.states, it.choices = vocabulary.states_in(meant, line), terms.choices(line)
    it.fields = _fields(it, terms)
    if it.measures and not it.has("objections", "raised"):  # the median price: no concern
        it.objections = []
    if not_meant.their_purchase(line.folded):
        it.outcomes = []
    if not_meant.no_concern(line.folded):  # who has to do what
        it.objections = [spot for spot in it.objections if fold(spot.value) in line.folded]
    it.group, it.split = group_of(line, it.measures)
    it.rank = quantities.rank_in(line.folded)
    it.numbers, it.number_places, it.unplaced = numbers_asked(line, it.fields, it.period, terms)
    it.people = names.people_in(database, open_words, _taken(it), [spot.value for spot in it.states])
    it.people.spans += _called(open_words, it.people.spans)
    it.clients = it.people.clients
    leave_out(it)
    _carry(database, it, before)
    it.fields = [spot for spot in it.fields if it.clients or not _of_some_age(it, spot, terms)]
    sorts = _NAMED_ALONE.search(line.folded) or (
        (it.outcomes or it.choices or it.fields) and _SOME_KIND.search(line.folded)
    )
    if sorts and not it.clients and it.intents <= {"compare", "raised", "said"}:
        it.intents |= {"list"}
    it.measures |= _held_against(it)
    it.content = _content(it, terms)
    return it


def _concerns(it: Understood, terms: Terms) -> list[Spot]:
    """The objections that a question names, by their names or as people call them."""
    line = it.line
    asked = it.has("objections", "raised") or "objection" in line.folded
    found = terms.objections(line, asked, it.has("answers", "said") or bool(_REFLEXIVE & line.known.keys()))
    if it.has("list", "count", "raised", "objections") or {"share", "most"} & it.measures:
        found += [one for one in terms.concerns(line) if one.value not in {x.value for x in found}]
    if "unsettled" in it.others and not _CONCERN.search(line.folded):  # on the fence: how it stands
        return []
    if not it.has("raised") and not _UNRAISED.search(line.folded):  # not sure whether to trust the firm: part of it
        found = [replace(spot, denied=False) for spot in found]
    if it.period is not None:
        found = [spot for spot in found if spot.end <= it.period.start or spot.start >= it.period.end]
    return found


def _already_held(it: Understood, terms: Terms) -> None:
    """Takes "who has a will already" for what it asks: neither an objection nor talk of one."""
    of_all = {"everybody", "nouns_clients"} & it.others and not it.has("answers")
    if of_all and it.has("list", "count", "raised", "said") and (own := terms.held(it.line)):
        it.held, it.objections = bare_thing(it.line.folded[own.start : own.end]), []
        it.products = [own]


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
    line = Line(_ASIDE.sub(lambda match: " " * len(match.group()), it.line.folded))
    spots = [spot for spot in terms.field_spots(line) if not it.line.folded.startswith(" plan", spot.end)]
    kinds = {field.name: field.kind for field in terms.fields}
    other = [match.span() for match in _OTHER_DEPOSIT.finditer(it.line.folded)]
    spots = [spot for spot in spots if not any(start <= spot.start < end for start, end in other)]
    if "elsewhere" in it.others or not_meant.their_purchase(it.line.folded):
        spots = [spot for spot in spots if spot.value not in ("deal_amount", "deposit_amount", "products_discussed")]
    amount = _AMOUNT_OF.search(it.line.folded)
    if amount and amount.group(1) not in _MONEYS | vocabulary.plain_words():
        own = [spot for spot in spots if spot.value in ("deal_amount", "deposit_amount")]
        if not any(spot.start <= amount.start(1) < spot.end for spot in spots if spot not in own):
            spots = [spot for spot in spots if spot not in own]
    sums = {spot.value for spot in spots if kinds.get(spot.value) == "money"}
    return [
        spot
        for spot in spots
        if not any(other.start <= spot.start and spot.end <= other.end for other in longer)
        and not (len(sums) > 1 and it.line.folded[spot.start : spot.end] in _PAYING)
        and not (spot.value in choice_fields and any(_same(spot, choice) for _, choice in it.choices))
    ]


_AMOUNT_OF = re.compile(  # how much tax
    r"\bhow much (\w+) (?:did|do|does|is|was|were|has|have|had|will|would|are)\b"
)
_MONEYS = frozenset("money cash more less revenue business value in total deposit".split())


def _of_some_age(it: Understood, spot: Spot, terms: Terms) -> bool:
    """Whether a field that counts people stands behind a word for those of an age alone: small children."""
    counts = spot.value in terms.fields.by_name and terms.fields.by_name[spot.value].kind == "count"
    return counts and not_meant.of_some_age(it.line.folded[: spot.start])


_OTHER_DEPOSIT = re.compile(
    r"\b(?:safe|direct|security|certificates? of) deposits?\b|\bdeposit (?:box\w*|account|slip)\b"
)


_ASIDE = re.compile(r"\b\w+ or not\b")  # sold or not: no part of what is asked for


def _same(one: Spot, other: Spot) -> bool:
    return other.start <= one.start and one.end <= other.end


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


_UNRAISED = re.compile(
    r"\b(?:no|without|never|didn't|did not|not)\b(?: \w+){0,3} (?:objections?|concerns?|pushback|raise|mention|bring)\b"
)
_NAMED_ALONE = re.compile(  # married clients with a business
    r"^(?:the |our |all |any |every |those |other )?(?:[\w']+[- ]){0,2}"
    r"(?:clients|families|couples|households|calls|deals|people|customers|prospects|folks|ones)\b"
)
_CONCERN = re.compile(r"\b(?:objection|concern|worr|rais|pushback|because|complain|said|say)")


def _within(one: Spot, other: Spot) -> bool:
    """Whether a thing's words are part of a longer thing's: a trust, of trust in the firm."""
    return one.start < other.end and other.start < one.end and other.end - other.start > one.end - one.start


_AT_LEAST = re.compile(r"\bat (?:least|most)\b")  # no end of a row
_NOT_TOLD = re.compile(
    r"\b(?:didn't|did not|haven't|have not|hasn't|has not|never|don't|wasn't|weren't)\b(?: \w+){0,3}? "
    r"(?:talk|talked|discuss|discussed|mention|mentioned|cover|covered|bring|brought|hear|heard|offer|offered|pitch"
    r"|pitched|propose|proposed|told|speak|spoken|spoke|explain|explained|shown|show)\b"
)
_SOME_KIND = re.compile(
    r"^(?:so |and )?(?:which|what|any|all|every) (?!(?:is|was|does|has|are|were|do|did)\b)"
    r"(?:[\w']+ ){0,2}?(?:[\w']+s|people|folks)\b"
)
_OF_THOSE = re.compile(
    r"\b(?:of|among|from) (?:them|those|these)\b"
    r"|\b(?:those|these) (?:clients?|calls|deals|households|people|ones|families)\b"
)


_THEM = re.compile(r"\b(?:they|them|their|theirs|those|these|ones|all of them)\b")
_JUST = re.compile(
    r"^(?:and |so |but )*(?:which (?:ones|clients|calls)|who(?: are they| is that| exactly)?|names?(?: please)?"
    r"|(?:list|name|show) them|(?:what(?:'s| is) )?(?:the |their )?"
    r"(?:total|average|median|sum|mean|biggest|largest|smallest|highest|lowest)\b.{0,25})\W*$"
)


def _of_them(it: Understood, before: Context) -> bool:
    """Whether a question goes on about the several calls that were chosen before."""
    alone = not (it.outcomes or it.objections or it.states or it.choices or it.numbers or it.period)
    shared = _THEM.search(it.line.folded) and "someone" not in it.others
    return (before.many and bool(shared)) or bool(alone and _JUST.search(it.line.folded))


def _carry(database: Database, it: Understood, before: Context) -> None:
    """Whom a pronoun means, or a question that goes on from the one before: the clients that were spoken of last."""
    named_any = it.people.clients or it.but or it.people.unknown
    if before.chosen is not None and not named_any and (_OF_THOSE.search(it.line.folded) or _of_them(it, before)):
        it.of = before.chosen
        return
    named_somebody = it.clients or it.people.unsure or it.people.unknown
    goes_on = it.has("follow_up") and not it.people.advisers and not ("everybody" in it.others and not it.pronoun)
    spoken_of = it.pronoun or goes_on or _points_back(it)
    if not named_somebody and spoken_of and before.clients and not it.states:
        it.clients = names.by_labels(database, before.clients)
        it.carried = bool(it.clients)


_BACK = re.compile(r"\b(?:to|about|with|for|on|of|at|after|handle|answer|counter|pay|do|did|was|is) (?:that|it|this)\b")
_ELLIPTIC = 4  # words up to which a question goes on without saying so: any objections?


def _points_back(it: Understood) -> bool:
    """Whether a question without a name speaks of what was spoken of before: what did we reply to that."""
    over_all = it.measures or it.group or it.has("count", "list") or "everybody" in it.others
    return not over_all and (bool(_BACK.search(it.line.folded)) or len(it.line.words) <= _ELLIPTIC)


def _content(it: Understood, terms: Terms) -> list[str]:
    """The words that are nobody's name and nothing known: what is looked for where it has to be searched."""
    known = [*_taken(it), *it.people.spans, *_measured(it.line), *terms.field_places(it.line)]
    left = []
    for match in _WORD.finditer(it.line.folded):
        word = match.group().removesuffix("'s")
        digits = (bool(it.numbers or it.rank) and word[0].isdigit()) or (it.rank and word in quantities.PLACES)
        if (
            not digits
            and word not in vocabulary.plain_words()
            and word not in _COUNTING
            and not (word in vocabulary.plain_words_of_all() and not it.clients)
            and not (word.isdigit() and len(word) <= _FEW)
            and not word.endswith(_SHORTENED)
            and not any(start <= match.start() < end for start, end in known)
        ):
            left.append(word)
    return left


_SHORTENED = ("n't", "'ve", "'d", "'ll", "'re", "'m")
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

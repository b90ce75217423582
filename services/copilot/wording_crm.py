"""The sentences of what crm_tool found: each with its sources, with what it is of, and with what is not known."""

import re
from collections.abc import Iterator, Sequence

from services.copilot import phrases
from services.copilot.contract import MOST_CALLS, Facts, Sentence, Source, State, Where
from services.copilot.proof import CallProof
from services.copilot.results import FactsFound, FigureFound
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms
from services.json_words import finite, plain
from services.wording import counted, listed, long_date

_NOUNS = {"clients": "client", "calls": "call"}
_LISTS = ("products_discussed", "objections")
_MOST_NAMED = 12
_FEW = 3  # fields of one client whose words are told with them
_IN_FULL = re.compile(r"\b(?:full|fully|whole|entire|all|everything|rest|balance)\b")  # no amount says yes to that
_ASKS_YES = ("is ", "was ", "did ", "does ", "has ", "have ", "are ", "do ", "were ", "will ", "can ")


class CrmWords:
    """Words the results of one question."""

    def __init__(self, terms: Terms, it: Understood) -> None:
        self.terms, self.it = terms, it

    # Facts

    def facts(self, found: FactsFound) -> Iterator[Sentence]:
        """A sentence a field and client."""
        for client, calls in found.calls.items():
            if not calls:
                yield Sentence(text=f"No call with {client} is on record{self._timed(found.asked)}.")
                continue
            for field in found.asked.fields:
                yield from self._fact(client, calls, field)
        if len(found.calls) > 1:
            yield from self._compared(found)

    def _timed(self, asked: Facts) -> str:
        where = asked.where
        return f" {phrases.period_words(where.since, where.until)}" if where.since or where.until else ""

    def _fact(self, client: str, calls: Sequence[CallProof], field: str) -> Iterator[Sentence]:
        telling = next((call for call in calls if call.value(field) is not None), None)
        if telling is None:
            text = phrases.fact_words(self.terms, client, field, None)
            yield Sentence(text=text, sources=tuple(call.source() for call in calls[:3]))
            return
        value = telling.value(field)
        sources = self._sources(telling, field, value)
        text = self._yes(field, value) + phrases.fact_words(self.terms, client, field, value)
        if len(calls) == 1 and len(self.it.clients) == 1 and len(self.it.field_names) <= _FEW and field != "summary":
            text = f"{text}{self._in_words(sources)}"
        yield Sentence(text=text, sources=sources, state=state_of(telling, field))
        for call in calls:
            earlier = call.value(field)
            if call is not telling and earlier is not None and earlier != value and field != "summary":
                day = long_date(call.date)
                told = phrases.value_words(self.terms, field, earlier)
                said = f"In another call{f', on {day},' if day else ''} it was {told}."
                yield Sentence(text=said, sources=call.sources(field), state=state_of(call, field))

    def _in_words(self, sources: Sequence[Source]) -> str:
        """The words that the value is from, or the person."""
        people = list(dict.fromkeys(source.by for source in sources if source.by))
        if people:
            return f" Set in the record by {listed(people)}."
        told = list(dict.fromkeys(source.words.strip() for source in sources if source.words))
        return f" In the call: “{' … '.join(told)}”" if told else ""

    def _sources(self, call: CallProof, field: str, value: object) -> tuple[Source, ...]:
        if field not in _LISTS or not isinstance(value, list):
            return call.sources(field)
        asked = {spot.value for spot in (*self.it.products, *self.it.objections)} & set(map(plain, value))
        items = sorted(asked) if asked else [plain(item) for item in value]
        return tuple(source for item in items[:8] for source in call.sources(field, item)[:1])

    def _yes(self, field: str, value: object) -> str:
        """Yes or no, where the question can be answered with it."""
        if len(self.it.clients) > 1 or not self.it.line.folded.startswith(_ASKS_YES):
            return ""
        told = [spot for name, spot in self.it.choices if name == field]
        told += self.it.outcomes if field == "outcome" else self.it.stages if field == "deal_stage" else []
        told += self.it.states if field in ("client_state", "real_estate_locations") else []
        if field in _LISTS:
            told += self.it.products if field == "products_discussed" else self.it.objections
        if told:
            values = value if isinstance(value, list) else [value]
            return "Yes. " if all(spot.value in values for spot in told) else "No. "
        number = finite(value)
        known = self.terms.fields.by_name.get(field)
        whole = known is not None and known.kind == "money" and _IN_FULL.search(self.it.line.folded)
        if (
            known is not None
            and known.kind in ("money", "count")
            and number is not None
            and not (self.it.numbers or whole)
        ):
            return "Yes. " if number else "No. "
        return ""

    def _compared(self, found: FactsFound) -> Iterator[Sentence]:
        """Who has more of a number."""
        for field in found.asked.fields:
            known = self.terms.fields.by_name.get(field)
            if known is not None and known.kind in ("list", "choices"):
                yield from self._shared(found, field)
            if known is None or known.kind not in ("money", "count", "minutes"):
                continue
            name = phrases.label(self.terms, field)
            name = f"number of {name}" if known.kind == "count" else name
            values = {
                client: number
                for client, calls in found.calls.items()
                if (number := next((finite(c.value(field)) for c in calls if c.value(field) is not None), None))
                is not None
            }
            if len(values) > 1 and len(set(values.values())) > 1:
                most, least = max(values, key=lambda each: values[each]), min(values, key=lambda each: values[each])
                apart = phrases.number_words(self.terms, field, values[most] - values[least])
                text = f"The {name} is higher with {most} than with {least}, by {apart}."
                yield Sentence(text=text)
            elif len(values) > 1:
                yield Sentence(text=f"The {name} is the same with {listed(list(values))}.")

    def _shared(self, found: FactsFound, field: str) -> Iterator[Sentence]:
        """What two clients have in common of a list, and what one of them has alone."""
        lists = {
            client: next((list(map(plain, c.value(field))) for c in calls if isinstance(c.value(field), list)), [])
            for client, calls in found.calls.items()
        }
        if len(lists) != 2 or not all(lists.values()):
            return
        (one, first), (other, second) = lists.items()
        parts = ((f"Both {one} and {other}", [item for item in first if item in second]),
                 (f"Only {one}", [item for item in first if item not in second]),
                 (f"Only {other}", [item for item in second if item not in first]))  # fmt: skip
        told = [f"{who}: {phrases.value_words(self.terms, field, items)}." for who, items in parts if items]
        yield Sentence(text=" ".join(told))

    # Figures

    def figure(self, found: FigureFound) -> Iterator[Sentence]:
        """The figure with its denominator, the calls that it stands on, and counter-examples."""
        asked, noun = found.asked, _NOUNS[found.asked.noun]
        sources = tuple(self._counted_source(found, call) for call in found.examples[:MOST_CALLS])
        if asked.measure == "count":
            yield Sentence(text=self._count(found, noun), sources=sources, state="supported" if sources else "plain")
            if asked.where != asked.of and 0 < len(found.examples) <= _MOST_NAMED:
                names = names_of(found.examples)
                are = "It is" if len(names) == 1 else "They are"
                yield Sentence(text=f"{are} {listed(names)}.", sources=sources, state="supported")
            if found.others and not asked.name:
                named = listed(names_of(found.others))
                yield Sentence(
                    text=f"Not among them, for example: {named}.", sources=tuple(c.source() for c in found.others)
                )
        else:
            yield Sentence(text=self._measured(found, noun), sources=sources, state="supported" if sources else "plain")
            told = self._each(found)
            if told:
                yield Sentence(text=told, sources=sources, state="supported")
        if found.undated:
            yield Sentence(
                text=f"{counted(found.undated, 'call').capitalize()} without a date can't be placed in time."
            )

    def _each(self, found: FigureFound) -> str:
        """The values that a figure is made of, where they are few."""
        field = found.asked.field or ""
        known = [call for call in found.examples if call.value(field) is not None]
        if not known or len(found.examples) > _MOST_NAMED or found.figure.calls > len(found.examples):
            return ""
        told = [
            f"{call.client} {phrases.value_words(self.terms, field, _counted(call.value(field)))}" for call in known
        ]
        return f"It is made of: {listed(told)}."

    def _counted_source(self, found: FigureFound, call: CallProof) -> Source:
        where = found.asked.where
        field, item = next(
            (
                (name, values[0])
                for name, values in (("products_discussed", where.products), ("objections", where.objections))
                if values
            ),
            ("", None),
        )
        if found.asked.field and call.value(found.asked.field) is not None:
            field, item = found.asked.field, None
        if not field and where.outcomes:
            field = "outcome"
        if not field and where.conditions:
            held = where.conditions[0]
            field, item = held.field, str(held.value) if held.comparison == "holds" else None
        return call.sources(field or found.asked.field or "", item)[0]

    def _count(self, found: FigureFound, noun: str) -> str:
        asked, part, whole = found.asked, found.figure.calls, found.of.calls
        clause = phrases.where_words(self.terms, beyond(asked.where, asked.of))
        scope = phrases.where_words(self.terms, asked.of)
        if asked.where == asked.of:
            return (
                f"There {'is' if part == 1 else 'are'} {counted(part, noun)}{f' {scope}' if scope else ' on record'}."
            )
        share = f" ({phrases.percent(part, whole)})" if asked.share and whole else ""
        left = whole - part - found.unreadable
        of = f"{whole:,}{f' {noun}s {scope}' if scope else ''}"
        rest = f"; the other {left:,} {'does' if left == 1 else 'do'} not fit" if left > 0 else ""
        unread = f"; {found.unreadable:,} can't be read" if found.unreadable else ""
        return f"{noun.capitalize()}s {clause}: {part:,} of {of}{share}{rest}{unread}."

    def _measured(self, found: FigureFound, noun: str) -> str:
        asked, figure = found.asked, found.figure
        name = phrases.measure_words(self.terms, asked.measure, asked.field)
        where = phrases.where_words(self.terms, asked.where)
        of = f" of the clients {where}" if where else ""
        known = phrases.known_words(figure, f"{noun}s")
        if figure.value is None:
            return f"There is no {name}{of}: {known}."
        value = phrases.number_words(self.terms, asked.field, figure.value)
        return f"The {name}{of} is {value} ({known}; each client counts with the latest call)."


def _counted(value: object) -> object:
    """A value as a figure counts it: of a list, how many items it has."""
    return len(value) if isinstance(value, list) else value


def state_of(call: CallProof, field: str) -> State:
    """How far a value is carried: a person's word and what the file says need no quote."""
    if call.value(field) is None:
        return "plain"
    return "supported" if call.supported(field) else "unsupported"


def names_of(calls: Sequence[CallProof]) -> list[str]:
    return list(dict.fromkeys(call.client for call in calls))


def beyond(where: Where, of: Where) -> Where:
    """What is asked beyond the whole that it is of."""
    kept = {name: value for name, value in where if value != getattr(of, name)}
    return Where(**kept)

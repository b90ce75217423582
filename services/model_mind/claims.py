"""What a model filled in, as claims that the checker judges: values in the record's form, with words of the call."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from services.agents.contract import DialogueTurn, Extraction, Fact, NextStep, Objection, Quote
from services.analyst.dates import resolve
from services.analyst.dialogue import Talk, best_quotes
from services.analyst.numbers import numbers_in
from services.analyst.places import places_in
from services.calls.model import Call, Side
from services.deal_fields import DealFields, of
from services.errors import InvalidValue
from services.evidence import check
from services.field_kinds import words_of
from services.model_mind.quotes import Whereabouts
from services.playbooks.cues import fold
from services.playbooks.model import Field, Playbook

LONGEST_ACTION = 300
_NOTHING = frozenset(
    ("", "none", "null", "n/a", "na", "unknown", "not mentioned", "not discussed", "not said", "not stated", "nobody")
)
_WORD = re.compile(r"\w+")


def claims_of(
    answer: Mapping[str, Any], dialogue: Sequence[DialogueTurn], call: Call, playbook: Playbook
) -> Extraction:
    """An answer in the form of ``form_of`` as an extraction. The checker alone gives a value its state.

    Left out is what is no value of its field, or says in words that there is none; no dollars at all, and a count of 0
    that no words show, for that is what models write where nothing was said; and an item of a list without any words,
    for small models recite the choices that they were shown.

    Words that have nothing to do with a value are no words for it, wherever they stand: an amount or a telephone
    number whose quotes hold no number at all, or a name of which they hold no word, is unsupported.
    """
    return _Claims(dialogue, call, playbook).of(answer)


class _Claims:
    """The claims about one call."""

    def __init__(self, dialogue: Sequence[DialogueTurn], call: Call, playbook: Playbook) -> None:
        self._dialogue, self._call, self._playbook = dialogue, call, playbook
        self._words = Whereabouts(dialogue)

    def of(self, answer: Mapping[str, Any]) -> Extraction:
        outcomes = [one.name for one in self._playbook.outcomes]
        categories = self._items("objections", answer, [one.name for one in self._playbook.objections])
        return Extraction(
            facts={field.name: self._known(field, answer.get(field.name)) for field in self._playbook.fields},
            products_discussed=self._items("products_discussed", answer, [one.name for one in self._playbook.products]),
            objections=[
                Objection(category=one["value"], state=one["state"], evidence=one["evidence"], source="model")
                for one in categories
            ],
            outcome=self._fact("outcome", _option(answer.get("outcome"), outcomes), answer.get("outcome")),
            next_steps=self._steps(answer),
        )

    def _known(self, field: Field, said: Mapping[str, Any] | None) -> Fact:
        value = _value(field, (said or {}).get("value"), of(self._playbook))
        fact = self._fact(field.name, value, said)
        if not _bears(field, value, fact["evidence"]):
            fact = self._fact(field.name, value, None)
        nothing = value == 0 and (field.type == "money" or fact["state"] == "unsupported")
        return self._fact(field.name, None, None) if nothing else fact

    def _items(self, field: str, answer: Mapping[str, Any], options: Sequence[str]) -> list[Fact]:
        """The items of a list of choices, each once, in the order of the answer."""
        quotes: dict[str, list[Quote]] = {}
        for said in answer.get(field) or ():
            if (value := _option(said, options)) is not None:
                quotes.setdefault(value, []).extend(self._quotes(said))
        return [self._judged(field, value, best_quotes(of_it)) for value, of_it in quotes.items() if of_it]

    def _steps(self, answer: Mapping[str, Any]) -> list[NextStep]:
        """The steps, each once: small models go round in circles."""
        each: dict[tuple[str, str], NextStep] = {}
        for said in answer.get("next_steps") or ():
            if (step := self._step(said)) is not None and step["evidence"]:
                each.setdefault((step["owner"], step["action"].casefold()), step)
        return list(each.values())

    def _step(self, said: Mapping[str, Any]) -> NextStep | None:
        """A step; when it is due stands only where the quoted turns say so."""
        try:
            action = words_of(said.get("action") or "", LONGEST_ACTION)
            due = words_of(said.get("due") or "", LONGEST_ACTION)
        except ValueError:
            return None
        owner = str(said.get("owner") or "").strip().lower()
        if not action or owner not in ("advisor", "client"):
            return None
        quotes = self._quotes(said)
        claim = self._judged("next_steps", action, quotes)
        said_so = due and self._words.holds([quote["turn"] for quote in quotes], due)
        return NextStep(
            owner=cast(Side, owner),
            action=action,
            due=due if said_so else None,
            due_date=resolve(due, self._call.header.meeting_date) if said_so else None,
            state=claim["state"],
            evidence=claim["evidence"],
            source="model",
        )

    def _fact(self, field: str, value: Any, said: Mapping[str, Any] | None) -> Fact:
        return self._judged(field, value, self._quotes(said) if value is not None else [])

    def _judged(self, field: str, value: Any, quotes: list[Quote]) -> Fact:
        state = check(self._dialogue, field, value, quotes, self._playbook)
        return Fact(value=value, state=state, evidence=quotes, source="model")

    def _quotes(self, said: Mapping[str, Any] | None) -> list[Quote]:
        return best_quotes(self._words.located((said or {}).get("quotes") or ()))


def _bears(field: Field, value: Any, quotes: Sequence[Quote]) -> bool:
    """Whether quotes can say anything of such a value."""
    if field.type in ("money", "phone"):
        return any(numbers_in(fold(quote["quote"])) for quote in quotes)
    if field.type in ("text", "texts"):
        heard = {word for quote in quotes for word in _WORD.findall(quote["quote"].casefold())}
        names = value if isinstance(value, list) else [value or ""]
        return all(heard & set(_WORD.findall(name.casefold())) for name in names)
    return True


def _option(said: Mapping[str, Any] | None, options: Sequence[str]) -> str | None:
    """The firm's own word for a choice, however its case is; None for a word that is none of its."""
    folded = str((said or {}).get("value") or "").strip().casefold()
    return next((option for option in options if option.casefold() == folded), None)


def _value(field: Field, raw: Any, fields: DealFields) -> Any:
    """A raw value in the form in which the record keeps the field; None for nothing, and for what does not fit."""
    if isinstance(raw, str) and raw.strip().casefold() in _NOTHING:
        return None
    try:
        value = fields.accept(field.name, _READERS.get(field.type, _as_it_is)(raw))
    except InvalidValue:
        return None
    if isinstance(value, int | float) and not (field.least or 0) <= value <= (field.most or float("inf")):
        return None
    return value


def _as_it_is(raw: Any) -> Any:
    return raw


def _amount(raw: Any) -> Any:
    """A number, also where a model wrote it in words: "$2.5 million"."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str) and re.search(r"[a-z]", raw, re.IGNORECASE):
        spoken = numbers_in(fold(raw))
        return spoken[0].value if len(spoken) == 1 else None
    return raw


def _phone(raw: Any) -> str | None:
    """Ten digits as the record writes them."""
    digits = re.sub(r"\D", "", str(raw))
    digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 else None


def _state(raw: Any) -> str | None:
    """A state's two letters, also out of its name or of a town's that lies in one state only."""
    words = str(raw or "").strip()
    if re.fullmatch(r"[A-Za-z]{2}", words):
        return words.upper()
    name = words[:60].title() if words.islower() else words[:60]
    sentences = Talk([{"text": f"We live in {name}."}]).sentences
    states = [place.states[0] for one in sentences for place in places_in(one, frozenset(), where=True) if place.sure]
    return states[-1] if states else None


def _states(raw: Any) -> list[str]:
    return [state for each in (raw if isinstance(raw, list) else [raw]) if (state := _state(each)) is not None]


def _names(raw: Any) -> list[Any]:
    given = raw if isinstance(raw, list) else [raw]
    return [each for each in given if isinstance(each, str) and each.strip().casefold() not in _NOTHING]


_READERS = {
    "money": _amount,
    "count": _amount,
    "phone": _phone,
    "state": _state,
    "states": _states,
    "texts": _names,
}

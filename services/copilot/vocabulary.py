"""The firm's own words in a question: products, objections, outcomes, stages, states, fields and their choices.

All of it comes from the playbook and from how people put questions (words.toml); nothing here knows a trade.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from services.analyst.words import data as analyst_data
from services.copilot.called import Spot as Spot
from services.copilot.called import by_name, heads, in_order, short_names
from services.copilot.called import plain_words as plain_words
from services.copilot.called import plain_words_of_all as plain_words_of_all
from services.copilot.called import words as words
from services.copilot.holding import held_already
from services.deal_fields import of as deal_fields_of
from services.playbooks.cues import CueBook, Line, fold, parse
from services.playbooks.loader import Playbook
from services.playbooks.model import Field
from services.sentence_words import stems

_NAME_WORD = re.compile(r"[a-z0-9]+")
_LEAST_WEIGHT = 1.0  # of a product's cue, to stand for it in a question
_ONE_WORD, _SEVERAL_WORDS = 2.5, 2.0  # weights from which on a cue stands for an objection
_TURNED, _LONG = 3.0, 12  # the same of a cue that stands in a question turned to the first person; its letters
_OTHER_LOSS = re.compile(  # lost a child: no deal's end
    r"los(?:t|e|es|ing) (?:a|an|his|her|their|its) (?!deal|client|sale|case|business|customer|account|household)"
)
_BLAMED = re.compile(r"\b(?:because of|due to|over|on account of|citing|based on|blamed|to) (?:the |their |our |a )?$")
_COMES_UP = re.compile(r"\b(?:come|came|comes|coming|brought|bring|brings) up\b|\b(?:raise|raised|raises|cited|cite)\b")
_BEFORE = 4  # words before something in which it is denied
_RECORD_FIELDS = ("client_email", "meeting_title", "meeting_date", "meeting_url", "duration_minutes", "outcome",
                  "deal_stage", "products_discussed", "objections", "summary", "adviser", "talk_share")  # fmt: skip


@lru_cache(maxsize=16)
def book(table: str) -> CueBook[str]:
    """The cues of a table of the data file, each under the name of its group."""
    groups: dict[str, list[str]] = words()[table]
    return CueBook((group, parse(cue)) for group, cues in groups.items() for cue in cues)


@lru_cache(maxsize=1)
def common_stems() -> frozenset[str]:
    """The stems of words that any question has."""
    return frozenset(stems(" ".join(sorted(plain_words()))))


def groups_in(table: str, line: Line) -> frozenset[str]:
    """The groups of a table of which a cue stands in the question."""
    return frozenset(hit.key for hit in book(table).find(line))


@lru_cache(maxsize=1)
def states() -> dict[str, str]:
    """The letters of the states by their folded names."""
    known: dict[str, str] = analyst_data("places")["states"]
    return known


@lru_cache(maxsize=1)
def state_names() -> dict[str, str]:
    """The names of the states by their letters, as they are written."""
    names: dict[str, str] = {}
    for name, letters in states().items():
        names.setdefault(letters, " ".join(word if word == "of" else word.capitalize() for word in name.split()))
    return names


class Terms:
    """The words of one playbook, ready to be found in questions."""

    def __init__(self, playbook: Playbook) -> None:
        self.playbook = playbook
        self.fields = deal_fields_of(playbook)
        self._products = CueBook(
            (one.name, cue) for one in playbook.products for cue in one.cues if cue.weight >= _LEAST_WEIGHT
        )
        self._objections = CueBook((one.name, cue) for one in playbook.objections for cue in one.cues)
        self._roles = {one.role: one.name for one in playbook.outcomes}
        self._fields = CueBook(_field_cues(playbook))
        self._choices = CueBook(_choice_cues(playbook))

    def products(self, line: Line) -> list[Spot]:
        """Products by their names and cues, the longest words first."""
        found = [Spot(hit.key, hit.start, hit.end) for hit in self._products.find(line)]
        names = [one.name for one in self.playbook.products]
        return _apart(
            line,
            [*found, *by_name(line, names), *short_names(line, names), *heads(line, names), *_capitals(line, names)],
        )

    def held(self, line: Line) -> Spot | None:
        """The product of which a question asks who has one already: an old will."""
        names = ((one.name, re.escape(fold(one.name))) for one in self.playbook.products)
        places = [
            Spot(name, *match.span()) for name, told in names for match in re.finditer(rf"\b{told}s?\b", line.folded)
        ]
        spots = _apart(line, [*places, *self.products(line)])
        return next((spot for spot in spots if held_already(line.folded, spot.start, spot.end)), None)

    def objections(self, line: Line, asked: bool, listed: bool) -> list[Spot]:
        """Objections by their names; by the clients' own words too, where it is ``asked`` for them or for a list.

        A question says of others what the cues say in the first person: they are looked for both ways.
        """
        names = [one.name for one in self.playbook.objections]
        found = by_name(line, [name for name in names if asked or " " in name])
        if asked:
            found += in_order(line, [name for name in names if not fold(name).startswith(("not ", "no "))])
        if asked or listed:
            for hit in self._objections.find(line):
                said = line.folded[hit.start : hit.end]
                if hit.weight >= (_strong(said) if asked else _TURNED) and (asked or " " in said):
                    found.append(Spot(hit.key, hit.start, hit.end))
            end = len(line.folded)
            own = Line(_first_person(line.folded))
            hits = (hit for hit in self._objections.find(own) if hit.weight >= _TURNED and hit.end - hit.start >= _LONG)
            found += [Spot(hit.key, end, end) for hit in hits if hit.key not in {spot.value for spot in found}]
        return _apart(line, found)

    def concerns(self, line: Line) -> list[Spot]:
        """Objections as those who ask call them, where the firm's playbook knows them by the same names."""
        own = {one.name for one in self.playbook.objections}
        hits = [hit for hit in book("concerns").find(line) if hit.key in own]
        found = [Spot(hit.key, hit.start, hit.end) for hit in hits]
        up = _COMES_UP.search(line.folded)
        named = [spot for spot in by_name(line, own) if up or _BLAMED.search(line.folded[: spot.start])]
        return _apart(line, [*found, *named])

    def outcomes(self, line: Line) -> list[Spot]:
        """Outcomes by the firm's names and by what they come to."""
        found = by_name(line, [one.name for one in self.playbook.outcomes])
        for hit in book("outcomes").find(line):
            if hit.key in self._roles:
                found.append(Spot(self._roles[hit.key], hit.start, hit.end))
        kept = [spot for spot in found if not _OTHER_LOSS.match(line.folded[spot.start :])]
        return _apart(line, kept)

    def stages(self, line: Line) -> list[Spot]:
        """Stages by name: where the question speaks of stages, or the name is no outcome's and no common word."""
        told = "stage" in line.known or "stages" in line.known or "pipeline" in line.known
        outcomes = {one.name for one in self.playbook.outcomes}
        names = [name for name in self.playbook.stages if told or (name not in outcomes and len(name) > 6)]
        return _apart(line, by_name(line, names))

    def field_spots(self, line: Line) -> list[Spot]:
        """Fields of the record by their labels and by how people call them, in the order of the question."""
        return _apart(line, [Spot(hit.key, hit.start, hit.end) for hit in self._fields.find(line)])

    def field_places(self, line: Line) -> list[tuple[int, int]]:
        """Every place where a field is named."""
        return [(hit.start, hit.end) for hit in self._fields.find(line)]

    def choices(self, line: Line) -> list[tuple[str, Spot]]:
        """Values of fields with choices, with the field's name."""
        found = [Spot(hit.key, hit.start, hit.end) for hit in self._choices.find(line)]
        told = [(spot.value.split("=")[0], _told(spot)) for spot in _apart(line, found)]
        for match in re.finditer(r"\bun(\w{4,})", line.folded):  # unmarried
            told += [(name, Spot(choice, *match.span(), True)) for name, choice in self._named(match.group(1))]
        return told

    def _named(self, word: str) -> list[tuple[str, str]]:
        """The choices of that name, with their fields."""
        fields = self.playbook.fields
        return [(field.name, choice.name) for field in fields for choice in field.choices if fold(choice.name) == word]

    def label(self, field: str) -> str:
        """A field's label."""
        own = {"adviser": "Adviser", "talk_share": "Share of the words"}
        return own.get(field) or self.fields.label_of(field)


@lru_cache(maxsize=8)
def terms_of(playbook: Playbook) -> Terms:
    """The words of a playbook."""
    return Terms(playbook)


def states_in(question: str, line: Line) -> list[Spot]:
    """States by name anywhere, by letters in capitals."""
    found = []
    for name, letters in states().items():
        for match in re.finditer(rf"\b{re.escape(name)}\b", line.folded):
            found.append(Spot(letters, *match.span()))
    for match in re.finditer(r"\b[A-Z]{2}\b", question):
        if match.group() in state_names():
            found.append(Spot(match.group(), *match.span()))
    return _apart(line, found)


def denied(line: Line, start: int) -> bool:
    """Whether a no stands in the words right before a place."""
    head = Line(line.folded[:start])
    near = " ".join(head.words[-_BEFORE:])
    return "negation" in groups_in("other", Line(near.replace("'t", " n't ") if "'t" in near else near))


def _told(spot: Spot) -> Spot:
    return Spot(spot.value.split("=", 1)[1], spot.start, spot.end, spot.denied)


def _field_cues(playbook: Playbook) -> Iterator[tuple[str, Any]]:
    known: dict[str, list[str]] = words()["fields"]
    for field in playbook.fields:
        for cue in known.get(field.name, ()):
            yield field.name, parse(cue)
        yield from ((field.name, cue) for cue in _label_cues(field))
    for name in _RECORD_FIELDS:
        yield from ((name, parse(cue)) for cue in known[name])


def _label_cues(field: Field) -> Iterator[Any]:
    """A label and a field's name as they are said."""
    for told in {field.label, field.name.replace("_", " ")}:
        said = " ".join(_NAME_WORD.findall(fold(told)))
        if said:
            yield parse(said)


def _choice_cues(playbook: Playbook) -> Iterator[tuple[str, Any]]:
    known: dict[str, list[str]] = words()["choices"]
    for field in playbook.fields:
        for choice in field.choices:
            yield from (
                (f"{field.name}={choice.name}", parse(cue)) for cue in known.get(f"{field.name}={choice.name}", ())
            )
            for cue in choice.cues:
                yield f"{field.name}={choice.name}", cue
            yield f"{field.name}={choice.name}", parse(" ".join(_NAME_WORD.findall(fold(choice.name))) or "none")


def _capitals(line: Line, names: Iterable[str]) -> list[Spot]:
    """Names by the one word of them that is written in capitals: an LLC."""
    found = []
    for name in names:
        for word in re.findall(r"\b[A-Z]{3,}\b", name):
            found += [Spot(name, *match.span()) for match in re.finditer(rf"\b{word.lower()}s?\b", line.folded)]
    return found


def _strong(words: str) -> float:
    """The weight from which on a cue's words stand for the objection: one word has to tell more than several."""
    return _SEVERAL_WORDS if " " in words else _ONE_WORD


_PERSONS = dict(
    each.split("=")
    for each in (
        "they=i he=i she=i them=me their=my his=my her=my themselves=myself himself=myself herself=myself needs=need"
        " wants=want has=have needed=need wanted=want had=have thinks=think doesn't=don't didn't=don't"
    ).split()
)


def _first_person(folded: str) -> str:
    """The question as the client would say it."""
    return re.sub(r"[a-z']+", lambda match: _PERSONS.get(match.group(), match.group()), folded)


def _apart(line: Line, found: Iterable[Spot]) -> list[Spot]:
    """The spots without those that lie within a longer one, each value once at a place, in order, with their no."""
    kept: list[Spot] = []
    for spot in sorted(set(found), key=lambda each: (-(each.end - each.start), each.start, each.value)):
        inside = any(other.start <= spot.start and spot.end <= other.end for other in kept if other.value != spot.value)
        if not inside and not any(other.value == spot.value and other.start == spot.start for other in kept):
            kept.append(spot)
    seen: dict[str, Spot] = {}
    for spot in sorted(kept, key=lambda each: each.start):
        no = spot.start < spot.end and denied(line, spot.start)  # what stands nowhere has no no before it
        seen.setdefault(spot.value, Spot(spot.value, spot.start, spot.end, no))
    return list(seen.values())

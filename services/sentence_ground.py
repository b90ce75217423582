"""What a draft may stand on: the values that the call supports, and the words of its turns."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from services import sentence_words
from services.agents import findings
from services.agents.contract import Extraction, Fact, NextStep, Quote
from services.analyst.dialogue import Talk
from services.calls.model import Header, Side
from services.corrected_words import CorrectedWords
from services.corrections import Corrections
from services.playbooks.loader import Playbook
from services.sentence_words import stem, stems
from services.wording import long_date

_LONGEST_NAME = 5  # words of a speaker's label that is a name
_FEWEST = 30  # turns, so that in a short call too a word that was said weighs less than one that was not
_NEAR = 2  # turns after something was put to somebody in which they say yes to it
_OPENING = 40  # characters of a turn in which its yes stands


@dataclass(frozen=True, slots=True)
class Support:
    """One thing that the call supports: its words, and the quotes that prove it.

    ``step``: it is a next step. ``denies``: its own words say no to something ("Not needed"). ``by``: the person whose
    word it is, and ``own`` the stems of that word, without those of its label.
    """

    name: str
    stems: frozenset[str]
    evidence: tuple[Quote, ...]
    step: NextStep | None = None
    denies: bool = False
    by: str = ""
    own: frozenset[str] = frozenset()


class Ground:
    """One call, as drafts are held against it. Everything is worked out when first asked for.

    Header and findings are those that stand; ``corrections`` says what of them is a person's word. ``firms``: what the
    firms of our people on the call are called.
    """

    def __init__(
        self,
        dialogue: Sequence[Mapping[str, Any]],
        extraction: Extraction,
        header: Header,
        playbook: Playbook,
        firms: Sequence[str] = (),
        corrections: Corrections | None = None,
    ) -> None:
        self._firms = tuple(firms)
        self.dialogue, self.extraction, self.header, self.playbook = dialogue, extraction, header, playbook
        self.corrections = corrections or Corrections()
        self._weights: dict[str, float] = {}
        self._sets: dict[str, frozenset[int]] = {}

    @cached_property
    def supports(self) -> list[Support]:
        """The values and next steps that the call supports."""
        return [*self._facts(), *self._lists(), *self._steps()]

    def _facts(self) -> Iterator[Support]:
        outcome = self.extraction["outcome"]
        facts = [(field.name, field.label, self.extraction["facts"].get(field.name)) for field in self.playbook.fields]
        for name, label, fact in [*facts, ("outcome", "Outcome", outcome)]:
            if fact and fact["source"] == "human" and findings.supported(fact) is not None:
                yield self._of_person(name, label, fact)
            elif fact and findings.supported(fact) is not None:
                said = [_told(fact["value"]), label, *(quote["quote"] for quote in fact["evidence"])]
                yield Support(name, frozenset(stems(" ".join(said))), tuple(fact["evidence"]), denies=not fact["value"])

    def _of_person(self, name: str, label: str, fact: Fact) -> Support:
        """A value that a person set: it rests on no words of the call."""
        told = _told(fact["value"])
        denies = not fact["value"] or sentence_words.denies(told)
        return Support(
            name,
            frozenset(stems(f"{told} {label}")),
            (),
            denies=denies,
            by=self.corrections.who(name),
            own=frozenset(stems(told)),
        )

    def _lists(self) -> Iterator[Support]:
        """All products as one support, and all worries: a sentence lists many of them."""
        products: list[tuple[str, Fact]] = [(one["value"], one) for one in self.extraction["products_discussed"]]
        worries = [(one["category"], one) for one in self.extraction["objections"]]
        for name, items in (("products_discussed", products), ("objections", worries)):
            own = frozenset(stems(" ".join(value for value, one in items if one["source"] == "human")))
            if own:
                yield Support(name, own, (), by=self.corrections.who(name), own=own)
            found = [(value, one) for value, one in items if one["state"] in findings.SUPPORTED and not _set(one)]
            quotes = [quote for _, one in found for quote in one["evidence"]]
            said = " ".join([*(value for value, _ in found), *(quote["quote"] for quote in quotes)])
            if found:
                denied = any(sentence_words.denies(str(value)) for value, _ in found)
                yield Support(name, frozenset(stems(said)), tuple(quotes), denies=denied)

    def _steps(self) -> Iterator[Support]:
        for step in findings.next_steps(self.extraction):
            said = " ".join([step["action"], step["due"] or "", *(quote["quote"] for quote in step["evidence"])])
            by = self.corrections.who("next_steps") if _set(step) else ""
            own = frozenset(stems(step["action"]))
            yield Support("next_steps", frozenset(stems(said)), tuple(step["evidence"]), step, by=by, own=own)

    @cached_property
    def named(self) -> frozenset[str]:
        """The stems of the names that everybody on the call knows: client, speakers, firm, and the day of it."""
        labels = {str(turn.get("speaker") or "") for turn in self.dialogue}
        speakers = [label for label in labels if len(label.split()) <= _LONGEST_NAME]
        firm = [self.playbook.firm.name, *self.playbook.firm.senders]
        header = [
            self.header.client_name or "",
            self.header.client_email or "",
            re.sub(r"\d+", "", long_date(self.header.meeting_date) or ""),  # its figures may count something else
        ]
        return frozenset(stems(" ".join([*speakers, *firm, *header, self.header.meeting_title or ""])))

    @cached_property
    def clients(self) -> frozenset[str]:
        """The folded words of the names that a greeting may hold."""
        ours = {str(turn.get("speaker") or "") for turn in self.dialogue if turn.get("side") != "advisor"}
        spouse = str(findings.fact_value(self.extraction, "spouse_name") or "")
        told = " ".join([*ours, spouse, self.header.client_name or ""])
        words = (word.strip(".,") for word in sentence_words.plain(told).split())
        return frozenset(word for word in words if self.corrected.name(word) is None)

    @cached_property
    def corrected(self) -> CorrectedWords:
        """What people's words in the record make of amounts, names and days."""
        labels = {str(turn.get("speaker") or "") for turn in self.dialogue}
        return CorrectedWords(labels, self.extraction, self.header, self.playbook, self.corrections)

    def weight_of(self, several: Iterable[str]) -> float:
        """How much some stems tell together."""
        return sum(map(self.weight, several))

    @cached_property
    def signers(self) -> list[str]:
        """The names that a signature may hold: ours on the call, who sends, and the firm."""
        ours = [str(turn.get("speaker") or "") for turn in self.dialogue if turn.get("side") == "advisor"]
        firm = self.playbook.firm
        return [name for name in dict.fromkeys((*ours, firm.name, *firm.senders, *self._firms)) if name]

    @cached_property
    def trade(self) -> frozenset[str]:
        """The stems of what the firm sells and asks, which any of its e-mails may name."""
        playbook = self.playbook
        told = [*(one.name for one in playbook.products), *(one.label for one in playbook.fields), playbook.name]
        return frozenset(stems(" ".join(told)))

    @cached_property
    def _said_in(self) -> dict[str, list[int]]:
        """The turns in which a stem stands."""
        found: dict[str, list[int]] = defaultdict(list)
        for index, turn in enumerate(self.dialogue):
            for one in stems(str(turn.get("text") or "")):
                found[one].append(index)
        return found

    @cached_property
    def talk(self) -> Talk:
        """The call as the analyst reads it."""
        return Talk(self.dialogue)

    def holds(self, one: str) -> bool:
        """Whether a stem stands anywhere in the call, its header or its values."""
        known = one in self._said_in or one in self.named or one in self.trade
        return known or any(one in support.stems for support in self.supports)

    def said_so(self, folded: str) -> int | None:
        """The first turn that holds some folded words just so, or None."""
        return next((turn for turn, text in enumerate(self._folded) if folded in text), None)

    @cached_property
    def _folded(self) -> list[str]:
        return [" ".join(sentence_words.plain(str(turn.get("text") or "")).split()) for turn in self.dialogue]

    def weight(self, one: str) -> float:
        """How much a stem tells: much where few turns hold it."""
        known = self._weights.get(one)
        if known is None:
            most = max(_FEWEST, len(self.dialogue))
            known = self._weights[one] = math.log(1 + most / max(1, len(self._said_in.get(one, ()))))
        return known

    def nearest(self, wanted: set[str]) -> tuple[list[int], set[str]]:
        """The turn, or two neighbours, that hold most of the stems; and which they hold."""
        counts: Counter[int] = Counter()
        for one in wanted:
            for index in self._said_in.get(one, ()):
                counts[index] += 1
        best: tuple[float, list[int], set[str]] = (0.0, [], set())
        for index, _ in counts.most_common(12):
            for window in ([index], [index, index + 1], [index - 1, index]):
                held = {one for one in wanted if not self._places(one).isdisjoint(window)}
                told = sum(map(self.weight, held)) - 0.1 * len(window)
                if told > best[0]:
                    best = (told, [turn for turn in window if 0 <= turn < len(self.dialogue)], held)
        return best[1], best[2]

    def _places(self, one: str) -> frozenset[int]:
        """The turns in which a stem stands, as a set."""
        known = self._sets.get(one)
        if known is None:
            known = self._sets[one] = frozenset(self._said_in.get(one, ()))
        return known

    def quotes(self, turns: Iterable[int], wanted: set[str]) -> list[Quote]:
        """From each turn the words that hold most of the stems."""
        found: list[Quote] = []
        for turn in turns:
            sentences = self.turn_sentences(turn)
            best = max(sentences, key=lambda one: len(stems(one) & wanted), default="")
            if best and stems(best) & wanted:
                found.append(Quote(turn=turn, quote=best))
        return found

    def turn_sentences(self, turn: int) -> list[str]:
        """The sentences of a turn, each as long as a quote may be."""
        talk = Talk([self.dialogue[turn]])
        return [talk.quote_of(sentence)["quote"] for sentence in talk.sentences]

    def side(self, turn: int) -> Side | None:
        """Who spoke."""
        side: Side | None = self.dialogue[turn].get("side") if 0 <= turn < len(self.dialogue) else None
        return side

    def sides(self, evidence: Iterable[Quote]) -> Counter[Side]:
        """Whose words the quotes are."""
        known = (self.side(quote["turn"]) for quote in evidence)
        return Counter(side for side in known if side is not None)

    def assented(self, evidence: Iterable[Quote]) -> Quote | None:
        """The words with which the other side said yes to the quoted ones, right after them."""
        for quote in evidence:
            for turn in range(quote["turn"] + 1, min(quote["turn"] + 1 + _NEAR, len(self.dialogue))):
                text = str(self.dialogue[turn].get("text") or "")
                other = self.side(turn) not in (None, self.side(quote["turn"]))
                if other and sentence_words.cues("assents", sentence_words.plain(text)[:_OPENING]):
                    return Quote(turn=turn, quote=self.turn_sentences(turn)[0])
        return None


def _set(item: Mapping[str, Any]) -> bool:
    """Whether an item is a person's."""
    return bool(item["source"] == "human")


def _told(value: Any) -> str:
    """A value in words."""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def proven(dialogue: Sequence[Mapping[str, Any]], extraction: Extraction) -> list[dict[str, Any]]:
    """The dialogue with nothing left in it but the quotes that prove supported values."""
    facts: list[Any] = [*extraction["facts"].values(), extraction["outcome"], *extraction["products_discussed"]]
    items = [*facts, *extraction["objections"], *extraction["next_steps"]]
    kept: dict[int, list[str]] = defaultdict(list)
    for item in items:
        for quote in item["evidence"] if item["state"] in findings.SUPPORTED else ():
            if quote["quote"] not in kept[quote["turn"]]:
                kept[quote["turn"]].append(quote["quote"])
    return [{**turn, "text": " ".join(kept.get(index, ()))} for index, turn in enumerate(dialogue)]


def known_stem(word: str) -> str:
    """What a folded word is compared by, with the name's own ending off."""
    return stem(word.removesuffix("'s"))

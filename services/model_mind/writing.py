"""What the writing agents share: what a model is told of a call, and which of its sentences may be taken.

A model gets the values that the call supports, the words that prove them, and what the client said they want; nothing
else of the call. What it writes is held against those same words, by stricter rules than a person's: no amount that is
no value of the record, no day that is not a next step's, no link, no legal wording, nothing that binds the firm beyond
its next steps, and no name but those of the people on the call.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from services import publish_guard, sentence_words
from services.agents import findings
from services.agents.contract import DialogueTurn, Extraction, NextStep, Quote
from services.analyst.dialogue import Talk
from services.calls.model import Call, Header
from services.corrections import Corrections
from services.model_mind.asking import MindNote
from services.model_mind.fence import RULE, fenced, fenced_text
from services.model_replies import Reply
from services.playbooks.loader import Playbook
from services.sentence_check import CheckedSentence, check_on
from services.sentence_ground import Ground, known_stem, proven
from services.wording import long_date, money

F = TypeVar("F", bound=BaseModel)
MOST_WISHES = 10  # sentences of the client that say what they want
LONGEST_SENTENCES = 4_000  # characters of one field of an answer; more is no e-mail
_NAME = re.compile(r"[A-Z][\w'’]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
_IDENTIFIER = re.compile(r"[a-z]_[a-z]|[{}\\|]")


def builtin(instead: str | None = None) -> MindNote:
    """The note of what the builtin analyst wrote; ``instead``: why the model's words don't stand."""
    return MindNote(source="builtin") if instead is None else MindNote(source="builtin", instead=instead)


def by_model(reply: Reply[F], instead: str | None = None) -> MindNote:
    """The note of what a model wrote; ``instead``: why a part of it is the builtin analyst's."""
    note = MindNote(source="model", model=reply.model, prompt_hash=reply.prompt_hash[:16])
    if instead is not None:
        note["instead"] = instead
    return note


@dataclass(frozen=True)
class Subject:
    """One call as it is written about."""

    header: Header
    dialogue: Sequence[DialogueTurn]
    extraction: Extraction
    playbook: Playbook
    corrections: Corrections | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any], playbook: Playbook) -> "Subject":
        """Out of the state that the agents share."""
        call: Call = data["call"]
        return cls(call.header, data["dialogue"], data["extracted_entities"], playbook, data.get("corrections"))


def material(subject: Subject) -> list[dict[str, Any]]:
    """The dialogue with nothing left in it but the words that prove values, and the client's wishes and worries."""
    words = proven(subject.dialogue, subject.extraction)
    left = MOST_WISHES
    for index, turn in enumerate(subject.dialogue):
        for wish in _wishes(turn) if turn["side"] == "client" and left else ():
            if wish not in words[index]["text"] and left:
                words[index]["text"] = f"{words[index]['text']} {wish}".strip()
                left -= 1
    return words


def _wishes(turn: Mapping[str, Any]) -> Iterator[str]:
    """The client's sentences that say what they want, or what troubles them."""
    if not sentence_words.cues("wishes", sentence_words.plain(turn["text"])):
        return
    talk = Talk([turn])
    for sentence in talk.sentences:
        said = not (sentence.story or sentence.asks or speaks_to_a_program(sentence.text))
        if said and sentence_words.cues("wishes", sentence.folded):
            yield talk.quote_of(sentence)["quote"]


def told(subject: Subject) -> str:
    """What a model is told of the call: the values, and the words that prove them, both fenced."""
    words = material(subject)
    turns = [index for index, turn in enumerate(words) if turn["text"]]
    values = fenced_text("the values that the call supports", "\n".join(_values(subject)))
    return f"{values}\n\n{fenced(words, turns)}"


def _values(subject: Subject) -> Iterator[str]:
    extraction, header = subject.extraction, subject.header
    if header.client_name:
        yield f"Client: {header.client_name}"
    if day := long_date(header.meeting_date):
        yield f"Day of the call: {day}"
    for field in subject.playbook.fields:
        value = findings.fact_value(extraction, field.name)
        if value is not None and field.type != "phone":
            yield f"{field.label}: {money(value) if field.type == 'money' else _plain(value)}"
    lists = (("Talked about", findings.products(extraction)), ("Concerns", findings.objections(extraction)))
    yield from (f"{label}: {', '.join(items)}" for label, items in lists if items)
    if outcome := findings.outcome(extraction):
        yield f"Outcome: {outcome}"
    for step in findings.next_steps(extraction):
        who = "Next step of the firm" if step["owner"] == "advisor" else "Next step of the client"
        day = f" (due: {step['due']}{_dated(step)})" if step["due"] else ""
        yield f"{who}: {step['action']}{day}"


def _dated(step: NextStep) -> str:
    return f", that is {long_date(step['due_date'])}" if step["due_date"] else ""


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def task(words: str) -> str:
    """A task as the model's system prompt: ours alone."""
    return f"{words}\n\n{RULE}"


def again(user: str, wrong: Sequence[str]) -> str:
    """The question once more, with what can't be sent of the first answer."""
    listed = fenced_text("sentences of your last answer that may not stand", "\n".join(wrong))
    return f"{user}\n\n{_AGAIN}\n{listed}"


_AGAIN = (
    "You were asked this before, and some sentences of your answer may not stand: they say what the call does not, or"
    " hold a link, a legal statement, a promise, an amount or a day that is not among the values. Answer again without"
    " them, from the values alone."
)


def visible(words: str) -> str:
    """Words without characters that nobody sees."""
    return _UNSEEN.sub("", _CONTROL.sub(" ", words))


def tidy(words: str) -> str:
    """Words of an answer on one line, without what can't be seen or begins a list."""
    line = " ".join(visible(words[:LONGEST_SENTENCES]).split())
    return re.sub(r"^(?:[-*•–]|\d{1,2}[.)])\s+", "", line).strip()


class Judge:
    """Decides which sentences of a model's answer may be taken."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        told = (material(subject), subject.extraction, subject.header, subject.playbook)
        self._ground = Ground(*told, corrections=subject.corrections)
        self._people = _without_quotes(subject)
        self._named = publish_guard.Private(
            subject.dialogue, subject.extraction, subject.header, subject.playbook
        ).named

    def sentences(self, words: str, heading: str = "") -> list[tuple[CheckedSentence, bool]]:
        """Each sentence with whether it may be taken; ``heading`` is the line under which it stands as a point."""
        text = f"{heading}\n- {words}" if heading else words
        found = check_on(self._ground, text)
        return [(one, self.may_stand(one)) for one in (found[1:] if heading else found)]

    def may_stand(self, one: CheckedSentence) -> bool:
        """Whether a model's sentence may be taken."""
        if not one.supported or one.role in ("greeting", "signature", "heading"):
            return False
        if not all(self._claim_stands(claim.kind, claim.by_value, claim.words, one) for claim in one.claims):
            return False
        return not self.strangers_in(one.text) and not speaks_to_a_program(one.text)

    def _claim_stands(self, kind: str, by_value: bool, words: str, one: CheckedSentence) -> bool:
        if kind in ("link", "legal", "name"):
            return False
        if kind == "price":
            return by_value
        if kind == "promise":
            return _is_of_a_step(words, [step for step in one.steps if step["owner"] == "advisor"])
        return True

    def strangers_in(self, words: str) -> list[str]:
        """The names in some words that are only in what was said, not among the call's people and values."""
        found = (sentence_words.plain(match.group()).removesuffix("'s") for match in _NAME.finditer(words))
        return [name for name in found if name in self._named and not self._people.holds(known_stem(name))]


def _is_of_a_step(promise: str, steps: Sequence[NextStep]) -> bool:
    """Whether a promise is one of the firm's next steps, and binds it to no more than that."""
    actions = " ".join(sentence_words.plain(step["action"]) for step in steps)
    folded = sentence_words.plain(promise)
    return bool(steps) and all(folded[hit.start : hit.end] in actions for hit in sentence_words.cues("bonds", folded))


def speaks_to_a_program(words: str) -> bool:
    """Whether words are about the program that writes, or order it about."""
    return bool(_IDENTIFIER.search(words) or sentence_words.cues("orders", sentence_words.plain(words)))


def _without_quotes(subject: Subject) -> Ground:
    """The people and values of a call, without any of its words."""
    silent = [{**turn, "text": ""} for turn in subject.dialogue]

    def bare(item: Any) -> Any:
        return {**item, "evidence": [Quote(turn=quote["turn"], quote="") for quote in item["evidence"]]}

    found = subject.extraction
    extraction: Any = {
        "facts": {name: bare(fact) for name, fact in found["facts"].items()},
        "outcome": bare(found["outcome"]),
    }
    extraction |= {name: [bare(item) for item in found[name]] for name in _LISTS}  # type: ignore[literal-required]
    return Ground(silent, extraction, subject.header, subject.playbook)


_LISTS = ("products_discussed", "objections", "next_steps")

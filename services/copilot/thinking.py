"""A language model beside the rules: it may plan and word; what it gives is held against the whitelist and the results.

It is shown the question and the names that code found in it; for the wording, the sentences that the rules made, fenced
as data. It never sees a transcript, calls nothing, and names no call by itself. With MODEL_REDACT the copilot does
without it: a question is full of names.
"""

import re
from collections.abc import Generator, Sequence
from contextlib import closing

from pydantic import ValidationError

from services.copilot.contract import Answer, Draft, Plan, Sentence, Source, ToolCall, Where
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms
from services.database import Database
from services.language_model import LanguageModel
from services.model_faults import ModelFault
from services.model_ledger import Question
from services.model_mind.fence import RULE, fenced_text
from services.sentence_words import stems
from services.settings import Settings

_AGENT = "Copilot"
_HELD = 0.7  # the share of a sentence's words that has to stand in the results
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_CITED = re.compile(r" ?\[(\d+)\]")
_BEGUN = re.compile(r" ?\[\d*$")  # a number that is not all there yet
_BETWEEN = re.compile(r"\s*\n\s*|(?<=\])[.]?\s+(?=[A-Z“\"])")
_MOST_SENTENCES = 20
_SYSTEM = (
    "You turn a question about a firm's recorded client calls into tool calls, at most six. Use only the values that"
    " are listed: names of clients and advisers as given, fields by their keys, products, objections and outcomes by"
    " their names. Leave empty what the question does not ask for. For what was said, use 'passages' with the words to"
    " look for. Use 'draft' only where the question itself asks for an e-mail. " + RULE
)
_WORDING = (
    "You word the answer to a question out of numbered sentences that a program found. Use nothing else. Keep every"
    " number, name and quote as it stands. After each of your sentences write the numbers of the sentences it is made"
    " of, like [1][3]. One sentence a line, nothing else. Be short and plain. " + RULE
)


class Thinking:
    """The model as the engine sees it. Threads may share one."""

    def __init__(self, model: LanguageModel | None, why_not: str = "") -> None:
        self._model, self._why_not = model, why_not

    @classmethod
    def of(cls, database: Database, chosen: Settings) -> "Thinking":
        """The model that the settings name; none where private words must not leave."""
        if chosen.model_redact:
            return cls(None, "MODEL_REDACT is on, so no model was asked: questions hold names.")
        return cls(LanguageModel(database, chosen))

    def plan(self, it: Understood, terms: Terms, rules: Plan) -> tuple[Plan, str]:
        """The model's plan, validated and with names that code knows; else the rules', and a sentence why."""
        if self._model is None:
            return rules, self._why_not
        try:
            reply = self._model.structured(Question("plan", _AGENT, _SYSTEM, _asked(it, terms)), Plan)
        except ModelFault as error:
            return rules, f"The plan is by rules: {error.sentence}"
        except ValidationError:
            return rules, "The plan is by rules: the model's was none."
        kept = [call for call in reply.value.calls if _allowed(call, it, terms)]
        if not kept or len(kept) < len(reply.value.calls):
            return rules, "The plan is by rules: the model's asked for something that the question does not name."
        return Plan(calls=tuple(kept)), ""

    def worded(self, it: Understood, answer: Answer, note: str) -> Generator[str, None, Answer]:
        """The answer in the model's words, as far as the results carry it; before that, the words as they come.

        Nothing comes, or an empty text last, where the answer is told by rules after all.
        """
        notes = (*answer.notes, *([note] if note else []))
        if self._model is None or answer.asks or not answer.sentences or answer.draft is not None:
            return answer.model_copy(update={"notes": notes})
        listed = "\n".join(f"{number}. {each.text}" for number, each in enumerate(answer.sentences, 1))
        user = f"{fenced_text('the question', it.question)}\n{fenced_text('the sentences found', listed)}"
        said = ""
        try:
            with closing(self._model.stream(Question("write", _AGENT, _WORDING, user))) as pieces:
                for piece in pieces:
                    shown, said = _shown(said), said + piece
                    if fresh := _shown(said)[len(shown) :]:
                        yield fresh
        except ModelFault as error:
            yield ""
            return answer.model_copy(update={"notes": (*notes, f"The wording is by rules: {error.sentence}")})
        sentences = [_held(text, answer.sentences) for text in _sentences(said)[:_MOST_SENTENCES]]
        if not sentences or all(each.state == "unsupported" for each in sentences):
            yield ""
            return answer.model_copy(update={"notes": (*notes, "The wording is by rules: the model's had no support.")})
        return answer.model_copy(update={"sentences": tuple(sentences), "notes": notes})


def _shown(said: str) -> str:
    """What is shown of words that still come: without the numbers of the sentences that they are made of."""
    return _BEGUN.sub("", _CITED.sub("", said))


def _sentences(said: str) -> list[str]:
    """The sentences of an answer, one a line, or one after the other with their numbers behind them."""
    told = (part.strip().removeprefix("- ") for part in _BETWEEN.split(said))
    return [part for part in told if _CITED.sub("", part).strip(" .")]


def _asked(it: Understood, terms: Terms) -> str:
    """The question, and the values that may stand in a plan for it."""
    values = {
        "clients in the question": [client.label for client in it.clients],
        "advisers in the question": it.people.advisers,
        "fields": [f"{field.name} ({field.label})" for field in terms.fields],
        "products": [one.name for one in terms.playbook.products],
        "objections": [one.name for one in terms.playbook.objections],
        "outcomes": [one.name for one in terms.playbook.outcomes],
        "stages": list(terms.playbook.stages),
    }
    if it.period is not None:
        values["the time in the question"] = [str(it.period.since), str(it.period.until)]
    known = "\n".join(f"{name}: {'; '.join(told) or 'none'}" for name, told in values.items())
    return f"{fenced_text('the question', it.question)}\n{fenced_text('the values that are known', known)}"


def _allowed(call: ToolCall, it: Understood, terms: Terms) -> bool:
    """Whether a call names nothing but what code found in the question or the playbook holds.

    A client that the question does not name is out of reach, and where it names any, so are all others.
    """
    clients = {client.label for client in it.clients}
    if isinstance(call, Draft):
        return it.has("draft") and call.client in clients
    where = getattr(call, "where", Where())
    named = {*where.clients, *getattr(call, "but", ())} | ({call.client} if hasattr(call, "client") else set())
    if not named <= clients or (clients and not named):
        return False
    fields = {*getattr(call, "fields", ()), *(held.field for held in where.conditions)}
    fields |= {name for name in (getattr(call, "field", None), getattr(call, "sort", "").removeprefix("-")) if name}
    known = {field.name for field in terms.fields} | {"adviser", "meeting_date"}
    playbook = terms.playbook
    return (
        fields <= known
        and set(where.advisers) <= set(it.people.advisers)
        and set(where.products) <= {one.name for one in playbook.products}
        and set(where.objections) | ({call.category} if hasattr(call, "category") else set())
        <= {one.name for one in playbook.objections}
        and set(where.outcomes) <= {one.name for one in playbook.outcomes}
        and set(where.stages) <= set(playbook.stages)
    )


def _held(text: str, found: Sequence[Sentence]) -> Sentence:
    """A sentence of the model with the sources of those it names, marked where they do not carry it."""
    cited = [found[int(number) - 1] for number in _CITED.findall(text) if 0 < int(number) <= len(found)]
    bare = " ".join(_CITED.sub("", text).split())
    said = " ".join(each.text for each in cited)
    wanted = set(stems(bare))
    share = len(wanted & set(stems(said))) / len(wanted) if wanted else 1.0
    numbers = all(number in said for number in _NUMBER.findall(bare))
    names = all(name in said for name in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", bare))
    sources: tuple[Source, ...] = tuple(dict.fromkeys(source for each in cited for source in each.sources))
    if not cited or share < _HELD or not numbers or not names or any(each.state == "unsupported" for each in cited):
        return Sentence(text=bare, sources=sources, state="unsupported")
    return Sentence(text=bare, sources=sources, state="supported" if sources else "plain")

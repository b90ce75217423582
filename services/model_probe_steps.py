"""The small questions by which a connection to a model's server is tested, and what each of them tells.

Nothing that the server says is repeated but names of models and numbers: its words may hold the key.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import BaseModel

from services import model_vectors
from services.active_minds import server_of
from services.language_model import Exchange, LanguageModel
from services.model_faults import ModelAway, ModelFault, Unsupported, of_status
from services.model_ledger import Taken
from services.model_manners import Manner, in_form, messages_of, next_manner, options_of, stream_options
from services.model_replies import NotTheForm, raw_of, read, schema_of
from services.settings import Settings

State = Literal["good", "note", "bad"]
MOST_TOKENS = 500  # of an answer; a model that thinks first needs some
_SAID = "Ann Hall paid 40 dollars on Monday."
_TASK = "Who paid, and how many dollars?"
_NAMED = 8  # models of the server that are named
_WAYS = {"schema": "by a JSON schema", "json": "as JSON", "words": "by words alone"}
_NO_KEY = "No key is set, and the server asks for none."


class Over(Exception):
    """There is no use in asking more."""


@dataclass(frozen=True)
class Finding:
    """One thing that was found out. ``todo`` is empty where there is nothing to do; ``seconds`` it took, or None."""

    about: str
    state: State
    words: str
    todo: str = ""
    seconds: float | None = None


class Paid(BaseModel):
    """The form that small questions ask for."""

    client: str
    amount: float


@dataclass
class Bench:
    """What a model is tested with, and what is known so far. ``listed``: the server's models, where it lists them."""

    model: LanguageModel
    chosen: Settings
    name: str
    manner: Manner
    taken: Taken = field(default_factory=Taken)
    listed: list[dict[str, Any]] | None = None

    def ask(self, options: Callable[[Manner], dict[str, Any]], *, system: str = _TASK) -> Exchange:
        """One small question in a manner that the server takes, which is kept. Raises ModelFault."""
        while True:
            body = {"model": self.name, "messages": messages_of(system, _SAID), **options(self.manner)}
            given = self.model.exchange("/chat/completions", body)
            if given.status < 300:
                usage = _object(_object(_json(given.text)).get("usage"))
                told = (_number(usage.get("prompt_tokens")), _number(usage.get("completion_tokens")))
                self.taken.add(*told, len(system + _SAID), len(given.text) // 8)
                return given
            fault = of_status(given.status, given.headers, _json(given.text), self.name)
            if not isinstance(fault, Unsupported):
                raise fault
            self.manner = next_manner(self.manner, fault)


def reached(bench: Bench) -> Iterator[Finding]:
    """Whether somebody answers at the address, and lists models. Raises Over where nothing more can be asked."""
    server = server_of(bench.chosen)
    try:
        given = bench.model.exchange("/models")
    except ModelFault:
        yield Finding("Server", "bad", f"Nobody answers at {server}.", "Start the server, and check OPENAI_BASE_URL.")
        raise Over from None
    if given.status in (401, 403):
        yield Finding("Server", "good", f"{server} answers.", seconds=given.seconds)
        yield _key_refused(bench)
        raise Over
    if given.status >= 500:
        words = f"{server} answers that it has a fault of its own ({given.status})."
        yield Finding("Server", "bad", words, "It may still be loading the model: try again in a minute.")
        raise Over
    listed = _object(_json(given.text)).get("data")
    if given.status < 300 and not isinstance(listed, list):
        words = f"{server} answers with something else than a list of models, such as a web page."
        yield Finding(
            "Server", "bad", words, "Check OPENAI_BASE_URL: it is the API's address, mostly with /v1 at its end."
        )
        raise Over
    if isinstance(listed, list):
        bench.listed = [each for each in listed if isinstance(each, dict) and isinstance(each.get("id"), str)]
    yield Finding("Server", "good", f"{server} answers.", seconds=given.seconds)


def known(bench: Bench) -> Finding:
    """Whether the server lists the model."""
    if bench.listed is None:
        return Finding("Model", "note", "The server does not list its models; the next question shows what it knows.")
    names = [each["id"] for each in bench.listed]
    if bench.name in names:
        return Finding("Model", "good", f"The server has the model {bench.name}.")
    told = ", ".join(name[:60] for name in names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    words = f"The server does not list {bench.name}." + (f" It lists {told}." if told else "")
    return Finding("Model", "note", words, "If the question below fails, set MODEL to a name that the server lists.")


def answers(bench: Bench) -> Iterator[Finding]:
    """Whether the key is taken and the model gives a form as Aftercall asks for it. Raises Over where it does not."""
    schema = json.dumps(schema_of(Paid), sort_keys=True)
    try:
        given = bench.ask(lambda manner: options_of(Paid, MOST_TOKENS, manner), system=in_form(_TASK, schema))
        raw = raw_of(given.text, bench.name)
    except ModelFault as fault:
        yield (
            _key_refused(bench)
            if "not know the key" in str(fault)
            else Finding("Answer", "bad", str(fault), todo_of(fault))
        )
        raise Over from None
    yield Finding("Key", "good", "The key is accepted." if bench.chosen.openai_api_key else _NO_KEY)
    way = _WAYS[bench.manner.way]
    try:
        paid = read(raw.text, Paid)
    except NotTheForm:
        cut = raw.finish == "length"
        words = f"{bench.name} answered, and not in the form that was asked for {way}."
        todo = "It thinks long: raise MODEL_MAX_TOKENS." if cut else "Larger models keep to a form more often."
        yield Finding("Answer", "bad", words, todo, given.seconds)
        return
    right = "ann" in paid.client.lower() and paid.amount == 40
    words = f"{bench.name} gave the form that was asked for {way}" + ("." if right else ", with a wrong value in it.")
    todo = "" if right else "Larger models read better; values that no words bear out are never counted."
    yield Finding("Answer", "good" if right else "note", words, todo, given.seconds)


def schema_kept(bench: Bench) -> Finding:
    """Whether the server holds the model to a schema that stands in no words."""
    if bench.manner.way != "schema":
        words = f"The server takes no JSON schema; forms are asked for {_WAYS[bench.manner.way]}, and each is checked."
        return Finding("JSON schema", "note", words)
    given = bench.ask(lambda manner: options_of(Paid, MOST_TOKENS, manner))
    if bench.manner.way == "schema" and _reads(given, bench):
        return Finding("JSON schema", "good", "The server holds the model to the schema.", seconds=given.seconds)
    words = "The server takes a JSON schema and does not hold the model to it; each answer is checked, and mended once."
    return Finding("JSON schema", "note", words, seconds=given.seconds)


def json_mode(bench: Bench) -> Finding:
    """Whether the server knows an answer in JSON without a schema."""
    asked = replace(bench, manner=replace(bench.manner, way="json"))
    given = asked.ask(lambda manner: options_of(Paid, MOST_TOKENS, manner), system=in_form(_TASK, _IN_WORDS))
    if asked.manner.way == "json" and _reads(given, bench):
        return Finding("JSON", "good", "The server knows JSON without a schema.", seconds=given.seconds)
    return Finding("JSON", "note", "The server does not know JSON without a schema, or does not keep to it.")


def tools(bench: Bench) -> Finding:
    """Whether the model calls a tool that it is offered."""
    tool = {"type": "function", "function": {"name": "note_payment", "parameters": schema_of(Paid)}}

    def options(manner: Manner) -> dict[str, Any]:
        return options_of(None, MOST_TOKENS, manner) | {"tools": [tool], "tool_choice": "auto"}

    given = bench.ask(options, system="Note the payment with the tool.")
    choices = _object(_json(given.text)).get("choices")
    message = _object(_object(choices[0]).get("message")) if isinstance(choices, list) and choices else {}
    if message.get("tool_calls"):
        return Finding("Tools", "good", "The model calls tools. Aftercall does without them.", seconds=given.seconds)
    return Finding("Tools", "note", "The model called no tool. Aftercall does without them.", seconds=given.seconds)


def streams(bench: Bench) -> Finding:
    """Whether answers come in pieces, and tell their tokens at the end."""
    given = bench.ask(lambda manner: stream_options(MOST_TOKENS, manner), system="Answer in one short sentence.")
    events = [_object(_json(line[5:])) for line in given.text.splitlines() if line.startswith("data:")]
    pieces = sum(bool(event.get("choices")) for event in events)
    if pieces < 2:
        words = "Answers come in one piece, so that words appear all at once."
        return Finding("Streaming", "note", words, seconds=given.seconds)
    counted = any(_object(event.get("usage")).get("prompt_tokens") for event in events)
    ends = "tell their tokens at the end" if counted else "tell no tokens, which are estimated then"
    return Finding("Streaming", "good", f"Answers come in pieces, and {ends}.", seconds=given.seconds)


def embeds(model: LanguageModel, name: str) -> Finding:
    """Whether MODEL_EMBED gives a vector."""
    try:
        given = model.exchange("/embeddings", {"model": name, "input": [_SAID], "encoding_format": "float"})
        if given.status >= 300:
            raise of_status(given.status, given.headers, _json(given.text), name)
        vectors, _ = model_vectors.read(given.text, 1, name)
    except ModelFault as fault:
        todo = "Set MODEL_EMBED to an embeddings model of this server, or unset it."
        return Finding("Embeddings", "bad", str(fault), todo)
    words = f"{name} gives vectors of {len(vectors[0]):,} numbers."
    return Finding("Embeddings", "good", words, seconds=given.seconds)


def todo_of(fault: ModelFault) -> str:
    """What to do about a fault, for somebody who tests and has no call that waits."""
    if isinstance(fault, ModelAway) and "asked again later" in fault.remedy:
        return "Try again in a moment."
    told = fault.remedy.partition(";")[0].rstrip(".")
    return f"{told}." if told else ""


def _key_refused(bench: Bench) -> Finding:
    if bench.chosen.openai_api_key is None:
        return Finding("Key", "bad", "The server asks for a key, and none is set.", "Set OPENAI_API_KEY.")
    todo = "Check OPENAI_API_KEY, and that it may use this model."
    return Finding("Key", "bad", "The server does not accept the key.", todo)


def _reads(given: Exchange, bench: Bench) -> bool:
    try:
        json.loads(raw_of(given.text, bench.name).text)
        return bool(read(raw_of(given.text, bench.name).text, Paid))
    except (ModelFault, NotTheForm, ValueError):
        return False


_IN_WORDS = json.dumps(schema_of(Paid), sort_keys=True)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None

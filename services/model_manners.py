"""How a model's server wants to be asked: which way of asking for a form, and which options, it knows."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel

from services.model_faults import ModelRefuses, Unsupported
from services.model_replies import schema_of
from services.settings import Settings

Way = Literal["schema", "json", "words"]
WAYS: tuple[Way, ...] = ("schema", "json", "words")


@dataclass(frozen=True)
class Manner:
    """How a server wants to be asked."""

    way: Way = "schema"
    tokens_name: str = "max_tokens"
    temperature: bool = True
    usage: bool = True  # whether a stream may be asked to end with its tokens


def first_manner(chosen: Settings) -> Manner:
    """OpenAI's own server wants the newer name of an option and no temperature; most others know the older ones."""
    return Manner() if chosen.openai_base_url else Manner(tokens_name="max_completion_tokens", temperature=False)


def next_manner(manner: Manner, fault: Unsupported) -> Manner:
    """Another way of asking, after the server refused this one. Raises ModelRefuses where there is none left."""
    if fault.option == "usage" and manner.usage:
        return replace(manner, usage=False)
    if fault.option == "tokens" and manner.tokens_name == "max_tokens":
        return replace(manner, tokens_name="max_completion_tokens")
    if fault.option != "form" and manner.temperature:
        return replace(manner, temperature=False)
    if manner.way != WAYS[-1]:
        return replace(manner, way=WAYS[WAYS.index(manner.way) + 1])
    raise ModelRefuses("The model's server refuses every way of asking.", remedy="Check OPENAI_BASE_URL and MODEL.")


def options_of(form: type[BaseModel] | None, most: int, manner: Manner) -> dict[str, Any]:
    """The options of a question: ``most`` tokens, and the form where one is asked for."""
    options: dict[str, Any] = {manner.tokens_name: most}
    if manner.temperature:
        options["temperature"] = 0
    if form is not None and manner.way == "schema":
        schema = {"name": form.__name__, "schema": schema_of(form), "strict": True}
        options["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif form is not None and manner.way == "json":
        options["response_format"] = {"type": "json_object"}
    return options


def stream_options(most: int, manner: Manner) -> dict[str, Any]:
    """The options of a question whose answer comes in pieces."""
    options: dict[str, Any] = {"stream": True, **options_of(None, most, manner)}
    return options | {"stream_options": {"include_usage": True}} if manner.usage else options


def in_form(system: str, schema: str) -> str:
    """The task with the form that its answer must have: said in words too, for servers that know no other way."""
    return f"{system}\n\n{_FORM.format(schema=schema)}"


def messages_of(system: str, user: str) -> list[dict[str, str]]:
    """A question as a server takes it."""
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def asked_again(messages: list[dict[str, str]], answer: str, problem: str) -> list[dict[str, str]]:
    """The question after an answer that was not in its form; after an empty one, the same question."""
    if not answer.strip():
        return messages
    repair = {"role": "user", "content": _REPAIR.format(problem=problem)}
    return [*messages, {"role": "assistant", "content": answer}, repair]


_FORM = (
    "Answer with one JSON object and nothing else: no explanation, no Markdown. It must fit this JSON schema:\n{schema}"
)
_REPAIR = (
    "This can't be used:\n{problem}\nAnswer again with the whole JSON object that fits the schema, and nothing else."
)

"""A model's answer as the JSON that was asked for: found in what it wrote around it, and held against its form."""

import json
import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from services.model_faults import ADDRESS, BadAnswer, ModelAway, ModelFault, ModelRefuses, of_status

T = TypeVar("T", bound=BaseModel)

_FENCE = re.compile(r"```(?:json)?(.*?)```", re.DOTALL | re.IGNORECASE)
_END_OF_THOUGHT = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
MOST_COMPLAINTS = 8


@dataclass(frozen=True)
class Raw:
    """An answer as it came. ``finish`` is stop, length or another word of the server's."""

    text: str
    finish: str | None
    tokens_in: int | None  # None where the server does not say
    tokens_out: int | None


@dataclass(frozen=True)
class Reply(Generic[T]):
    """An answer in its form. ``prompt_hash`` is over all that was asked; ``remembered``: it was given before."""

    value: T
    model: str
    prompt_hash: str
    remembered: bool


class NotTheForm(ValueError):
    """An answer that is not in the form that was asked for; says why, in words that a model may read."""


def read(answer: str, form: type[T]) -> T:
    """The answer in its form. Raises NotTheForm."""
    unreadable, unfit = "There is no JSON object in the answer.", ""
    for text in _candidates(answer):
        try:
            return form.model_validate(json.loads(text, parse_constant=_no_number))
        except json.JSONDecodeError as error:
            unreadable = f"The JSON can't be read: {error.msg} at character {error.pos}."
        except RecursionError:
            unreadable = "The JSON is nested too deeply."
        except ValidationError as error:
            unfit = complaints(error)
            if text.startswith("{"):
                break
        except ValueError:
            unreadable = "A number in the JSON is none, or has too many digits."
    raise NotTheForm(unfit or unreadable)


def _no_number(name: str) -> None:
    raise ValueError(name)


def complaints(error: ValidationError) -> str:
    """What does not fit, a line each, by the places of the values; the values themselves are left out."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, fault['loc'])) or 'the answer'}: {fault['msg']}" for fault in faults]
    return "\n".join(lines[:MOST_COMPLAINTS])


def _candidates(answer: str) -> list[str]:
    """What of an answer may be the JSON: all of it, what stands between fences, from the first brace to the last.

    What a model thought before it answered is left out; some servers cut the mark where the thought begins.
    """
    bare = _END_OF_THOUGHT.split(answer)[-1].strip()
    found = [bare, *(each.strip() for each in _FENCE.findall(bare))]
    start, end = bare.find("{"), bare.rfind("}")
    if 0 <= start < end:
        found.append(bare[start : end + 1])
    return [each for each in dict.fromkeys(found) if each]


def schema_of(form: type[BaseModel]) -> dict[str, Any]:
    """The form's JSON schema as strict servers want it: nothing beside the named properties, and all of them named."""
    schema: dict[str, Any] = _strict(form.model_json_schema())
    return schema


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    strict = {key: _strict(value) for key, value in node.items() if key not in ("title", "default")}
    if "properties" in node:  # of properties the names are no keywords
        strict["properties"] = {name: _strict(value) for name, value in node["properties"].items()}
        strict |= {"additionalProperties": False, "required": list(node["properties"])}
    return strict


class _Part(BaseModel):
    text: str = ""


class _Message(BaseModel):
    content: str | list[_Part] | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Given(BaseModel):
    choices: list[_Choice] | None = None
    usage: Any = None
    error: Any = None


def raw_of(body: str, model: str) -> Raw:
    """What a server gave with a status of 200, which is not always an answer."""
    given = _given(body)
    if not given.choices:
        raise fault_within(given.error, model)
    choice = given.choices[0]
    check_end(choice.finish_reason)
    if choice.message.refusal:
        raise BadAnswer("The model would not answer this.")
    said = choice.message.content or ""
    text = said if isinstance(said, str) else "".join(part.text for part in said)
    usage = given.usage if isinstance(given.usage, dict) else {}
    return Raw(text, choice.finish_reason, _count(usage, "prompt_tokens"), _count(usage, "completion_tokens"))


def fault_within(error: Any, model: str) -> ModelFault:
    """The fault that a body tells of, in spite of a status of 200; the server's own where it names no other."""
    code = error.get("code") if isinstance(error, dict) else None
    number = int(code) if isinstance(code, int) or (isinstance(code, str) and code.isdecimal()) else 500
    return of_status(number if 400 <= number <= 599 else 500, {}, {"error": error}, model)


def check_end(finish: str | None) -> None:
    """Raises BadAnswer where the server's rules ended an answer."""
    if finish == "content_filter":
        raise BadAnswer("The model's server would not answer this by its content rules.")


def _given(body: str) -> _Given:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        if body.lstrip().startswith("<"):
            raise _no_model() from None
        raise ModelAway("The model's server answered with something that can't be read.") from None
    try:
        return _Given.model_validate(told)
    except ValidationError:
        raise _no_model() from None


def _no_model() -> ModelRefuses:
    return ModelRefuses("The address answers, and not as a model's server does.", remedy=ADDRESS)


def _count(usage: dict[str, Any], name: str) -> int | None:
    told = usage.get(name)
    return told if isinstance(told, int) and told >= 0 else None

"""What a language model's server may do, and what comes of a question then; docs/reliability.md shows it as a table.

``python -m tests.model_cases --write`` writes that table anew from the cases.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from tests.fake_model import (
    HTML,
    Behaviour,
    Exchange,
    drips,
    gives,
    knows,
    refuses,
    resets,
    says,
    stays_silent,
    streams,
    streams_then,
    wants,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- written by `python -m tests.model_cases --write` -->\n", "<!-- end -->"
GOOD = '{"client": "Ann Hall", "amount": 4500}'
WRONG = '{"client": ["Ann"], "amount": "lots"}'


class Facts(BaseModel):
    """The form that the cases ask for."""

    client: str
    amount: int | None


@dataclass(frozen=True)
class Case:
    """A server's behaviour, and what comes of it: how often it is ``asked``, the outcome that is ``stored``, and what
    the user ``reads``, which is empty where the answer comes. Where it ``always`` behaves so, else once each.
    """

    name: str
    does: tuple[Behaviour, ...]
    asked: int
    stored: str = "answered"
    reads: str = ""
    always: bool = False
    kind: Literal["form", "stream"] = "form"


_UNTIL = "until then the builtin analyst does the work."
_AWAY = f"It is asked again later; {_UNTIL}"
_ADDRESS = "Check OPENAI_BASE_URL and MODEL."
_DID = "The builtin analyst did this part."

NO_KEY = "The model's server does not know the key. Check OPENAI_API_KEY."
NO_RIGHT = "The key may not use the model 'small'. Check OPENAI_API_KEY and MODEL."
NO_MONEY = "The account of the key has no money left. Charge it, or use another key."
NO_MODEL = f"The server has no model named 'small', or is no model's server. {_ADDRESS}"
NO_SERVER = f"The address answers, and not as a model's server does. {_ADDRESS}"
NO_IDEA = f"The model's server did not understand the question. {_ADDRESS}"
NO_WAY = f"The model's server refuses every way of asking. {_ADDRESS}"
BUSY = f"The model's server has too many questions at the moment. {_AWAY}"
UNREADABLE = f"The model's server answered with something that can't be read. {_AWAY}"
HUNG_UP = f"The model's server can't be reached, or hung up. {_AWAY}"
SLOW = f"The model did not answer within 0.5 seconds. Raise MODEL_TIMEOUT, or use a faster model; {_UNTIL}"
EMPTY = f"The model gave an empty answer, twice. {_DID}"
REFUSAL = f"The model would not answer this. {_DID}"
RULES = f"The model's server would not answer this by its content rules. {_DID}"
OTHER_FORM = f"The model answered twice in another form than was asked for. {_DID}"
ENDLESS = "The model did not come to an end. Raise MODEL_MAX_TOKENS, or use another model."
CONTEXT = "The question is longer than the model's context."
LONG = f"{CONTEXT} Choose a model with a longer context, or raise MODEL_CONTEXT if yours has one."
TOO_MUCH = "The model can't write as much as was asked for. Lower MODEL_MAX_TOKENS."
BROKEN = "The model's answer broke off in the middle. Ask again."
NO_PIECE = f"The model's server broke off before it answered. {_AWAY}"
NOTHING = f"The model gave an empty answer. {_DID}"

_N_CTX = {"message": "the request exceeds the available context size", "n_prompt_tokens": 9_000, "n_ctx": 8_192}
_OPENAIS = "This model's maximum context length is 128000 tokens, your messages resulted in 130000 tokens."
_FULL = {"choices": None, "error": {"message": "full", "code": 503}}
_FENCED = f"Here it is:\n```json\n{GOOD}\n```\nBye."
_THOUGHT = f"<think>Is it {{}}?</think>\n{GOOD}"
_EXTRA = '{"client": "Ann Hall", "amount": 4500, "mood": "fine"}'
_SHORT = says(GOOD[:20], "length")


def _garbage(exchange: Exchange) -> None:
    exchange.events("{half a")


_FULL_EVENT = streams_then(lambda exchange: exchange.events({"error": _FULL["error"]}))


def _its_fault(status: int) -> str:
    return f"The model's server has a fault of its own ({status}). {_AWAY}"


def _good(name: str, asked: int, *does: Behaviour) -> Case:
    return Case(name, does, asked)


def _kind(name: str, asked: int, does: Behaviour) -> Case:
    return Case(name, (does,), asked, always=True)


def _bad(name: str, asked: int, does: Behaviour, stored: str, reads: str) -> Case:
    return Case(name, (does,), asked, stored, reads, always=True)


def _good_stream(name: str, asked: int, *does: Behaviour) -> Case:
    return Case(name, does, asked, kind="stream")


def _bad_stream(name: str, asked: int, does: Behaviour, stored: str, reads: str) -> Case:
    return Case(name, (does,), asked, stored, reads, always=True, kind="stream")


CASES = [
    _good("an answer in its form", 1, says(GOOD)),
    _kind("a server that knows JSON, but no schemas", 2, knows("json", "words", answer=GOOD)),
    _kind("a server that knows neither", 3, knows("words", answer=GOOD)),
    _kind("`max_tokens` is called `max_completion_tokens`", 2, wants("max_tokens", "", GOOD)),
    _kind("a server that takes no temperature", 2, wants("temperature", "Only the default is.", GOOD)),
    _good("JSON in a fence, with words around it", 1, says(_FENCED)),
    _good("thoughts before the answer", 1, says(_THOUGHT)),
    _good("keys that nobody asked for", 1, says(_EXTRA)),
    _good("wrong types, then right ones", 2, says(WRONG), says(GOOD)),
    _good("an empty answer, then one", 2, says(""), says(GOOD)),
    _good("an answer cut off by its length, then a whole one", 2, _SHORT, says(GOOD)),
    _good("429 with Retry-After of a second, then an answer", 2, refuses(429, Retry_After="1"), says(GOOD)),
    _good("500, then an answer", 2, refuses(500), says(GOOD)),
    _good("a reset in the middle, then an answer", 2, resets, says(GOOD)),
    _bad("401", 1, refuses(401), "ModelRefuses", NO_KEY),
    _bad("402", 1, refuses(402), "ModelRefuses", NO_MONEY),
    _bad("403", 1, refuses(403), "ModelRefuses", NO_RIGHT),
    _bad("404", 1, refuses(404), "ModelRefuses", NO_MODEL),
    _bad("408", 3, refuses(408), "ModelAway", _its_fault(408)),
    _bad("429 without Retry-After", 3, refuses(429), "ModelAway", BUSY),
    _bad("429 with Retry-After of ten minutes", 1, refuses(429, Retry_After="600"), "ModelAway", BUSY),
    _bad("429 for want of money", 1, refuses(429, "no", "insufficient_quota"), "ModelRefuses", NO_MONEY),
    _bad("500", 3, refuses(500), "ModelAway", _its_fault(500)),
    _bad("502 with a page", 3, gives(502, HTML, "text/html"), "ModelAway", _its_fault(502)),
    _bad("200 with a page", 1, gives(200, HTML, "text/html"), "ModelRefuses", NO_SERVER),
    _bad("200 with an error in the body", 3, gives(200, _FULL), "ModelAway", _its_fault(503)),
    _bad("200 with JSON of another kind", 1, gives(200, {"choices": "none"}), "ModelRefuses", NO_SERVER),
    _bad("JSON that ends in the middle", 3, gives(200, '{"choices": [{"mess'), "ModelAway", UNREADABLE),
    _bad("a reset in the middle", 3, resets, "ModelAway", HUNG_UP),
    _bad("a byte a second", 1, drips, "TooSlow", SLOW),
    _bad("silence", 1, stays_silent, "TooSlow", SLOW),
    _bad("empty answers", 2, says(""), "BadAnswer", EMPTY),
    _bad("a refusal", 1, says(None, refusal="I can't."), "BadAnswer", REFUSAL),
    _bad("a content filter ends the answer", 1, says("{", "content_filter"), "BadAnswer", RULES),
    _bad("a content filter refuses the question", 1, refuses(400, "no", "content_filter"), "BadAnswer", RULES),
    _bad("wrong types, twice", 2, says(WRONG), "BadAnswer", OTHER_FORM),
    _bad("no JSON, twice", 2, says("The client is Ann Hall."), "BadAnswer", OTHER_FORM),
    _bad("answers without an end", 3, _SHORT, "BadAnswer", ENDLESS),
    _bad("over the context, in llama.cpp's words", 1, gives(400, {"error": _N_CTX}), "TooLong", LONG),
    _bad("over the context, in OpenAI's words", 1, refuses(400, _OPENAIS), "TooLong", LONG),
    _bad("more tokens than the model writes", 1, refuses(400, "max_tokens is too large: 4096"), "TooLong", TOO_MUCH),
    _bad("400 without a reason", 1, refuses(400), "ModelRefuses", NO_IDEA),
    _bad("a server that knows no way of asking", 4, refuses(400, "not supported"), "ModelRefuses", NO_WAY),
    _good_stream("stream: pieces, with their tokens", 1, streams("Dear ", "Ann")),
    _good_stream("stream: 500, then pieces", 2, refuses(500), streams("Dear ", "Ann")),
    _good_stream("stream: no `stream_options`", 2, refuses(400, "stream_options: unknown"), streams("Dear ", "Ann")),
    _bad_stream("stream: an end in the middle", 1, streams("Dear ", finish=None), "BrokenOff", BROKEN),
    _bad_stream("stream: a reset in the middle", 1, streams_then(Exchange.hang_up, "Dear "), "BrokenOff", BROKEN),
    _bad_stream("stream: silence in the middle", 1, streams_then(stays_silent, "Dear "), "TooSlow", SLOW),
    _bad_stream("stream: an end before the first piece", 3, streams(finish=None), "ModelAway", NO_PIECE),
    _bad_stream("stream: an error in place of the first piece", 3, _FULL_EVENT, "ModelAway", _its_fault(503)),
    _bad_stream("stream: what can't be read", 3, streams_then(_garbage), "ModelAway", UNREADABLE),
    _bad_stream("stream: a content filter", 1, streams("Dear ", finish="content_filter"), "BadAnswer", RULES),
    _bad_stream("stream: cut off by its length", 1, streams("Dear ", finish="length"), "BadAnswer", ENDLESS),
    _bad_stream("stream: nothing is said", 1, streams(), "BadAnswer", NOTHING),
]


def table() -> str:
    """The cases as Markdown."""
    lines = ["| what the server does | asked | what the user reads | outcome | remembered |", "|---|---|---|---|---|"]
    for case in CASES:
        reads, kept = (case.reads, "no") if case.reads else ("(the answer)", "yes")
        lines.append(f"| {case.name} | {case.asked} | {reads} | `{case.stored}` | {kept} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__" and "--write" in sys.argv:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}")

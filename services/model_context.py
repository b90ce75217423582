"""How many tokens a model's server holds, as far as it tells, and whether MODEL_CONTEXT fits that."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.language_model import LanguageModel
from services.model_faults import ModelFault
from services.model_manners import messages_of
from services.model_probe_steps import Bench, Finding

_NAMES = ("loaded_context_length", "max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
_TOLD = re.compile(
    r"(?:context (?:length|window|size)|max_model_len|n_ctx)\D{0,40}?(\d[\d,]{2,8})"
    r"|(\d[\d,]{2,8})\W{0,3}(?:tokens? )?context",
    re.IGNORECASE,
)
_TOO_MANY = 9_999_999  # tokens that no server gives: it says in its refusal how many there are


def context(bench: Bench) -> Finding:
    """What the server holds, beside what MODEL_CONTEXT says. Raises ModelFault."""
    mine = bench.chosen.model_context
    told = _told(bench)
    if told is None:
        words = f"The server does not tell how many tokens it holds. MODEL_CONTEXT says {mine:,}."
        return Finding("Context", "note", words, "Compare that with what the model's maker or the server's start says.")
    if told < mine:
        words = (
            f"The server holds {told:,} tokens, MODEL_CONTEXT says {mine:,}: long calls would be refused or cut off."
        )
        return Finding("Context", "bad", words, f"Set MODEL_CONTEXT={told}, or start the server with a longer context.")
    if told >= 2 * mine:
        words = f"The server holds {told:,} tokens; MODEL_CONTEXT uses {mine:,} of them."
        return Finding("Context", "note", words, f"With MODEL_CONTEXT={told} long calls are read in one piece.")
    return Finding("Context", "good", f"The server holds {told:,} tokens, enough for MODEL_CONTEXT={mine}.")


def _told(bench: Bench) -> int | None:
    return next((number for number in _ways(bench) if number), None)


def _ways(bench: Bench) -> Iterator[int | None]:
    """The ways in which servers tell it, one after the other: each costs a request."""
    yield _of(bench.name, bench.listed)
    url = bench.chosen.openai_base_url
    if url is None:
        return
    root = re.sub(r"/v\d+/?$", "", url.rstrip("/"))
    props = _got(bench.model, f"{root}/props")  # llama.cpp: of one slot
    yield _number(_object(props.get("default_generation_settings")).get("n_ctx")) or _number(props.get("n_ctx"))
    yield _of(bench.name, _got(bench.model, f"{root}/api/v0/models").get("data"))  # LM Studio
    yield _of(bench.name, _got(bench.model, f"{root}/api/ps").get("models"))  # Ollama, of what is loaded
    yield _refused(bench)


def _of(name: str, listed: Any) -> int | None:
    """What the server's list of models says of one."""
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and name in (each.get("id"), each.get("name"), each.get("model")):
            found = [_number(each.get(key)) for key in _NAMES]
            return next((number for number in found if number), None)
    return None


def _refused(bench: Bench) -> int | None:
    """What the server says where more tokens are asked for than any has."""
    options = {bench.manner.tokens_name: _TOO_MANY, "stop": ["\n"]}
    messages = messages_of("Answer with one word.", "Yes?")
    try:
        given = bench.model.exchange("/chat/completions", {"model": bench.name, "messages": messages, **options})
    except ModelFault:
        return None
    match = _TOLD.search(given.text) if 400 <= given.status < 500 else None
    return _number(int((match[1] or match[2]).replace(",", ""))) if match else None


def _got(model: LanguageModel, url: str) -> Mapping[str, Any]:
    try:
        given = model.exchange(url)
        return _object(json.loads(given.text)) if given.status < 300 else {}
    except (ModelFault, ValueError, RecursionError):
        return {}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 256 <= value < _TOO_MANY else None

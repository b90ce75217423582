"""What a run says of a call, value by value, as the ledger takes it: out of the columns that it writes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.drafts import PARTS, split_draft
from db.ledger import COACHING, CRM, EMAIL, SOCIAL, Said
from services.agents.contract import State
from services.minds import Mind

_WEAKEST_FIRST: tuple[State, ...] = ("unsupported", "paraphrased", "verified")
_LISTED = ("products_discussed", "objections", "next_steps")


def said_in(row: Mapping[str, Any], mind: Mind) -> list[Said]:
    """Every value of every output of a row of ``transcripts``, each once, with its proof where it has one."""
    found = {each.field: each for each in _each(row, mind)}
    return list(found.values())


def _each(row: Mapping[str, Any], mind: Mind) -> Iterator[Said]:
    extraction = _object(row.get("extracted_data"))
    for name, value in _object(row.get("crm_data")).items():
        yield _crm(name, value, extraction, mind)
    if row.get("email_draft") is not None:
        for part, words in zip(PARTS, split_draft(row["email_draft"]), strict=True):
            yield _plain(EMAIL + part, words, mind)
    for post in reversed(_list(_object(row.get("social_content")).get("posts"))):  # of two, the first one counts
        if isinstance(post, dict) and isinstance(post.get("channel"), str):
            yield _plain(SOCIAL + post["channel"], {key: post.get(key) for key in ("text", "state")}, mind)
    coaching = row.get("coaching")
    for name, value in (coaching if isinstance(coaching, dict) else _earlier(coaching)).items():
        yield _plain(COACHING + name, value, mind)
    call = _object(row.get("call"))
    for name, value in _object(call.get("header")).items():
        yield _plain(f"header.{name}", value, mind)
    for speaker in _list(call.get("speakers")):
        if isinstance(speaker, dict) and speaker.get("name"):
            yield _plain(f"speakers.{speaker['name']}", speaker.get("side"), mind)


def _crm(name: str, value: Any, extraction: Mapping[str, Any], mind: Mind) -> Said:
    """A field of the record with its proof: that of its fact, or of all the items of its list."""
    if name in _LISTED:
        proofs = [item for item in _list(extraction.get(name)) if isinstance(item, dict)]
        return _plain(CRM + name, value, mind, state=_weakest(proofs, value), quotes=_quotes(*proofs))
    fact = extraction.get(name) if name == "outcome" else _object(extraction.get("facts")).get(name)
    if not isinstance(fact, dict):
        return _plain(CRM + name, value, mind)
    claim = fact.get("value") if fact.get("state") == "unsupported" else None
    return _plain(CRM + name, value, mind, state=fact.get("state"), quotes=_quotes(fact), claim=claim)


def _plain(field: str, value: Any, mind: Mind, **proof: Any) -> Said:
    return Said(
        field,
        value,
        source=mind.source,
        mind=mind.name,
        mind_version=mind.version,
        prompt_hash=mind.prompt_hash,
        **proof,
    )


def _weakest(items: Sequence[Mapping[str, Any]], value: Any) -> str | None:
    """The state of a list: that of its weakest item that stands in it."""
    if not value:
        return "not discussed"
    states = {item.get("state") for item in items} - {"unsupported"}
    return next((state for state in _WEAKEST_FIRST if state in states), None)


def _quotes(*items: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    found = [quote for item in items for quote in _list(item.get("evidence")) if isinstance(quote, dict)]
    return tuple({"turn": quote.get("turn"), "quote": quote.get("quote")} for quote in found)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _earlier(value: Any) -> Mapping[str, Any]:
    """A value that is no object as the record shows it: ``aftercall_object`` in PostgreSQL."""
    return {} if value is None else {"earlier": value}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

"""What a run says of a call, value by value, as the ledger takes it: out of the columns that it writes.

Each value stands under the mind that gave it. A fact and the outcome say so themselves; a list is the model's as soon
as one item that stands in it is, as it is no surer than its weakest; an e-mail, posts, coaching and the summary have a
note in the column ``minds``. All else is counted or read off by rule, and the builtin analyst's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.drafts import PARTS, split_draft
from db.ledger import BESIDE, COACHING, CRM, EMAIL, SOCIAL, Said
from services.agents.contract import State
from services.minds import Mind, model, noted

_WEAKEST_FIRST: tuple[State, ...] = ("unsupported", "paraphrased", "verified")
_LISTED = ("products_discussed", "objections", "next_steps")
_COUNTED = "measures"  # of coaching: counted from the turns, whoever words the rest


@dataclass(frozen=True)
class _Minds:
    """The mind of each part of a row; ``usual`` is the builtin analyst."""

    usual: Mind
    found: Mind  # by the model, where a finding says that it is a model's
    email: Mind
    social: Mind
    coaching: Mind
    summary: Mind

    @classmethod
    def of(cls, row: Mapping[str, Any], usual: Mind) -> "_Minds":
        """Those that the row's notes name."""
        if not row.get("minds"):
            return cls(usual, model({}), usual, usual, usual, usual)
        notes = {part: noted(row.get("minds"), part) for part in ("email", "social", "coaching", "summary")}
        given = {part: model(note) if note.get("source") == "model" else usual for part, note in notes.items()}
        return cls(usual, model(noted(row.get("minds"), "extraction")), **given)

    def of_finding(self, finding: Mapping[str, Any]) -> Mind:
        """The mind that a finding says it is of."""
        return self.found if finding.get("source") == "model" else self.usual

    def of_list(self, items: Iterable[Mapping[str, Any]]) -> Mind:
        """The model's, where any of the items that stand is."""
        standing = (self.of_finding(item) for item in items if item.get("state") != "unsupported")
        return next((mind for mind in standing if mind is self.found), self.usual)


def said_in(row: Mapping[str, Any], mind: Mind) -> list[Said]:
    """Every value of every output of a row of ``transcripts``, each once, with its proof where it has one.

    ``mind`` is the builtin analyst's: it gave what the row does not say to be a model's. What the mind says whose value
    does not stand is said of the field's path with ``beside.`` before it.
    """
    found = {each.field: each for each in _each(row, _Minds.of(row, mind))}
    return list(found.values())


def _each(row: Mapping[str, Any], minds: _Minds) -> Iterator[Said]:
    extraction = _object(row.get("extracted_data"))
    for name, value in _object(row.get("crm_data")).items():
        yield _crm(name, value, extraction, minds)
    if row.get("email_draft") is not None:
        for part, words in zip(PARTS, split_draft(row["email_draft"]), strict=True):
            yield _plain(EMAIL + part, words, minds.email)
    for post in reversed(_list(_object(row.get("social_content")).get("posts"))):  # of two, the first one counts
        if isinstance(post, dict) and isinstance(post.get("channel"), str):
            text_and_state = {key: post.get(key) for key in ("text", "state")}
            yield _plain(SOCIAL + post["channel"], text_and_state, minds.social)
    coaching = row.get("coaching")
    for name, value in (coaching if isinstance(coaching, dict) else _earlier(coaching)).items():
        yield _plain(COACHING + name, value, minds.usual if name == _COUNTED else minds.coaching)
    yield from _of_the_file(_object(row.get("call")), minds.usual)
    for name, fact in _object(extraction.get("beside")).items():
        if isinstance(fact, dict):
            yield _beside(name, fact, minds)


def _of_the_file(call: Mapping[str, Any], mind: Mind) -> Iterator[Said]:
    """What was read off the file: its header, and who sat on which side."""
    for name, value in _object(call.get("header")).items():
        yield _plain(f"header.{name}", value, mind)
    for speaker in _list(call.get("speakers")):
        if isinstance(speaker, dict) and speaker.get("name"):
            yield _plain(f"speakers.{speaker['name']}", speaker.get("side"), mind)


def _crm(name: str, value: Any, extraction: Mapping[str, Any], minds: _Minds) -> Said:
    """A field of the record with its proof: that of its fact, or of all the items of its list."""
    if name in _LISTED:
        proofs = [item for item in _list(extraction.get(name)) if isinstance(item, dict)]
        mind = minds.of_list(proofs)
        return _plain(CRM + name, value, mind, state=_weakest(proofs, value), quotes=_quotes(proofs))
    fact = extraction.get(name) if name == "outcome" else _object(extraction.get("facts")).get(name)
    if not isinstance(fact, dict):
        return _plain(CRM + name, value, minds.summary if name == "summary" else minds.usual)
    claim = fact.get("value") if fact.get("state") == "unsupported" else None
    mind = minds.of_finding(fact)
    return _plain(CRM + name, value, mind, state=fact.get("state"), quotes=_quotes([fact]), claim=claim)


def _beside(name: str, fact: Mapping[str, Any], minds: _Minds) -> Said:
    """What the mind says of a field whose value does not stand there."""
    value, state = fact.get("value"), fact.get("state")
    proof: dict[str, Any] = {"quotes": _quotes([fact])}
    if state == "unsupported":
        value, proof["claim"] = None, value
    elif value is None:
        state = "not discussed"  # without a state nothing would be said
    return _plain(BESIDE + CRM + name, value, minds.of_finding(fact), state=state, **proof)


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


def _quotes(items: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    found = [quote for item in items for quote in _list(item.get("evidence")) if isinstance(quote, dict)]
    return tuple({"turn": quote.get("turn"), "quote": quote.get("quote")} for quote in found)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _earlier(value: Any) -> Mapping[str, Any]:
    """A value that is no object as the record shows it: ``aftercall_object`` in PostgreSQL."""
    return {} if value is None else {"earlier": value}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

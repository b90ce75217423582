"""The steps of a run: what its workflow does, one after the other. Each may be begun again and is done once.

That an agent is done is written with what it gave, in one transaction. A step that raises a fault that can pass is
tried again by the workflow; any other ends as a sentence.
"""

import asyncio
import logging
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache, partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from db import choices as kept_choices
from db import runs, transcripts, vectors, words
from db import steps as stored
from db.engine import Session
from db.runs import RunRow
from db.transcripts import StoredRow
from services import as_it_stands, choices, email_past, minds, shadow, workings
from services.agents.contract import Agent
from services.agents.crm import CrmAgent
from services.agents.email import EmailAgent
from services.agents.embedder import EmbedderAgent
from services.agents.parser import ParserAgent
from services.agents.persistence import PersistenceAgent
from services.agents.sales_coach import SalesCoachAgent
from services.agents.social import SocialAgent
from services.choices import Kept
from services.database import Database, stored_call, translated
from services.email_manner import Manner
from services.errors import AftercallError, DatabaseUnavailable, NotFound
from services.faults import unforeseen
from services.memory import embedder
from services.model_mind.asking import ModelMind
from services.playbooks.loader import load
from services.settings import settings
from services.stages import agent_names, stage_names, stages
from services.stages import carry_out as carry_out_agent

if TYPE_CHECKING:
    from services.language_model import LanguageModel

# The agents that tell of a call as it stands: with what people corrected, read when they begin.
_TELLS = frozenset((EmailAgent.name, SocialAgent.name, SalesCoachAgent.name, CrmAgent.name))
MOST_STARTS = 3  # of one agent on one call, before the call is taken to stop the process that reads it
log = logging.getLogger("aftercall.chain")
NEWER = "Nothing of this run was stored: newer words of this call were handed in, and stand."


def open_up(database: Database) -> None:
    """Says which database the steps of this process work on."""
    global _database, _model
    close()
    _database = database
    _model = _language_model(database) if settings().thinks_with_a_model else None
    embedder.ask_through(_model)
    _agents.cache_clear()
    _rows.clear()
    _at_hand.clear()


def _language_model(database: Database) -> "LanguageModel":
    from services.language_model import LanguageModel  # half a second to load, for those who have a model

    return LanguageModel(database, settings())


def close() -> None:
    """Gives up what is asked of the language model; no agent takes that for having none."""
    embedder.ask_through(None)
    if _model is not None:
        _model.close()


def begin(run_id: str, tries: int, worker: str) -> list[list[str]]:
    """Takes a run that waits, lays out its steps, and gives the agents that are to be done, stage by stage.

    None of them where the run is at its end, held back, gone, or another try's.
    """
    with translated(), _record().session() as session:
        begun = runs.begin(session, run_id, tries, worker)
        if begun is None:
            return []
        row = words.taken_up(session, begun)
        if row is not begun:
            _forget(run_id)
        _rows[run_id] = row
        names = agent_names()
        kept = names[: names.index(row.start_at)] if row.start_at in names else ()
        stored.lay_out(session, run_id, names, kept)
    return [stage for each in stage_names() if (stage := [name for name in each if name not in kept])]


def carry_out(run_id: str, tries: int, name: str) -> str | None:
    """Lets one agent do its part and keeps what it gave. None where that went well, else the sentence that says why.

    Raises AftercallError where the fault can pass.
    """
    with translated(), _record().session() as session:
        before = stored.began(session, run_id, name)
    if before.run_state != "running" or before.tries != tries:
        _forget(run_id)
        return "This run was cancelled, or is carried out elsewhere."
    if before.state in ("done", "kept"):
        return None
    if before.state == "running" and before.attempts > MOST_STARTS:
        return f"The {name} agent was cut off {MOST_STARTS} times while it worked on this call."
    try:
        _do(_row(run_id), name)
    except AftercallError as error:
        if error.passing:
            _wait(run_id, name, error)
            raise
        return _ended(run_id, name, error)
    except Exception as error:  # noqa: BLE001 (told in words and by a reference; no run may stop the others)
        return _ended(run_id, name, unforeseen("The chain", error))
    return None


def fail(run_id: str, tries: int, sentence: str) -> None:
    """Ends a run that went wrong, but for one that was cancelled or is another try's by now."""
    with translated(), _record().session() as session:
        row = runs.get(session, run_id)
        if row is not None and row.state in ("queued", "running") and row.tries == tries:
            runs.fail(session, run_id, sentence)
    _forget(run_id)


def _do(row: RunRow, name: str) -> None:
    state = _state(row)
    if name == PersistenceAgent.name and row.dry_run_id:
        _compare(row, state)
        return
    if name == PersistenceAgent.name:
        last = PersistenceAgent(_record(), partial(_finish, row, _said(row, state)))
        asyncio.run(carry_out_agent(last, {**state, "run_seq": row.order, "actor": row.actor}))
        _forget(row.id)
        return
    if name == EmbedderAgent.name:
        state["known_vectors_model"] = embedder.model_name()
        state["known_vectors"] = _known_vectors(state["call"].external_id)
    if name in _TELLS and (now := as_it_stands.of_state(_record(), state, load(settings().playbook))):
        state["as_it_stands"] = now
    if name == EmailAgent.name:
        state["email_manner"] = _manner(as_it_stands.over(state))
    with _alone(name):
        given = minds.with_notes(asyncio.run(carry_out_agent(_agents()[name], state)))
    with translated(), _record().session() as session:
        stored.done(session, row.id, name, workings.as_json(given), minds.instead(given))
        if name == ParserAgent.name:
            runs.name_call(session, row.id, given["transcript_id"])
    if row.id in _at_hand:  # else the run was given up meanwhile
        _at_hand[row.id].update(given)


def _alone(name: str) -> AbstractContextManager[Any]:
    """Agents that only reckon do so one after the other: two at once would take the interpreter from each other.

    Nobody is held up who waits for a language model, nor the Embedder, whose library works beside the interpreter.
    """
    return nullcontext() if _model is not None or name == EmbedderAgent.name else _reckoning


def _compare(row: RunRow, state: dict[str, Any]) -> None:
    """Ends a run in the shadow, in the transaction that keeps what it would change."""
    with translated(), _record().session() as session:
        call = shadow.compare(session, row, state)
        note = shadow.GONE if call is None else shadow.NOTE
        last = PersistenceAgent.name
        runs.finish(session, row.id, external_id=row.external_id, transcript_id=call, note=note, last=last)
    _forget(row.id)


def _said(row: RunRow, state: dict[str, Any]) -> tuple[Kept, Kept]:
    """What people said of how the call is read: before the run, and with the file that the run is of."""
    before = choices.before(_record(), row.source_digest)(state["transcript_id"])
    now = {} if row.again else {name: row.options[name] for name in ("sides", "format") if row.options.get(name)}
    if "format" in now:
        now["looks_like"] = choices.looks_like(row.filename, state["content"])
    return before, now


def _finish(row: RunRow, said: tuple[Kept, Kept], session: Session, call: StoredRow) -> None:
    """Ends a run, in the transaction that stores its call and what a person said of how it is read.

    Where newer words stand, what was said with those stands too.
    """
    before, now = said
    note, last = None if call.written else NEWER, PersistenceAgent.name
    if before or now:
        kept = (before, now) if call.written else (kept_choices.laid_over(now, before), {})
        kept_choices.keep(session, call.id, *kept, actor=row.actor)
    runs.finish(session, row.id, external_id=call.external_id, transcript_id=call.id, note=note, last=last)


def _wait(run_id: str, name: str, error: AftercallError) -> None:
    """Notes why an agent waits for its next attempt, where the record can be reached."""
    try:
        with translated(), _record().session() as session:
            stored.waits(session, run_id, name, error.sentence)
    except DatabaseUnavailable:
        log.warning("The %s agent waits: %s", name, error.sentence)


def _ended(run_id: str, name: str, error: AftercallError) -> str:
    with translated(), _record().session() as session:
        stored.ended(session, run_id, name, error.sentence)
    return error.sentence


def _state(row: RunRow) -> dict[str, Any]:
    """What the agents of the run gave so far: at hand where they worked in this process, else out of the record."""
    if row.id in _at_hand:  # a copy: agents of one stage work beside one another
        return dict(_at_hand[row.id])
    with translated(), _record().session() as session:
        content = runs.get_source(session, row.source_digest)
        outputs = stored.outputs(session, row.id)
    options = {"external_id": row.external_id} if row.again else row.options
    state: dict[str, Any] = {"run_id": row.id, "file_path": row.filename, "content": content}
    state["options"] = choices.known(_record(), row.source_digest, options)
    state["kept"] = choices.before(_record(), row.source_digest)
    if row.start_at and row.external_id:
        state |= workings.stored_state(stored_call(_record(), row.external_id))
    for output in outputs.values():
        state |= workings.from_json(output)
    return dict(_at_hand.setdefault(row.id, state))  # the first one's, where agents of one stage begin together


def _known_vectors(external_id: str) -> dict[str, list[float]]:
    with translated(), _record().session() as session:
        known = transcripts.known(session, [external_id]).get(external_id)
        rows = [] if known is None else vectors.of_call(session, known.id, embedder.model_name())
    return {row.content_hash: workings.numbers_of(row.vector) for row in rows}


def _manner(state: dict[str, Any]) -> Manner:
    """How the call's adviser writes e-mails, as those tell that went out of other calls."""
    playbook = load(settings().playbook)
    return email_past.manner_of(_record(), state["call"], state["extracted_entities"], playbook)


def _row(run_id: str) -> RunRow:
    """The run as it was begun; what may change of it since does not matter to its agents."""
    if run_id not in _rows:
        with translated(), _record().session() as session:
            row = runs.get(session, run_id)
        if row is None:
            raise NotFound("This run is not stored any more.")
        _rows[run_id] = row
    return _rows[run_id]


def _forget(run_id: str) -> None:
    _at_hand.pop(run_id, None)
    _rows.pop(run_id, None)


def _record() -> Database:
    if _database is None:
        raise RuntimeError("No record is open for the steps of this process.")
    return _database


@lru_cache(maxsize=1)
def _agents() -> dict[str, Agent]:
    """Every agent but Persistence, by name."""
    mind = None if _model is None else ModelMind(_model, settings())
    return {agent.name: agent for stage in stages(embeddings=True, mind=mind) for agent in stage}


_database: Database | None = None
_model: "LanguageModel | None" = None
_reckoning = Lock()
# The runs that this process works on, and their state.
_rows: dict[str, RunRow] = {}
_at_hand: dict[str, dict[str, Any]] = {}

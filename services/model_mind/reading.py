"""A language model reads a call: the questions, their answers as claims, and what became of the parts that failed."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Event

from pydantic import BaseModel

from services.agents.contract import DialogueTurn, Extraction
from services.calls.model import Call
from services.model_faults import ModelFault, ModelRefuses, TooLong
from services.model_mind.asking import Asking, ModelMind
from services.model_mind.claims import claims_of
from services.model_mind.form import form_of
from services.model_mind.merge import of_windows
from services.model_mind.prompts import system_prompt, user_prompt
from services.model_mind.windows import LEAST_ROOM, Window, room_for, windows
from services.model_replies import Reply, schema_of
from services.playbooks.model import Playbook

Answer = Reply[BaseModel] | ModelFault
MOST_TRIES = 3  # with parts that are half as long each time
LEAST_PART = 2_000  # characters of a part that no server finds too long
_FORM_FRAME = 300  # characters of the sentence that says the form in words


@dataclass(frozen=True)
class Reading:
    """What the model found, by which questions, and what went wrong, as a person reads it.

    ``found`` is None where no part was answered. ``prompt_hash``: 16 hex digits over all the questions answered.
    """

    found: Extraction | None
    model: str = ""
    prompt_hash: str = ""
    fault: str | None = None


async def read_call(
    asking: Asking, mind: ModelMind, dialogue: Sequence[DialogueTurn], call: Call, playbook: Playbook
) -> Reading:
    """Asks for the whole call at once where it fits the model's context, else part by part, and takes what comes.

    What is too long all the same, since the server counts otherwise, is asked about in smaller parts. A ModelFault is
    told in the reading; any other error is raised.
    """
    system, form = system_prompt(playbook), form_of(playbook)
    schema = json.dumps(schema_of(form), sort_keys=True)
    room = room_for(mind.context, mind.most_tokens, len(system) + len(schema) + _FORM_FRAME)
    if room < LEAST_ROOM:
        return Reading(None, fault=TooLong(_NO_ROOM.format(mind.context, mind.most_tokens)).sentence)
    for _ in range(MOST_TRIES):
        parts = await asyncio.to_thread(windows, dialogue, room)
        answers = await _asked(asking, system, form, parts)
        room = max(len(user_prompt(part, len(parts))) for part in parts) // 2
        if room < LEAST_PART or not any(isinstance(answer, TooLong) for answer in answers):
            break
    return await asyncio.to_thread(_reading, answers, dialogue, call, playbook)


async def _asked(asking: Asking, system: str, form: type[BaseModel], parts: Sequence[Window]) -> list[Answer]:
    """The answers about all parts, in their order. After a refusal no other part is asked about."""
    refused = Event()

    def ask(part: Window) -> Answer:
        if refused.is_set():
            return _NOT_ASKED
        try:
            return asking.structured("extract", system, user_prompt(part, len(parts)), form)
        except ModelFault as fault:
            if isinstance(fault, ModelRefuses):
                refused.set()
            return fault

    return list(await asyncio.gather(*(asyncio.to_thread(ask, part) for part in parts)))


def _reading(answers: Sequence[Answer], dialogue: Sequence[DialogueTurn], call: Call, playbook: Playbook) -> Reading:
    replies = [answer for answer in answers if isinstance(answer, Reply)]
    faults = [answer for answer in answers if isinstance(answer, ModelFault) and answer is not _NOT_ASKED]
    fault = _told(faults, len(answers) - len(replies), len(answers))
    if not replies:
        return Reading(None, fault=fault)
    found = [claims_of(reply.value.model_dump(by_alias=True), dialogue, call, playbook) for reply in replies]
    digest = sha256("".join(reply.prompt_hash for reply in replies).encode()).hexdigest()[:16]
    return Reading(of_windows(found, dialogue, playbook), replies[0].model, digest, fault)


def _told(faults: Sequence[ModelFault], failed: int, parts: int) -> str | None:
    """The first fault in words; where the call was asked about in parts, with how many of them have no answer."""
    if not faults:
        return None
    if failed == parts:
        return faults[0].sentence
    return f"The model did not read {failed} of the {parts} parts of this call. {faults[0].sentence}"


_NOT_ASKED = ModelRefuses("Another part of the call was refused.")
_NO_ROOM = "The firm's form and an answer leave no room for a call: MODEL_CONTEXT is {:,}, MODEL_MAX_TOKENS {:,}."

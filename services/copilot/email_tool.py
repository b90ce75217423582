"""email_tool: a draft to one client out of what is on record, put among the drafts of the e-mail page, never sent."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services import as_it_stands, email_past, emails
from services.agents import findings
from services.agents.contract import Extraction, NextStep
from services.agents.email import draft, firms_of, frame
from services.analyst.dialogue import best_quotes
from services.calls.model import Call
from services.copilot.contract import Draft, DraftMade
from services.copilot.crm_tool import Choosing
from services.copilot.names import calls_of_client
from services.copilot.proof import CallProof, proofs_of
from services.copilot.results import DraftFound
from services.copilot.wishes import covered, quoted, told, wishes
from services.database import stored_call, translated
from services.email_manner import Manner
from services.errors import AftercallError, InvalidValue
from services.playbooks.loader import Playbook
from services.sentence_check import check
from services.workings import stored_state


class EmailTool:
    """Writes drafts as ``actor``."""

    def __init__(self, choosing: Choosing, playbook: Playbook, actor: str) -> None:
        self._choosing, self._playbook, self._actor = choosing, playbook, actor

    def draft(self, asked: Draft) -> DraftFound:
        """The draft. One that a person wrote or sent already is left alone, and the new one only shown."""
        client = self._choosing.client(asked.client)
        if client is None:
            return DraftFound(asked.client, None, f"Nobody called {asked.client} is on record.")
        database = self._choosing.database
        with translated(), database.session() as session:
            ids = calls_of_client(session, client.household)
        try:
            record = stored_call(database, ids[0])
            now = as_it_stands.of_record(database, record, self._playbook)
            state = as_it_stands.over({**stored_state(record), "as_it_stands": now})
        except (InvalidValue, AftercallError, IndexError) as error:
            sentence = error.sentence if isinstance(error, AftercallError) else "There is no call."
            return DraftFound(client.label, None, f"No draft could be made for {client.label}: {sentence}")
        proof = proofs_of(database, [ids[0]])[ids[0]]
        manner = email_past.manner_of(database, state["call"], state["extracted_entities"], self._playbook)
        subject, body = _written({**state, "dialogue": record.dialogue}, self._playbook, manner, asked.about, proof)
        held = check(
            f"Subject: {subject}\n\n{body}",
            record.dialogue,
            now.extraction,
            now.header,
            self._playbook,
            firms_of(state["call"]),
            now.corrections,
        )
        doubtful = [one.text for one in held if not one.supported]
        stored = self._stored(ids[0], subject, body)
        made = DraftMade(call=ids[0], client=client.label, subject=subject, body=body, stored=stored)
        return DraftFound(client.label, made, "", doubtful, _sources(proof, [q for one in held for q in one.evidence]))

    def _stored(self, call: str, subject: str, body: str) -> bool:
        """Puts the draft on the e-mail page, as the copilot's, unless somebody's words stand there."""
        seen = emails.get_email(self._choosing.database, call)
        if seen.edited or seen.sent:
            return False
        emails.save(self._choosing.database, seen, subject, body, self._actor, by_copilot=True)
        return True


def _sources(proof: CallProof, quotes: list[Any]) -> list[Any]:
    return [proof.source(quote["turn"], quote["quote"]) for quote in best_quotes(quotes)[:6]]


def _written(
    state: Mapping[str, Any], playbook: Playbook, manner: Manner, about: str, proof: CallProof
) -> tuple[str, str]:
    """Subject and body: the e-mail of that call as the chain writes it, what was asked for first.

    What nothing else of it says stands there in the call's words. A short one says only what was asked for.
    """
    call: Call = state["call"]
    extraction: Extraction = state["extracted_entities"]
    wanted = wishes(about, [proof.client, *_names(extraction), *proof.advisers])
    extraction = _with_steps(extraction, sorted(extraction["next_steps"], key=lambda step: not _asked(step, wanted)))
    brief = bool(_BRIEF.search(about))
    tone = replace(playbook, email=replace(playbook.email, length="short")) if brief else playbook
    framed = frame(call, extraction, playbook, manner)
    lines = [framed.price, *(line for _, line in framed.steps)]
    if brief and not _EVERYTHING.search(about) and any(covered(wish, lines[1:]) for wish in wanted):
        asked = [step for step in extraction["next_steps"] if _asked(step, wanted)]
        extraction = _with_steps(extraction, asked or extraction["next_steps"])
    written = draft(call, extraction, tone, state["dialogue"], manner)
    head, _, body = written.partition("\n\n")
    greeting, opening, *others = body.split("\n\n")
    words = _in_words(proof, [wish for wish in wanted if not covered(wish, lines)])
    lost = findings.outcome_role(findings.outcome(extraction), playbook) == "lost"
    subject = "Thank you for your time" if _THANKS.search(about) and lost else head.removeprefix("Subject: ")
    return subject, "\n\n".join([greeting, opening, *([words] if words else []), *others])


_BRIEF = re.compile(
    r"\b(?:short|brief|quick|two|three|few|couple of) (?:\w+ )?"
    r"(?:note|lines?|e-?mail|mail|message|thank|text|one)\b|\bshort\b|\bbriefly\b",
    re.I,
)
_EVERYTHING = re.compile(  # what somebody has to do is asked for, whatever it is
    r"\b(?:things?|what|everything|whatever|all|list|steps|homework|to-?dos?|papers|paperwork|documents)\b[^.;?]{0,40}"
    r"\b(?:has|have|had|needs?|owes?|must|should|is to|are to|going to|promised|agreed|left|open|missing|steps)\b",
    re.I,
)
_THANKS = re.compile(r"\bthank", re.I)


def _names(extraction: Extraction) -> list[str]:
    return [str(name) for name in (findings.fact_value(extraction, "spouse_name"),) if name]


def _asked(step: Mapping[str, Any], wanted: Sequence[str]) -> bool:
    return any(covered(wish, [step["action"]]) for wish in wanted)


def _with_steps(extraction: Extraction, steps: list[NextStep]) -> Extraction:
    return {**extraction, "next_steps": steps}


def _in_words(proof: CallProof, wanted: Sequence[str]) -> str:
    """For each wish that nothing else of the e-mail says, the words of the call."""
    found = {turn.number: (turn, wish) for wish in reversed(wanted) if (turn := told(proof, wish)) is not None}
    lines = [
        f"- {'We told you' if turn.side == 'advisor' else 'You told us'}: “{quoted(turn, wish)}”"
        for turn, wish in sorted(found.values(), key=lambda each: each[0].number)
    ]
    return "\n".join(["From our conversation:", *lines]) if lines else ""

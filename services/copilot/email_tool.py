"""email_tool: a draft to one client out of what is on record, put among the drafts of the e-mail page, never sent."""

from typing import Any

from services import emails
from services.agents import findings
from services.agents.email import frame
from services.analyst.dialogue import best_quotes
from services.copilot.contract import Draft, DraftMade
from services.copilot.crm_tool import Choosing
from services.copilot.names import calls_of_client
from services.copilot.proof import CallProof, proofs_of
from services.copilot.results import DraftFound
from services.copilot.vocabulary import plain_words
from services.database import stored_call, translated
from services.errors import AftercallError, InvalidValue
from services.model_mind.email import Frame
from services.playbooks.loader import Playbook
from services.sentence_check import check
from services.sentence_words import stems
from services.wording import listed, long_date
from services.workings import stored_state

_ASKING = frozenset(
    "draft write compose prepare send email e mail message note letter follow up reminder remind short quick".split()
)
_THANKS = {"thank", "thanks"}


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
            state = stored_state(record)
        except (InvalidValue, AftercallError, IndexError) as error:
            sentence = error.sentence if isinstance(error, AftercallError) else "There is no call."
            return DraftFound(client.label, None, f"No draft could be made for {client.label}: {sentence}")
        subject, body = _written(state, self._playbook, asked.about)
        held = check(
            f"Subject: {subject}\n\n{body}",
            record.dialogue,
            record.extracted_data,
            state["call"].header,
            self._playbook,
        )
        doubtful = [one.text for one in held if not one.supported]
        stored = self._stored(ids[0], subject, body)
        made = DraftMade(call=ids[0], client=client.label, subject=subject, body=body, stored=stored)
        proof = proofs_of(database, [ids[0]])[ids[0]]
        return DraftFound(client.label, made, "", doubtful, _sources(proof, [q for one in held for q in one.evidence]))

    def _stored(self, call: str, subject: str, body: str) -> bool:
        """Puts the draft on the e-mail page, unless somebody's words stand there."""
        seen = emails.get_email(self._choosing.database, call)
        if seen.edited or seen.sent:
            return False
        emails.save(self._choosing.database, seen, subject, body, self._actor)
        return True


def _sources(proof: CallProof, quotes: list[Any]) -> list[Any]:
    return [proof.source(quote["turn"], quote["quote"]) for quote in best_quotes(quotes)[:6]]


def _written(state: dict[str, Any], playbook: Playbook, about: str) -> tuple[str, str]:
    """Subject and body: the frame of every e-mail, and of price and steps what was asked for, else all."""
    call, extraction = state["call"], state["extracted_entities"]
    framed = frame(call, extraction, playbook)
    wanted = {stem for stem in stems(about) if stem not in _ASKING} - set(stems(" ".join(plain_words())))
    steps = _about(framed, wanted)
    day = long_date(call.header.meeting_date)
    thanks = f"Thank you for taking the time to speak with us{f' on {day}' if day else ''}."
    paragraphs = [
        framed.greeting,
        thanks + _products(extraction),
        framed.price,
        *(_list(side, steps, framed) for side in framed.headings),
        framed.closing,
        framed.signature,
    ]
    thanking = bool(_THANKS & set(about.lower().split()))
    subject = "Thank you for your time" if thanking else framed.subject
    return subject, "\n\n".join(each for each in paragraphs if each)


def _products(extraction: Any) -> str:
    found = findings.products(extraction)
    return f" We talked about {listed(found)}." if found else ""


def _about(framed: Frame, wanted: set[str]) -> list[tuple[Any, str]]:
    """The steps, those that the request names first."""
    chosen = [(step, line) for step, line in framed.steps if wanted & set(stems(f"{line} {step['action']}"))]
    return [*chosen, *(each for each in framed.steps if each not in chosen)]


def _list(side: Any, steps: list[tuple[Any, str]], framed: Frame) -> str:
    lines = [f"- {line}" for step, line in steps if step["owner"] == side]
    return "\n".join([framed.headings[side], *lines]) if lines else ""

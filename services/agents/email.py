"""The Email agent: a follow-up draft out of what the call supports, and nothing else."""

import asyncio
import re
from typing import Any

from services.agents import findings
from services.agents.contract import Extraction, NextStep, require
from services.calls.model import Call, Side
from services.model_mind.asking import MindNote, ModelMind
from services.model_mind.email import Frame, write
from services.model_mind.writing import Subject, builtin
from services.playbooks.loader import Playbook
from services.wording import first_name, listed, long_date, money, sentence

LEAD_IN = re.compile(
    r"^(?:(?:and|so|then|okay|ok|well|yeah|yes|um|uh|please|if you can)[,\s]+)*"
    r"(?:(?:i|we)(?:'ll| will|'m gonna| can|(?:'m| am|'re| are) going to)|let me|let's|lemme"
    r"|(?:could|can|would|will) (?:you|y'all)(?: please)?|(?:i|we)(?:'d| would)? (?:need|want|like) you to"
    r"|you(?:'ll| will)? (?:need to|want to|have to|should)|make sure (?:you|to))\s+",
    re.IGNORECASE,
)
TO_THE_CLIENT = {
    "i": "you",
    "i'm": "you're",
    "i'll": "you'll",
    "i've": "you've",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "we": "you",
    "we'll": "you'll",
    "us": "you",
    "our": "your",
    "myself": "yourself",
    "you": "us",
    "your": "our",
}
SUBJECT = "Following up on our conversation"
SUBJECTS = {
    "won": "Welcome, and your next steps",
    "lost": "Thank you for your time",
    "meeting": "Our conversation and our next meeting",
    "waiting": "What we are putting together for you",
}
CLOSINGS = {
    "won": "We are glad to be working with you. If anything comes up in the meantime, just reply to this e-mail.",
    "lost": "We respect your decision. Should anything change, you are always welcome to reply to this e-mail.",
    "meeting": "If the day no longer suits you, just reply to this e-mail and we will find another.",
    "waiting": "If other questions come up in the meantime, just reply to this e-mail.",
}
CLOSING = "If you have any question, just reply to this e-mail."
HEADINGS: dict[Side, str] = {"advisor": "On our side:", "client": "On yours:"}


class EmailAgent:
    """Gives ``email_draft``: ``Subject: ...``, an empty line, the body; and ``email_mind``, which mind wrote it.

    With a mind a model writes it, as far as its sentences stand in the call; it needs ``dialogue`` then.
    """

    name = "Email"
    needs = frozenset({"call", "extracted_entities"})

    def __init__(self, playbook: Playbook, mind: ModelMind | None = None) -> None:
        self._playbook, self._mind = playbook, mind
        if mind is not None:
            self.needs = EmailAgent.needs | {"dialogue"}

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        written, note = None, builtin()
        if self._mind is not None:
            written, note = await asyncio.to_thread(self._by_model, self._mind, data)
        return {
            "email_draft": written or draft(data["call"], data["extracted_entities"], self._playbook),
            "email_mind": note,
        }

    def _by_model(self, mind: ModelMind, data: dict[str, Any]) -> tuple[str | None, MindNote]:
        framed = frame(data["call"], data["extracted_entities"], self._playbook)
        return write(mind.about(data, self.name), Subject.of(data, self._playbook), framed)


def draft(call: Call, extraction: Extraction, playbook: Playbook) -> str:
    """The follow-up e-mail of one call. A paragraph for which the call has no words is left out."""
    framed = frame(call, extraction, playbook)
    paragraphs = [
        framed.greeting,
        _thanks(call, extraction),
        framed.price,
        *(_steps(side, framed) for side in HEADINGS),
        framed.closing,
        framed.signature,
    ]
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return f"Subject: {framed.subject}\n\n{body}"


def frame(call: Call, extraction: Extraction, playbook: Playbook) -> Frame:
    """What stands in every e-mail of a call, whoever words the rest."""
    role = findings.outcome_role(findings.outcome(extraction), playbook) or ""
    return Frame(
        greeting=f"{playbook.email.greeting} {_greeted(call, extraction)},",
        signature=_signature(call, playbook),
        subject=SUBJECTS.get(role, SUBJECT),
        price=_price(extraction),
        closing=CLOSINGS.get(role, CLOSING),
        headings=HEADINGS,
        steps=[(step, worded(step, said_by(call, step))) for step in findings.next_steps(extraction)],
    )


def _greeted(call: Call, extraction: Extraction) -> str:
    """Client and partner by first name; the partner only if they spoke on the call."""
    names = [first_name(call.header.client_name)] if call.header.client_name else []
    spouse = findings.fact_value(extraction, "spouse_name")
    on_the_call = {first_name(speaker.name).lower() for speaker in call.speakers if speaker.side == "client"}
    if names and spouse and first_name(spouse).lower() in on_the_call - {names[0].lower()}:
        names.append(first_name(spouse))
    return listed(names) or "there"


def _thanks(call: Call, extraction: Extraction) -> str:
    day = long_date(call.header.meeting_date)
    products = findings.products(extraction)
    about = f" We talked about {listed(_in_prose(name) for name in products)}." if products else ""
    return f"Thank you for taking the time to speak with us{f' on {day}' if day else ''}.{about}"


def _in_prose(product: str) -> str:
    """A product's name inside a sentence: lower case, but for abbreviations."""
    return " ".join(word if word.isupper() else word.lower() for word in product.split())


def _price(extraction: Extraction) -> str:
    price = findings.fact_value(extraction, "deal_amount")
    deposit = findings.fact_value(extraction, "deposit_amount")
    if price is None:
        return ""
    if deposit is None:
        return f"The price we spoke about is {money(price)}."
    if deposit == price:
        return f"The price is {money(price)}, in one payment."
    return f"The price is {money(price)}, {money(deposit)} of it to begin with."


def _steps(side: Side, framed: Frame) -> str:
    lines = [f"- {line}" for step, line in framed.steps if step["owner"] == side]
    return "\n".join([framed.headings[side], *lines]) if lines else ""


def said_by(call: Call, step: NextStep) -> Side | None:
    """The side whose words the step is told in: that of the first turn that proves it."""
    turns = [quote["turn"] for quote in step["evidence"]]
    return call.side_of(call.turns[turns[0]].speaker) if turns else step["owner"]


def worded(step: NextStep, speaker: Side | None) -> str:
    """A next step as the client should read it: what was promised or asked, with the day as it was said.

    The client's own words change persons ("I'll send you my deed" becomes "Send us your deed"); ours stay.
    """
    action = LEAD_IN.sub("", step["action"].strip()).rstrip(" ?")
    if speaker == "client":
        action = re.sub(r"[A-Za-z']+", _to_the_client, action)
    due = step["due"]
    if due and due.lower() not in action.lower():
        action = f"{action.rstrip(' .,')} ({due})"
    return sentence(action)


def _to_the_client(match: re.Match[str]) -> str:
    return TO_THE_CLIENT.get(match.group().lower(), match.group())


def _signature(call: Call, playbook: Playbook) -> str:
    """The adviser who led the call, else the playbook's sender, over the firm's name."""
    advisers = [speaker for speaker in call.speakers if speaker.side == "advisor"]
    named = [speaker.name for speaker in advisers if " " in speaker.name and not any(c.isdigit() for c in speaker.name)]
    sender = (named or list(playbook.firm.senders) or [""])[0]
    firm = next((speaker.organisation for speaker in advisers if speaker.organisation), playbook.firm.name)
    return "\n".join(line for line in (playbook.email.closing, sender, firm) if line)

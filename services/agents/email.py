"""The Email agent: a follow-up draft out of what the call supports, and nothing else."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services import as_it_stands, email_tones
from services.agents import findings
from services.agents.contract import Extraction, require
from services.calls.model import Call, Side
from services.email_aims import aims
from services.email_days import is_meeting
from services.email_manner import Manner
from services.email_prices import price_line
from services.email_steps import said_by, worded
from services.model_mind.asking import MindNote, ModelMind
from services.model_mind.email import Frame, write
from services.model_mind.writing import Subject, builtin
from services.open_questions import questions
from services.playbooks.loader import Playbook
from services.wording import first_name, listed, long_date

SUBJECT = "Following up on our conversation"
SUBJECTS = {
    "won": "Welcome, and your next steps",
    "lost": "Thank you for your time",
    "meeting": "Our conversation and our next meeting",
    "waiting": "What we are putting together for you",
}
HEADINGS: dict[Side, str] = {"advisor": "On our side:", "client": "On your side:"}
MEETING = "Our next meeting:"
AGENDA = "When we meet, we would like to go through this with you:"
MOST_QUESTIONS = 3
_NO_TALK = ("client_phone",)  # a question for an answer by e-mail, not for a meeting
_NOBODY = re.compile(
    r"\d|^(?:speaker|adviser|advisor|attorney|agent|host|guest|unknown|me|you|caller|rep|client|participant)\b", re.I
)
_UNCOUNTED = re.compile(r"(?:ing|[^s]s|formation|protection|administration|insurance|coverage|advice)$", re.IGNORECASE)


class EmailAgent:
    """Gives ``email_draft``: ``Subject: ...``, an empty line, the body; and ``email_mind``, which mind wrote it.

    With a mind a model writes it, as far as its sentences stand in the call; it needs ``dialogue`` then. Where
    ``as_it_stands`` is at hand, what people corrected stands in it.
    """

    name = "Email"
    needs = frozenset({"call", "extracted_entities"})

    def __init__(self, playbook: Playbook, mind: ModelMind | None = None) -> None:
        self._playbook, self._mind = playbook, mind
        if mind is not None:
            self.needs = EmailAgent.needs | {"dialogue"}

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        now = as_it_stands.over(data)
        manner = data.get("email_manner") or Manner()
        written, note = None, builtin()
        if self._mind is not None:
            written, note = await asyncio.to_thread(self._by_model, self._mind, now, manner)
        builtin_draft = draft(now["call"], now["extracted_entities"], self._playbook, now.get("dialogue") or (), manner)
        return {"email_draft": written or builtin_draft, "email_mind": as_it_stands.noted(note, data)}

    def _by_model(self, mind: ModelMind, data: dict[str, Any], manner: Manner) -> tuple[str | None, MindNote]:
        framed = frame(data["call"], data["extracted_entities"], self._playbook, manner)
        return write(mind.about(data, self.name), Subject.of(data, self._playbook), framed, manner.examples)


def draft(
    call: Call,
    extraction: Extraction,
    playbook: Playbook,
    dialogue: Sequence[Mapping[str, Any]] = (),
    manner: Manner | None = None,
) -> str:
    """The follow-up e-mail of one call. A paragraph for which the call has no words is left out."""
    framed = frame(call, extraction, playbook, manner)
    role = _role(extraction, playbook)
    meetings = [line for step, line in framed.steps if is_meeting(step)]
    paragraphs = [
        framed.greeting,
        _opening(call, extraction, playbook, dialogue),
        " ".join(part for part in (email_tones.came_to(role, playbook), framed.price) if part),
        _points(MEETING, meetings),
        *(_steps(side, framed) for side in HEADINGS),
        _agenda(extraction, playbook) if meetings and role in ("won", "meeting") else "",
        framed.closing,
        framed.signature,
    ]
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return f"Subject: {framed.subject}\n\n{body}"


def frame(call: Call, extraction: Extraction, playbook: Playbook, manner: Manner | None = None) -> Frame:
    """What stands in every e-mail of a call, whoever words the rest; ``manner``: the adviser's own way with it."""
    role, own = _role(extraction, playbook), manner or Manner()
    return Frame(
        greeting=f"{own.greeting or playbook.email.greeting} {_greeted(call, extraction)},",
        signature=own.signature or _signature(call, playbook),
        subject=SUBJECTS.get(role, SUBJECT),
        price=price_line(call, extraction, role),
        closing=own.closing or email_tones.closing(role, playbook),
        headings=HEADINGS,
        steps=[
            (step, email_tones.in_tone(line, playbook))
            for step in findings.next_steps(extraction)
            if (line := worded(step, said_by(call, step), call))
        ],
    )


def _role(extraction: Extraction, playbook: Playbook) -> str:
    return findings.outcome_role(findings.outcome(extraction), playbook) or ""


def _greeted(call: Call, extraction: Extraction) -> str:
    """Client and partner by first name; the partner only if they spoke on the call."""
    names = [first_name(call.header.client_name)] if call.header.client_name else []
    spouse = findings.fact_value(extraction, "spouse_name")
    on_the_call = {first_name(speaker.name).lower() for speaker in call.speakers if speaker.side == "client"}
    if names and spouse and first_name(spouse).lower() in on_the_call - {names[0].lower()}:
        names.append(first_name(spouse))
    return listed(names) or "there"


def _opening(call: Call, extraction: Extraction, playbook: Playbook, dialogue: Sequence[Mapping[str, Any]]) -> str:
    """Thanks, what was talked about, and what they want in their own words; a short e-mail only thanks."""
    thanks = email_tones.thanks(long_date(call.header.meeting_date), playbook)
    if playbook.email.length == "short":
        return thanks
    told = [thanks]
    wanted = [] if _role(extraction, playbook) == "lost" else aims(dialogue)
    if wanted:
        told.append(f"You told us, in your own words: {listed(f'“{words}”' for words in wanted)}.")
    products = findings.products(extraction)
    if products:
        told.append(f"We talked about {listed(_in_prose(name) for name in products)}.")
    return " ".join(told)


def _in_prose(product: str) -> str:
    """A product's name inside a sentence: lower case, but for abbreviations, with its article where it has one."""
    words = " ".join(word if word.isupper() else word.lower() for word in product.split())
    if _UNCOUNTED.search(words):
        return words
    return f"{'an' if words[:1] in 'aeioAEIO' or words.startswith(('LLC', 'S-')) else 'a'} {words}"


def _steps(side: Side, framed: Frame) -> str:
    lines = [line for step, line in framed.steps if step["owner"] == side and not is_meeting(step)]
    return _points(framed.headings[side], lines)


def _points(heading: str, lines: Iterable[str]) -> str:
    told = [f"- {line}" for line in lines]
    return "\n".join([heading, *told]) if told else ""


def _agenda(extraction: Extraction, playbook: Playbook) -> str:
    """What nobody spoke of yet, to be asked at the next meeting."""
    if playbook.email.length == "short":
        return ""
    asked = [one for one in questions(extraction["facts"], playbook) if one.field not in _NO_TALK]
    return _points(AGENDA, [one.question for one in asked[:MOST_QUESTIONS]])


def adviser_of(call: Call) -> str | None:
    """The adviser who led the call, by name; None where the call does not tell one."""
    advisers = [speaker for speaker in call.speakers if speaker.side == "advisor"]
    named = [_straight(speaker.name) for speaker in advisers if not _NOBODY.search(speaker.name)]
    return next((name for name in named if " " in name), named[0] if named else None)


def firms_of(call: Call) -> list[str]:
    """What the firms of our people on the call are called, where the file says."""
    return list(dict.fromkeys(one.organisation for one in call.speakers if one.side == "advisor" and one.organisation))


def _signature(call: Call, playbook: Playbook) -> str:
    """The adviser who led the call, else the playbook's sender, over the firm's name."""
    adviser = adviser_of(call)
    if adviser is None or " " not in adviser:
        adviser = next(iter(playbook.firm.senders), adviser)
    advisers = [speaker for speaker in call.speakers if speaker.side == "advisor"]
    firm = next((speaker.organisation for speaker in advisers if speaker.organisation), playbook.firm.name)
    return "\n".join(line for line in (playbook.email.closing, adviser, firm) if line)


def _straight(name: str) -> str:
    """A name as it is signed: "Voss, Geraldine" is Geraldine Voss."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and first and " " not in first.strip() else name

"""The follow-up e-mail in a model's words: its sentences are held against the call one by one.

Greeting and signature are put in by code, and so is every next step and price that the model leaves out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, Field

from services import sentence_words
from services.agents.contract import NextStep
from services.calls.model import Side
from services.model_faults import ModelFault
from services.model_mind.asking import Asking, MindNote
from services.model_mind.fence import fenced_text
from services.model_mind.writing import Judge, Subject, again, builtin, by_model, task, tidy, told
from services.model_replies import Reply
from services.sentence_check import CheckedSentence

LONGEST_SUBJECT = 120
LEAST_KEPT = 0.5  # of a draft's sentences; with less of them the builtin draft stands
_TOLD = 0.5  # of a next step's words that a point holds, which then tells of it
_NO_STEP = "No next step of the model's e-mail is one of the call, so the builtin draft stands."
Slot = Literal["subject", "opening", "price", "ours", "theirs", "closing"]


class EmailWords(BaseModel):
    """What the model writes of an e-mail; greeting and signature are not its own."""

    subject: str = Field(description="The subject line, at most ten words, without names.")
    opening: str = Field(
        description="Two to four sentences: thanks, what they want in their own terms, what we covered."
    )
    price: str = Field(description="One sentence with price and deposit as they stand; empty where there is no price.")
    our_steps: list[str] = Field(description="What the firm will do, one sentence a next step, with its day.")
    their_steps: list[str] = Field(description="What we ask the client to do, one sentence a next step, with its day.")
    closing: str = Field(description="One friendly sentence that claims and promises nothing.")


@dataclass(frozen=True)
class Frame:
    """What of an e-mail is put in by code. ``steps`` are the builtin draft's lines of the next steps, in order."""

    greeting: str
    signature: str
    subject: str
    price: str
    closing: str
    headings: dict[Side, str]
    steps: Sequence[tuple[NextStep, str]]


@dataclass
class _Judged:
    """One answer: the sentences that may be taken, by where they stand, and those that may not."""

    reply: Reply[EmailWords]
    kept: list[tuple[Slot, CheckedSentence]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def of(self, slot: Slot) -> list[CheckedSentence]:
        return [one for where, one in self.kept if where == slot]

    @property
    def share(self) -> float:
        """The share of the sentences that may be taken."""
        return len(self.kept) / max(1, len(self.kept) + len(self.dropped))


def write(asking: Asking, subject: Subject, frame: Frame, examples: Sequence[str] = ()) -> tuple[str | None, MindNote]:
    """The whole e-mail with its note; None where the builtin draft has to stand, and the note says why.

    ``examples``: e-mails as the adviser rewrote them, with nothing in them of their clients.
    """
    judge = Judge(subject)
    system, user = task(_task(subject)), f"Write the e-mail.\n\n{told(subject)}{_shown(examples)}"
    try:
        best = _judged(asking.structured("write", system, user, EmailWords), judge)
    except ModelFault as fault:
        return None, builtin(fault.sentence)
    if best.dropped:
        best = _better(best, asking, system, again(user, best.dropped), judge)
    if best.share < LEAST_KEPT:
        whole = len(best.kept) + len(best.dropped)
        told_so = f"Of {whole} sentences of the model's e-mail only {len(best.kept)} stand in the call"
        return None, builtin(f"{told_so}, so the builtin draft stands.")
    if frame.steps and not (best.of("ours") or best.of("theirs")):
        return None, builtin(_NO_STEP)
    return _assembled(best, frame), by_model(best.reply)


def _better(first: _Judged, asking: Asking, system: str, user: str, judge: Judge) -> _Judged:
    """The answer to the question asked once more, where it is the better one."""
    try:
        second = _judged(asking.structured("write", system, user, EmailWords), judge)
    except ModelFault:
        return first
    return second if (second.share, len(second.kept)) > (first.share, len(first.kept)) else first


def _judged(reply: Reply[EmailWords], judge: Judge) -> _Judged:
    found = _Judged(reply)
    for slot, words, heading in _parts(reply.value):
        for one, stands in judge.sentences(words, heading):
            if stands and _fits(slot, one):
                found.kept.append((slot, one))
            else:
                found.dropped.append(one.text)
    return found


def _parts(words: EmailWords) -> Iterator[tuple[Slot, str, str]]:
    """What the model wrote, field by field: where it stands, the words, the heading over them."""
    yield "subject", f"Subject: {tidy(words.subject)}", ""
    yield "opening", tidy(words.opening), ""
    yield "price", tidy(words.price), ""
    yield from (("ours", tidy(step), "On our side:") for step in words.our_steps if tidy(step))
    yield from (("theirs", tidy(step), "On your side:") for step in words.their_steps if tidy(step))
    yield "closing", tidy(words.closing), ""


def _fits(slot: Slot, one: CheckedSentence) -> bool:
    """Whether a sentence may stand where the model put it: under a heading only a next step of that side."""
    if slot in ("ours", "theirs"):
        side = "advisor" if slot == "ours" else "client"
        return any(step["owner"] == side for step in one.steps)
    if slot == "subject":
        return len(one.text) <= LONGEST_SUBJECT
    return slot != "closing" or one.mark == "plain"


def _assembled(best: _Judged, frame: Frame) -> str:
    """The e-mail, with what the model left out put in."""
    price = _line(best.of("price"))
    named = any(claim.kind == "price" for one in best.of("opening") + best.of("price") for claim in one.claims)
    paragraphs = [
        frame.greeting,
        _line(best.of("opening")),
        price if named else frame.price,
        _points("advisor", best.of("ours"), frame),
        _points("client", best.of("theirs"), frame),
        _line(best.of("closing")) or frame.closing,
        frame.signature,
    ]
    title = _line(best.of("subject")) or frame.subject
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return f"Subject: {title}\n\n{body}"


def _line(sentences: Sequence[CheckedSentence]) -> str:
    return " ".join(one.text for one in sentences)


def _points(side: Side, points: Sequence[CheckedSentence], frame: Frame) -> str:
    """The points of one side, and after them the steps that none of them tells of."""
    heard = sentence_words.stems(" ".join(one.text for one in points))
    lines = [one.text for one in points]
    for step, line in frame.steps:
        words = sentence_words.stems(step["action"])
        if step["owner"] == side and len(words & heard) < max(1, _TOLD * len(words)):
            lines.append(line)
    return "\n".join([frame.headings[side], *(f"- {line}" for line in lines)]) if lines else ""


def _shown(examples: Sequence[str]) -> str:
    """Past e-mails for their manner alone, fenced as everything that others wrote."""
    if not examples:
        return ""
    fenced_ones = fenced_text("how the adviser wrote other e-mails", "\n\n".join(examples))
    return f"\n\n{_EXAMPLES}\n{fenced_ones}"


def _task(subject: Subject) -> str:
    tone = subject.playbook.email
    how, much = _TONES[tone.tone], _LENGTHS[tone.length]
    return _TASK.format(
        trade=subject.playbook.name, greeting=tone.greeting, closing=tone.closing, tone=how, length=much
    )


_EXAMPLES = (
    "Write in the manner of these e-mails to other clients. Words were taken out of them, where (...) stands: take"
    " nothing over but their manner, and never write such a mark."
)
_TONES = {"warm": "warm, plain", "plain": "plain, matter-of-fact", "formal": "formal, courteous"}
_LENGTHS = {"short": "short", "full": "full but not long"}
_TASK = """\
You write the follow-up e-mail of a sales call of a firm for {trade}, to the client who was on the call. The e-mail \
opens with "{greeting}" and their name and ends with "{closing}" and the adviser's name: both are put in by the firm, \
so you write neither, nor any address.

How to write it:
- Say "you" to the client and "we" for the firm, in a {tone} and {length} way.
- State only what stands among the values, or in the quoted words. Leave out what you are not sure of.
- Every next step of the firm is one of our_steps, every next step of the client one of their_steps, each with the \
day that stands with it, and no other day.
- Price and deposit exactly as they stand among the values; no other amount.
- No legal or tax advice, no promise beyond the next steps, no discount, no link, no telephone number, no e-mail \
address, no HTML, and nobody's name but those of the people who were on the call.
"""

"""The summary of a call in a model's words: only sentences that the call's values carry."""

from dataclasses import dataclass

from pydantic import BaseModel, Field

from services.model_faults import ModelFault
from services.model_mind.asking import Asking, MindNote
from services.model_mind.writing import Judge, Subject, again, builtin, by_model, task, tidy, told
from services.model_replies import Reply

MOST_SENTENCES = 6
LEAST_SENTENCES = 2
LEAST_KEPT = 0.5  # of the model's sentences


class SummaryWords(BaseModel):
    """What the model writes."""

    sentences: list[str] = Field(description="Three to six plain sentences about the client and the deal.")


@dataclass(frozen=True)
class _Judged:
    """One answer: the sentences that may be taken, and those that may not."""

    reply: Reply[SummaryWords]
    kept: list[str]
    dropped: list[str]

    @property
    def share(self) -> float:
        return len(self.kept) / max(1, len(self.kept) + len(self.dropped))


def write(asking: Asking, subject: Subject) -> tuple[str | None, MindNote]:
    """The summary with its note; None where the builtin one has to stand, and the note says why."""
    judge = Judge(subject)
    system, user = task(_TASK.format(trade=subject.playbook.name)), f"Write the summary.\n\n{told(subject)}"
    try:
        best = _judged(asking.structured("write", system, user, SummaryWords), judge)
    except ModelFault as fault:
        return None, builtin(fault.sentence)
    if best.dropped:
        best = _better(best, asking, system, again(user, best.dropped), judge)
    if best.share < LEAST_KEPT or len(best.kept) < LEAST_SENTENCES:
        whole = len(best.kept) + len(best.dropped)
        told_so = f"Of {whole} sentences of the model's summary only {len(best.kept)} stand in the call"
        return None, builtin(f"{told_so}, so the builtin one stands.")
    return " ".join(best.kept[:MOST_SENTENCES]), by_model(best.reply)


def _better(first: _Judged, asking: Asking, system: str, user: str, judge: Judge) -> _Judged:
    try:
        second = _judged(asking.structured("write", system, user, SummaryWords), judge)
    except ModelFault:
        return first
    return second if (second.share, len(second.kept)) > (first.share, len(first.kept)) else first


def _judged(reply: Reply[SummaryWords], judge: Judge) -> _Judged:
    found = _Judged(reply, [], [])
    for words in reply.value.sentences:
        for one, stands in judge.sentences(tidy(words)):
            (found.kept if stands and one.mark != "plain" else found.dropped).append(one.text)
    return found


_TASK = """\
You sum up a sales call of a firm for {trade} for a colleague who was not there: who the client is, what they have and \
want, price and deposit, what speaks against it, how it ended, what happens next.

How to write it:
- Plain sentences about the client, in the third person; "we" is the firm.
- State only what stands among the values, or in the quoted words. Leave out what you are not sure of.
- Amounts and days exactly as they stand among the values, and no others.
- No opinion, no advice, no link, no address.
"""

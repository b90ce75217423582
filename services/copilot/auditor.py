"""The auditor: how far the results answer the plan, from 1 to 5, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.copilot.contract import Plan
from services.copilot.results import (
    DraftFound,
    FactsFound,
    FigureFound,
    GroupsFound,
    ListFound,
    ObjectionsFound,
    PassagesFound,
    RaisedFound,
    RelatedFound,
    Result,
    StepsFound,
)

ENOUGH = 3  # a score below it means: plan again


@dataclass(frozen=True)
class Verdict:
    """A score from 1 (nothing was found) to 5, and why."""

    score: int
    reason: str

    @property
    def enough(self) -> bool:
        """Whether it need not be tried again."""
        return self.score >= ENOUGH


def judge(plan: Plan, results: Sequence[Result]) -> Verdict:
    """Every part of the plan has to give something, with sources and a known whole."""
    if len(results) < len(plan.calls) or not results:
        return Verdict(1, "A part of the question got no result.")
    scores = [_score(each) for each in results]
    best = max(scores, key=lambda each: each.score)
    if best.score < ENOUGH:
        return best
    empty = [each for each in scores if each.score < ENOUGH]
    if empty:
        return Verdict(min(best.score, 4), f"One part was answered, another not: {empty[0].reason}")
    return min(scores, key=lambda each: each.score)


def _score(result: Result) -> Verdict:
    match result:
        case FactsFound():
            return _facts(result)
        case FigureFound():
            return _figure(result)
        case GroupsFound():
            return Verdict(5, "Every group has its calls.") if result.groups else Verdict(2, "No group was found.")
        case ListFound():
            whole = result.of > 0 or result.asked.of.since is not None or result.asked.of.until is not None
            return Verdict(
                5 if result.rows else 4 if whole else 2, "The list has its whole." if whole else "No call fits."
            )
        case StepsFound():
            empty = 2 if result.asked.only_about else 3
            return Verdict(5 if result.steps else empty, "Next steps were looked for in every call that fits.")
        case PassagesFound():
            if not result.said:
                return Verdict(1, "Nothing that was said comes near.")
            return (
                Verdict(5, "Words about it were found.")
                if result.strong
                else Verdict(2, "What was said is not about it.")
            )
        case ObjectionsFound():
            return Verdict(5 if result.raised else 3, "Objections were looked for in all calls of the client.")
        case RaisedFound():
            return Verdict(5 if result.raised else 4, "The whole is known.")
        case RelatedFound():
            return Verdict(5 if result.clients else 3, "Shared things were looked for.")
        case DraftFound():
            return Verdict(5, "The draft was made.") if result.draft else Verdict(3, result.why)


def _facts(result: FactsFound) -> Verdict:
    calls = [call for own in result.calls.values() for call in own]
    if not calls:
        return Verdict(1, "No call of that client fits.")
    said = [call.value(field) is not None for call in calls for field in result.asked.fields]
    if not any(said):
        return Verdict(2, "The fields that were asked for were not discussed.")
    return Verdict(
        5 if all(said) else 4, "Values with their sources." if all(said) else "Some of it was not discussed."
    )


def _figure(result: FigureFound) -> Verdict:
    if result.of.calls == 0:
        return Verdict(3, "There is no call to count.")
    if result.asked.measure != "count" and result.figure.known == 0:
        return Verdict(3, "The record holds no such number for these calls.")
    return Verdict(5, "The figure has its whole and its calls.")

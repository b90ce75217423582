"""How far the drafts of the labelled calls are carried by those calls: ``python -m bench.drafts``.

Every call of tests/data is worked through by the builtin analyst. Printed are the share of the sentences of e-mail and
summary that the sentence check finds supported, how much of what the call supports the e-mail names, how many of its
prices and days are those of the labels, and how many of its prices and next steps the check finds out when it is held
against another call. With ``--misses`` also the
sentences that are not supported, of the opened calls alone.
"""

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench.accuracy import FRESH, LABELS, halves, row
from services import publish_guard, stages
from services.agents import findings
from services.agents.email import firms_of
from services.analyst.dates import resolve
from services.playbooks.loader import load
from services.sentence_check import CheckedSentence, check
from services.sentence_days import days_in
from services.sentence_words import plain, stems

Worked = dict[str, Any]


def worked(files: Sequence[Path]) -> list[Worked]:
    """The whole state of each call, with its labels under ``gold``."""
    return [stages.analyze(path.name, path.read_bytes()) | {"gold": _gold(path)} for path in files]


def _gold(path: Path) -> dict[str, Any]:
    labels: dict[str, Any] = json.loads(path.with_name(f"{path.stem}{LABELS}").read_text(encoding="utf-8"))
    return labels


@lru_cache(maxsize=1)
def opened() -> list[Worked]:
    """The calls that may be read."""
    return worked(halves()["opened"])


def measure(states: Sequence[Worked]) -> dict[str, Any]:
    """The figures over some calls; shares of 1."""
    mails = [_held(state["email_draft"], state) for state in states]
    summaries = [_held(state["crm_data"]["summary"], state) for state in states]
    return {
        "e-mail sentences": sum(map(len, mails)),
        "e-mail sentences supported": _share([one.supported for mail in mails for one in mail]),
        "of them, those that claim something": sum(one.mark != "plain" for mail in mails for one in mail),
        "steps, prices and meetings named": _share([told for state in states for told in _coverage(state)]),
        "prices stated as labelled": _share([right for state in states for right in _prices_right(state)]),
        "days stated as labelled": _share([right for state in states for right in _days_right(state)]),
        "summary sentences": sum(map(len, summaries)),
        "summary sentences supported": _share([one.supported for each in summaries for one in each]),
        "another call's steps and prices found out": _found_out(states),
        "posts": sum(len(state["social_content"]["posts"]) for state in states),
        "posts with a finding": sum(map(_posts_found, states)),
    }


def _held(text: str, state: Worked) -> list[CheckedSentence]:
    firms = firms_of(state["call"])
    return check(text, state["dialogue"], state["extracted_entities"], state["call"].header, load(), firms)


def _coverage(state: Worked) -> list[bool]:
    """Whether the e-mail names each thing that it should: the price, and every next step by most of its words."""
    mail, extraction = _held(state["email_draft"], state), state["extracted_entities"]
    price = findings.fact_value(extraction, "deal_amount")
    told = [claim.value for one in mail for claim in one.claims if claim.kind == "price"]
    named = [price in told] if price is not None else []
    points = [one for one in mail if one.role == "point"]
    for step in findings.next_steps(extraction):
        turns = {quote["turn"] for quote in step["evidence"]}
        words = stems(step["action"])
        named.append(any(turns & set(point.turns) or _tells(words, point.text) for point in points))
    return named


def _tells(wanted: set[str], text: str) -> bool:
    """Whether a point that needs no proof ("You'll call us") tells of most of a step's words."""
    return bool(wanted) and len(wanted & stems(text)) > len(wanted) / 2


def _prices_right(state: Worked) -> list[bool]:
    """For each amount that the e-mail states, whether it is the labelled price or deposit."""
    facts = [state["gold"]["facts"].get(name) or {} for name in ("deal_amount", "deposit_amount")]
    gold = [value for fact in facts for value in (fact.get("value"), *fact.get("accept", [])) if value is not None]
    told = (claim for one in _held(state["email_draft"], state) if one.role != "point" for claim in one.claims)
    return [claim.value in gold for claim in told if claim.kind == "price"]


def _days_right(state: Worked) -> list[bool]:
    """For each day in a next step of the e-mail, whether a labelled next step is due then, or its quotes say so."""
    meeting = state["gold"]["header"].get("meeting_date")
    labelled = [_Labelled.of(step, meeting) for step in state["gold"].get("next_steps") or []]
    points = [one for one in _held(state["email_draft"], state) if one.role == "point"]
    dates = [claim for one in points for claim in one.claims if claim.kind == "date"]
    return [any(step.names(claim.value, claim.words) for step in labelled) for claim in dates]


@dataclass(frozen=True)
class _Labelled:
    """The days of one labelled next step: as dates, each end of a range by itself, and as they were said."""

    days: frozenset[str]
    words: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, step: dict[str, Any], meeting: str | None) -> "_Labelled":
        told = [plain(text) for text in (step.get("due"), *(step.get("quotes") or ())) if text]
        named = [day for text in told for day in days_in(text, meeting)]
        whole = resolve(told[0], meeting) if step.get("due") else None
        found = {day.iso for day in named if day.iso} | ({whole} if whole else set())
        said = [*(day.words for day in named), *([told[0]] if step.get("due") else [])]
        return cls(frozenset(found), tuple(map(_words_of, said)))

    def names(self, iso: float | str | None, words: str) -> bool:
        """Whether it is due then; a day without a date by its words, or half of both's."""
        if iso in self.days:
            return True
        mine = _words_of(words)
        return any(mine and (mine <= said or len(mine & said) >= max(len(mine), len(said)) / 2) for said in self.words)


def _words_of(text: str) -> frozenset[str]:
    """The words of a day that tell which one."""
    return frozenset(re.findall(r"[a-z0-9]+", plain(text))) - _EMPTY


_EMPTY = frozenset("by before on until till for the at this next of in a and".split())


def _found_out(states: Sequence[Worked]) -> float:
    """Of an e-mail's steps and prices that claim something, the share that is not in the call after it."""
    found = []
    for state, other in zip(states, [*states[1:], states[0]], strict=True):
        text = state["email_draft"]
        claims = [one.mark != "plain" for one in _held(text, state)]
        there = check(text, other["dialogue"], other["extracted_entities"], other["call"].header, load())
        for one, claims_some in zip(there, claims, strict=True):
            if claims_some and (one.role == "point" or any(claim.kind == "price" for claim in one.claims)):
                found.append(not one.supported)
    return _share(found)


def _posts_found(state: Worked) -> int:
    heard = publish_guard.Private(state["dialogue"], state["extracted_entities"], state["call"].header, load())
    return sum(bool(publish_guard.findings_in(post["text"], heard)) for post in state["social_content"]["posts"])


def _share(found: Sequence[bool]) -> float:
    return round(sum(found) / len(found), 3) if found else 1.0


def main() -> None:
    """Prints the table as Markdown."""
    states = {name: worked(files) for name, files in halves().items() if name != "all"}
    states |= {f"fresh, {name}": worked(files) for name, files in halves(FRESH).items() if name != "all"}
    states["all"] = [state for each in list(states.values()) for state in each]
    columns = {name: measure(each) for name, each in states.items()}
    row("figure", list(columns))
    print(f"|---|{'---|' * len(columns)}")
    for figure in next(iter(columns.values())):
        row(figure, [of[figure] for of in columns.values()])
    if "--misses" in sys.argv:
        for state in opened():
            for text in (state["email_draft"], state["crm_data"]["summary"]):
                print(*(f"{one.text!r} {one.claims}" for one in _held(text, state) if not one.supported), sep="\n")


if __name__ == "__main__":
    main()

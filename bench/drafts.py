"""How far the drafts of the labelled calls are carried by those calls: ``python -m bench.drafts``.

Every call of tests/data is worked through by the builtin analyst. Printed are the share of the sentences of e-mail and
summary that the sentence check finds supported, how much of what the call supports the e-mail names, how many of its
prices and days are those of the labels, and how many of its prices and next steps the check finds out when it is held
against another call. With ``--misses`` also the
sentences that are not supported, of the opened calls alone.
"""

import json
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench.accuracy import FRESH, LABELS, halves, row
from services import publish_guard, stages
from services.agents import findings
from services.analyst.dates import resolve
from services.playbooks.loader import load
from services.sentence_check import CheckedSentence, check

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
    return check(text, state["dialogue"], state["extracted_entities"], state["call"].header, load())


def _coverage(state: Worked) -> list[bool]:
    """Whether the e-mail names each thing that it should: the price, and every next step by most of its words."""
    mail, extraction = _held(state["email_draft"], state), state["extracted_entities"]
    price = findings.fact_value(extraction, "deal_amount")
    told = [claim.value for one in mail for claim in one.claims if claim.kind == "price"]
    named = [price in told] if price is not None else []
    points = [one for one in mail if one.role == "point"]
    for step in findings.next_steps(extraction):
        turns = {quote["turn"] for quote in step["evidence"]}
        named.append(any(turns & set(point.turns) for point in points))
    return named


def _prices_right(state: Worked) -> list[bool]:
    """For each amount that the e-mail states, whether it is the labelled price or deposit."""
    facts = [state["gold"]["facts"].get(name) or {} for name in ("deal_amount", "deposit_amount")]
    gold = [value for fact in facts for value in (fact.get("value"), *fact.get("accept", [])) if value is not None]
    told = (claim for one in _held(state["email_draft"], state) if one.role != "point" for claim in one.claims)
    return [claim.value in gold for claim in told if claim.kind == "price"]


def _days_right(state: Worked) -> list[bool]:
    """For each day in a next step of the e-mail, whether a labelled next step is due then, or that day was named so."""
    meeting = state["gold"]["header"].get("meeting_date")
    dues = [step["due"] for step in state["gold"].get("next_steps") or [] if step.get("due")]
    days = {day for due in dues if (day := resolve(due.lower(), meeting))}
    words = {word for due in dues for word in due.lower().split()}
    told = (claim for one in _held(state["email_draft"], state) if one.role == "point" for claim in one.claims)
    dates = [claim for claim in told if claim.kind == "date"]
    return [claim.value in days or _same_day(claim.words.lower().split(), words) for claim in dates]


def _same_day(mine: Sequence[str], labelled: set[str]) -> bool:
    return sum(word.strip(",.") in labelled for word in mine) >= len(mine) / 2


def _found_out(states: Sequence[Worked]) -> float:
    """The share of an e-mail's steps and prices that are not in the call after it."""
    found = []
    for state, other in zip(states, [*states[1:], states[0]], strict=True):
        for one in check(
            state["email_draft"], other["dialogue"], other["extracted_entities"], other["call"].header, load()
        ):
            if one.role == "point" or any(claim.kind == "price" for claim in one.claims):
                found.append(not one.supported)
    return _share(found)


def _posts_found(state: Worked) -> int:
    heard = publish_guard.Private(state["dialogue"], state["extracted_entities"], state["call"].header, load())
    return sum(bool(publish_guard.findings_in(post["text"], heard)) for post in state["social_content"]["posts"])


def _share(found: Sequence[bool]) -> float:
    return round(sum(found) / len(found), 3) if found else 1.0


def main() -> None:
    """Prints the table as Markdown."""
    columns = {name: measure(worked(files)) for name, files in halves().items() if name != "all"}
    columns |= {f"fresh, {name}": measure(worked(files)) for name, files in halves(FRESH).items() if name != "all"}
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

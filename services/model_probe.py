"""Tests the connection to the language model's server, behind the page, and tells in words what the server can do."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from services import model_ledger
from services.active_minds import models_of
from services.database import Database
from services.errors import AftercallError, InvalidValue
from services.faults import unforeseen
from services.language_model import LanguageModel
from services.memory import embedder
from services.model_context import context
from services.model_faults import ModelFault
from services.model_ledger import Question
from services.model_manners import first_manner
from services.model_probe_steps import (
    Bench,
    Finding,
    Over,
    answers,
    embeds,
    json_mode,
    known,
    reached,
    schema_kept,
    streams,
    tools,
)
from services.settings import Settings

AGENT = "Connection test"
_LATER: tuple[tuple[str, Callable[[Bench], Finding]], ...] = (
    ("JSON schema", schema_kept),
    ("JSON", json_mode),
    ("Tools", tools),
    ("Streaming", streams),
    ("Context", context),
)


def findings(database: Database, chosen: Settings) -> Iterator[Finding]:
    """Asks small questions, and tells one thing after the other; what they take stands in the ledger of costs."""
    first, *others = models_of(chosen)
    with closing(LanguageModel(database, chosen)) as model:
        bench = Bench(model, chosen, first, first_manner(chosen))
        try:
            yield from _first(bench)
        except Over:
            return
        finally:
            _note(database, chosen, bench)
        for name in others:
            another = replace(bench, name=name, manner=first_manner(chosen), taken=model_ledger.Taken())
            yield from _another(another)
            _note(database, chosen, another)
        if embedder.model_name() != embedder.MODEL:
            yield embeds(model, embedder.model_name())


def _first(bench: Bench) -> Iterator[Finding]:
    yield from reached(bench)
    yield known(bench)
    yield from answers(bench)
    for about, step in _LATER:
        try:
            yield step(bench)
        except ModelFault as fault:
            yield Finding(about, "note", str(fault))


def _another(bench: Bench) -> Iterator[Finding]:
    """Whether another model than the first one answers, too."""
    try:
        yield from (each for each in answers(bench) if each.about != "Key" or each.state == "bad")
    except Over:
        return


def _note(database: Database, chosen: Settings, bench: Bench) -> None:
    if bench.taken.tokens_in + bench.taken.tokens_out:
        model_ledger.note(database, chosen, Question("test", AGENT, "", ""), bench.name, bench.taken, "answered")


@dataclass(frozen=True)
class Report:
    """What a test found so far. ``problem``: why it came to no end."""

    actor: str
    began: datetime
    findings: tuple[Finding, ...] = ()
    running: bool = True
    seconds: float = 0.0
    problem: str | None = None

    @property
    def works(self) -> Literal["yes", "partly", "no"]:
        """Whether calls can be given to the model: ``partly`` where something should be mended first."""
        answered = any(each.about == "Answer" and each.state != "bad" for each in self.findings)
        if self.problem or not answered:
            return "no"
        return "partly" if self._bad else "yes"

    @property
    def verdict(self) -> str:
        """What it all comes to, in a sentence."""
        if self.problem:
            return self.problem
        things = "one thing" if self._bad == 1 else f"{self._bad} things"
        return {
            "yes": "The connection works.",
            "partly": f"The connection works, and {things} should be mended.",
            "no": "The connection does not work yet.",
        }[self.works]

    @property
    def _bad(self) -> int:
        return sum(each.state == "bad" for each in self.findings)


class ConnectionTest:
    """One test at a time, in a thread of its own; everybody who looks sees the last one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._report: Report | None = None

    @property
    def report(self) -> Report | None:
        """The test that runs, or the last one; None before the first."""
        return self._report

    def begin(self, chosen: Settings, actor: str) -> None:
        """Starts a test, unless one runs. Raises InvalidValue where no model is configured."""
        if not chosen.thinks_with_a_model:
            raise InvalidValue("No language model is configured.", remedy="Set OPENAI_API_KEY or OPENAI_BASE_URL.")
        with self._lock:
            if self._report is not None and self._report.running:
                return
            self._report = Report(actor, datetime.now(UTC))
        threading.Thread(target=self._test, args=(chosen,), name="connection-test", daemon=True).start()

    def _test(self, chosen: Settings) -> None:
        began, problem = time.monotonic(), None
        try:
            for each in findings(self._database, chosen):
                self._tell(began, finding=each)
        except AftercallError as error:
            problem = error.sentence
        except Exception as error:  # noqa: BLE001 (told in words and by a reference; the page must not wait for ever)
            problem = unforeseen("The connection test", error).sentence
        self._tell(began, running=False, problem=problem)

    def _tell(
        self, began: float, *, finding: Finding | None = None, running: bool = True, problem: str | None = None
    ) -> None:
        report = self._report
        if report is not None:
            found = (*report.findings, finding) if finding else report.findings
            seconds = time.monotonic() - began
            self._report = replace(report, findings=found, running=running, seconds=seconds, problem=problem)

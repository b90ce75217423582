"""A language model that asks a server of the test's own, and what is stored of that."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Database
from services import model_faults
from services.circuit import Circuit
from services.language_model import LanguageModel
from services.model_ledger import Question
from services.settings import settings
from tests.fake_model import FakeModel, running, says
from tests.model_cases import GOOD, Facts

KEY = "sk-the-key-that-nobody-may-see"
QUESTION = Question("extract", "KnowledgeAnalyst", "Who is the client?", "Ann Hall: hello.", "run-1", "call-1")
LETTER = Question("write", "Email", "Write.", "To Ann Hall.", "run-1", "call-1")


def numbered(number: int, run_id: str | None = "run-1") -> Question:
    """A question like no other."""
    return Question("extract", "KnowledgeAnalyst", "Who is the client?", f"Turn {number}", run_id, "call-1")


class Asking:
    """Makes models that ask ``server``, which answers well until it is told otherwise."""

    def __init__(self, server: FakeModel, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server, self.database = server, database
        self._monkeypatch = monkeypatch
        self._made: list[LanguageModel] = []

    def model(self, circuit: Circuit | None = None, **chosen: Any) -> LanguageModel:
        """A model under these settings."""
        usual = {"openai_api_key": KEY, "openai_base_url": self.server.url, "model": "small", "model_timeout": 0.5}
        for name, value in (usual | chosen).items():
            self._monkeypatch.setenv(name.upper(), str(value))
        settings.cache_clear()
        self._made.append(LanguageModel(self.database, settings(), circuit))
        return self._made[-1]

    def ask(self, model: LanguageModel, *numbers: int, run_id: str | None = "run-1") -> None:
        """Asks numbered questions."""
        for number in numbers:
            model.structured(numbered(number, run_id), Facts)

    @property
    def outcomes(self) -> list[str]:
        """What came of each question, in their order."""
        with self.database.session() as session:
            return list(session.scalars(text("SELECT outcome FROM model_calls ORDER BY id")))

    def close(self) -> None:
        """Closes every model."""
        for each in self._made:
            each.close()


@contextmanager
def asking_of(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    """A server, and models that ask it; their waits are short."""
    monkeypatch.setattr(model_faults, "FIRST_WAIT", 0.001)
    with running(says(GOOD)) as server:
        made = Asking(server, database, monkeypatch)
        yield made
        made.close()

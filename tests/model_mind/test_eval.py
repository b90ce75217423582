"""`make eval MODEL=...`: the scorer's figures for the analyst, the model and both, asked once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.accuracy import MINDS, asked_model, by_minds, halves, shortest
from services.playbooks.loader import load
from services.settings import settings
from tests.fake_model import FakeModel, running, says
from tests.model_mind.cases import answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModel]:
    with running(says(json.dumps(answer()))) as model:
        monkeypatch.setenv("OPENAI_BASE_URL", model.url)
        settings.cache_clear()
        yield model


def test_each_mind_has_its_figures_and_a_second_run_asks_nothing(server: FakeModel, tmp_path: Path) -> None:
    files = shortest(halves()["all"], 2)
    figures = []
    for _ in range(2):
        with asked_model("small", tmp_path / "eval") as (_, mind, chosen):
            assert chosen.database_url is None
            figures.append(by_minds(files, mind, load()))
    assert len(server.asked) == 2
    assert figures[0] == figures[1]
    found = {name: of["found"] for name, of in figures[0].items()}
    assert list(found) == list(MINDS)
    assert found["both"] == found["analyst"] > found["model"] == 0


def test_without_a_server_nobody_is_asked(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="OPENAI_BASE_URL"), asked_model("small", tmp_path):
        pass


def test_the_shortest_calls_are_those_with_the_least_talk() -> None:
    files = halves()["opened"]
    assert len(shortest(files, 3)) == 3
    assert set(shortest(files, 3)) < set(shortest(files, 6)) <= set(files)

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from db import model_calls
from db import runs as stored
from db.engine import Database
from db.model_calls import Usage
from pages.parts import live_route
from pages.parts.live_route import AUDIENCE, COSTS, LOOKOUT, PASS, PATH, STILL, live_routes
from pages.parts.run_acts import carry_out
from services import uploads
from services.settings import settings
from tests.conftest import Outage

ASKED = {"show": "all", "page": "1", "who": "me"}


@pytest.fixture
def browser(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Asks as the page's browser does, with the pass; what is handed in waits."""
    monkeypatch.setenv("WORKERS", "external")
    settings.cache_clear()
    LOOKOUT.forget()
    with TestClient(Starlette(routes=live_routes()), headers={"X-Aftercall-Pass": PASS}) as asking:
        yield asking
    LOOKOUT.forget()


def hand_in(database: Database, number: int) -> list[str]:
    return [uploads.submit(database, f"{each}.txt", b"Ann: hi\nBen: ho %d" % each, {}, "ann") for each in range(number)]


def test_the_board_is_told_to_the_page(browser: TestClient, database: Database) -> None:
    hand_in(database, 2)
    answer = browser.get(PATH, params=ASKED)
    assert answer.status_code == 200
    assert [row["title"] for row in answer.json()["board"]["rows"]] == ["1.txt", "0.txt"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer.headers
    assert float(answer.headers["x-ask-in"]) <= 10


def test_whoever_lacks_the_pass_is_told_nothing(browser: TestClient, database: Database) -> None:
    (run_id,) = hand_in(database, 1)
    for shown in ("", "x" * 32, "пропуск"):
        for path, asked in ((PATH, ASKED), (COSTS, {"run": run_id})):
            answer = browser.get(path, params=asked, headers=[(b"X-Aftercall-Pass", shown.encode())])
            assert answer.status_code == 403
            assert list(answer.json()) == ["problem"]


@pytest.mark.parametrize(
    "asked",
    [{"show": "secret"}, {"page": "0"}, {"page": "x"}, {"page": "²"}, {"page": "9" * 30}, {"who": ""}, {"who": "a b"}],
)
def test_what_can_not_be_asked_is_refused_with_a_sentence(browser: TestClient, asked: dict[str, str]) -> None:
    answer = browser.get(PATH, params=ASKED | asked)
    assert answer.status_code == 400
    assert f"'{next(iter(asked))}' is" in answer.json()["problem"]


def test_nothing_is_changed_here(browser: TestClient) -> None:
    assert browser.post(PATH, params=ASKED).status_code == 405


def test_who_has_the_board_already_is_not_told_again(browser: TestClient, database: Database) -> None:
    hand_in(database, 1)
    tag = browser.get(PATH, params=ASKED).json()["tag"]
    assert "board" not in browser.get(PATH, params=ASKED | {"have": tag}).json()
    hand_in(database, 2)
    LOOKOUT.forget()
    assert len(browser.get(PATH, params=ASKED | {"have": tag}).json()["board"]["rows"]) == 2


def test_all_who_ask_within_a_second_share_one_look_until_somebody_does_something(
    browser: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AUDIENCE, "pace", lambda _: 100.0)  # a crowd: half a minute is "just now"
    (run_id,) = hand_in(database, 1)
    assert rows(browser, who="one") == ["queued"]
    with database.session() as session:
        stored.pause(session)
    assert rows(browser, who="two") == ["queued"]
    carry_out("cancel", run_id, "ann")
    assert rows(browser, who="two") == ["cancelled"]


def rows(browser: TestClient, **asked: str) -> list[str]:
    told: dict[str, Any] = browser.get(PATH, params=ASKED | asked).json()
    return [row["state"] for row in told["board"]["rows"]]


def test_a_still_page_asks_seldom_and_a_moving_one_often(browser: TestClient, database: Database) -> None:
    assert float(browser.get(PATH, params=ASKED).headers["x-ask-in"]) >= STILL
    hand_in(database, 1)
    LOOKOUT.forget()
    assert float(browser.get(PATH, params=ASKED).headers["x-ask-in"]) < STILL


def test_the_answer_is_packed_for_those_who_can_unpack_it(browser: TestClient, database: Database) -> None:
    hand_in(database, 1)
    with browser.stream("GET", PATH, params=ASKED, headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert json.loads(gzip.decompress(packed))["board"]["pages"] == 1
    plain = browser.get(PATH, params=ASKED, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json()["board"]["pages"] == 1


def test_while_the_record_is_away_that_is_told_and_then_the_runs_again(
    browser: TestClient, database: Database, outage: Outage
) -> None:
    hand_in(database, 1)
    assert rows(browser) == ["queued"]
    outage.begin()
    LOOKOUT.forget()
    answer = browser.get(PATH, params=ASKED)
    assert answer.status_code == 503
    assert "PostgreSQL" in answer.json()["problem"]
    outage.end()
    LOOKOUT.forget()
    assert rows(browser) == ["queued"]


def test_an_error_that_nobody_foresaw_is_told_without_its_words(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> dict[str, Any]:
        raise RuntimeError("words of a call")

    monkeypatch.setattr(live_route, "board", broken)
    answer = browser.get(PATH, params=ASKED)
    assert answer.status_code == 503
    assert "words of a call" not in answer.text
    assert "reference" in answer.json()["problem"]


def test_both_addresses_are_there_below_a_base_path_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamlit.get_option", lambda _: "/team/aftercall/")
    paths = [route.path for route in live_routes()]
    assert paths == [PATH, COSTS, f"/team/aftercall{PATH}", f"/team/aftercall{COSTS}"]


def test_what_models_took_for_a_run_is_told_in_words(browser: TestClient, database: Database) -> None:
    first, second = hand_in(database, 2)
    with database.session() as session:
        model_calls.note(
            session,
            Usage(
                run_id=first, external_id=None, agent="Email", task="write", model="small_one", outcome="answered",
                tokens_in=1000, tokens_out=200, money=0.25, seconds=3.0,
            ),
        )  # fmt: skip
    told = browser.get(COSTS, params={"run": first}).json()
    words = "small_one · 1 question (1 answered) · 1,000 tokens in, 200 out · $0.25 · 3.0 s"
    assert told == {"summed": "1 question, 1,200 tokens, $0.25", "lines": [{"agent": "Email", "words": words}]}
    assert browser.get(COSTS, params={"run": second}).json() == {"summed": "", "lines": []}
    assert browser.get(COSTS, params={"run": "'; --"}).status_code == 400

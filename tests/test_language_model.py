"""The language model against a server that misbehaves: what the asker gets, how often it is asked, what is stored."""

import json
import logging
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Database
from services import language_model
from services.circuit import Circuit
from services.language_model import LanguageModel
from services.model_faults import BadAnswer, ModelAway, ModelFault, ModelRefuses, ProgramEnds, TooLong
from services.model_ledger import Question
from services.settings import Settings, settings
from tests.asking import KEY, LETTER, QUESTION, Asking, asking_of
from tests.conftest import Rows
from tests.fake_model import Exchange, knows, refuses, says, stays_silent
from tests.model_cases import CASES, GOOD, PAGE, Case, Facts, table

MODELS = PAGE.with_name("models.md")


@pytest.fixture
def asking(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    with asking_of(database, monkeypatch) as made:
        yield made


def gets(model: LanguageModel, case: Case) -> Any:
    return model.structured(QUESTION, Facts).value if case.kind == "form" else "".join(model.stream(LETTER))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_the_server_does_is_told_in_words_and_stored(case: Case, asking: Asking, rows: Rows) -> None:
    if case.always:
        asking.server.usual = case.does[0]
    else:
        asking.server.will(*case.does)
    model = asking.model()
    if case.reads:
        with pytest.raises(ModelFault) as met:
            gets(model, case)
        assert met.value.sentence == case.reads
        assert type(met.value).__name__ == case.stored
    else:
        expected = Facts(client="Ann Hall", amount=4500) if case.kind == "form" else "Dear Ann"
        assert gets(model, case) == expected
    assert len(asking.server.asked) == case.asked
    assert asking.outcomes == [case.stored]
    assert rows.of("model_answers") == (0 if case.reads else 1)


def test_every_way_that_failed_is_left_out_at_the_next_question(asking: Asking) -> None:
    asking.server.usual = knows("words", answer=GOOD)
    model = asking.model()
    model.structured(QUESTION, Facts)
    asking.ask(model, 1)
    kinds = [(each.body.get("response_format") or {}).get("type") for each in asking.server.asked]
    assert kinds == ["json_schema", "json_object", None, None]


def test_the_form_is_said_in_words_in_every_way_of_asking(asking: Asking) -> None:
    asking.server.usual = knows("words", answer=GOOD)
    asking.model().structured(QUESTION, Facts)
    assert all("JSON schema" in each.body["messages"][0]["content"] for each in asking.server.asked)
    assert all('"amount"' in each.body["messages"][0]["content"] for each in asking.server.asked)


def test_a_repair_quotes_what_was_wrong_and_never_the_values(asking: Asking) -> None:
    asking.server.will(says('{"client": "Ann Hall", "amount": "lots"}'))
    asking.model().structured(QUESTION, Facts)
    _, _, answer, repair = asking.server.asked[1].body["messages"]
    assert answer == {"role": "assistant", "content": '{"client": "Ann Hall", "amount": "lots"}'}
    assert "amount" in repair["content"]
    assert "lots" not in repair["content"]


def test_an_answer_that_was_cut_off_gets_twice_the_room_up_to_four_times(asking: Asking) -> None:
    asking.server.usual = says("{", "length")
    with pytest.raises(BadAnswer):
        asking.model(model_max_tokens=100).structured(QUESTION, Facts)
    assert [each.body["max_tokens"] for each in asking.server.asked] == [100, 200, 400]


def test_a_retry_waits_as_long_as_the_server_asked_for(asking: Asking) -> None:
    asking.server.will(refuses(429, Retry_After="1"))
    asking.model().structured(QUESTION, Facts)
    first, second = asking.server.asked
    assert 1 <= second.at - first.at < 2


def test_each_task_has_a_model_of_its_own(asking: Asking) -> None:
    model = asking.model(model_write="poet", model_plan="planner")
    for task in ("extract", "write", "plan"):
        model.structured(Question(task, "a", "s", "u"), Facts)
    assert [each.body["model"] for each in asking.server.asked] == ["small", "poet", "planner"]


def test_a_question_that_can_not_fit_is_not_asked(asking: Asking) -> None:
    long = Question("extract", "a", "s", "word " * 8_000)
    with pytest.raises(TooLong, match="MODEL_CONTEXT is 8,192"):
        asking.model(model_context=8_192).structured(long, Facts)
    assert asking.server.asked == []


def test_no_more_questions_are_asked_at_once_than_the_settings_allow(asking: Asking) -> None:
    def takes_its_time(exchange: Exchange) -> None:
        exchange.ending.wait(0.5)
        says(GOOD)(exchange)

    asking.server.usual = takes_its_time
    model = asking.model(model_concurrency=2, model_timeout=10)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: asking.ask(model, number), range(4)))
    assert asking.server.most_at_once == 2


def test_no_more_questions_are_begun_a_minute_than_the_settings_allow(asking: Asking) -> None:
    model = asking.model(model_requests_per_minute=300)
    asking.ask(model, *range(4))
    times = [each.at for each in asking.server.asked]
    assert times[3] - times[0] >= 0.55


def test_a_dead_server_is_left_alone_and_asked_again_when_it_is_back(asking: Asking) -> None:
    clock = [0.0]
    model = asking.model(Circuit(clock=lambda: clock[0]))
    asking.server.die()
    for _ in range(2):
        with pytest.raises(ModelAway, match="can't be reached"):
            model.structured(QUESTION, Facts)
    with pytest.raises(ModelAway, match="left alone"):
        model.structured(QUESTION, Facts)
    asking.server.live()
    with pytest.raises(ModelAway, match="left alone"):
        model.structured(QUESTION, Facts)
    assert asking.server.asked == []
    clock[0] += 31
    assert model.structured(QUESTION, Facts).value.client == "Ann Hall"
    assert asking.outcomes == ["ModelAway", "ModelAway", "answered"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a queue of connections is never full")
def test_a_server_that_takes_no_connection_is_away_and_not_slow(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language_model, "PICKS_UP", 0.1)
    with socket.socket() as full, socket.socket() as first:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        first.connect(full.getsockname())  # takes the only place in the queue
        model = asking.model(openai_base_url=f"http://127.0.0.1:{full.getsockname()[1]}/v1", model_timeout=30)
        with pytest.raises(ModelAway, match="can't be reached"):
            model.structured(QUESTION, Facts)


def test_a_question_is_given_up_where_its_faults_are_one_too_many_in_a_row(asking: Asking) -> None:
    asking.server.usual = refuses(500)
    with pytest.raises(ModelAway):
        asking.ask(asking.model(Circuit(threshold=2)), 1)
    assert len(asking.server.asked) == 2


def test_faults_with_an_answer_between_are_not_in_a_row(asking: Asking) -> None:
    asking.server.will(refuses(500), says(GOOD), refuses(500), says(GOOD))
    asking.ask(asking.model(Circuit(threshold=2)), 1, 2)
    assert len(asking.server.asked) == 4


def test_a_refusal_shows_that_the_server_is_there(asking: Asking) -> None:
    model = asking.model(Circuit(threshold=2))
    asking.server.will(refuses(500), refuses(401), refuses(500), says(GOOD))
    with pytest.raises(ModelRefuses):
        asking.ask(model, 1)
    asking.ask(model, 1)
    assert len(asking.server.asked) == 4


def test_a_server_that_asks_for_ten_minutes_gets_them(asking: Asking) -> None:
    clock = [0.0]
    model = asking.model(Circuit(clock=lambda: clock[0]))
    asking.server.will(refuses(429, Retry_After="600"))
    for _ in range(2):
        with pytest.raises(ModelAway):
            model.structured(QUESTION, Facts)
    clock[0] += 599
    with pytest.raises(ModelAway):
        model.structured(QUESTION, Facts)
    assert len(asking.server.asked) == 1
    clock[0] += 2
    assert model.structured(QUESTION, Facts).value.amount == 4500


def test_a_key_that_turns_wrong_stops_no_other_question(asking: Asking) -> None:
    model = asking.model()
    asking.server.will(says(GOOD), refuses(401), says(GOOD))
    asking.ask(model, 1)
    with pytest.raises(ModelRefuses):
        asking.ask(model, 2)
    asking.ask(model, 3)
    assert asking.outcomes == ["answered", "ModelRefuses", "answered"]


@pytest.mark.parametrize("kind", ["form", "stream"])
def test_close_ends_a_question_that_is_under_way(asking: Asking, kind: Any) -> None:
    arrived = threading.Event()

    def holds(exchange: Exchange) -> None:
        arrived.set()
        stays_silent(exchange)

    asking.server.usual = holds
    model = asking.model(model_timeout=60)
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(gets, model, Case("", (), 1, kind=kind))
        assert arrived.wait(5)
        began = time.monotonic()
        model.close()
        with pytest.raises(ProgramEnds, match="ending"):
            waits.result(5)
    assert time.monotonic() - began < 2
    assert asking.outcomes == ["ProgramEnds"]
    with pytest.raises(ProgramEnds, match="ending"):
        gets(model, Case("", (), 1, kind=kind))


def test_a_reader_who_leaves_ends_the_stream(asking: Asking, rows: Rows) -> None:
    ended = threading.Event()

    def goes_on(exchange: Exchange) -> None:
        exchange.begin(200, "text/event-stream")
        try:
            while not exchange.ending.wait(0.01):
                exchange.events({"id": "1", "choices": [{"index": 0, "delta": {"content": "more "}}]})
        finally:
            ended.set()

    asking.server.usual = goes_on
    pieces = asking.model(model_timeout=30).stream(LETTER)
    assert next(pieces) == "more "
    pieces.close()
    assert ended.wait(5)
    assert (asking.outcomes, rows.of("model_answers")) == (["cancelled"], 0)


def test_the_key_is_in_no_log_no_repr_and_no_row(asking: Asking, caplog: pytest.LogCaptureFixture) -> None:
    model = asking.model()
    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        for does in (says(GOOD), refuses(401, f"Incorrect API key provided: {KEY}"), refuses(500), says("no")):
            asking.server.usual = does
            try:
                asking.ask(model, len(said))
            except ModelFault as fault:
                said.append(repr(fault) + fault.sentence)
            said.append("")
    with asking.database.session() as session:
        for table in ("model_calls", "model_answers"):
            said.extend(str(row) for row in session.execute(text(f"SELECT * FROM {table}")))
    said += [repr(model), repr(settings()), str(settings()), repr(vars(model)), caplog.text]
    assert all(each.key == f"Bearer {KEY}" for each in asking.server.asked)
    assert [each for each in said if KEY in each] == []


def test_the_password_of_an_address_is_in_no_log(asking: Asking, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        asking.ask(asking.model(openai_base_url=asking.server.url.replace("//", "//ann:secret@")), 1)
    assert len(asking.server.asked) == 1
    assert "secret" not in caplog.text


def test_no_word_of_a_question_is_in_the_log(asking: Asking, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        asking.model().structured(QUESTION, Facts)
    assert "Ann Hall" not in caplog.text


def test_the_docs_name_every_setting_of_models_with_its_default() -> None:
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", MODELS.read_text(), flags=re.MULTILINE))
    fields = {name: field for name, field in Settings.model_fields.items() if name.startswith(("model", "openai"))}
    assert list(told) == [name.upper() for name in fields]
    for name, field in fields.items():
        if field.default_factory is None and field.default is not None:
            default = json.dumps(field.default) if isinstance(field.default, bool) else f"{field.default}"
            assert told[name.upper()] == f"`{default}`"


def test_the_docs_show_what_these_cases_do() -> None:
    assert table() in PAGE.read_text(), "write it anew: python -m tests.model_cases --write"

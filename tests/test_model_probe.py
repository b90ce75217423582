"""Testing the connection against servers of several kinds: what each is told to be able to do, and what to mend."""

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from db.engine import Database
from services.errors import InvalidValue
from services.model_ledger import spent_by
from services.model_probe import ConnectionTest, Report, findings
from services.model_probe_steps import Finding
from services.settings import settings
from tests.asking import KEY
from tests.fake_model import HTML, Behaviour, Exchange, FakeModel, drips, embeds, gives, refuses, running, says, streams

PAID = '{"client": "Ann Hall", "amount": 40}'
TOOL = [{"id": "1", "type": "function", "function": {"name": "note_payment", "arguments": PAID}}]


def server_that(
    *,
    ways: tuple[str, ...] = ("schema", "json", "words"),
    keeps: bool = True,
    calls: bool = True,
    pieces: bool = True,
    holds: int | None = None,
) -> Behaviour:
    """A server that knows these ways of asking for a form.

    It ``keeps`` to a schema that stands in no words, ``calls`` tools, answers in ``pieces``, and tells how many tokens
    it ``holds`` where it is asked for more.
    """

    def behave(exchange: Exchange) -> None:
        body = exchange.body
        words = body["messages"][0]["content"]
        if body["max_tokens"] > 1_000_000:
            says("yes")(exchange) if holds is None else refuses(400, f"maximum context length is {holds} tokens")(
                exchange
            )
        elif body.get("stream"):
            (streams("Ann", " paid.") if pieces else says("Ann paid."))(exchange)
        elif "tools" in body:
            (says(None, "tool_calls", tool_calls=TOOL) if calls else says("Noted."))(exchange)
        elif exchange.way not in ways:
            refuses(400, f"response_format {exchange.way} is not supported")(exchange)
        else:
            says(PAID if "JSON schema" in words or keeps else "Ann paid 40.")(exchange)

    return behave


@pytest.fixture
def fake(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModel]:
    """A server that can do everything, and is configured."""
    with running(server_that()) as made:
        made.pages["/v1/models"] = (200, {"data": [{"id": "small", "max_model_len": 32768}]})
        for name, value in {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": made.url, "MODEL": "small"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("MODEL_TIMEOUT", "5")
        settings.cache_clear()
        yield made


def found(database: Database) -> dict[str, Finding]:
    return {each.about: each for each in findings(database, settings())}


def told(told_of: dict[str, Finding]) -> dict[str, str]:
    return {about: each.state for about, each in told_of.items()}


def test_a_server_that_can_do_everything_is_told_to(fake: FakeModel, database: Database) -> None:
    report = found(database)

    assert told(report) == dict.fromkeys(
        ("Server", "Model", "Key", "Answer", "JSON schema", "JSON", "Tools", "Streaming", "Context"), "good"
    )
    assert report["Server"].words == f"{fake.url} answers."
    assert report["Answer"].words == "small gave the form that was asked for by a JSON schema."
    assert report["Streaming"].words == "Answers come in pieces, and tell their tokens at the end."
    assert report["Context"].words == "The server holds 32,768 tokens, enough for MODEL_CONTEXT=32768."
    assert all(each.seconds is not None for each in report.values() if each.about not in ("Model", "Key", "Context"))
    assert {each.key for each in fake.asked} == {f"Bearer {KEY}"}


def test_a_server_that_knows_words_alone_is_told_to(fake: FakeModel, database: Database) -> None:
    fake.usual = server_that(ways=("words",), calls=False, pieces=False)
    fake.pages.clear()
    report = found(database)

    assert told(report) == {
        "Server": "good",
        "Model": "note",
        "Key": "good",
        "Answer": "good",
        "JSON schema": "note",
        "JSON": "note",
        "Tools": "note",
        "Streaming": "note",
        "Context": "note",
    }
    assert report["Answer"].words == "small gave the form that was asked for by words alone."
    assert report["Streaming"].words.startswith("Answers come in one piece")
    assert "does not tell how many tokens" in report["Context"].words


def test_a_server_that_takes_a_schema_and_does_not_keep_to_it_is_found_out(fake: FakeModel, database: Database) -> None:
    fake.usual = server_that(keeps=False)
    report = found(database)
    assert (report["Answer"].state, report["JSON schema"].state) == ("good", "note")
    assert "does not hold the model to it" in report["JSON schema"].words


def test_where_nobody_answers_no_more_is_asked(fake: FakeModel, database: Database) -> None:
    fake.die()
    report = found(database)
    assert told(report) == {"Server": "bad"}
    assert report["Server"].words == f"Nobody answers at {fake.url}."
    assert report["Server"].todo == "Start the server, and check OPENAI_BASE_URL."


@pytest.mark.parametrize("where", ["list", "question"])
def test_a_key_that_is_not_accepted_is_told_wherever_the_server_asks_for_it(
    where: str, fake: FakeModel, database: Database
) -> None:
    if where == "list":
        fake.pages["/v1/models"] = (401, {"error": {"message": f"Incorrect API key provided: {KEY}"}})
    fake.usual = refuses(401, f"Incorrect API key provided: {KEY}")
    report = found(database)
    assert report["Key"].state == "bad"
    assert report["Key"].words == "The server does not accept the key."
    assert list(report)[-1] == "Key"


def test_a_key_that_is_missing_is_told_apart(
    fake: FakeModel, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    settings.cache_clear()
    assert found(database)["Key"].words == "No key is set, and the server asks for none."
    fake.usual = refuses(401)
    assert found(database)["Key"].todo == "Set OPENAI_API_KEY."


def test_a_model_that_is_not_there_is_told_with_those_that_are(fake: FakeModel, database: Database) -> None:
    fake.pages["/v1/models"] = (200, {"data": [{"id": f"model-{number}"} for number in range(12)]})
    fake.usual = refuses(404, "no such model")
    report = found(database)
    assert "It lists model-0, model-1," in report["Model"].words
    assert "model-9" not in report["Model"].words
    assert report["Answer"].words == "The server has no model named 'small', or is no model's server."
    assert report["Answer"].todo == "Check OPENAI_BASE_URL and MODEL."


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ((200, HTML), "answers with something else than a list of models, such as a web page."),
        ((503, {"error": {"message": "Loading model"}}), "answers that it has a fault of its own (503)."),
    ],
)
def test_an_address_that_is_no_models_server_is_told(
    page: tuple[int, Any], words: str, fake: FakeModel, database: Database
) -> None:
    fake.pages["/v1/models"] = page
    report = found(database)
    assert told(report) == {"Server": "bad"}
    assert report["Server"].words == f"{fake.url} {words}"


@pytest.mark.parametrize(
    ("pages", "holds"),
    [
        ({"/v1/models": (200, {"data": [{"id": "small", "max_model_len": 4096}]})}, None),
        ({"/props": (200, {"default_generation_settings": {"n_ctx": 4096}, "total_slots": 1})}, None),
        ({"/api/v0/models": (200, {"data": [{"id": "small", "loaded_context_length": 4096}]})}, None),
        ({"/api/ps": (200, {"models": [{"name": "small", "context_length": 4096}]})}, None),
        ({}, 4096),
    ],
    ids=["vLLM", "llama.cpp", "LM Studio", "Ollama", "by its refusal"],
)
def test_a_context_that_is_shorter_than_the_setting_is_told_in_the_server_s_own_way(
    pages: dict[str, tuple[int, Any]], holds: int | None, fake: FakeModel, database: Database
) -> None:
    fake.pages = pages
    fake.usual = server_that(holds=holds)
    context = found(database)["Context"]
    assert context.state == "bad"
    assert context.words.startswith("The server holds 4,096 tokens, MODEL_CONTEXT says 32,768")
    assert context.todo.startswith("Set MODEL_CONTEXT=4096,")


def test_a_fault_in_a_later_question_is_a_note_and_the_rest_goes_on(fake: FakeModel, database: Database) -> None:
    good = server_that()

    def busy_with_tools(exchange: Exchange) -> None:
        refuses(429)(exchange) if "tools" in exchange.body else good(exchange)

    fake.usual = busy_with_tools
    report = found(database)
    assert report["Tools"].words == "The model's server has too many questions at the moment."
    assert (report["Tools"].state, report["Streaming"].state) == ("note", "good")


def test_a_server_that_drips_is_given_up_in_time(
    fake: FakeModel, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_TIMEOUT", "0.5")
    settings.cache_clear()
    fake.usual = drips
    assert found(database)["Answer"].words == "The model did not answer within 0.5 seconds."


def test_every_model_of_the_settings_is_asked_and_the_embeddings_model_too(
    fake: FakeModel, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_WRITE", "large")
    monkeypatch.setenv("MODEL_EMBED", "vectors")
    settings.cache_clear()
    good = server_that()

    def behave(exchange: Exchange) -> None:
        if "input" in exchange.body:
            embeds(5)(exchange)
        elif exchange.body["model"] == "large":
            refuses(404)(exchange)
        else:
            good(exchange)

    fake.usual = behave
    report = list(findings(database, settings()))
    assert [each.words for each in report if each.state == "bad"] == [
        "The server has no model named 'large', or is no model's server."
    ]
    assert report[-1].words == "vectors gives vectors of 5 numbers."
    fake.usual = gives(200, HTML, "text/html")
    assert found(database)["Answer"].todo == "Check OPENAI_BASE_URL and MODEL."


def test_what_a_test_takes_stands_in_the_ledger_of_costs(fake: FakeModel, database: Database) -> None:
    found(database)
    ((key, spent),) = spent_by(database, "agent", "model", "task").items()
    assert key == ("Connection test", "small", "test")
    assert spent.questions == 1
    assert spent.tokens_in >= 400


def test_neither_the_key_nor_a_password_stands_in_what_is_told_or_logged(
    fake: FakeModel, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", fake.url.replace("127", "ann:secret-word@127"))
    settings.cache_clear()
    fake.usual = refuses(400, f"{KEY} is not supported")
    with caplog.at_level(logging.DEBUG):
        report = str(found(database))
    for secret in (KEY, "secret-word"):
        assert secret not in report + caplog.text


def ended(test: ConnectionTest) -> Report:
    deadline = time.monotonic() + 30
    while (report := test.report) is None or report.running:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return report


def test_a_test_runs_behind_the_page_and_everybody_sees_how_it_stands(fake: FakeModel, database: Database) -> None:
    test = ConnectionTest(database)
    assert test.report is None
    test.begin(settings(), "ann")
    test.begin(settings(), "bo")  # one at a time
    report = ended(test)
    assert (report.actor, report.verdict) == ("ann", "The connection works.")
    fake.usual = server_that(holds=4096)
    fake.pages["/v1/models"] = (200, {"data": [{"id": "small"}]})
    test.begin(settings(), "bo")
    report = ended(test)
    assert (report.actor, report.verdict) == ("bo", "The connection works, and one thing should be mended.")
    fake.die()
    test.begin(settings(), "bo")
    assert ended(test).verdict == "The connection does not work yet."


def test_without_a_configured_model_there_is_nothing_to_test(database: Database) -> None:
    with pytest.raises(InvalidValue, match="No language model is configured"):
        ConnectionTest(database).begin(settings(), "ann")


def test_what_nobody_foresaw_ends_the_test_in_words(
    fake: FakeModel, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise RuntimeError(KEY)

    monkeypatch.setattr("services.model_probe.known", fails)
    test = ConnectionTest(database)
    test.begin(settings(), "ann")
    report = ended(test)
    assert report.problem
    assert KEY not in report.verdict

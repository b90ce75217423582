"""A model's answer as the JSON that was asked for, and a server's words as faults."""

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from services import model_faults, model_manners, model_replies
from services.errors import BadSetting
from services.model_faults import BadAnswer, ModelAway, ModelFault, ModelRefuses, TooLong, Unsupported
from services.model_manners import Manner
from services.model_replies import NotTheForm, raw_of, read, schema_of
from services.settings import settings
from tests.model_cases import GOOD, Facts

ANN = Facts(client="Ann Hall", amount=4500)


@pytest.mark.parametrize(
    "answer",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"```JSON {GOOD}```",
        f"```json\n{GOOD}",
        f"Sure! Here it is: {GOOD} Anything else?",
        f"<think>{{maybe}} {{</think>{GOOD}",
        f"<thinking>\nlong\n</thinking>\n```json\n{GOOD}\n```",
        f"a thought whose beginning the server cut {{ </think> {GOOD}",
        f"\ufeff{GOOD}",
    ],
)
def test_json_is_found_in_what_stands_around_it(answer: str) -> None:
    assert read(answer, Facts) == ANN


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("", "There is no JSON object in the answer."),
        ("The client is Ann.", "The JSON can't be read"),
        ('{"client": "Ann", "amount": 4', "The JSON can't be read"),
        ('{"client": "Ann"}', "amount: Field required"),
        ('{"client": null, "amount": "secret words"}', "client: Input should be a valid string"),
        ('[{"client": "Ann", "amount": 1}, {"client": "Ben", "amount": 2}]', "valid dictionary"),
        ('{"client": "Ann", "amount": NaN}', "A number in the JSON is none"),
        ('{"client": "Ann", "amount": %s}' % ("9" * 5_000), "too many digits"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_in_the_form_is_told_without_its_values(answer: str, problem: str) -> None:
    with pytest.raises(NotTheForm) as met:
        read(answer, Facts)
    assert problem in str(met.value)
    assert "secret" not in str(met.value)


def test_no_more_complaints_are_told_than_a_model_can_heed() -> None:
    class Many(BaseModel):
        values: list[int]

    with pytest.raises(NotTheForm) as met:
        read(json.dumps({"values": ["x"] * 50}), Many)
    assert len(str(met.value).splitlines()) == model_replies.MOST_COMPLAINTS


@pytest.mark.parametrize("piece", ["```json ", "<think>", "{", "```" + " " * 50, "</think>"])
def test_an_answer_that_repeats_itself_is_read_in_no_time(piece: str) -> None:
    began = time.process_time()
    with pytest.raises(NotTheForm):
        read(piece * (60_000 // len(piece)), Facts)
    assert time.process_time() - began < 1


def test_a_schema_names_every_property_and_allows_no_other() -> None:
    class Quote(BaseModel):
        turn: int
        words: str = ""

    class Found(BaseModel):
        title: str = Field(description="As it was said")
        default: Literal["yes", "no"] = "no"
        quotes: list[Quote] = []

    schema = schema_of(Found)
    assert schema["required"] == ["title", "default", "quotes"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["title"] == {"description": "As it was said", "type": "string"}
    assert "default" not in schema["properties"]["default"]
    assert schema["$defs"]["Quote"]["required"] == ["turn", "words"]
    assert schema["$defs"]["Quote"]["additionalProperties"] is False


def body(**choice: object) -> str:
    return json.dumps({"choices": [{"finish_reason": "stop", "message": {"content": GOOD}} | choice]})


def test_an_answer_in_parts_is_put_together() -> None:
    parts = [{"type": "text", "text": GOOD[:10]}, {"type": "text", "text": GOOD[10:]}]
    assert raw_of(body(message={"content": parts}), "small").text == GOOD


def test_tokens_that_are_no_numbers_are_not_counted() -> None:
    told = json.dumps(json.loads(body()) | {"usage": {"prompt_tokens": "many", "completion_tokens": -3}})
    raw = raw_of(told, "small")
    assert (raw.tokens_in, raw.tokens_out) == (None, None)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ("", ModelAway),
        ("[]", ModelRefuses),
        ("null", ModelRefuses),
        ("{}", ModelAway),
        ('{"choices": []}', ModelAway),
        ('{"choices": [{"message": null}]}', ModelRefuses),
        ('{"choices": [{"message": {"content": 5}}]}', ModelRefuses),
        ('{"error": {"code": "401"}}', ModelRefuses),
        ('{"error": "overloaded"}', ModelAway),
        ("  <html>", ModelRefuses),
    ],
)
def test_a_body_that_is_no_answer_is_a_fault(told: str, fault: type[ModelFault]) -> None:
    with pytest.raises(ModelFault) as met:
        raw_of(told, "small")
    assert type(met.value) is fault


@pytest.mark.parametrize(
    ("words", "option"),
    [
        ("Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.", "tokens"),
        ("Unsupported value: 'temperature' does not support 0 with this model.", "other"),
        ("'response_format.type' must be 'json_schema' or 'text'", "form"),
        ("Invalid schema for response_format 'Facts': 'anyOf' is not permitted.", "form"),
        ("failed to parse grammar", "form"),
        ("stream_options: extra fields not permitted", "usage"),
    ],
)
def test_an_option_that_a_server_does_not_know_is_recognised(words: str, option: str) -> None:
    fault = model_faults.of_status(400, {}, {"error": {"message": words}}, "small")
    assert isinstance(fault, Unsupported)
    assert fault.option == option


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("'max_tokens' is too large: 5000. This model's maximum context length is 4096 tokens", TooLong),
        ("max_tokens is too large: 99. This model supports at most 16 completion tokens", TooLong),
        ("input length and `max_tokens` exceed context limit", TooLong),
        ("The response was filtered due to Azure OpenAI's content management policy", BadAnswer),
        ("what?", ModelRefuses),
    ],
)
def test_other_complaints_are_told_apart(words: str, fault: type[ModelFault]) -> None:
    assert type(model_faults.of_status(400, {}, {"error": {"message": words}}, "small")) is fault


def test_words_of_the_question_that_a_server_repeats_decide_nothing() -> None:
    detail = [{"type": "missing", "loc": ["body"], "input": "so " * 500 + "the maximum context, json_schema, n_ctx"}]
    assert type(model_faults.of_status(422, {}, {"detail": detail}, "small")) is ModelRefuses


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("nan", 0.0), ("soon", None), ("", None)],
)
def test_a_wait_is_read_in_seconds(told: str, seconds: float | None) -> None:
    assert model_faults.wait_of({"retry-after": told}) == seconds


def test_a_wait_is_read_as_a_date() -> None:
    until = datetime.now(UTC) + timedelta(seconds=30)
    assert 27 < (model_faults.wait_of({"retry-after": format_datetime(until, usegmt=True)}) or 0) <= 30


def test_waits_grow_and_are_not_the_same_for_all() -> None:
    fault = ModelAway("away")
    waits = [[model_faults.pause_before(attempt, fault) or 0 for _ in range(50)] for attempt in (1, 2)]
    assert all(0.25 <= each <= 0.75 for each in waits[0])
    assert all(0.5 <= each <= 1.5 for each in waits[1])
    assert len(set(waits[0])) > 1


def test_openais_own_server_is_asked_in_its_own_manner_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert model_manners.first_manner(settings()) == Manner(tokens_name="max_completion_tokens", temperature=False)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    settings.cache_clear()
    assert model_manners.first_manner(settings()) == Manner(tokens_name="max_tokens", temperature=True)


def test_every_way_is_tried_before_the_server_is_given_up() -> None:
    json_only = model_manners.next_manner(Manner(), Unsupported("form"))
    words = model_manners.next_manner(json_only, Unsupported("form"))
    assert (json_only.way, words.way) == ("json", "words")
    with pytest.raises(ModelRefuses):
        model_manners.next_manner(words, Unsupported("form"))


@pytest.mark.parametrize("key", ["sk-ünsafe", "sk a", "sk-a\nsk-b", "sk-\x07"])
def test_a_key_that_no_server_could_be_sent_is_refused_without_being_told(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    settings.cache_clear()
    with pytest.raises(BadSetting) as met:
        settings()
    assert str(met.value) == "The setting OPENAI_API_KEY: it holds characters that no key has."


@pytest.mark.parametrize("key", ["sk-a", " sk-a", "sk-a\n"])
def test_blanks_around_a_key_are_left_out(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    settings.cache_clear()
    told = settings().openai_api_key
    assert told is not None
    assert told.get_secret_value() == "sk-a"
    assert "sk-a" not in repr(settings())


@pytest.mark.parametrize("address", ["localhost:1234", "ftp://host/v1", "http://", "http://[::1"])
def test_an_address_that_is_none_is_refused_without_being_told(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    settings.cache_clear()
    with pytest.raises(BadSetting) as met:
        settings()
    assert str(met.value).startswith("The setting OPENAI_BASE_URL: ")
    assert address not in str(met.value).replace("http:// or", "")


def test_the_password_of_an_address_is_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://ann:secret@models.example/v1")
    settings.cache_clear()
    assert "secret" not in repr(settings()) + str(settings())

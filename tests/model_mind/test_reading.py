"""The Knowledge Analyst with a language model: both read, the call decides, no fault and no trick of a model counts."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Database
from services.agents.knowledge_analyst import KnowledgeAnalystAgent
from services.language_model import LanguageModel
from services.model_mind.asking import ModelMind
from services.playbooks.loader import load
from services.settings import settings
from tests.asking import Asking, asking_of
from tests.fake_model import Exchange, refuses, says, stays_silent
from tests.model_cases import CASES, Case
from tests.model_mind.cases import CLAIMS, HOME, TEXT, answer, parsed
from tests.model_mind.reads import messages, reads, reads_alone

ALDER = {"business_interests": {"value": ["Alder Legacy"], "quotes": [{"turn": 0, "quote": "Dana with Alder Legacy"}]}}
FAULTS = [case for case in CASES if case.kind == "form" and case.reads]


@pytest.fixture
def asking(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    with asking_of(database, monkeypatch) as made:
        made.server.usual = says(json.dumps(answer(**CLAIMS)))
        yield made


def long_call() -> dict[str, Any]:
    lines = TEXT.splitlines()
    talk = [
        f"{('Dana Whitfield', 'Robert Nolan')[n % 2]}: So we talked about the weather, number {n}." for n in range(90)
    ]
    return parsed("\n".join([*lines[:4], *talk, *lines[4:]]))


def test_without_a_model_the_analyst_reads_and_the_note_says_so() -> None:
    given = asyncio.run(KnowledgeAnalystAgent(load()).run(parsed()))
    assert given["extraction_mind"] == {"source": "builtin"}
    assert {fact["source"] for fact in given["extracted_entities"]["facts"].values()} == {"builtin"}


def test_with_a_model_both_read_and_the_note_names_model_and_question(asking: Asking) -> None:
    asking.server.usual = says(json.dumps(answer(**CLAIMS, **ALDER)))
    given = reads(asking, parsed())
    facts = given["extracted_entities"]["facts"]
    assert (facts["business_interests"]["value"], facts["business_interests"]["source"]) == (["Alder Legacy"], "model")
    assert (facts["deal_amount"]["value"], facts["deal_amount"]["source"]) == (4500, "builtin")
    note = given["extraction_mind"]
    assert (note["source"], note["model"], "instead" in note) == ("model", "small", False)
    assert re.fullmatch(r"[0-9a-f]{16}", note["prompt_hash"])


def test_what_the_two_minds_say_differently_is_kept_beside(asking: Asking) -> None:
    other = {"value": 9000, "quotes": [{"turn": 4, "quote": "four thousand five hundred dollars"}]}
    asking.server.usual = says(json.dumps(answer(deal_amount=other)))
    found = reads(asking, parsed())["extracted_entities"]
    assert found["facts"]["deal_amount"]["value"] == 4500
    beside = found["beside"]["deal_amount"]
    assert (beside["value"], beside["state"], beside["source"]) == (9000, "paraphrased", "model")


def test_a_second_run_costs_nothing_and_gives_the_same(asking: Asking) -> None:
    first, second = reads(asking, parsed()), reads(asking, parsed())
    assert len(asking.server.asked) == 1
    assert first == second


def test_the_question_names_agent_run_and_call(asking: Asking, database: Database) -> None:
    state = {**parsed(), "run_id": "run-7"}
    reads(asking, state)
    with database.session() as session:
        row = session.execute(text("SELECT agent, task, run_id, external_id FROM model_calls")).one()
    assert tuple(row) == ("Knowledge Analyst", "extract", "run-7", state["call"].external_id)


def test_another_firm_s_playbook_asks_another_form(asking: Asking) -> None:
    quote = {"turn": 1, "quote": "It was built in 1985"}
    asking.server.usual = says(json.dumps({"year_built": {"value": 1985, "quotes": [quote]}}))
    playbook = load(HOME)
    state = parsed("Ann Lee: Tell me about it.\nBo Ray: It was built in 1985 by my father.\n", playbook)
    mind = ModelMind(asking.model(model_timeout=60), settings())
    given = asyncio.run(KnowledgeAnalystAgent(playbook, mind).run(state))
    assert given["extracted_entities"]["facts"]["year_built"]["value"] == 1985
    assert "estate" not in json.dumps(asking.server.asked[0].body).lower()


# Long calls


def test_a_call_that_is_longer_than_the_context_is_asked_about_in_parts(asking: Asking) -> None:
    late = {"value": 4500, "quotes": [{"turn": 94, "quote": "four thousand five hundred dollars"}]}

    def behave(exchange: Exchange) -> None:
        words = exchange.body["messages"][1]["content"]
        said = {
            name: claim for name, claim in CLAIMS.items() if name != "deal_amount" and "my wife ellen" in words.lower()
        }
        says(json.dumps(answer(**said, **({"deal_amount": late} if "four thousand" in words else {}))))(exchange)

    asking.server.usual = behave
    given = reads(asking, long_call(), model_context=4_600, model_max_tokens=1_024)
    asked = [user for _, user in messages(asking)]
    assert len(asked) > 2
    assert all(f"of {len(asked)} of the call" in user for user in asked)
    shown = [set(re.findall(r"^\[(\d+)\]", user, re.MULTILINE)) for user in asked]
    assert set.union(*shown) == {str(number) for number in range(98)}
    assert given["extraction_mind"]["source"] == "model"
    assert given["extracted_entities"] == reads_alone(long_call())


def test_a_part_that_fails_is_told_and_the_others_count(asking: Asking) -> None:
    good = says(json.dumps(answer(**ALDER)))

    def behave(exchange: Exchange) -> None:
        failing = "number 30." in exchange.body["messages"][1]["content"]
        (refuses(400, "no", "content_filter") if failing else good)(exchange)

    asking.server.usual = behave
    given = reads(asking, long_call(), model_context=4_600, model_max_tokens=1_024)
    note = given["extraction_mind"]
    assert note["source"] == "model"
    assert re.match(
        r"The model did not read \d of the \d parts of this call\. The model's server would not", note["instead"]
    )
    assert given["extracted_entities"]["facts"]["business_interests"]["source"] == "model"


def test_a_key_that_is_refused_is_not_tried_part_by_part(asking: Asking) -> None:
    asking.server.usual = refuses(401)
    call = parsed("\n".join(f"Ann Lee: So, number {n}, and this is what I have to say of it." for n in range(900)))
    given = reads(asking, call, model_context=4_600, model_max_tokens=1_024, model_concurrency=1)
    assert given["extraction_mind"]["instead"] == "The model's server does not know the key. Check OPENAI_API_KEY."
    assert len(asking.server.asked) < 10


def test_what_the_server_finds_too_long_is_asked_about_in_smaller_parts(asking: Asking) -> None:
    good = says(json.dumps(answer(**ALDER)))

    def behave(exchange: Exchange) -> None:
        long = len(exchange.body["messages"][1]["content"]) > 4_500
        (refuses(400, "the request exceeds the available context size, n_ctx") if long else good)(exchange)

    asking.server.usual = behave
    given = reads(asking, long_call())
    assert given["extraction_mind"]["source"] == "model"
    assert "instead" not in given["extraction_mind"]
    assert [len(user) > 4_500 for _, user in messages(asking)] == [True, False, False, False]


def test_what_was_hidden_from_the_model_is_found_in_the_call_again(asking: Asking) -> None:
    def behave(exchange: Exchange) -> None:
        words = exchange.body["messages"][1]["content"]
        (line,) = re.findall(r"^\[1\] .*: (My wife .*)$", words, re.MULTILINE)
        wife = re.search(r"\[[A-Z]+ \d+\w?\]", line)
        assert wife is not None
        assert "Ellen" not in words
        says(json.dumps(answer(spouse_name={"value": wife[0], "quotes": [{"turn": 1, "quote": line}]})))(exchange)

    asking.server.usual = behave
    given = reads(asking, parsed(), model_redact="true")
    assert given["extraction_mind"]["source"] == "model"
    assert given["extracted_entities"] == reads_alone(parsed())  # the same wife, found by both


def test_a_context_without_room_for_a_call_is_told_and_nobody_is_asked(asking: Asking) -> None:
    given = reads(asking, parsed(), model_context=2_048, model_max_tokens=1_024)
    assert asking.server.asked == []
    assert "MODEL_CONTEXT is 2,048" in given["extraction_mind"]["instead"]
    assert given["extracted_entities"] == reads_alone(parsed())


# Faults


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case.name)
def test_a_fault_leaves_the_analyst_s_values_and_a_sentence(case: Case, asking: Asking) -> None:
    asking.server.usual = case.does[0]
    given = reads(asking, parsed(), **({"model_timeout": 0.5} if case.stored == "TooSlow" else {}))
    assert given["extraction_mind"] == {"source": "builtin", "instead": case.reads}
    assert given["extracted_entities"] == reads_alone(parsed())
    assert (len(asking.server.asked), asking.outcomes) == (case.asked, [case.stored])


def test_an_error_that_is_no_fault_of_the_model_s_is_not_hidden(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise LookupError("nobody foresaw this")

    monkeypatch.setattr(LanguageModel, "structured", broken)
    with pytest.raises(LookupError):
        reads(asking, parsed())


def test_a_run_that_is_cancelled_ends(asking: Asking) -> None:
    asking.server.usual = stays_silent
    mind = ModelMind(asking.model(model_timeout=30), settings())

    async def cancelled() -> float:
        running = asyncio.ensure_future(KnowledgeAnalystAgent(load(), mind).run(parsed_state))
        while not asking.server.asked:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        took = time.monotonic() - began
        await asyncio.to_thread(asking.server.die)  # ends the question that nobody waits for
        return took

    parsed_state = parsed()
    assert asyncio.run(cancelled()) < 5

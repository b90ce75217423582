"""The copilot's page: questions and answers with links to the turns, conversations, an export, an empty state."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db import transcripts
from db.engine import Database
from tests.copilot.conftest import CALLS
from tests.pages.conftest import open_at

Visit = Callable[[], AppTest]


@pytest.fixture
def three_calls(database: Database) -> Database:
    with database.session() as session:
        transcripts.upsert_many(session, CALLS)
    return database


def opened(dashboard: Visit, **address: Any) -> AppTest:
    return open_at(dashboard, "copilot", **address)


def words(page: AppTest) -> str:
    kinds = (page.title, page.header, page.markdown, page.caption, page.error, page.info)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "").replace(":gray[]", "")


def put(page: AppTest, question: str) -> AppTest:
    page.chat_input(key="copilot_question").set_value(question)
    page.run()
    assert not page.exception
    return page


def test_an_empty_record_says_what_to_do(dashboard: Visit) -> None:
    assert "Nothing to ask yet" in words(opened(dashboard))


def test_three_examples_are_offered_and_run(dashboard: Visit, three_calls: Database) -> None:
    page = opened(dashboard)
    labels = [each.label for each in page.button if str(each.key).startswith("copilot_example")]
    assert len(labels) == 3
    for number in range(3):
        page = opened(dashboard)
        page.button(key=f"copilot_example_{number}").click()
        page.run()
        assert not page.exception
        assert "Checked:" in words(page)


def test_an_answer_has_links_to_the_turns_it_is_from(dashboard: Visit, three_calls: Database) -> None:
    page = put(opened(dashboard), "What is the estate value of Petra Lindholm?")
    assert "$900,000" in words(page)
    links = [each.proto for each in page.get("page_link")]
    assert any("turn 4" in link.label.replace("\\", "") for link in links)
    assert any("lighthouse" in link.help for link in links)


def test_who_comes_back_finds_the_conversation(dashboard: Visit, three_calls: Database) -> None:
    page = put(opened(dashboard), "What is the estate value of Petra Lindholm?")
    conversation = page.query_params["conversation"]
    later = opened(dashboard, conversation=conversation[0] if isinstance(conversation, list) else conversation)
    assert "$900,000" in words(later)
    put(later, "And who is her husband?")
    assert "Olof" in words(later)
    later.button(key="copilot_new").click()
    later.run()
    assert "Olof" not in words(later)


def test_somebody_elses_conversation_is_not_shown(dashboard: Visit, three_calls: Database) -> None:
    page = opened(dashboard, conversation="nobody")
    assert not page.exception
    assert "Ask about one client" in words(page)


def test_words_of_a_call_are_shown_and_not_read_as_markdown(dashboard: Visit, three_calls: Database) -> None:
    page = put(opened(dashboard), "What did **Petra Lindholm** say about <b>the lighthouse</b>?")
    asked = [str(each.value) for each in page.markdown]
    assert any("\\*\\*Petra" in each for each in asked)
    assert not any("<b>" in each.replace("\\<b\\>", "") for each in asked)

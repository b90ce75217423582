"""The list of calls and one call's page."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from pages.parts.dialogue import dialogue_data
from pages.parts.text import tab_labels
from services import records
from tests.example_rows import deal, petra, store
from tests.pages.conftest import open_at

Visit = Callable[[], AppTest]


def opened(dashboard: Visit, **address: Any) -> AppTest:
    return open_at(dashboard, "calls", **address)


def words(page: AppTest) -> str:
    kinds = (
        page.title,
        page.markdown,
        page.caption,
        page.warning,
        page.info,
        page.header,
        page.subheader,
        page.page_link,
    )
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def drawn_dialogue(page: AppTest) -> dict[str, Any]:
    """What the browser was given to draw."""
    found = [element.proto for element in page.get("bidi_component")]
    (proto,) = [proto for proto in found if proto.component_name == "aftercall_dialogue"]
    data: dict[str, Any] = json.loads(proto.json)
    return data


def spouse(page: AppTest) -> Any:
    """The button beside the quote that stands for the spouse."""
    (button,) = [
        button
        for button in page.button
        if button.key and button.key.startswith("quote__") and "spouse_name" in button.key
    ]
    assert button.label == ":small[Turn 6]"
    return button


def test_an_empty_record_says_what_to_do(dashboard: Visit) -> None:
    assert "No calls yet" in words(opened(dashboard))


def test_the_list_shows_each_call_with_a_link_to_it(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("old"))
    page = opened(dashboard)
    assert "2 calls" in words(page)
    assert "**Petra Holm**" in words(page)
    assert "Mar 4, 2026 · First meeting · 2 min · 8 turns · Follow-up Scheduled" in words(page)
    assert "**old.txt**" in words(page)


def test_search_and_stage_narrow_the_list(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("b", client_name="Bo Lind", deal_stage="Won"))
    page = opened(dashboard, calls_stage="Won")
    assert "Bo Lind" in words(page)
    assert "Petra" not in words(page)
    page.text_input(key="calls_q").set_value("petra").run()
    assert "No call matches these filters." in words(page)
    page.button(key="calls_clear").click().run()
    assert "2 calls" in words(page)


def test_a_page_beyond_the_last_falls_back_to_the_first(database: Database, dashboard: Visit) -> None:
    store(database, *(deal(f"c{n:02}", client_name=f"Client {n:02}") for n in range(25)))
    assert len(opened(dashboard).page_link) == 20
    assert len(opened(dashboard, calls_page="2").page_link) == 5
    assert len(opened(dashboard, calls_page="9").page_link) == 20


def test_a_deep_link_opens_the_call_with_dialogue_and_outputs(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard, call="call-petra")
    said = words(page)
    assert page.title[0].value == "Petra Holm"
    assert "First meeting · March 4, 2026 · 9:30 AM · 2 minutes" in said
    assert "Two cues overlap." in said
    assert "Deal amount: **$4,500**\n:green-badge[verified]" in said
    assert "State: **OH**\n:orange-badge[unsupported]" in said
    assert "Spouse: **Jens**\n:blue-badge[paraphrased]" in said
    assert "Chat: Nora Quist: The slides are in the chat." in said
    assert [tab.label for tab in page.tabs] == tab_labels(["Facts", "CRM", "E-mail", "Posts", "Coaching", "History"])
    assert "**Our meeting**" in said
    assert "A plan is a gift." in said
    assert "Prepare an answer to 'price'." in said
    data = drawn_dialogue(page)
    assert len(data["turns"]) == 8
    assert data["turns"][3]["text"].endswith("<b>Two</b> are *grown*.")
    assert data["turns"][3]["at"] == "0:19"
    assert [data["phases"][part["phase"]]["label"] for part in data["ribbon"]][:2] == [
        "Greeting",
        "Client's estate details",
    ]


def test_a_quote_leads_to_its_turn_and_into_the_address(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard, call="call-petra")
    assert drawn_dialogue(page)["focus"] is None
    assert "“talk to Jens”" in words(page)
    spouse(page).click().run()
    assert (drawn_dialogue(page)["focus"], drawn_dialogue(page)["focusWords"]) == (5, "talk to Jens")
    assert page.query_params["turn"] == "6"


def test_a_turn_of_the_address_is_shown(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    assert drawn_dialogue(opened(dashboard, call="call-petra", turn="4"))["focus"] == 3
    assert drawn_dialogue(opened(dashboard, call="call-petra", turn="x"))["focus"] is None


def test_the_turn_of_one_call_is_not_shown_in_another(database: Database, dashboard: Visit) -> None:
    store(database, petra(), petra("second", client_name="Second Call"))
    page = opened(dashboard, call="call-petra")
    spouse(page).click().run()
    page.query_params.clear()
    page.query_params["call"] = "second"
    page.run()
    assert page.title[0].value == "Second Call"
    assert drawn_dialogue(page)["focus"] is None


def test_only_findings_with_proof_are_marked_in_the_dialogue(database: Database) -> None:
    store(database, petra())
    data = dialogue_data(records.get_call(database, "call-petra"), None, None)
    assert {proof["of"] for proof in data["proof"]} == {
        "Children", "Estate value", "Deal amount", "Spouse", "Outcome", "Product", "Objection", "Next step"
    }  # fmt: skip


def test_words_of_a_call_are_never_read_as_markdown(database: Database, dashboard: Visit) -> None:
    nasty = "<img src=x> [go](http://x.example) $a$ :red[b] **c**"
    store(database, {**petra(client_name=nasty, summary=nasty), "email_draft": f"Subject: {nasty}\n\n{nasty}"})
    for page in (opened(dashboard), opened(dashboard, call="call-petra")):
        for element in (*page.title, *page.markdown, *page.caption):
            assert not re.search(r"(?<!\\)(<img|\[go|\$a|:red|\*\*c)", element.value), element.value


def test_a_stage_and_an_outcome_of_one_name_are_told_once(database: Database, dashboard: Visit) -> None:
    store(database, petra(outcome="Lost", deal_stage="Lost"))
    for page in (opened(dashboard), opened(dashboard, call="call-petra")):
        assert sum(element.value.count("Lost") for element in (*page.caption, *page.markdown[:2])) == 1


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://calls.example/7?a=(b)", r"[Recording \(calls\.example\)](https://calls.example/7?a=%28b%29)"),
        ("javascript:alert(1)", r"javascript\:alert\(1\)"),
        ("https://bank.example@evil.example/", r"https:gray[]\:\/\/bank\.example:gray[]\@evil\.example\/"),
    ],
    ids=["web", "script", "disguised"],
)
def test_a_recording_is_a_link_only_to_the_web(database: Database, dashboard: Visit, address: str, shown: str) -> None:
    store(database, petra(meeting_url=address))
    page = opened(dashboard, call="call-petra")
    assert [element.value for element in page.markdown if shown in element.value]
    assert ("](" in shown) == any("](" in element.value for element in page.markdown)


def test_a_call_that_is_not_there_is_told_of(database: Database, dashboard: Visit) -> None:
    page = opened(dashboard, call="nowhere")
    assert "There is no such call in the record." in words(page)
    page.button(key="calls_back").click().run()
    assert not page.exception
    assert page.title[0].value == "Calls"


def test_rows_of_an_older_system_are_shown(database: Database, dashboard: Visit) -> None:
    store(
        database,
        {
            "external_id": "TEST12345",
            "full_text": "A: hello\n\nB: hi",
            "crm_data": {"deal_stage": "Qualified", "value": 50000},
            "extracted_data": {"customer": {"name": "Ann"}, "facts": [1]},
            "social_content": {"twitter": "a post"},
            "coaching": "Talk less.",
        },
        {"external_id": "odd", "extracted_data": 7, "social_content": [1], "dialogue": [3, {"text": None}], "call": []},
    )
    page = opened(dashboard, call="TEST12345")
    assert "Customer: name: Ann" in words(page)
    assert "twitter: a post" in words(page)
    assert "Talk less." in words(page)
    assert [turn["text"] for turn in drawn_dialogue(page)["turns"]] == ["A: hello", "B: hi"]
    assert len(drawn_dialogue(opened(dashboard, call="odd"))["turns"]) == 2

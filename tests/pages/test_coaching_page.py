"""The coaching page, and the coaching of one call with its scorecard."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from db.engine import Database
from pages.parts.text import tab_labels
from services.coaching import reviewing
from tests.coaching.rows import ADVISER, coached
from tests.example_rows import deal, petra, store
from tests.pages.conftest import open_at

Visit = Callable[[], AppTest]
CALL = "call-petra"


def told(page: AppTest) -> str:
    kinds = (page.title, page.header, page.subheader, page.markdown, page.caption, page.success, page.warning)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def table(page: AppTest) -> list[list[str]]:
    """The cells of the table of measures."""
    [words] = [element.value for element in page.markdown if str(element.value).startswith("| Measure")]
    plain = words.replace(":gray[:small[", "").replace("]]", "").replace("\\", "")
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in plain.split("\n")]


def paced(call: str, pace: float | None, adviser: str = ADVISER, **changed: Any) -> dict[str, Any]:
    return coached(call, adviser, figures={"pace": pace}, **changed)


def test_an_empty_record_says_what_will_be_here(dashboard: Visit) -> None:
    assert "Nothing to coach yet" in told(open_at(dashboard, "coaching"))


def test_the_team_stands_beside_its_won_calls_with_the_number_of_each(database: Database, dashboard: Visit) -> None:
    won = paced("won", 100, outcome="Won")
    won["extracted_data"]["outcome"]["value"] = "Won"
    store(database, won, paced("b", 140), paced("c", None, "Omar Reyes"))
    rows = table(open_at(dashboard, "coaching"))
    assert rows[0] == ["Measure", "Team", "Calls that ended Won"]
    assert ["Pace words a minute", "120 n 2", "100 n 1"] in rows


def test_the_address_chooses_the_adviser_and_the_measure(database: Database, dashboard: Visit) -> None:
    store(database, paced("a", 100), paced("b", 140, "Omar Reyes"))
    page = open_at(dashboard, "coaching", coaching_adviser="Omar Reyes", coaching_figure="Pace")
    assert table(page)[0][:3] == ["Measure", "Omar Reyes", "Team"]
    assert ["Pace words a minute", "140 n 1", "120 n 2", "–"] in table(page)
    assert page.selectbox(key="coaching_figure").value == "Pace"


def test_a_measure_that_nobody_knows_is_a_dash_and_not_zero(database: Database, dashboard: Visit) -> None:
    store(database, paced("a", None))
    assert ["Pace words a minute", "–", "–"] in table(open_at(dashboard, "coaching"))


def test_the_calls_that_are_left_out_are_said(database: Database, dashboard: Visit) -> None:
    store(database, coached("a"), petra("older"), deal("bare"))
    said = told(open_at(dashboard, "coaching"))
    assert "2 calls coached by an older version, or not at all (run them again)" in said
    assert "1 call without a meeting date" in said
    assert "1 call of which no adviser is known" in said


def test_a_period_without_a_call_says_so_and_offers_a_way_back(database: Database, dashboard: Visit) -> None:
    store(database, coached("a"))
    page = open_at(dashboard, "coaching", coaching_from="2030-01-01")
    assert "No call matches these filters." in told(page)
    page.button(key="coaching_clear").click()
    assert "1 call" in told(page.run())


# One call


def coaching_of(dashboard: Visit, call: str = CALL) -> AppTest:
    page = open_at(dashboard, "calls", call=call)
    page.session_state["calls_tab"] = tab_labels(["Coaching"])[0]
    return page.run()


def save_key(page: AppTest) -> str:
    """The key of the button that saves the score of the first criterion."""
    return next(str(button.key) for button in page.button if str(button.key).startswith("score_save_"))


def test_every_measure_is_shown_and_what_is_unknown_is_a_dash(database: Database, dashboard: Visit) -> None:
    row = coached(CALL, figures={"pace": None})
    store(database, row)
    said = told(coaching_of(dashboard))
    assert "Talk ratio: **45%**" in said
    assert "Pace: **–**" in said
    assert "Interruptions by the adviser: **0** :gray[and 0 by the client]" in said
    assert "| Comparing price | 7.0 s |" in said


def test_a_measure_leads_to_its_turns(database: Database, dashboard: Visit) -> None:
    store(database, coached(CALL))
    page = coaching_of(dashboard)
    page.button(key="coach_figure_open_questions_2").click().run()
    assert page.query_params["turn"] == "3"


def test_the_coaching_of_an_older_version_is_still_read(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = coaching_of(dashboard)
    assert [(one.label, one.value) for one in page.metric] == [
        ("Talk share", "52%"), ("Open questions", "1 of 1"), ("Longest turn", "8 words"),
    ]  # fmt: skip
    assert "An older version coached this call." in told(page)
    assert "You left room." in told(page)


def test_a_manager_scores_a_criterion_and_both_scores_are_shown(database: Database, dashboard: Visit) -> None:
    store(database, coached(CALL))
    page = coaching_of(dashboard)
    key = save_key(page)
    slot = key.removeprefix("score_save_")
    page.text_input(key=f"score_why_{slot}").set_value("He *let* her finish.")
    page.session_state[f"score_value_{slot}"] = 2
    page = page.button(key=key).click().run()
    assert not page.exception
    said = told(page)
    assert "tester scored **2**, just now: He *let* her finish. :gray[· the rule says 5]" in said
    assert "'Leaves room to talk' is scored 2 now." in said


def test_a_score_without_a_reason_is_refused_in_words(database: Database, dashboard: Visit) -> None:
    store(database, coached(CALL))
    page = coaching_of(dashboard)
    key = save_key(page)
    page = page.button(key=key).click().run()
    assert "Say why the score is another one." in told(page)
    lines = reviewing.lines(database, CALL, coached(CALL)["coaching"]["measures"])
    assert all(not line.said for line in lines)

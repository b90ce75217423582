"""The inbox of conflicts: what is shown of each, and the ways to settle it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db import edits
from db.engine import Database
from services import conflicts, deals, ledger
from services.deals import Change
from services.minds import Mind
from tests.example_rows import deal, fact, petra, run_says, store
from tests.pages.conftest import open_at

Visit = Callable[[], AppTest]
OTHER_MIND = Mind("model", "other", "7", "1" * 16)
DRAFT = "Subject: Our meeting\n\nDear Petra,\n\nthank you for your {}."


def opened(dashboard: Visit, **address: Any) -> AppTest:
    return open_at(dashboard, "conflicts", **address)


def words(page: AppTest) -> str:
    kinds = (page.title, page.header, page.subheader, page.markdown, page.caption, page.success, page.warning)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def correct(database: Database, external_id: str, **entered: Any) -> None:
    deals.save(database, [Change(deals.get(database, external_id), entered)], "ann")


def disagree(database: Database, external_id: str = "call-petra", **said: Any) -> None:
    """Another mind works the call through again and says something else of these fields."""
    row = petra(external_id, **said)
    if "deal_amount" in said:
        proof = fact(said["deal_amount"], 5, "That is more than I expected", "paraphrased")
        row["extracted_data"]["facts"]["deal_amount"] = proof
    run_says(database, row, run_id="run-2", mind=OTHER_MIND)


def in_conflict(database: Database, external_id: str = "call-petra") -> None:
    """A call of which ann says $5,200, while two runs say $4,500 and $3,995."""
    store(database, petra(external_id))
    correct(database, external_id, deal_amount=5200)
    disagree(database, external_id, deal_amount=3995)


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def amount(database: Database, external_id: str = "call-petra") -> Any:
    return deals.get(database, external_id).values["deal_amount"]


def test_an_empty_inbox_says_why_that_is_good(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard)
    assert page.title[0].value == "Conflicts"
    assert "No run contradicts what a person wrote or confirmed." in words(page)


def test_a_conflict_shows_old_new_and_theirs_with_words_and_people(database: Database, dashboard: Visit) -> None:
    in_conflict(database)
    page = opened(dashboard)
    said = words(page)
    assert page.title[0].value == "Conflicts (1)"
    assert "Petra Holm" in said
    assert "**$4,500** :green-badge[verified]" in said
    assert "ann said, and it stands" in said
    assert "**$5,200**" in said
    assert "**$3,995** :blue-badge[paraphrased]" in said
    assert "“forty-five hundred dollars”" in said
    assert "“That is more than I expected”" in said
    assert re.search(r"other 7, just now", said)
    assert [link.label for link in page.page_link if "Turn" in link.label] == [
        ":small[Turn 5]", ":small[Turn 6]"
    ]  # fmt: skip


def test_a_confirmed_value_is_told_as_confirmed(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    with database.session() as session:
        edits.confirm(session, "call-petra", None, ["crm_data.children_count"], actor="ben")
    disagree(database, children_count=2)
    assert "ben confirmed it, and it stands" in words(opened(dashboard))


def test_keeping_mine_settles_it_and_says_so(database: Database, dashboard: Visit) -> None:
    in_conflict(database)
    page = opened(dashboard)
    press(page, "Keep mine")
    assert amount(database) == 5200
    assert "Deal amount of Petra Holm stays $5,200." in words(page)
    assert "No conflicts" in words(page)
    assert conflicts.total(database) == 0
    newest = ledger.events(database, "call-petra", "crm_data.deal_amount")[0]
    assert (newest.kind, newest.who) == ("keep", "tester")


def test_taking_the_new_value_lets_it_stand(database: Database, dashboard: Visit) -> None:
    in_conflict(database)
    page = opened(dashboard)
    press(page, "Take new")
    assert amount(database) == 3995
    assert "Deal amount of Petra Holm is now $3,995." in words(page)


def test_a_third_value_is_written_from_a_box_begun_with_theirs(database: Database, dashboard: Visit) -> None:
    in_conflict(database)
    page = opened(dashboard)
    press(page, "Write other")
    (box,) = [box for box in page.text_input if box.label == "Deal amount: what is right"]
    assert box.value == "5200"
    box.set_value("4,800")
    press(page, "Save")
    assert amount(database) == 4800
    assert conflicts.total(database) == 0


def test_words_in_a_number_field_are_refused_in_place_and_kept(database: Database, dashboard: Visit) -> None:
    in_conflict(database)
    page = opened(dashboard)
    press(page, "Write other")
    page.text_input[-1].set_value("a lot")
    press(page, "Save")
    assert "Deal amount: a number fits here." in words(page)
    assert page.text_input[-1].value == "a lot"
    assert amount(database) == 5200
    press(page, "Cancel")
    assert [button.label for button in page.button if button.label == "Keep mine"]


def test_a_field_with_choices_offers_them(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    correct(database, "call-petra", outcome="Won", objections=["Price"])
    disagree(database, outcome="Lost", objections=["Timing"])
    page = opened(dashboard)
    [each for each in page.button if each.label == "Write other"][1].click().run()
    (box,) = [box for box in page.selectbox if box.label == "Outcome: what is right"]
    assert box.value == "Won"
    box.set_value("Pending")
    press(page, "Save")
    assert deals.get(database, "call-petra").values["outcome"] == "Pending"
    press(page, "Write other")
    (many,) = page.multiselect
    assert many.value == ["Price"]
    many.set_value(["Price", "Timing"])
    press(page, "Save")
    assert deals.get(database, "call-petra").values["objections"] == ["Price", "Timing"]


def test_a_date_may_be_saved_as_the_box_begins(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    correct(database, "call-petra", meeting_date="2026-03-05")
    disagree(database, meeting_date="2026-03-06")
    page = opened(dashboard)
    press(page, "Write other")
    press(page, "Save")
    assert deals.get(database, "call-petra").values["meeting_date"] == "2026-03-05"
    assert conflicts.total(database) == 0


@pytest.mark.parametrize(("label", "value", "stage"), [("Keep all mine", 5200, "Won"), ("Take all new", 3995, "Lost")])
def test_all_of_one_call_are_settled_with_one_click(
    database: Database, dashboard: Visit, label: str, value: int, stage: str
) -> None:
    in_conflict(database, "other-call")
    store(database, petra())
    correct(database, "call-petra", deal_amount=5200, deal_stage="Won")
    disagree(database, deal_amount=3995, deal_stage="Lost")
    page = opened(dashboard)
    assert page.title[0].value == "Conflicts (3)"
    press(page, label)
    assert (amount(database), deals.get(database, "call-petra").values["deal_stage"]) == (value, stage)
    assert "2 fields of Petra Holm are settled" in words(page)
    assert [each.external_id for each in conflicts.listing(database)] == ["other-call"]


def test_two_fields_settled_in_quick_succession_do_not_disturb_each_other(database: Database, dashboard: Visit) -> None:
    """The second click comes from a page that was drawn before the first one was written."""
    store(database, petra())
    correct(database, "call-petra", deal_amount=5200, deal_stage="Won")
    disagree(database, deal_amount=3995, deal_stage="Lost")
    page = opened(dashboard)
    first, second = [button for button in page.button if button.label == "Take new"]
    first.click()
    second.click().run()
    assert conflicts.total(database) == 0


def test_what_was_changed_elsewhere_is_told_in_place_and_nothing_is_decided(
    database: Database, dashboard: Visit
) -> None:
    in_conflict(database)
    page = opened(dashboard)
    correct(database, "call-petra", client_name="Petra Holm-Berg")
    press(page, "Take new")
    assert "Deal amount of Petra Holm was changed elsewhere since this page was drawn" in words(page)
    assert amount(database) == 5200
    press(page, "Take new")
    assert amount(database) == 3995


def test_what_somebody_else_settled_is_told_at_the_top(database: Database, dashboard: Visit) -> None:
    in_conflict(database)
    in_conflict(database, "other-call")
    page = opened(dashboard, conflicts_q="call-petra")
    conflicts.settle(database, conflicts.of_call(database, "call-petra")[0], "take", "ben")
    press(page, "Keep mine")
    assert "was changed elsewhere" in words(page)
    assert "No conflict matches this search." in words(page)
    assert amount(database) == 3995


def test_texts_stand_side_by_side_with_what_differs_marked(database: Database, dashboard: Visit) -> None:
    store(database, {**petra(), "email_draft": DRAFT.format("time")})
    with database.session() as session:
        edits.edit_email(session, "call-petra", None, DRAFT.format("kind words"), actor="ann")
    run_says(database, {**petra(), "email_draft": DRAFT.format("patience")}, run_id="run-2", mind=OTHER_MIND)
    page = opened(dashboard)
    said = words(page)
    assert "thank you for your :green-background[**kind words.**]" in said
    assert "thank you for your :orange-background[**patience.**]" in said
    press(page, "Write other")
    (box,) = page.text_area
    assert str(box.value).endswith("kind words.")
    box.set_value("Dear Petra,\n\nthank you.")
    press(page, "Save")
    assert conflicts.total(database) == 0


def test_a_post_that_names_the_client_is_refused(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    with database.session() as session:
        edits.edit_post(session, "call-petra", None, "linkedin", "A plan is love.", actor="ann")
    posts = {"posts": [{"channel": "linkedin", "text": "A plan is peace.", "state": "draft"}]}
    run_says(database, {**petra(), "social_content": posts}, run_id="run-2", mind=OTHER_MIND)
    page = opened(dashboard)
    press(page, "Write other")
    page.text_area[0].set_value("Petra planned.")
    press(page, "Save")
    assert "The LinkedIn post names Petra." in words(page)
    assert conflicts.total(database) == 1


def test_search_and_pages_find_a_call(database: Database, dashboard: Visit) -> None:
    names = [f"c{n:02}" for n in range(12)]
    store(database, *(deal(name, client_name=f"Client {name}", deal_amount=1) for name in names))
    for name in names:
        correct(database, name, deal_amount=2)
    run_says(
        database,
        *(deal(name, client_name=f"Client {name}", deal_amount=3) for name in names),
        run_id="run-2",
        mind=OTHER_MIND,
    )
    page = opened(dashboard)
    assert page.title[0].value == "Conflicts (12)"
    assert len(page.header) == 10
    assert len(opened(dashboard, conflicts_page="2").header) == 2
    assert len(opened(dashboard, conflicts_page="9").header) == 2
    found = opened(dashboard, conflicts_q="c07")
    assert [header.value for header in found.header] == ["Client c07"]
    assert "No conflict matches this search." in words(opened(dashboard, conflicts_q="nobody"))


def test_words_of_a_call_or_person_are_never_read_as_markdown(database: Database, dashboard: Visit) -> None:
    nasty = "<img src=x> [go](http://x.example) $a$ :red[b] **c**"
    store(database, petra())
    correct(database, "call-petra", client_name=nasty, summary=f"{nasty} mine")
    disagree(database, client_name=f"{nasty} x", summary=f"{nasty} new")
    page = opened(dashboard)
    for element in (*page.header, *page.markdown, *page.caption):
        assert not re.search(r"(?<!\\)(<img|\[go|\$a|:red|\*\*c)", element.value), element.value

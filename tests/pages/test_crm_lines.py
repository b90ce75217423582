"""The CRM record on a call's page: whose word each value is, what it rests on, confirming and giving back."""

from typing import Any

from db import edits
from db.engine import Database
from services import deals, ledger
from services.deals import Change
from services.minds import Mind
from tests.example_rows import by_two_minds, petra, run_says, store
from tests.pages.test_calls_page import Visit, drawn_dialogue, opened, words

OTHER_MIND = Mind("model", "other", "7", "1" * 16)


def correct(database: Database, **entered: Any) -> None:
    deals.save(database, [Change(deals.get(database, "call-petra"), entered)], "ann")


def kept(database: Database) -> dict[str, Any]:
    """What people said of Petra's call so far: field to value."""
    said = ledger.events(database, "call-petra")
    return {event.field: event.said for event in reversed(said) if event.kind not in ("run", "restore")}


def test_an_edited_field_is_marked_and_can_be_given_back(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    correct(database, deal_amount=5200)
    page = opened(dashboard, call="call-petra")
    assert ":gray[Deal amount]  \n**$5,200** :violet-badge[edited]" in words(page)
    assert "ann, just now · The run said: $4,500" in words(page)
    page.button(key="restore_deal_amount").click().run()
    assert deals.get(database, "call-petra").values["deal_amount"] == 4500
    assert "is again what the run said" in words(page)


def test_the_facts_say_which_values_people_wrote_otherwise(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    assert "A person wrote" not in words(opened(dashboard, call="call-petra"))
    correct(database, deal_amount=5200)
    said = words(opened(dashboard, call="call-petra"))
    assert "A person wrote Deal amount **$5,200**, which stands. Below is what the run found." in said
    assert "Deal amount: **$4,500**" in said


def test_a_line_shows_what_its_value_rests_on(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard, call="call-petra")
    assert ":gray[Deal amount]  \n**$4,500** :green-badge[verified]" in words(page)
    page.button(key="crm_turn_deal_amount_4").click().run()
    assert (drawn_dialogue(page)["focus"], drawn_dialogue(page)["focusWords"]) == (4, "forty-five hundred dollars")


def test_one_click_confirms_a_value(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard, call="call-petra")
    page.button(key="confirm_deal_amount").click().run()
    assert "**$4,500** :green-badge[:material/check: confirmed] :green-badge[verified]" in words(page)
    assert page.toast[0].value == "Deal amount is confirmed\\. No run will replace it\\."
    assert not [button for button in page.button if button.key == "confirm_deal_amount"]
    assert kept(database) == {"crm_data.deal_amount": "$4,500"}
    run_says(database, petra(deal_amount=1), run_id="run-2")
    assert deals.get(database, "call-petra").values["deal_amount"] == 4500


def test_two_values_confirmed_in_quick_succession_are_both_kept(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard, call="call-petra")
    page.button(key="confirm_deal_amount").click()
    page.button(key="confirm_client_state").click()
    page.run()
    assert kept(database) == {"crm_data.deal_amount": "$4,500", "crm_data.client_state": "OH"}


def test_confirm_all_takes_what_is_said_and_nobody_decided_yet(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    correct(database, deal_amount=5200)
    page = opened(dashboard, call="call-petra")
    page.button(key="confirm_all").click().run()
    said = kept(database)
    assert said["crm_data.deal_amount"] == "$5,200"
    assert {"crm_data.client_name", "crm_data.next_steps", "crm_data.objections"} <= set(said)
    assert not {"crm_data.client_phone", "crm_data.transcript_id"} & set(said)
    assert not [button for button in page.button if button.key and button.key.startswith("confirm_")]


def test_a_call_that_was_changed_elsewhere_is_not_confirmed_unseen(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard, call="call-petra")
    run_says(database, petra(deal_amount=1), run_id="run-2")
    page.button(key="confirm_deal_amount").click().run()
    assert "This call was changed elsewhere since you opened it; nothing was confirmed." in words(page)
    assert kept(database) == {}


def test_a_conflict_is_told_in_the_head_and_on_its_line(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    correct(database, deal_amount=5200)
    run_says(database, petra(deal_amount=3995), run_id="run-2", mind=OTHER_MIND)
    page = opened(dashboard, call="call-petra")
    assert "**$5,200** :orange-badge[conflict]" in words(page)
    links = {link.label: link.query_string for link in page.page_link}
    assert links[":orange[**1 conflict**]"] == links["Decide"] == "conflicts_q=call-petra"


def test_both_minds_values_are_shown_with_their_words(database: Database, dashboard: Visit) -> None:
    store(database, by_two_minds())
    page = opened(dashboard, call="call-petra")
    line = (
        ":small[Language model gpt-x says **$3,500** :blue-badge[paraphrased]] "
        ":gray[:small[· Builtin analyst 1 says $4,500, which stands]]"
    )
    assert line in words(page)
    assert "“more than I expected”" in words(page)
    page.button(key="other_deal_amount_0").click().run()
    assert (drawn_dialogue(page)["focus"], drawn_dialogue(page)["focusWords"]) == (5, "more than I expected")


def test_a_models_value_is_marked_as_one(database: Database, dashboard: Visit) -> None:
    store(database, by_two_minds())
    said = words(opened(dashboard, call="call-petra"))
    assert "**$900,000** :green-badge[verified] :gray-badge[model]" in said
    assert "**$4,500** :green-badge[verified]\n" in said


def test_one_click_takes_the_other_minds_value(database: Database, dashboard: Visit) -> None:
    store(database, by_two_minds())
    page = opened(dashboard, call="call-petra")
    page.button(key="take_deal_amount").click().run()
    assert "**$3,500** :violet-badge[edited]" in words(page)
    assert "Deal amount is now $3,500, as Language model gpt-x says. No run will replace it." in words(page)
    assert not [button for button in page.button if button.key == "take_deal_amount"]
    assert kept(database)["crm_data.deal_amount"] == "$3,500"


def test_a_field_without_a_value_is_shown_where_the_other_mind_claims_one(database: Database, dashboard: Visit) -> None:
    claim = {"value": "TX", "state": "unsupported", "evidence": [], "source": "model"}
    store(database, by_two_minds(client_state=None, beside={"client_state": claim}))
    page = opened(dashboard, call="call-petra")
    assert "says **TX** :orange-badge[unsupported]" in words(page)


def test_each_part_says_which_mind_wrote_it_and_why(database: Database, dashboard: Visit) -> None:
    store(database, by_two_minds())
    said = [caption.value.replace("\\", "") for caption in opened(dashboard, call="call-petra").caption]
    assert said.count("Written by the language model gpt-x.") == 2  # the e-mail and the coaching
    assert "Written by the builtin analyst. The model gave no answer within 120 seconds." in said
    assert "Written by the builtin analyst." in said  # the summary


def test_a_record_from_before_there_were_notes_names_nobody(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    assert "Written by" not in words(opened(dashboard, call="call-petra"))


def test_the_history_names_the_mind_whose_value_does_not_stand(database: Database, dashboard: Visit) -> None:
    store(database, by_two_minds())
    page = opened(dashboard, call="call-petra")
    page.button(key="confirm_deal_amount").click().run()
    page.button(key="history_deal_amount").click().run()
    said = words(page)
    assert "**Builtin analyst 1 and Language model gpt-x** said 2 values" in said
    assert ":gray[Deal amount: Language model gpt-x]  \n$3,500 :blue-badge[paraphrased] :gray[(does not stand)]" in said
    assert ":gray[Deal amount: Builtin analyst 1]  \n**$4,500**" in said


def test_a_persons_words_in_the_email_and_in_posts_are_told_of(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    with database.session() as session:
        edits.say(session, "call-petra", None, {"email_draft.subject": "Hello"}, actor="ann")
        edits.edit_post(session, "call-petra", None, "linkedin", "A plan is love.", actor="ben")
    run_says(database, {**petra(), "email_draft": "Subject: Good day\n\nDear Petra"}, run_id="run-2", mind=OTHER_MIND)
    said = words(opened(dashboard, call="call-petra"))
    assert "E-mail subject :orange-badge[conflict] :gray[ann, just now]" in said
    assert "LinkedIn post :violet-badge[edited] :gray[ben, just now]" in said
    assert "E-mail text" not in said

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from db import edits
from db.engine import Database
from pages.parts.chooser import slot
from services import emails
from services.outgoing import OutgoingFilter, list_outgoing
from tests.example_rows import by_two_minds, deal, petra, store
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]
PLACE = slot("call-petra")


def opened(dashboard: Visit, external_id: str = "call-petra") -> AppTest:
    page = dashboard()
    page.query_params["call"] = external_id
    page.switch_page(str(ROOT / "pages" / "emails.py"))
    return page.run()


def told(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.header, *page.success, *page.warning, *page.error, *page.info]
    return "\n".join(str(part.value) for part in parts).replace("\\", "").replace(":gray[]", "")


def write(page: AppTest, words: str) -> AppTest:
    page.text_area(key=f"email_body_{PLACE}").set_value(words)
    return page.run()


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    return page.run()


def offered(page: AppTest) -> set[str]:
    return {button.label for button in page.button}


def body_of(page: AppTest) -> str | None:
    return page.text_area(key=f"email_body_{PLACE}").value


def ines_saves(database: Database, subject: str, body: str) -> None:
    emails.save(database, emails.get_email(database, "call-petra"), subject, body, "ines")


def two_write(dashboard: Visit, database: Database) -> AppTest:
    """The page of somebody whose text waits while ines has saved hers."""
    store(database, petra())
    page = write(opened(dashboard), "Second words.")
    ines_saves(database, "Our meeting", "First words.")
    return press(page, "Save")


def test_an_empty_record_says_what_will_be_here(dashboard: Visit) -> None:
    page = dashboard()
    page.switch_page(str(ROOT / "pages" / "emails.py")).run()
    assert not page.exception
    assert "No e-mails yet" in told(page)


def test_a_draft_is_shown_with_its_subject_and_address(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = opened(dashboard)
    assert not page.exception
    assert page.text_input(key=f"email_subject_{PLACE}").value == "Our meeting"
    assert page.text_area(key=f"email_body_{PLACE}").value == "Dear Petra,\n\nthank you for your time."
    assert "petra@holm" in told(page)


def test_where_no_address_is_known_the_way_leads_to_the_field_for_it(dashboard: Visit, database: Database) -> None:
    store(database, petra(client_email=None))
    (link,) = [each.proto for each in opened(dashboard).get("page_link") if "No address" in each.proto.label]
    assert link.page == "deals"
    assert link.query_string == "deals_q=call-petra&deals_view=Client"


def test_saved_words_stand_and_are_marked(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "Dear Petra,\n\nmy own words.")
    assert "Not saved yet" in told(page)
    press(page, "Save")
    assert "Not saved yet" not in told(page)
    assert "Your words" in told(page)
    assert emails.get_email(database, "call-petra").body == "Dear Petra,\n\nmy own words."


def test_words_that_were_not_saved_survive_a_look_at_another_call(dashboard: Visit, database: Database) -> None:
    store(database, petra(), petra("call-other", client_name="Otto Other"))
    page = write(opened(dashboard), "Not saved.")
    page.query_params["call"] = "call-other"
    page.run()
    assert "Otto Other" in told(page)
    page.query_params["call"] = "call-petra"
    page.run()
    assert page.text_area(key=f"email_body_{PLACE}").value == "Not saved."


def test_the_second_of_two_people_sees_both_texts_and_nothing_is_written(dashboard: Visit, database: Database) -> None:
    page = two_write(dashboard, database)
    assert "ines changed this e-mail while you were writing" in told(page)
    assert "First" in told(page)
    assert body_of(page) == "Second words."
    assert emails.get_email(database, "call-petra").body == "First words."
    assert {"Save mine over it", "Keep theirs"} <= offered(page)
    assert not {"Save", "Mark as sent"} & offered(page)


def test_the_second_can_save_theirs_over_the_first(dashboard: Visit, database: Database) -> None:
    page = press(two_write(dashboard, database), "Save mine over it")
    assert "while you were writing" not in told(page)
    assert emails.get_email(database, "call-petra").body == "Second words."


def test_the_second_can_keep_the_first_and_bring_their_own_words_back(dashboard: Visit, database: Database) -> None:
    page = press(two_write(dashboard, database), "Keep theirs")
    assert body_of(page) == "First words."
    assert emails.get_email(database, "call-petra").body == "First words."
    page = press(page, "Bring my words back")
    assert body_of(page) == "Second words."
    press(page, "Save")
    assert emails.get_email(database, "call-petra").body == "Second words."


def test_the_second_can_edit_further_before_deciding(dashboard: Visit, database: Database) -> None:
    page = write(two_write(dashboard, database), "First words. Second words.")
    assert "while you were writing" in told(page)
    press(page, "Save mine over it")
    assert emails.get_email(database, "call-petra").body == "First words. Second words."


def test_a_third_text_is_shown_before_it_is_written_over(dashboard: Visit, database: Database) -> None:
    page = two_write(dashboard, database)
    ines_saves(database, "Our meeting", "Third words.")
    page = press(page, "Save mine over it")
    assert "Third" in told(page)
    assert emails.get_email(database, "call-petra").body == "Third words."
    press(page, "Save mine over it")
    assert emails.get_email(database, "call-petra").body == "Second words."


def test_two_people_who_change_different_parts_both_have_their_way(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "My text.")
    ines_saves(database, "Her subject", "Dear Petra,\n\nthank you for your time.")
    page = press(page, "Save")
    draft = emails.get_email(database, "call-petra")
    assert (draft.subject, draft.body) == ("Her subject", "My text.")
    assert "ines wrote the subject; you wrote the text." in told(page)


def test_an_email_that_others_changed_is_not_marked_as_sent_unseen(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = opened(dashboard)
    ines_saves(database, "Our meeting", "First words.")
    page = press(page, "Mark as sent")
    assert "was changed meanwhile" in told(page)
    assert body_of(page) == "First words."
    assert emails.get_email(database, "call-petra").sent is None


def test_it_says_which_part_is_the_persons(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = press(write(opened(dashboard), "My own words."), "Save")
    assert "You wrote the text; the subject follows the run." in told(page)


def test_a_part_can_be_restored_by_itself(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    ines_saves(database, "Her subject", "Her text.")
    page = opened(dashboard)
    assert {"Restore the subject", "Restore the text", "Restore both"} <= offered(page)
    press(page, "Restore the subject")
    draft = emails.get_email(database, "call-petra")
    assert (draft.subject, draft.body) == ("Our meeting", "Her text.")


def test_both_parts_can_be_restored_together(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    ines_saves(database, "Her subject", "Her text.")
    press(opened(dashboard), "Restore both")
    draft = emails.get_email(database, "call-petra")
    assert (draft.subject, draft.edited) == ("Our meeting", False)


def test_a_later_run_that_says_otherwise_is_told(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    ines_saves(database, "Our meeting", "Her text.")
    store(database, {**petra(), "email_draft": "Subject: Our meeting\n\nAnother text."})
    page = opened(dashboard)
    links = [link.proto.label for link in page.get("page_link")]
    assert "A later run wrote the text otherwise: decide in Conflicts" in links


def test_marking_as_sent_saves_what_stands_in_the_box(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "As sent.")
    press(page, "Mark as sent")
    assert "Sent just now by tester" in told(page)
    sent = emails.get_email(database, "call-petra").sent
    assert sent is not None
    assert sent["text"] == "Subject: Our meeting\n\nAs sent."


def test_the_draft_can_be_restored(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "My own words.")
    press(page, "Save")
    press(page, "Restore the text")
    assert page.text_area(key=f"email_body_{PLACE}").value == "Dear Petra,\n\nthank you for your time."


def test_an_unknown_call_in_the_address_is_named(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = opened(dashboard, "nowhere")
    assert not page.exception
    assert "no such call" in told(page)


def test_a_call_without_a_draft_shows_empty_boxes(dashboard: Visit, database: Database) -> None:
    store(database, deal("bare", client_name="Bea Bare"))
    page = opened(dashboard, "bare")
    assert not page.exception
    assert page.text_area(key=f"email_body_{slot('bare')}").value == ""


def test_the_page_says_which_mind_wrote_the_draft_until_all_of_it_is_a_persons(
    database: Database, dashboard: Visit
) -> None:
    store(database, by_two_minds())
    assert "Written by the language model gpt-x." in told(opened(dashboard))
    ines_saves(database, "Hers", "Her words.")
    assert "Written by" not in told(opened(dashboard))


INVENTED = "Dear Petra,\n\nThe price we spoke about is $9,900.\n\nBest regards,\nNora"


def test_every_sentence_is_shown_with_its_mark_and_its_words_of_the_call(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "Dear Petra,\n\nThe price we spoke about is $4,500.\n\nBest regards,\nNora")
    assert "1 said by us" in told(page)
    assert "“forty-five hundred dollars”" in told(page)
    assert ":material/check: $4,500" in told(page)
    assert ":small[Turn 5]" in [link.proto.label for link in page.get("page_link")]


def test_an_invented_sentence_is_not_marked_as_sent_before_somebody_stands_by_it(
    dashboard: Visit, database: Database
) -> None:
    store(database, petra())
    page = press(write(opened(dashboard), INVENTED), "Mark as sent")
    assert "Saved, and not marked as sent: 1 sentence is not in the call" in told(page)
    assert emails.get_email(database, "call-petra").sent is None
    page.checkbox[0].check()
    page = press(page.run(), "Mark as sent")
    assert "Marked as sent." in told(page)
    assert "Not in the call; tester stood by it: The price we spoke about is $9,900." in told(page)


def test_a_tick_does_not_hold_for_other_words(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), INVENTED)
    page.checkbox[0].check()
    page = write(page.run(), INVENTED.replace("$9,900", "$9,901"))
    assert not page.checkbox[0].value
    page = press(page, "Mark as sent")
    assert emails.get_email(database, "call-petra").sent is None


def test_what_went_out_is_shown_beside_what_stands_now(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = press(opened(dashboard), "Mark as sent")
    assert "Marked as sent by tester, just now" in [one.label.replace("\\", "") for one in page.expander]
    page = press(write(page, "Thank you."), "Save")
    labels = [one.label for one in page.expander]
    assert any("other words stand now" in label for label in labels)
    assert "Marked is what the e-mail that stands now does not say." in told(page)


def test_a_sent_email_stays_in_view(dashboard: Visit, database: Database) -> None:
    store(database, petra(), petra("call-other", client_name="Otto Other"))
    page = dashboard()
    page.switch_page(str(ROOT / "pages" / "emails.py")).run()
    shown = str(page.header[0].value)
    press(page, "Mark as sent")
    assert str(page.header[0].value) == shown


def bob_sets(database: Database, **values: object) -> None:
    with database.session() as session:
        edits.edit_crm(session, "call-petra", None, values, actor="bob")


def test_a_draft_says_that_the_deal_was_corrected_after_it_and_is_written_again_at_a_click(
    dashboard: Visit, database: Database
) -> None:
    store(database, petra())
    assert "Write it again" not in offered(opened(dashboard))
    bob_sets(database, deal_amount=5100)
    page = opened(dashboard)
    assert "The deal was corrected after this draft: Deal amount." in told(page)
    page = press(page, "Write it again")
    assert not page.exception
    assert "older system without its file" in told(page)  # there is no file of this call to run


def test_a_text_of_ones_own_is_not_offered_afresh_and_its_old_amount_is_marked(
    dashboard: Visit, database: Database
) -> None:
    store(database, petra())
    ines_saves(database, "Our meeting", "Hi Petra,\n\nThe price we spoke about is $4,500.\nThe price is $5,100.")
    bob_sets(database, deal_amount=5100)
    page = opened(dashboard)
    assert "Write it again" not in offered(page)
    assert "“$4,500” was corrected since to $5,100, by bob." in told(page)
    assert "corrected by bob" in told(page)


def test_the_copilots_draft_is_shown_as_such(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    seen = emails.get_email(database, "call-petra")
    emails.save(database, seen, seen.subject, "Hi Petra,\n\nThank you.", "tester", by_copilot=True)
    page = opened(dashboard)
    assert "Copilot's draft" in told(page)
    assert "Your words" not in told(page)
    assert "You let the copilot draft the text; the subject follows the run." in told(page)
    (row,) = list_outgoing(database, OutgoingFilter())[0]
    assert (row.by_copilot, row.email_edited) == (True, True)

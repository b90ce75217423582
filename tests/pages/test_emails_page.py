from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from db.engine import Database
from pages.parts.chooser import slot
from services import emails
from tests.example_rows import deal, petra, store
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]
PLACE = slot("call-petra")


def opened(dashboard: Visit, external_id: str = "call-petra") -> AppTest:
    page = dashboard()
    page.query_params["call"] = external_id
    page.switch_page(str(ROOT / "pages" / "emails.py"))
    return page.run()


def told(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.header, *page.success, *page.error, *page.info]
    return "\n".join(str(part.value) for part in parts).replace("\\", "").replace(":gray[]", "")


def write(page: AppTest, words: str) -> AppTest:
    page.text_area(key=f"email_body_{PLACE}").set_value(words)
    return page.run()


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


def test_saved_words_stand_and_are_marked(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "Dear Petra,\n\nmy own words.")
    assert "Not saved yet" in told(page)
    page.button(key=f"save_{PLACE}").click().run()
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


def test_the_second_of_two_people_keeps_their_words_and_is_told(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "Second words.")
    emails.save(database, emails.get_email(database, "call-petra"), "Hi", "First words.", "ines")
    page.button(key=f"save_{PLACE}").click().run()
    assert "This e-mail was changed meanwhile" in told(page)
    assert page.text_area(key=f"email_body_{PLACE}").value == "Second words."
    assert emails.get_email(database, "call-petra").body == "First words."


def test_marking_as_sent_saves_what_stands_in_the_box(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "As sent.")
    page.button(key=f"sent_{PLACE}").click().run()
    assert "Sent just now by tester" in told(page)
    sent = emails.get_email(database, "call-petra").sent
    assert sent is not None
    assert sent["text"] == "Subject: Our meeting\n\nAs sent."


def test_the_draft_can_be_restored(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "My own words.")
    page.button(key=f"save_{PLACE}").click().run()
    page.button(key=f"restore_{PLACE}").click().run()
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

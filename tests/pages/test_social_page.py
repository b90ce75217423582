from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from db.engine import Database
from pages.parts.chooser import slot
from services import social
from tests.example_rows import by_two_minds, petra, store
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]
PLACE = f"{slot('call-petra')}_{slot('linkedin')[:4]}"


def opened(dashboard: Visit) -> AppTest:
    page = dashboard()
    page.query_params["call"] = "call-petra"
    page.switch_page(str(ROOT / "pages" / "social.py"))
    return page.run()


def told(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.header, *page.warning, *page.error, *page.info]
    return "\n".join(str(part.value) for part in parts)


def write(page: AppTest, words: str) -> AppTest:
    page.text_area(key=f"post_{PLACE}").set_value(words)
    return page.run()


def linkedin(database: Database) -> social.Post:
    return social.get_posts(database, "call-petra").posts[0]


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    return page.run()


def ines_approves(database: Database, words: str) -> None:
    social.approve(database, social.get_posts(database, "call-petra"), "linkedin", words, "ines")


def test_an_empty_record_says_what_will_be_here(dashboard: Visit) -> None:
    page = dashboard()
    page.switch_page(str(ROOT / "pages" / "social.py")).run()
    assert not page.exception
    assert "No posts yet" in told(page)


def test_a_post_is_shown_with_its_length(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = opened(dashboard)
    assert not page.exception
    assert page.text_area(key=f"post_{PLACE}").value == "A plan is a gift."
    assert "17 of 3,000 characters" in told(page)


def test_approving_keeps_the_words_in_the_box(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "A plan is a gift to those you love.")
    press(page, "Approve")
    assert (linkedin(database).text, linkedin(database).state) == ("A plan is a gift to those you love.", "approved")
    press(page, "Withdraw approval")
    assert linkedin(database).state == "draft"


def test_a_post_that_names_the_client_is_refused_and_stays_in_the_box(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "Petra made a plan.")
    press(page, "Approve")
    assert "names Petra" in told(page)
    assert page.text_area(key=f"post_{PLACE}").value == "Petra made a plan."
    assert linkedin(database).text == "A plan is a gift."


def test_words_not_saved_yet_survive_a_run_that_says_something_else(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "Not saved.")
    store(
        database, {**petra(), "social_content": {"posts": [{"channel": "linkedin", "text": "New", "state": "draft"}]}}
    )
    page = press(page, "Approve")
    assert "A run changed the LinkedIn post while you were writing" in told(page)
    assert page.text_area(key=f"post_{PLACE}").value == "Not saved."
    assert linkedin(database).text == "New"


def test_the_second_of_two_people_sees_both_posts_and_decides(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "My post.")
    ines_approves(database, "Her post.")
    page = press(page, "Save as draft")
    assert "ines changed the LinkedIn post while you were writing" in told(page)
    assert linkedin(database).text == "Her post."
    press(page, "Save mine over it")
    assert (linkedin(database).text, linkedin(database).state) == ("My post.", "draft")


def test_a_yes_of_somebody_else_is_not_taken_back_unseen(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "My post.")
    ines_approves(database, "A plan is a gift.")
    page = press(page, "Save as draft")
    assert "ines changed the LinkedIn post" in told(page)
    page = press(page, "Keep theirs")
    assert page.text_area(key=f"post_{PLACE}").value == "A plan is a gift."
    assert linkedin(database).state == "approved"


def test_other_words_than_those_on_the_page_are_not_approved(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = opened(dashboard)
    social.save(database, social.get_posts(database, "call-petra"), "linkedin", "Her post.", "ines")
    page = press(page, "Approve")
    assert "was changed meanwhile" in told(page)
    assert (linkedin(database).text, linkedin(database).state) == ("Her post.", "draft")


def test_a_saved_post_says_whose_it_is_and_can_be_restored(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = press(write(opened(dashboard), "My post."), "Save as draft")
    assert "You wrote it" in told(page)
    press(page, "Restore it")
    assert linkedin(database).text == "A plan is a gift."
    assert not linkedin(database).edited


def test_the_page_says_why_the_builtin_analyst_wrote_the_posts(database: Database, dashboard: Visit) -> None:
    store(database, by_two_minds())
    said = told(opened(dashboard)).replace("\\", "")
    assert "Written by the builtin analyst. The model gave no answer within 120 seconds." in said

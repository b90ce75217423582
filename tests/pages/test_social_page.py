from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from db.engine import Database
from pages.parts.chooser import slot
from services import social
from tests.example_rows import petra, store
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]
PLACE = f"{slot('call-petra')}_{slot('linkedin')[:4]}"


def opened(dashboard: Visit) -> AppTest:
    page = dashboard()
    page.query_params["call"] = "call-petra"
    page.switch_page(str(ROOT / "pages" / "social.py"))
    return page.run()


def told(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.header, *page.error, *page.info]
    return "\n".join(str(part.value) for part in parts)


def write(page: AppTest, words: str) -> AppTest:
    page.text_area(key=f"post_{PLACE}").set_value(words)
    return page.run()


def linkedin(database: Database) -> social.Post:
    return social.get_posts(database, "call-petra").posts[0]


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
    page.button(key=f"approve_{PLACE}").click().run()
    assert (linkedin(database).text, linkedin(database).state) == ("A plan is a gift to those you love.", "approved")
    page.button(key=f"withdraw_{PLACE}").click().run()
    assert linkedin(database).state == "draft"


def test_a_post_that_names_the_client_is_refused_and_stays_in_the_box(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "Petra made a plan.")
    page.button(key=f"approve_{PLACE}").click().run()
    assert "names Petra" in told(page)
    assert page.text_area(key=f"post_{PLACE}").value == "Petra made a plan."
    assert linkedin(database).text == "A plan is a gift."


def test_words_not_saved_yet_survive_a_run_that_says_something_else(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "Not saved.")
    store(
        database, {**petra(), "social_content": {"posts": [{"channel": "linkedin", "text": "New", "state": "draft"}]}}
    )
    page.button(key=f"approve_{PLACE}").click().run()
    assert "The LinkedIn post was changed meanwhile" in told(page)
    assert page.text_area(key=f"post_{PLACE}").value == "Not saved."
    assert linkedin(database).text == "New"

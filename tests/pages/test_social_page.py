from collections.abc import Callable
from datetime import date
from typing import Any

from streamlit.testing.v1 import AppTest

from db.engine import Database
from pages.parts.chooser import slot
from services import consents, social
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
    press(page, "Take the approval back")
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


SAID = "I have put this off long enough."
QUOTE = f"A client put it best: {SAID} So do many."


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def consent(database: Database, words: str = QUOTE) -> None:
    consents.give(
        database,
        "call-petra",
        channel="linkedin",
        words=words,
        given_by="Petra Holm",
        given_on=date(2026, 3, 5),
        how="written",
        disclosure=consents.DISCLOSURE,
        actor="ines",
    )


def test_a_client_s_words_are_marked_and_lock_the_post(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), QUOTE)
    assert not page.exception
    assert "orange-background[I have put this off long enough]" in told(page)
    assert "Words as they were said in the call" in told(page)
    assert "Locked" in told(page)
    assert button(page, "Approve").disabled
    assert "Put a consent on file" in labels(page)


def test_with_a_consent_the_post_can_be_approved_and_published(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    consent(database)
    page = write(opened(dashboard), QUOTE)
    assert "Petra Holm consented on Mar 5, 2026, in writing" in told(page).replace("\\", "")
    page = press(page, "Approve")
    assert linkedin(database).state == "approved"
    page.text_input(key=f"post_link_{PLACE}").set_value("https://www.linkedin.com/posts/7")
    page = press(page, "It is published")
    (row,) = linkedin(database).published
    assert (row.words, row.place, row.link, row.actor) == (
        QUOTE,
        "LinkedIn",
        "https://www.linkedin.com/posts/7",
        "tester",
    )
    assert "Published" in told(page)


def test_a_revoked_consent_locks_the_approved_post_and_asks_to_take_down_the_published_one(
    dashboard: Visit, database: Database
) -> None:
    store(database, petra())
    consent(database)
    page = press(write(opened(dashboard), QUOTE), "Approve")
    page = press(page, "It is published")
    page = press(page, "Note that it was revoked")
    assert "Consent withdrawn: take it down" in told(page)
    assert "Consent withdrawn: posts of these calls are published still" in told(page)
    page = press(page, "It is taken down")
    assert linkedin(database).state == "withdrawn"
    assert "Consent withdrawn" not in told(page)
    assert linkedin(database).published[0].words == QUOTE


def test_a_safer_wording_goes_into_the_box_and_is_not_saved(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = press(write(opened(dashboard), QUOTE), "Use a safer wording")
    offered = str(page.text_area(key=f"post_{PLACE}").value)
    assert SAID not in offered
    assert linkedin(database).text == "A plan is a gift."
    assert "The guard finds nothing" in told(page)
    page = press(page, "Put my words back")
    assert page.text_area(key=f"post_{PLACE}").value == QUOTE


def test_everything_is_made_safer_with_one_click(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = press(write(opened(dashboard), f"Petra owns $900,000. {SAID}"), "Make it all safer")
    offered = str(page.text_area(key=f"post_{PLACE}").value)
    assert offered.startswith("A client owns a sizeable sum.")
    assert SAID not in offered
    assert "The guard finds nothing" in told(page)


def test_what_is_marked_has_to_be_looked_at(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "Ask what an estate of $900,000 needs.")
    page = press(page, "Approve")
    assert "nobody has looked at yet" in told(page)
    page.checkbox[0].check().run()
    page = press(page, "Approve")
    assert linkedin(database).state == "approved"


def test_a_tick_is_for_the_words_that_were_seen(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "Ask what an estate of $900,000 needs.")
    page.checkbox[0].check().run()
    page = write(page, "Ask what an estate of $900,000 and a fee of $4,500 need.")
    assert not page.checkbox[0].value


def test_who_the_details_would_fit_is_told(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), "A dentist in Tulsa needs a plan.")
    said = told(page).replace("\\", "")
    assert "dentist, Tulsa: fits none of the 1 client of the record." in said


def test_only_words_that_somebody_stands_by_can_be_copied(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = opened(dashboard)
    assert "It is published" not in labels(page)
    page = press(page, "Approve")
    assert "It is published" in labels(page)
    page = write(page, "Other words.")
    assert "It is published" not in labels(page)


def test_the_words_of_a_post_are_shown_and_never_read_as_format(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = write(opened(dashboard), f"**Bold** :red[x] [a](https://evil.example) {SAID}")
    assert not page.exception
    assert "\\*\\*Bold\\*\\* \\:red\\[x\\]" in told(page)

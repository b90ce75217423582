import pytest

from db import transcripts
from db.engine import Database
from services import social
from services.errors import ChangedElsewhere, InvalidValue
from services.outgoing import OutgoingFilter, list_outgoing

TEXTS = {"linkedin": "A trust works only when it holds the house.", "facebook": "Plan early.", "x": "Plan now."}


def run_says(database: Database, texts: dict[str, str] = TEXTS) -> None:
    posts = [{"channel": channel, "text": text, "state": "draft"} for channel, text in texts.items()]
    crm = {"client_name": "Rosa Marsh", "spouse_name": "Will"}
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "701", "social_content": {"posts": posts}, "crm_data": crm})


@pytest.fixture
def stored(database: Database) -> Database:
    run_says(database)
    return database


def post(database: Database, channel: str) -> social.Post:
    return next(post for post in social.get_posts(database, "701").posts if post.channel == channel)


def test_an_approved_post_stands_when_the_call_runs_again(stored: Database) -> None:
    social.approve(stored, social.get_posts(stored, "701"), "x", TEXTS["x"], "ines")
    run_says(stored, {channel: f"{text} Again." for channel, text in TEXTS.items()})
    assert (post(stored, "x").text, post(stored, "x").state) == (TEXTS["x"], "approved")
    assert post(stored, "facebook").text == "Plan early. Again."


def test_an_approved_post_whose_words_change_waits_for_a_yes_again(stored: Database) -> None:
    social.approve(stored, social.get_posts(stored, "701"), "x", TEXTS["x"], "ines")
    social.save(stored, social.get_posts(stored, "701"), "x", "Other words.", "ines")
    assert (post(stored, "x").text, post(stored, "x").state) == ("Other words.", "draft")


def test_a_yes_can_be_taken_back(stored: Database) -> None:
    social.approve(stored, social.get_posts(stored, "701"), "x", "Plan today.", "ines")
    social.withdraw(stored, social.get_posts(stored, "701"), "x", "ines")
    assert (post(stored, "x").text, post(stored, "x").state) == ("Plan today.", "draft")


def test_restoring_brings_back_what_the_run_wrote(stored: Database) -> None:
    social.save(stored, social.get_posts(stored, "701"), "x", "Other words.", "ines")
    social.restore(stored, social.get_posts(stored, "701"), "x", "ines")
    assert post(stored, "x").text == TEXTS["x"]
    assert not post(stored, "x").edited


def test_a_post_never_names_the_client(stored: Database) -> None:
    seen = social.get_posts(stored, "701")
    for text in ("We met Rosa today.", "The marsh family... ROSA MARSH!", "Thank you, Marsh."):
        with pytest.raises(InvalidValue, match="names"):
            social.approve(stored, seen, "linkedin", text, "ines")
    assert post(stored, "linkedin").text == TEXTS["linkedin"]


def test_words_that_only_look_like_a_name_are_allowed(stored: Database) -> None:
    seen = social.get_posts(stored, "701")
    social.save(stored, seen, "linkedin", "A will is a start. The marsh and the rosa are flowers.", "ines")
    assert post(stored, "linkedin").text.startswith("A will")


def test_a_post_over_its_channel_is_refused(stored: Database) -> None:
    with pytest.raises(InvalidValue, match="280"):
        social.save(stored, social.get_posts(stored, "701"), "x", "x" * 281, "ines")


def test_the_second_of_two_people_is_told(stored: Database) -> None:
    seen = social.get_posts(stored, "701")
    social.save(stored, seen, "x", "First.", "ines")
    with pytest.raises(ChangedElsewhere):
        social.approve(stored, seen, "x", TEXTS["x"], "omar")
    assert post(stored, "x").text == "First."


def test_two_people_may_work_on_two_posts_of_one_call(stored: Database) -> None:
    seen = social.get_posts(stored, "701")
    social.save(stored, seen, "x", "First.", "ines")
    social.save(stored, seen, "facebook", "Second.", "omar")
    assert (post(stored, "x").text, post(stored, "facebook").text) == ("First.", "Second.")


def test_posts_of_an_older_system_are_shown_as_they_are(database: Database) -> None:
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "701", "social_content": {"linkedin_post": "Old words"}})
    seen = social.get_posts(database, "701")
    assert seen.posts == ()
    assert seen.older == ("linkedin_post: Old words",)


def test_lists_show_what_waits_for_a_yes(stored: Database) -> None:
    assert list_outgoing(stored, OutgoingFilter(post="approved"))[1] == 0
    social.approve(stored, social.get_posts(stored, "701"), "x", TEXTS["x"], "ines")
    rows, total = list_outgoing(stored, OutgoingFilter(post="approved"))
    assert total == 1
    assert rows[0].post_states == ("draft", "draft", "approved")

import pytest

from db import transcripts
from db.engine import Database
from services import ledger, social
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
    social.take_back(stored, social.get_posts(stored, "701"), "x", "ines")
    assert (post(stored, "x").text, post(stored, "x").state) == ("Plan today.", "draft")


def test_restoring_brings_back_what_the_run_wrote(stored: Database) -> None:
    social.save(stored, social.get_posts(stored, "701"), "x", "Other words.", "ines")
    social.restore(stored, social.get_posts(stored, "701"), "x", "ines")
    assert post(stored, "x").text == TEXTS["x"]
    assert not post(stored, "x").edited


def test_a_post_never_names_the_client(stored: Database) -> None:
    seen = social.get_posts(stored, "701")
    tries = (
        "We met Rosa today.",
        "The marsh family... ROSA MARSH!",
        "Thank you, Marsh.",
        "rosa said so",
        "Ro\u200bsa Marsh",
    )
    for text in (*tries, "the marsh family", "mrs. marsh", "R0sa", "#RosaMarsh", "R\u043esa agreed"):
        with pytest.raises(InvalidValue, match="names"):
            social.approve(stored, seen, "linkedin", text, "ines")
    assert post(stored, "linkedin").text == TEXTS["linkedin"]


def test_words_that_only_look_like_a_name_are_allowed(stored: Database) -> None:
    seen = social.get_posts(stored, "701")
    social.save(stored, seen, "linkedin", "A will is a start. The marsh is full of flowers.", "ines")
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


def publish(database: Database, words: str = TEXTS["x"], link: str = "") -> None:
    social.approve(database, social.get_posts(database, "701"), "x", words, "ines")
    social.publish(database, social.get_posts(database, "701"), "x", "our page", link, "omar")


def test_a_published_post_keeps_its_words_who_when_and_where(stored: Database) -> None:
    publish(stored, link=" https://x.com/firm/1 ")
    (row,) = post(stored, "x").published
    assert (row.words, row.place, row.link, row.actor) == (TEXTS["x"], "our page", "https://x.com/firm/1", "omar")
    assert post(stored, "x").state == "published"


def test_only_an_approved_post_can_be_noted_as_published(stored: Database) -> None:
    with pytest.raises(InvalidValue, match="not approved"):
        social.publish(stored, social.get_posts(stored, "701"), "x", "", "", "omar")
    assert post(stored, "x").published == ()


def test_other_words_under_a_published_post_are_a_new_draft_and_what_went_out_stays(stored: Database) -> None:
    publish(stored)
    social.save(stored, social.get_posts(stored, "701"), "x", "Better words.", "ines")
    assert (post(stored, "x").text, post(stored, "x").state) == ("Better words.", "draft")
    (row,) = post(stored, "x").published
    assert (row.words, row.out) == (TEXTS["x"], True)


def test_no_run_overwrites_a_published_or_withdrawn_post(stored: Database) -> None:
    publish(stored)
    run_says(stored, dict.fromkeys(TEXTS, "A run wrote this."))
    assert (post(stored, "x").text, post(stored, "x").state) == (TEXTS["x"], "published")
    social.withdraw(stored, social.get_posts(stored, "701"), "x", post(stored, "x").published[0].id, "Typo", "ines")
    run_says(stored, dict.fromkeys(TEXTS, "A run wrote that."))
    assert (post(stored, "x").text, post(stored, "x").state) == (TEXTS["x"], "withdrawn")


def test_a_withdrawn_post_keeps_its_words_and_says_who_took_it_down(stored: Database) -> None:
    publish(stored)
    social.withdraw(stored, social.get_posts(stored, "701"), "x", post(stored, "x").published[0].id, "Typo", "ines")
    (row,) = post(stored, "x").published
    assert (row.words, row.out, row.withdrawn_by, row.withdrawn_why) == (TEXTS["x"], False, "ines", "Typo")
    assert (post(stored, "x").text, post(stored, "x").state) == (TEXTS["x"], "withdrawn")


def test_taking_down_an_older_post_leaves_the_new_draft_alone(stored: Database) -> None:
    publish(stored)
    social.save(stored, social.get_posts(stored, "701"), "x", "Better words.", "ines")
    social.withdraw(stored, social.get_posts(stored, "701"), "x", post(stored, "x").published[0].id, "", "ines")
    assert (post(stored, "x").text, post(stored, "x").state) == ("Better words.", "draft")


def test_every_state_stands_in_the_history_with_who_did_it(stored: Database) -> None:
    publish(stored)
    social.withdraw(stored, social.get_posts(stored, "701"), "x", post(stored, "x").published[0].id, "Typo", "ines")
    told = [(event.kind, event.who, event.why) for event in ledger.events(stored, "701", "social_content.x")]
    assert told == [("withdraw", "ines", "Typo"), ("publish", "omar", "On our page"), ("approve", "ines", None)]


def test_a_link_that_leads_nowhere_is_refused(stored: Database) -> None:
    for link in ("javascript:alert(1)", "x.com/firm/1", "https://"):
        with pytest.raises(InvalidValue, match="no web address"):
            publish(stored, link=link)
    assert post(stored, "x").published == ()


def test_a_state_of_an_older_system_is_shown_as_it_is(database: Database) -> None:
    posts = [{"channel": "x", "text": "Old.", "state": "scheduled"}]
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "701", "social_content": {"posts": posts}})
    assert post(database, "x").state == "scheduled"


def test_what_belongs_to_the_call_has_to_be_looked_at_before_the_yes(stored: Database) -> None:
    dialogue = [{"speaker": "Rosa", "side": "client", "text": "It is worth four hundred thousand.", "phase": None}]
    with stored.session() as session:
        transcripts.upsert(session, {"external_id": "701", "dialogue": dialogue})
    words = "Is a sum of 400 thousand an estate? It is."
    with pytest.raises(InvalidValue, match="nobody has looked at"):
        social.approve(stored, social.get_posts(stored, "701"), "x", words, "ines")
    social.approve(stored, social.get_posts(stored, "701"), "x", words, "ines", looked=True)
    (event, *_) = ledger.events(stored, "701", "social_content.x")
    assert event.why is not None
    assert event.why.startswith("Looked at: an amount of the call: 400 thousand")


def says_an_amount(database: Database) -> None:
    dialogue = [{"speaker": "Rosa", "side": "client", "text": "It is worth four hundred thousand.", "phase": None}]
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "701", "dialogue": dialogue})


def test_what_is_to_be_looked_at_since_the_yes_is_asked_before_it_is_published(stored: Database) -> None:
    social.approve(stored, social.get_posts(stored, "701"), "x", "An estate of 400 thousand.", "ines")
    says_an_amount(stored)
    with pytest.raises(InvalidValue, match="nobody has looked at"):
        social.publish(stored, social.get_posts(stored, "701"), "x", "", "", "omar")
    assert post(stored, "x").published == ()
    social.publish(stored, social.get_posts(stored, "701"), "x", "", "", "omar", looked=True)
    assert post(stored, "x").state == "published"


def test_what_was_looked_at_at_the_yes_is_not_asked_again(stored: Database) -> None:
    says_an_amount(stored)
    words = "An estate of 400 thousand."
    social.approve(stored, social.get_posts(stored, "701"), "x", words, "ines", looked=True)
    social.publish(stored, social.get_posts(stored, "701"), "x", "", "", "omar")
    assert post(stored, "x").state == "published"


def test_a_name_that_came_to_light_since_the_yes_keeps_the_post_from_being_published(stored: Database) -> None:
    social.approve(stored, social.get_posts(stored, "701"), "x", "Ask Odalys.", "ines", looked=True)
    with stored.session() as session:
        crm = {"client_name": "Odalys Marsh", "spouse_name": "Will"}
        transcripts.upsert(session, {"external_id": "701", "crm_data": crm})
    with pytest.raises(InvalidValue, match="never published"):
        social.publish(stored, social.get_posts(stored, "701"), "x", "", "", "omar", looked=True)
    assert post(stored, "x").published == ()

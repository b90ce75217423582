import asyncio
import re
from typing import Any

from services.agents.social import CHANNEL_LIMITS, SocialAgent, posts
from services.playbooks.loader import load
from tests.agents import examples


def written(call: str = "", **changes: Any) -> list[dict[str, str]]:
    return posts(examples.extraction(**changes), load(), call=call)


def test_there_is_one_draft_a_channel_within_its_limit() -> None:
    data = {"extracted_entities": examples.extraction()}
    made = asyncio.run(SocialAgent(load()).run(data))["social_content"]["posts"]
    assert [post["channel"] for post in made] == list(CHANNEL_LIMITS)
    for post in made:
        assert 0 < len(post["text"]) <= CHANNEL_LIMITS[post["channel"]]
        assert post["state"] == "draft"


def test_no_name_and_no_words_of_the_call_reach_a_post() -> None:
    text = " ".join(post["text"] for post in written()).lower()
    for name in ("robert", "nolan", "ellen", "whitfield"):
        assert name not in text
    words = text.split()
    runs = {" ".join(words[i : i + 6]) for i in range(len(words))}
    for _, _, turn in examples.TURNS:
        said = turn.lower().split()
        assert not runs & {" ".join(said[i : i + 6]) for i in range(max(len(said) - 5, 0))}


def test_every_product_and_objection_of_the_playbook_has_an_insight_that_fits_x() -> None:
    for subject in load().subjects:
        assert subject.insight, subject.name
        assert all(len(insight) <= CHANNEL_LIMITS["x"] for insight in subject.insights)


def test_a_call_about_nothing_gives_no_post() -> None:
    assert written(products_discussed=[], objections=[]) == []


def test_a_call_gets_the_same_posts_again() -> None:
    assert written("701") == written("701")


def test_calls_on_the_same_subjects_get_posts_that_differ() -> None:
    openings = {written(str(call))[0]["text"].split("\n")[0] for call in range(40)}
    assert len(openings) >= 4
    assert len({written(str(call))[0]["text"] for call in range(40)}) >= 20


def test_a_linkedin_post_says_more_than_the_others() -> None:
    linkedin, facebook, x = (len(post["text"]) for post in written("701"))
    assert linkedin > facebook > x


def test_no_post_says_a_sentence_twice() -> None:
    for call in range(40):
        for post in written(str(call)):
            paragraphs = post["text"].split("\n\n")
            assert len(paragraphs) == len(set(paragraphs))


def test_every_subject_has_words_that_nobody_would_take_for_a_client_s() -> None:
    """No quotes, no figures, no 'a client told me' in what may be published unread."""
    for subject in load().subjects:
        for words in (*subject.insights, *subject.stories):
            assert not re.search(r"[0-9$%]|\bclient\b|told me|[\"“”]", words), words

import asyncio
from typing import Any

from services.agents.social import CHANNEL_LIMITS, SocialAgent, posts
from services.playbooks.loader import load
from services.playbooks.model import Objection, Product
from tests.agents import examples


def written(**changes: Any) -> list[dict[str, str]]:
    return posts(examples.extraction(**changes), load())


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
    playbook = load()
    subjects: list[Product | Objection] = [*playbook.products, *playbook.objections]
    for subject in subjects:
        assert subject.insight, subject.name
        assert len(subject.insight) <= CHANNEL_LIMITS["x"]


def test_a_call_about_nothing_gives_no_post() -> None:
    assert written(products_discussed=[], objections=[]) == []

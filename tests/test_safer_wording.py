"""What is offered in place of a client's words or details is never worse than what stood there."""

import itertools

import pytest

from services.agents.social import CHANNEL_LIMITS
from services.safer_wording import all_safer, safer, trouble_in
from tests.test_publish_guard import private

SENTENCES = (
    "Robert Nolan asked the question that everybody asks.",
    "The Nolans' plan was a good one.",
    "Write to robert@nolan.example, or call 918-555-0143.",
    "A $400,000 house in Tulsa, Oklahoma needs a plan.",
    "Somebody moved away after the flood, and he never answers when we call him.",
    "A brother who never answers a call on his mom's farm after the flood moved away.",
    "A 72-year-old dentist with three LLCs and twins owns a vineyard.",
    "Proud of this one. #nolanfamily",
    "Start early.",
)


@pytest.mark.parametrize(
    ("post", "better"),
    [
        ("Robert Nolan asked the right question.", "A client asked the right question."),
        ("We thank Robert's wife.", "We thank a client's wife."),
        ("A house worth $400,000 needs a plan.", "A house worth a sizeable sum needs a plan."),
        ("A $400,000 house needs a plan.", "A sizeable house needs a plan."),
        ("A bakery in Tulsa, Oklahoma needs a plan.", "A business in the area needs a plan."),
        ("A dentist with three LLCs needs a plan.", "A professional with several LLCs needs a plan."),
        ("A 72-year-old widow called.", "A widow called."),
        ("Write to robert@nolan.example for more.", "Write to us for more."),
        ("<b>Plan</b> ahead.", "Plan ahead."),
    ],
)
def test_details_become_general_words(post: str, better: str) -> None:
    assert all_safer(post, private(), 3000) == better


def test_a_client_s_words_become_an_insight_on_the_call_s_subject() -> None:
    heard = private()
    words = all_safer("Start early. He never answers when we call him about mom's farm.", heard, 3000)
    assert words is not None
    spoken = [one for one in heard.playbook.subjects if one.name in ("Price", "Revocable Living Trust")]
    assert words.removeprefix("Start early. ") in [insight for one in spoken for insight in one.insights]


@pytest.mark.parametrize("post", [" ".join(pair) for pair in itertools.permutations(SENTENCES, 2)])
def test_what_is_offered_has_fewer_findings_and_fits_the_channel(post: str) -> None:
    heard = private()
    before = trouble_in(post, heard)
    for trouble in before:
        better = safer(post, trouble, heard, CHANNEL_LIMITS["x"])
        assert better is not None, trouble
        assert len(trouble_in(better, heard)) < len(before)
        assert len(better) <= CHANNEL_LIMITS["x"]
    whole = all_safer(post, heard, CHANNEL_LIMITS["x"])
    assert not before or (whole is not None and trouble_in(whole, heard) == [])


def test_a_clean_post_is_offered_nothing() -> None:
    assert all_safer("Start early.", private(), 280) is None

"""Posts in a model's words. It is told the trade's insights and no word of the call; the guard reads what it writes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from services import sentence_words
from services.analyst.numbers import numbers_in
from services.model_faults import ModelFault
from services.model_mind.asking import Asking, MindNote
from services.model_mind.writing import LONGEST_SENTENCES, builtin, by_model, speaks_to_a_program, visible
from services.model_replies import Reply
from services.playbooks.loader import Playbook
from services.publish_guard import Kind, Private, findings_in
from services.wording import listed

_REASONS: Mapping[Kind, str] = {
    "name": "names somebody of the call",
    "other name": "names somebody of the call",
    "address": "holds an address, a link or mark-up",
    "amount": "holds an amount of the call",
    "place": "names where the client lives or owns",
    "client's words": "repeats words of the call",
    "near words": "repeats words of the call",
}


class PostWords(BaseModel):
    """One post a channel."""

    linkedin: str = Field(description="Two or three short paragraphs.")
    facebook: str = Field(description="One or two short paragraphs, more personal in tone.")
    x: str = Field(description="One or two sentences, at most 250 characters.")


@dataclass(frozen=True)
class _Judged:
    """One answer: the posts that may be given out, by channel, and why the others may not."""

    reply: Reply[PostWords]
    posts: dict[str, str]
    wrong: dict[str, str]


def write(
    asking: Asking, topics: Sequence[str], insights: Sequence[str], private: Private, limits: Mapping[str, int]
) -> tuple[dict[str, str], MindNote]:
    """The posts that may be given out, by channel, with their note; the builtin ones stand for the others.

    ``topics`` and ``insights`` are the playbook's words; ``limits`` are in characters a channel.
    """
    system = _task(private.playbook)
    user = _about(topics, insights, private.playbook)
    try:
        best = _judged(asking.structured("write", system, user, PostWords), private, limits)
        if best.wrong:
            best = _better(best, asking, system, user, private, limits)
    except ModelFault as fault:
        return {}, builtin(fault.sentence)
    if not best.posts:
        return {}, builtin(f"No post of the model may be given out: {_told(best.wrong)}.")
    builtin_ones = f"The builtin post stands where the model's may not: {_told(best.wrong)}." if best.wrong else None
    return best.posts, by_model(best.reply, builtin_ones)


def _better(
    first: _Judged, asking: Asking, system: str, user: str, private: Private, limits: Mapping[str, int]
) -> _Judged:
    """The answer to the question asked once more with what was wrong, where more of its posts may be given out."""
    repair = f"{user}\n\nYour last answer may not be published: {_told(first.wrong)}. Answer again without that."
    try:
        second = _judged(asking.structured("write", system, repair, PostWords), private, limits)
    except ModelFault:
        return first
    return second if len(second.posts) > len(first.posts) else first


def _judged(reply: Reply[PostWords], private: Private, limits: Mapping[str, int]) -> _Judged:
    posts: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for channel, limit in limits.items():
        text = _tidy(str(getattr(reply.value, channel, "")))
        reasons = list(dict.fromkeys(_wrong_with(text, limit, private)))
        if reasons:
            wrong[channel] = listed(reasons)
        else:
            posts[channel] = text
    return _Judged(reply, posts, wrong)


def _tidy(words: str) -> str:
    """Words of an answer with their paragraphs, without what can't be seen."""
    lines = [" ".join(visible(line).split()) for line in words[:LONGEST_SENTENCES].splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _wrong_with(text: str, limit: int, private: Private) -> Iterator[str]:
    """Why a post may not be given out."""
    if not text:
        yield "is empty"
    if len(text) > limit:
        yield f"has {len(text):,} characters where {limit:,} fit"
    yield from (_REASONS[found.kind] for found in findings_in(text, private))
    folded, trade = sentence_words.plain(text), _trade(private.playbook)
    for name, reason in (("bonds", "promises something"), ("legal", "gives legal advice")):
        if any(folded[hit.start : hit.end] not in trade for hit in sentence_words.cues(name, folded)):
            yield reason
    if any(number.money or number.shape == "percent" for number in numbers_in(folded)):
        yield "holds a figure that nobody gave"
    if speaks_to_a_program(text):
        yield "speaks of instructions"
    if re.search(r"(?<!\w)@\w", text):
        yield "names somebody's account"


def _trade(playbook: Playbook) -> str:
    """What the firm itself says in public, folded."""
    said = [words for one in playbook.subjects for words in (*one.insights, *one.stories)]
    names = [one.name for one in playbook.products]
    return sentence_words.plain(" ".join([*said, *names, *playbook.social.questions, *playbook.social.hashtags]))


def _told(wrong: Mapping[str, str]) -> str:
    return "; ".join(f"the {channel} post {reason}" for channel, reason in wrong.items())


def _about(topics: Sequence[str], insights: Sequence[str], playbook: Playbook) -> str:
    said = "\n".join(f"- {insight}" for insight in insights)
    parts = [f"Write the posts.\n\nTopics: {', '.join(topics)}.\n\nWhat the firm thinks about them:\n{said}"]
    if playbook.social.question:
        parts.append(f"A question to end with, if it fits: {playbook.social.question}")
    if playbook.social.hashtags:
        parts.append(f"Tags for LinkedIn and X: {' '.join(playbook.social.hashtags)}")
    return "\n\n".join(parts)


def _task(playbook: Playbook) -> str:
    return _TASK.format(trade=playbook.name)


_TASK = """\
You write short posts for a firm for {trade}: one for LinkedIn, one for Facebook, one for X. Each shares one insight \
of the trade in plain words, for people who have never thought about it.

How to write them:
- Build on the firm's own thoughts below; add no figures, no statistics, no amounts, no stories about people.
- Name nobody and no place. No "a client told me", no quotes.
- No legal or tax advice, no promise, no link, no address, no HTML, no mention of an account.
"""

"""The Social agent: posts that share an insight of the trade, never a client's words or name."""

import asyncio
from collections.abc import Mapping
from typing import Any

from services.agents import findings
from services.agents.contract import Extraction, require
from services.model_mind.asking import MindNote, ModelMind
from services.model_mind.posts import write
from services.model_mind.writing import builtin
from services.playbooks.loader import Playbook
from services.publish_guard import Private, findings_in

CHANNEL_LIMITS = {"linkedin": 3000, "facebook": 2000, "x": 280}


class SocialAgent:
    """Gives ``social_content``: ``{"posts": [{channel, text, state}]}``, one draft a channel; and ``social_mind``.

    With a mind a model words them; it needs ``call`` and ``dialogue`` then. No post is given out in which the guard
    finds something of the call, as far as call and dialogue are known.
    """

    name = "Social"
    needs = frozenset({"extracted_entities"})

    def __init__(self, playbook: Playbook, mind: ModelMind | None = None) -> None:
        self._playbook, self._mind = playbook, mind
        if mind is not None:
            self.needs = SocialAgent.needs | {"call", "dialogue"}

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        extraction: Extraction = data["extracted_entities"]
        private = _private(data, self._playbook)
        made, note = posts(extraction, self._playbook, private), builtin()
        if self._mind is not None and private is not None and made:
            worded, note = await asyncio.to_thread(self._by_model, self._mind, data, private)
            made = [post | {"text": worded.get(post["channel"], post["text"])} for post in made]
        return {"social_content": {"posts": made}, "social_mind": note}

    def _by_model(self, mind: ModelMind, data: dict[str, Any], private: Private) -> tuple[dict[str, str], MindNote]:
        extraction: Extraction = data["extracted_entities"]
        topics = [*findings.objections(extraction), *findings.products(extraction)]
        insights = _insights(extraction, self._playbook, private)
        return write(mind.about(data, self.name), topics, insights, private, CHANNEL_LIMITS)


def _private(data: Mapping[str, Any], playbook: Playbook) -> Private | None:
    """What no post may hold; None where the call is not at hand."""
    if "call" not in data or "dialogue" not in data:
        return None
    return Private(data["dialogue"], data["extracted_entities"], data["call"].header, playbook)


def posts(extraction: Extraction, playbook: Playbook, private: Private | None = None) -> list[dict[str, str]]:
    """One post a channel about what this call was about; no post where no insight fits.

    The words are the playbook's alone: the call chooses the subject, and gives none of its words. Where the firm's own
    words were said in the call, as the guard finds with ``private``, they are left out.
    """
    insights = _insights(extraction, playbook, private)
    if not insights:
        return []
    first, question = insights[0], playbook.social.question
    question = question if _may_be_said(question, private) else ""
    tags = " ".join(playbook.social.hashtags)
    texts = {
        "linkedin": "\n\n".join(part for part in [*insights[:3], question, tags] if part),
        "facebook": "\n\n".join(part for part in [*insights[:2], question] if part),
        "x": _within(CHANNEL_LIMITS["x"], first, tags),
    }
    return [{"channel": channel, "text": text.strip(), "state": "draft"} for channel, text in texts.items()]


def _insights(extraction: Extraction, playbook: Playbook, private: Private | None) -> list[str]:
    """The playbook's insights on the client's worries first, then on the products."""
    worries = set(findings.objections(extraction))
    discussed = set(findings.products(extraction))
    of_worries = [objection.insight for objection in playbook.objections if objection.name in worries]
    of_products = [product.insight for product in playbook.products if product.name in discussed]
    return [insight for insight in of_worries + of_products if insight and _may_be_said(insight, private)]


def _may_be_said(words: str, private: Private | None) -> bool:
    return private is None or not findings_in(words, private)


def _within(limit: int, text: str, tags: str) -> str:
    """A text with its tags where they fit, else cut at a word."""
    whole = f"{text} {tags}".strip()
    if len(whole) <= limit:
        return whole
    return text if len(text) <= limit else f"{text[: limit - 1].rsplit(' ', 1)[0]}…"

"""The Social agent: posts that share an insight of the trade, never a client's words or name."""

from typing import Any

from services.agents import findings
from services.agents.contract import Extraction, require
from services.playbooks.loader import Playbook

CHANNEL_LIMITS = {"linkedin": 3000, "facebook": 2000, "x": 280}


class SocialAgent:
    """Gives ``social_content``: ``{"posts": [{channel, text, state}]}``, one draft a channel."""

    name = "Social"
    needs = frozenset({"extracted_entities"})

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        return {"social_content": {"posts": posts(data["extracted_entities"], self._playbook)}}


def posts(extraction: Extraction, playbook: Playbook) -> list[dict[str, str]]:
    """One post a channel about what this call was about; no post where no insight fits.

    The words are the playbook's alone: the call chooses the subject, and gives none of its words.
    """
    insights = _insights(extraction, playbook)
    if not insights:
        return []
    first, question = insights[0], playbook.social.question
    tags = " ".join(playbook.social.hashtags)
    texts = {
        "linkedin": "\n\n".join([*insights[:3], question, tags]),
        "facebook": "\n\n".join([*insights[:2], question]),
        "x": _within(CHANNEL_LIMITS["x"], first, tags),
    }
    return [{"channel": channel, "text": text.strip(), "state": "draft"} for channel, text in texts.items()]


def _insights(extraction: Extraction, playbook: Playbook) -> list[str]:
    """The playbook's insights on the client's worries first, then on the products."""
    worries = set(findings.objections(extraction))
    discussed = set(findings.products(extraction))
    of_worries = [objection.insight for objection in playbook.objections if objection.name in worries]
    of_products = [product.insight for product in playbook.products if product.name in discussed]
    return [insight for insight in of_worries + of_products if insight]


def _within(limit: int, text: str, tags: str) -> str:
    """A text with its tags where they fit, else cut at a word."""
    whole = f"{text} {tags}".strip()
    if len(whole) <= limit:
        return whole
    return text if len(text) <= limit else f"{text[: limit - 1].rsplit(' ', 1)[0]}…"

"""The Social agent: posts that share an insight of the trade, never a client's words or name."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from services import as_it_stands
from services.agents import findings
from services.agents.contract import Extraction, require
from services.as_it_stands import AsItStands
from services.model_mind.asking import MindNote, ModelMind
from services.model_mind.posts import write
from services.model_mind.writing import builtin
from services.playbooks.loader import Playbook
from services.playbooks.model import Objection, Product
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
        private = private_to(data, self._playbook)
        data = as_it_stands.over(data)
        extraction: Extraction = data["extracted_entities"]
        made, note = posts(extraction, self._playbook, private, _id_of(data)), builtin()
        if self._mind is not None and private is not None and made:
            worded, note = await asyncio.to_thread(self._by_model, self._mind, data, private)
            made = [post | {"text": worded.get(post["channel"], post["text"])} for post in made]
        return {"social_content": {"posts": made}, "social_mind": note}

    def _by_model(self, mind: ModelMind, data: dict[str, Any], private: Private) -> tuple[dict[str, str], MindNote]:
        extraction: Extraction = data["extracted_entities"]
        topics = [*findings.objections(extraction), *findings.products(extraction)]
        insights = _insights(extraction, self._playbook, private, _id_of(data))
        return write(mind.about(data, self.name), topics, insights, private, CHANNEL_LIMITS)


def _id_of(data: Mapping[str, Any]) -> str:
    """The call's id, where it is at hand."""
    call = data.get("call")
    return str(getattr(call, "external_id", None) or data.get("transcript_id") or "")


def private_to(data: Mapping[str, Any], playbook: Playbook) -> Private | None:
    """What no post may hold; None where the call is not at hand."""
    if "call" not in data or "dialogue" not in data:
        return None
    found: Extraction = data["extracted_entities"]
    now: AsItStands | None = data.get("as_it_stands")
    if now is None:
        return Private(data["dialogue"], found, data["call"].header, playbook)
    names = [data["call"].header.client_name, now.header.client_name, findings.fact_value(found, "spouse_name")]
    told = " ".join(str(name) for name in dict.fromkeys(names) if name)  # neither the old name nor the new one
    return Private(data["dialogue"], now.extraction, replace(now.header, client_name=told or None), playbook)


def posts(
    extraction: Extraction, playbook: Playbook, private: Private | None = None, call: str = ""
) -> list[dict[str, str]]:
    """One post a channel about what this call was about; no post where no insight fits.

    The words are the playbook's alone: the call chooses the subjects, and gives none of its words. Which of the
    playbook's sentences on a subject stand there hangs on ``call``, the call's id: posts differ between calls, and a
    call gets the same ones again. Where the firm's own words were said in the call, as the guard finds with
    ``private``, they are left out.
    """
    pick = _Pick(call, private)
    subjects = pick.subjects(extraction, playbook)
    if not subjects:
        return []
    first, second = subjects[0], subjects[1] if len(subjects) > 1 else None
    question, tags = pick.one(playbook.social.questions, "question"), " ".join(playbook.social.hashtags)
    lead, other = pick.one(first.insights, "linkedin"), pick.one(second.insights, "linkedin") if second else ""
    linkedin = [lead, pick.one(first.stories, "story"), other, question, tags]
    beside = second or first
    facebook = [pick.one(beside.stories, "story"), pick.one(beside.insights, "facebook", other or lead)]
    last = subjects[2] if len(subjects) > 2 else first
    texts = {
        "linkedin": _paragraphs(linkedin),
        "facebook": _paragraphs([*facebook, pick.one(playbook.social.questions, "facebook", question)]),
        "x": _within(CHANNEL_LIMITS["x"], pick.one(last.insights, "x", lead) or lead, tags),
    }
    return [{"channel": channel, "text": text, "state": "draft"} for channel, text in texts.items() if text]


class _Pick:
    """Chooses by the call's id among the playbook's words, and only what the guard lets through."""

    def __init__(self, call: str, private: Private | None) -> None:
        self._call, self._private = call, private
        self._allowed: dict[str, bool] = {}

    def subjects(self, extraction: Extraction, playbook: Playbook) -> list[Objection | Product]:
        """What the call was about and something may be said of: the client's worries, then the products."""
        spoken = {*findings.objections(extraction)}, {*findings.products(extraction)}
        worries = [one for one in playbook.objections if one.name in spoken[0] and self.one(one.insights, "any")]
        products = [one for one in playbook.products if one.name in spoken[1] and self.one(one.insights, "any")]
        return [*sorted(worries, key=self._place), *sorted(products, key=self._place)]

    def one(self, sentences: Sequence[str], purpose: str, but: str = "") -> str:
        """One of the sentences, another one than ``but`` where there is one; empty where none may be said."""
        if not sentences:
            return ""
        first = self._number(purpose, sentences[0]) % len(sentences)
        turned = [*sentences[first:], *sentences[:first]]
        fresh = (one for one in turned if one != but and self._may_be_said(one))
        return next(fresh, but if but in sentences else "")

    def _may_be_said(self, words: str) -> bool:
        if words not in self._allowed:
            self._allowed[words] = self._private is None or not findings_in(words, self._private)
        return self._allowed[words]

    def _place(self, subject: Objection | Product) -> int:
        return self._number(subject.name)

    def _number(self, *parts: str) -> int:
        """A number that hangs on the call and the parts alone, the same on every machine."""
        return int.from_bytes(sha256("\0".join((self._call, *parts)).encode(errors="replace")).digest()[:8])


def _paragraphs(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _insights(extraction: Extraction, playbook: Playbook, private: Private | None, call: str) -> list[str]:
    """What a model is told that the firm thinks: of each subject two sentences."""
    pick = _Pick(call, private)
    told: list[str] = []
    for subject in pick.subjects(extraction, playbook):
        first = pick.one(subject.insights, "told")
        told += dict.fromkeys([first, pick.one(subject.insights, "told too", first)])
    return told


def _within(limit: int, text: str, tags: str) -> str:
    """A text with its tags where they fit, else cut at a word."""
    whole = f"{text} {tags}".strip()
    if len(whole) <= limit:
        return whole
    return text if len(text) <= limit else f"{text[: limit - 1].rsplit(' ', 1)[0]}…"

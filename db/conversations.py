"""Conversations with the copilot: whose they are, what was asked, what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ARRAY, Text, cast, delete, func, select, update
from sqlalchemy.orm import Session

from db.errors import NoSuchRow
from db.models import AskedQuestion, Conversation
from db.stored import storable_text, to_json

ERASED = "This sentence told of a call that was erased."


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation in the list."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with its answer, as it is stored."""

    id: int
    words: str
    state: str
    answer: Any
    asked_at: datetime


def begin(session: Session, actor: str, title: str) -> str:
    """A new conversation; its id."""
    made = Conversation(id=uuid4().hex, actor=actor, title=storable_text(title))
    session.add(made)
    session.flush()
    return made.id


def listing(session: Session, actor: str, limit: int = 50) -> list[ConversationRow]:
    """A person's conversations, the latest first."""
    columns = [getattr(Conversation, name) for name in ConversationRow.__slots__]
    mine = select(*columns).where(Conversation.actor == actor)
    rows = session.execute(mine.order_by(Conversation.updated_at.desc(), Conversation.id).limit(limit))
    return [ConversationRow(*row) for row in rows]


def belongs(session: Session, conversation: str, actor: str) -> bool:
    """Whether there is such a conversation of this person."""
    found = select(Conversation.id).where(Conversation.id == conversation, Conversation.actor == actor)
    return session.scalar(found) is not None


def ask(session: Session, conversation: str, actor: str, words: str) -> int:
    """Adds a question, which is worked on from now on; its id. Raises NoSuchRow for another's conversation."""
    if not belongs(session, conversation, actor):
        raise NoSuchRow("There is no such conversation.")
    made = AskedQuestion(conversation_id=conversation, words=storable_text(words))
    session.add(made)
    session.execute(update(Conversation).where(Conversation.id == conversation).values(updated_at=func.now()))
    session.flush()
    return made.id


def answer(session: Session, question: int, state: str, answer: Mapping[str, Any] | None, calls: Sequence[str]) -> None:
    """Stores how a question was answered; nothing where it was taken away meanwhile."""
    told = {"state": state, "answer": None if answer is None else to_json(dict(answer)), "calls": list(calls)}
    statement = update(AskedQuestion).where(AskedQuestion.id == question, AskedQuestion.state == "working")
    session.execute(statement.values(**told, answered_at=func.now()))


def questions(session: Session, conversation: str, actor: str) -> list[QuestionRow]:
    """The questions of a person's conversation, the first first. Raises NoSuchRow."""
    if not belongs(session, conversation, actor):
        raise NoSuchRow("There is no such conversation.")
    columns = [getattr(AskedQuestion, name) for name in QuestionRow.__slots__]
    rows = session.execute(
        select(*columns).where(AskedQuestion.conversation_id == conversation).order_by(AskedQuestion.id)
    )
    return [QuestionRow(*row) for row in rows]


def remove(session: Session, conversation: str, actor: str) -> None:
    """Takes a person's conversation away."""
    session.execute(delete(Conversation).where(Conversation.id == conversation, Conversation.actor == actor))


def forget_call(session: Session, external_id: str) -> None:
    """Blanks everything that stored answers tell of a call."""
    told = select(AskedQuestion).where(
        AskedQuestion.calls.op("@>", is_comparison=True)(cast([external_id], ARRAY(Text)))
    )
    for question in session.scalars(told):
        question.answer = _without(question.answer, external_id)
        question.calls = [call for call in question.calls if call != external_id]


def _without(stored: Any, call: str) -> Any:
    """An answer without the sentences, and the draft, that tell of a call."""
    if not isinstance(stored, dict):
        return None
    sentences = [_blanked(each, call) for each in stored.get("sentences") or ()]
    draft = stored.get("draft")
    kept = None if isinstance(draft, dict) and draft.get("call") == call else draft
    bare: dict[str, Any] = {"used": "", "missing": [], "notes": [], "context": {"clients": [], "question": ""}}
    return {**stored, **bare, "sentences": sentences, "draft": kept}


def _blanked(sentence: Any, call: str) -> Any:
    named = [each.get("call") for each in sentence.get("sources") or () if isinstance(each, dict)]
    return {"text": ERASED, "sources": [], "state": "plain"} if call in named else sentence

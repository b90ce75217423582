"""Conversations with the copilot: whose they are, what was asked, what was answered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ARRAY, ColumnElement, Text, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from db.errors import NoSuchRow
from db.models import AskedQuestion, Conversation, ModelAnswer, Transcript
from db.stored import storable_text, to_json

ERASED = "This sentence told of a call that was erased."
ERASED_QUESTION = "A question about a call that was erased"
_SHORTEST_NAME = 3  # letters, of which a name is looked for in a question


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
    """Stores how a question was answered, without what it tells of calls that were erased meanwhile.

    Nothing is stored where the question was taken away. No call is erased between the look for it and the commit.
    """
    kept = select(Transcript.external_id).where(Transcript.external_id.in_(sorted(set(calls))))
    there = set(session.scalars(kept.order_by(Transcript.id).with_for_update(read=True, key_share=True)))
    stored: Any = None if answer is None else dict(answer)
    gone = [call for call in calls if call not in there]
    for call in gone:
        stored = _without(stored, call)
    told = {
        "state": state,
        "answer": None if stored is None else to_json(stored),
        "calls": [call for call in calls if call in there],
    }
    statement = update(AskedQuestion).where(AskedQuestion.id == question, AskedQuestion.state == "working")
    session.execute(statement.values(**told, answered_at=func.now()))
    if gone:
        session.execute(delete(ModelAnswer).where(ModelAnswer.external_id.is_(None)))
        _blank(session, [question])


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


def forget_call(session: Session, external_id: str, names: Sequence[str] = ()) -> None:
    """Blanks everything that stored answers tell of a call, and the questions that are about it alone or name it.

    ``names`` are what its people are called; a part of one is enough in a question whose answer tells of the call, a
    whole one in any other.
    """
    told = select(AskedQuestion).where(
        AskedQuestion.calls.op("@>", is_comparison=True)(cast([external_id], ARRAY(Text)))
    )
    parts = _pattern([part for name in names for part in re.findall(r"[^\W\d_]+", name)])
    blanked = []
    for question in session.scalars(told):
        question.answer = _without(question.answer, external_id)
        question.calls = [call for call in question.calls if call != external_id]
        if not question.calls or (parts and parts.search(question.words)):
            blanked.append(question.id)
    session.flush()
    if whole := _pattern(names):
        rows = session.execute(select(AskedQuestion.id, AskedQuestion.words).where(_holds(names)))
        blanked += [number for number, words in rows if whole.search(words)]
    _blank(session, blanked)


def _holds(names: Sequence[str]) -> ColumnElement[bool]:
    """Whether a question holds one of some names, whatever the case."""
    return or_(*(AskedQuestion.words.icontains(name, autoescape=True) for name in names))


def _pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """What finds any of some names, as words of their own, whatever the case; None where there is none."""
    long_enough = [re.escape(name) for name in names if len(name) >= _SHORTEST_NAME]
    return re.compile(rf"(?<!\w)(?:{'|'.join(long_enough)})(?!\w)", re.IGNORECASE) if long_enough else None


def _blank(session: Session, questions: Sequence[int]) -> None:
    """Takes the words of questions away, and of conversations that are called by one of them."""
    asked = select(AskedQuestion.conversation_id).where(AskedQuestion.id.in_(questions))
    session.execute(update(Conversation).where(Conversation.id.in_(asked)).values(title=ERASED_QUESTION))
    session.execute(update(AskedQuestion).where(AskedQuestion.id.in_(questions)).values(words=ERASED_QUESTION))


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

"""Where questions are worked on: in threads of the process, so that an answer is stored though nobody waits for it.

Each person has conversations of their own. Who comes back sees what is being done, or the answer.
"""

import re
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import ValidationError

from db import conversations as stored
from db.conversations import ConversationRow
from services.copilot.contract import Answer, Context, Sentence
from services.copilot.engine import LONGEST_QUESTION, Afresh, Doing, Done, Piece, ask
from services.copilot.recollection import Recollection
from services.copilot.thinking import Thinking
from services.database import Database, translated
from services.errors import AftercallError, InvalidValue
from services.faults import unforeseen

__all__ = ["Asked", "ConversationRow", "Desk", "Progress"]

State = Literal["working", "answered", "stopped", "failed"]
LONGEST_TITLE = 80
_LOST = timedelta(minutes=30)  # after which a question that nobody works on any more is given up
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@&])")


@dataclass
class Progress:
    """What is being done with a question now: words for who waits, and the answer as far as it is."""

    doing: str = "Reading the question"
    text: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Asked:
    """A question with its answer, None where there is none (yet), and what is being done with it in this process."""

    id: int
    words: str
    state: State
    answer: Answer | None
    asked_at: datetime
    progress: Progress | None = None


class Desk:
    """Takes questions and works on them. One a process; threads share it."""

    def __init__(
        self, database: Database, memory: Recollection, thinking: Callable[[], Thinking | None] = lambda: None
    ) -> None:
        self._database, self._memory, self._thinking = database, memory, thinking
        self._at_work: dict[int, Progress] = {}
        self._lock = threading.Lock()

    def conversations(self, actor: str) -> list[ConversationRow]:
        """A person's conversations, the latest first."""
        with translated(), self._database.session() as session:
            return stored.listing(session, actor)

    def asked(self, conversation: str, actor: str) -> list[Asked]:
        """All questions of a conversation. Raises NotFound."""
        with self._lock:
            at_work = dict(self._at_work)  # taken first: what ends meanwhile has ended, and is nobody else's
        with translated(), self._database.session() as session:
            rows = stored.questions(session, conversation, actor)
        return [self._asked(row, at_work.get(row.id) or self.progress(row.id)) for row in rows]

    def ask(self, conversation: str | None, words: str, actor: str) -> tuple[str, int]:
        """Puts a question, in a new conversation where none is named; both ids. Raises NotFound, InvalidValue."""
        question = " ".join(words.split())
        if not question:
            raise InvalidValue("There is no question.", remedy="Write one.")
        if len(question) > LONGEST_QUESTION:
            raise InvalidValue(f"A question has {LONGEST_QUESTION:,} characters at most.", remedy="Shorten it.")
        with translated(), self._database.session() as session:
            own = conversation or stored.begin(session, actor, question[:LONGEST_TITLE])
            before = _context(stored.questions(session, own, actor))
            number = stored.ask(session, own, actor, question)
        progress = Progress()
        with self._lock:
            self._at_work[number] = progress
        work = threading.Thread(target=self._work, args=(number, question, before, actor, progress), daemon=True)
        work.start()
        return own, number

    def progress(self, question: int) -> Progress | None:
        """What is being done with a question; None where it is not worked on here."""
        with self._lock:
            return self._at_work.get(question)

    def stop(self, question: int) -> None:
        """Has the work on a question end; what was found until then is dropped."""
        if (progress := self.progress(question)) is not None:
            progress.stop.set()

    def remove(self, conversation: str, actor: str) -> None:
        """Takes a conversation away."""
        with translated(), self._database.session() as session:
            stored.remove(session, conversation, actor)

    def close(self, patience: float = 5.0) -> None:
        """Stops all work, waiting a little for each."""
        with self._lock:
            left = list(self._at_work.values())
        for progress in left:
            progress.stop.set()
        for progress in left:
            progress.ended.wait(patience)

    def _work(self, number: int, question: str, before: Context, actor: str, progress: Progress) -> None:
        state: State = "failed"
        answer: Answer | None = None
        try:
            answer = self._answered(question, before, actor, progress)
            state = "answered" if answer is not None else "stopped"
        except AftercallError as error:
            answer = _failed(error.sentence)
        except Exception as error:  # noqa: BLE001 (the question must not stay without an end)
            answer = _failed(unforeseen("The copilot", error).sentence)
        try:
            self._store(number, state, answer)
        except AftercallError as error:
            unforeseen("Storing an answer", error)
        finally:
            with self._lock:
                self._at_work.pop(number, None)
            progress.ended.set()

    def _answered(self, question: str, before: Context, actor: str, progress: Progress) -> Answer | None:
        """The answer; None where it was stopped."""
        events = ask(self._database, self._memory, question, before, actor, thinking=self._thinking())
        with closing(events):
            for event in events:
                if progress.stop.is_set():
                    return None
                match event:
                    case Doing():
                        progress.doing = event.words
                    case Piece():
                        progress.text += event.text
                    case Afresh():
                        progress.text = ""
                    case Done():
                        return event.answer
        return None

    def _store(self, number: int, state: State, answer: Answer | None) -> None:
        told = None if answer is None else answer.model_dump(mode="json")
        with translated(), self._database.session() as session:
            stored.answer(session, number, state, told, answer.calls if answer else ())

    def _asked(self, row: stored.QuestionRow, progress: Progress | None) -> Asked:
        state: State = row.state  # type: ignore[assignment]
        answer = _read(row.answer)
        gone = progress is None and datetime.now(UTC) - row.asked_at > _LOST
        if state == "working" and gone:
            state, answer = "failed", _failed("The work on this question was broken off. Ask it again.")
        return Asked(row.id, row.words, state, answer, row.asked_at, progress)


def as_markdown(title: str, questions: list[Asked]) -> str:
    """A conversation to take along: every sentence with the calls that it is from, all words escaped."""
    lines = [f"# {_escaped(title)}", ""]
    for asked in questions:
        lines += [f"## {_escaped(asked.words)}", ""]
        for sentence in asked.answer.sentences if asked.answer else ():
            mark = " (no words of a call support this)" if sentence.state == "unsupported" else ""
            lines.append(f"{_escaped(sentence.text)}{mark}")
            for source in sentence.sources:
                turn = f", turn {source.turn + 1}" if source.turn is not None else ""
                words = f": {_escaped(source.words)}" if source.words else ""
                lines.append(f"- {_escaped(source.client)}, call {_escaped(source.call)}{turn}{words}")
            lines.append("")
        if asked.answer and asked.answer.used:
            lines += [_escaped(asked.answer.used), ""]
        if asked.answer and asked.answer.draft:
            draft = asked.answer.draft
            lines += [f"Subject: {_escaped(draft.subject)}", "", *map(_escaped, draft.body.splitlines()), ""]
        if asked.state == "stopped":
            lines += ["This question was stopped.", ""]
    return "\n".join(lines)


def _escaped(words: str) -> str:
    """One line of text that no reader of Markdown or HTML takes for anything else."""
    return _MARKDOWN.sub(r"\\\1", " ".join(words.split()))


def _context(rows: list[stored.QuestionRow]) -> Context:
    """What the last answered question spoke of."""
    answered = [answer for row in rows if (answer := _read(row.answer)) is not None and row.state == "answered"]
    return answered[-1].context if answered else Context()


def _read(told: object) -> Answer | None:
    try:
        return None if told is None else Answer.model_validate(told)
    except ValidationError:
        return None


def _failed(sentence: str) -> Answer:
    return Answer(sentences=(Sentence(text=sentence),), answered=False, score=1, reason="It failed.")

"""What the agents ask of the model: noted under run and call, and redacted where the setting says so."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, TypeVar

from pydantic import BaseModel

from services.model_ledger import Question, Task
from services.model_mind.redaction import NOTE, Redaction
from services.model_replies import Reply
from services.settings import Settings

if TYPE_CHECKING:  # half a second to load, for those who have a model
    from services.language_model import LanguageModel

T = TypeVar("T", bound=BaseModel)


class MindNote(TypedDict):
    """Which mind gave an agent's output. ``instead``: why it was not the model, where one is configured.

    ``corrected``: the fields that people had corrected before it was given, each with a mark of the value.
    """

    source: str  # "builtin" or "model"
    model: NotRequired[str]
    prompt_hash: NotRequired[str]
    instead: NotRequired[str]
    corrected: NotRequired[dict[str, str]]


class ModelMind:
    """A language model as the agents see it; one a process, shared by threads."""

    def __init__(self, model: "LanguageModel", chosen: Settings) -> None:
        self._model, self._redacts = model, chosen.model_redact
        self.context = chosen.model_context
        self.most_tokens = chosen.model_max_tokens

    def about(self, data: Mapping[str, Any], agent: str) -> "Asking":
        """The questions that one agent asks about the call that the state holds."""
        return Asking(self._model, agent, data, Redaction.of(data) if self._redacts else None)


class Asking:
    """Asks on behalf of one agent, about one call. Blocks: call it from a thread."""

    def __init__(
        self, model: "LanguageModel", agent: str, data: Mapping[str, Any], redaction: Redaction | None
    ) -> None:
        self._model, self._agent, self._redaction = model, agent, redaction
        self._run_id = data.get("run_id")
        self._external_id = data["call"].external_id if "call" in data else data.get("transcript_id")

    def structured(self, task: Task, system: str, user: str, form: type[T]) -> Reply[T]:
        """The model's answer in a form, with what was hidden put back. Raises ModelFault.

        ``system`` is ours alone; ``user`` holds the call's words, fenced.
        """
        if self._redaction is not None:
            system, user = f"{system}\n{NOTE}", self._redaction.hide(user)
        question = Question(task, self._agent, system, user, self._run_id, self._external_id)
        reply = self._model.structured(question, form)
        if self._redaction is None:
            return reply
        whole = form.model_validate(self._redaction.restore(reply.value.model_dump(by_alias=True)))
        return Reply(whole, reply.model, reply.prompt_hash, reply.remembered)

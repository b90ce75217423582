"""What can go wrong with a language model, in words; none of them is the call's fault, and none of them ends a run."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from services.errors import AftercallError

LONGEST_WAIT = 60.0  # seconds that a server may ask us to wait for; more is an outage
FIRST_WAIT = 0.5  # before the second attempt, about; twice that before the third


class ModelFault(AftercallError):
    """The language model gave nothing that can be used. ``wait``: for how many seconds its server asked us to wait."""

    again: bool = True  # whether the same question may be asked again at once, where the fault can pass

    def __init__(self, message: str, *, remedy: str | None = None, wait: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.wait = wait


class ProgramEnds(AftercallError):
    """The program is ending, so no answer is waited for: whoever asked asks again when it goes on. No ModelFault."""

    passing = True


class ModelAway(ModelFault):
    """The model's server can't be reached, is overloaded, or takes too long: it may answer a moment later."""

    passing = True
    remedy = "It is asked again later; until then the builtin analyst does the work."


class TooSlow(ModelAway):
    """The whole answer did not come in time. It would take as long again, so it is not asked again at once."""

    again = False
    remedy = "Raise MODEL_TIMEOUT, or use a faster model; until then the builtin analyst does the work."


class BrokenOff(ModelAway):
    """An answer ended in the middle, after somebody was shown its beginning."""

    again = False
    remedy = "Ask again."


class ModelRefuses(ModelFault):
    """The server does not let us in: the key, the address or the model's name is wrong, or a budget is spent."""

    remedy = "Check the model's settings; until then the builtin analyst does the work."


class BadAnswer(ModelFault):
    """The model answered, and not in the form that was asked for; or it would not answer this."""

    remedy = "The builtin analyst did this part."


class TooLong(ModelFault):
    """More was asked, or answered, than the model's context holds."""

    remedy = "Choose a model with a longer context, or raise MODEL_CONTEXT if yours has one."


class Unsupported(ModelFault):
    """The server does not know a way of asking: the next one is tried."""

    def __init__(self, option: Literal["form", "tokens", "usage", "other"]) -> None:
        super().__init__("The model's server does not know this way of asking.")
        self.option = option


class BudgetSpent(ModelRefuses):
    """A limit of tokens or money that the settings set is reached."""

    remedy = "Raise the limit in the settings, or wait for the next month."


def of_status(status: int, headers: Mapping[str, str], body: Any, model: str) -> ModelFault:
    """The fault that a server's answer with a status of 400 or more tells of. Nothing of its body is repeated."""
    told = _told(body).lower()
    if status == 401:
        return ModelRefuses("The model's server does not know the key.", remedy="Check OPENAI_API_KEY.")
    if status == 403:
        return ModelRefuses(f"The key may not use the model '{model}'.", remedy="Check OPENAI_API_KEY and MODEL.")
    if status == 404:
        return ModelRefuses(f"The server has no model named '{model}', or is no model's server.", remedy=ADDRESS)
    if status == 402 or (status == 429 and any(word in told for word in _NO_MONEY)):
        return ModelRefuses("The account of the key has no money left.", remedy="Charge it, or use another key.")
    if status == 429:
        return ModelAway("The model's server has too many questions at the moment.", wait=wait_of(headers))
    if status in (400, 413, 422):
        return _bad_request(told)
    if status >= 500 and any(word in told for word in _FORM):
        return Unsupported("form")
    if status in (408, 409, 425) or status >= 500:
        return ModelAway(f"The model's server has a fault of its own ({status}).", wait=wait_of(headers))
    return ModelRefuses(f"The model's server refused the question ({status}).", remedy=ADDRESS)


ADDRESS = "Check OPENAI_BASE_URL and MODEL."
_NO_MONEY = ("insufficient_quota", "current quota", "billing", "insufficient balance")
_FORM = ("response_format", "json_schema", "json_object", "json schema", "schema", "grammar")
_CONTENT = ("content_filter", "content management", "moderation", "safety")
_TOO_MANY = ("too large", "at most", "too high")


def _bad_request(told: str) -> ModelFault:
    if "n_ctx" in told or "context_length" in told or ("context" in told and ("exceed" in told or "maximum" in told)):
        return TooLong("The question is longer than the model's context.")
    if any(word in told for word in _CONTENT):
        return BadAnswer("The model's server would not answer this by its content rules.")
    if "stream_options" in told:
        return Unsupported("usage")
    if "max_tokens" in told or "max_completion_tokens" in told:
        if any(word in told for word in _TOO_MANY):
            return TooLong("The model can't write as much as was asked for.", remedy="Lower MODEL_MAX_TOKENS.")
        return Unsupported("tokens")
    if any(word in told for word in _FORM):
        return Unsupported("form")
    if "temperature" in told or "unsupported" in told or "not supported" in told:
        return Unsupported("other")
    return ModelRefuses("The model's server did not understand the question.", remedy=ADDRESS)


def wait_of(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks us to wait, by its Retry-After; None where it does not say."""
    told = headers.get("retry-after")
    if not told:
        return None
    try:
        seconds = float(told)
        return max(0.0, seconds)
    except ValueError:
        pass
    try:
        until: datetime = parsedate_to_datetime(told)
    except ValueError:
        return None
    left: timedelta = until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)
    return max(0.0, left.total_seconds())


def pause_before(attempt: int, fault: ModelFault) -> float | None:
    """Seconds to wait before another attempt (1 is the first one); None where there is no use in one."""
    if not fault.passing or not fault.again or (fault.wait is not None and fault.wait > LONGEST_WAIT):
        return None
    if fault.wait is not None:
        return fault.wait + random.uniform(0, 0.25)  # noqa: S311 (to part those who wait, not to keep a secret)
    return FIRST_WAIT * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311


def _told(body: Any) -> str:
    """What a server says about a fault: its words' beginnings, for some repeat the whole question after them."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        return " ".join(f"{key} {str(value)[:_ENOUGH]}" for key, value in error.items())
    return str(error or "")[:_ENOUGH]


_ENOUGH = 400

"""The language model: questions asked of any OpenAI-compatible server. The only place that knows the openai library.

Servers differ in what they know, so the form is asked for in three ways, the strictest first (a schema, JSON, words
alone), and the way that worked is remembered. What the model says is only taken in the form that was asked for; whether
it is true is for others to check.
"""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from queue import Queue
from typing import Any, TypeVar, cast

import httpx2
import openai
from openai import AsyncOpenAI
from pydantic import BaseModel

from services import model_ledger, model_replies, model_vectors
from services.circuit import Circuit
from services.database import Database
from services.loops import Loop
from services.model_faults import (
    BadAnswer,
    BrokenOff,
    ModelAway,
    ModelFault,
    ProgramEnds,
    TooLong,
    TooSlow,
    of_status,
)
from services.model_ledger import Question, Taken, estimated
from services.model_manners import Manner, asked_again, in_form, messages_of, options_of, stream_options
from services.model_patience import Patience
from services.model_replies import NotTheForm, Raw, Reply, raw_of, schema_of
from services.model_streams import BROKEN, ENDLESS, check_stream
from services.settings import Settings

T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")
Messages = list[dict[str, str]]
Pieces = Queue[str | None]  # None: the end
OPENAI = "https://api.openai.com/v1"
PICKS_UP = 10.0  # seconds after which a server that does not take the connection is away
MOST_GROWTH = 4  # times the tokens of an answer, where it was cut off
log = logging.getLogger("aftercall.model")
for _library in ("openai", "httpx2", "httpcore2"):  # they write addresses with their passwords, and may write more
    logging.getLogger(_library).setLevel(logging.WARNING)


@dataclass(frozen=True)
class Exchange:
    """What a server gave to one request: ``kind`` of its body by its header, in ``seconds``."""

    status: int
    kind: str
    text: str
    headers: Mapping[str, str]
    seconds: float


class LanguageModel:
    """Asks the configured server. Threads share one; close it at the end."""

    def __init__(self, database: Database, chosen: Settings, circuit: Circuit | None = None) -> None:
        self._database, self._settings = database, chosen
        key = chosen.openai_api_key.get_secret_value() if chosen.openai_api_key else "none"
        patience = httpx2.Timeout(None, connect=min(PICKS_UP, chosen.model_timeout))  # the rest is Patience's
        self._client = AsyncOpenAI(
            api_key=key, base_url=chosen.openai_base_url or OPENAI, max_retries=0, timeout=patience
        )
        self._loop, self._lock, self._closed = Loop("model"), threading.Lock(), False
        self._patience = Patience(chosen, circuit or Circuit())

    def close(self) -> None:
        """Gives up what is still asked, and ends; who waits for an answer gets ProgramEnds."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._loop.run(self._end())
        self._loop.stop()

    def structured(self, question: Question, form: type[T]) -> Reply[T]:
        """Asks for an answer in a form. Raises ModelFault; what it took is noted in any case."""
        schema = json.dumps(schema_of(form), sort_keys=True)
        key, model = self._key(question, schema), self._model(question)
        known = self._remembered(question, key, model, partial(model_replies.read, form=form))
        if known is not None:
            return Reply(known, model, key, remembered=True)
        asked = replace(question, system=in_form(question.system, schema))
        self._allowed(asked, model)
        taken = Taken()
        with self._noted(question, model, taken):
            value, text = _result(self._begin(self._in_form(asked, model, form, taken)))
            model_ledger.keep(self._database, question, key, model, text)
        return Reply(value, model, key, remembered=False)

    def stream(self, question: Question) -> Generator[str, None, None]:
        """The pieces of an answer in words, as they come; a remembered one as one piece. Raises ModelFault.

        That may be in the middle. Nothing is remembered then, nor where the reader ends before the answer does.
        """
        key, model = self._key(question, ""), self._model(question)
        known = self._remembered(question, key, model, str)
        if known is not None:
            yield known
            return
        self._allowed(question, model)
        taken, said = Taken(), list[str]()
        with self._noted(question, model, taken):
            try:
                with closing(self._pieces(question, model, taken)) as pieces:
                    for piece in pieces:
                        said.append(piece)
                        yield piece
            finally:
                if said and not taken.tokens_out:  # the end, which tells them, did not come
                    taken.add(None, None, len(question.system + question.user), len("".join(said)))
            model_ledger.keep(self._database, question, key, model, "".join(said))

    def embeddings(self, question: Question, texts: Sequence[str]) -> list[list[float]]:
        """A vector a text, in their order, by MODEL_EMBED. ``question`` tells for whom; its words are not sent.

        Raises ModelFault; what it took is noted in any case.
        """
        model = self._model(question)
        model_ledger.check_budget(self._database, self._settings, question, model)
        self._patience.check()
        taken, vectors = Taken(), list[list[float]]()
        with self._noted(question, model, taken):
            for batch in model_vectors.batches(texts):
                asked = self._patience.ask(model, partial(self._embedded, batch, model))
                given, tokens = _result(self._begin(asked))
                taken.add(tokens, 0, sum(map(len, batch)), 0)
                vectors += given
            model_vectors.check_alike(vectors)
        return vectors

    async def _embedded(self, texts: Sequence[str], model: str, manner: Manner) -> tuple[list[list[float]], int | None]:
        asked = cast(Any, self._client.embeddings.with_raw_response.create)
        try:
            given = await asked(model=model, input=list(texts), encoding_format="float")
        except _OF_THE_LIBRARY as error:
            raise _fault_of(error, model) from None
        return model_vectors.read(given.text, len(texts), model)

    def exchange(self, path: str, body: Mapping[str, Any] | None = None) -> Exchange:
        """One request as it is, for whoever tests the connection: asked once, noted nowhere, whatever its status.

        ``path`` stands under the server's address, or is one of its own. Raises ModelFault where nothing came back.
        """
        return _result(self._begin(self._exchanged(path, body)))

    async def _exchanged(self, path: str, body: Mapping[str, Any] | None) -> Exchange:
        began, client = time.monotonic(), self._client
        ask = client.get if body is None else partial(client.post, body=dict(body))
        try:
            async with asyncio.timeout(self._settings.model_timeout):
                given: httpx2.Response = await ask(path, cast_to=httpx2.Response)
        except TimeoutError:
            raise TooSlow(f"The model did not answer within {self._settings.model_timeout:g} seconds.") from None
        except openai.APIStatusError as error:
            given = error.response
        except _OF_THE_LIBRARY as error:
            raise _fault_of(error, "") from None
        kind = given.headers.get("content-type", "").partition(";")[0]
        return Exchange(given.status_code, kind, given.text, dict(given.headers), time.monotonic() - began)

    def _pieces(self, question: Question, model: str, taken: Taken) -> Generator[str, None, None]:
        pieces: Pieces = Queue()
        future = self._begin(self._patience.ask(model, partial(self._pieced, question, model, pieces, taken)))
        future.add_done_callback(lambda _: pieces.put(None))
        try:
            while (piece := pieces.get()) is not None:
                yield piece
            _result(future)
        finally:
            future.cancel()  # where the reader left

    def _remembered(self, question: Question, key: str, model: str, read: Callable[[str], R]) -> R | None:
        """What was answered before, if it still fits its form; that it is given again is noted."""
        answer = model_ledger.recall(self._database, key)
        if answer is None:
            return None
        try:
            known = read(answer)
        except NotTheForm:
            model_ledger.forget(self._database, key)
            return None
        model_ledger.note(self._database, self._settings, question, model, Taken(), model_ledger.REMEMBERED)
        return known

    @contextmanager
    def _noted(self, question: Question, model: str, taken: Taken) -> Iterator[None]:
        """Notes what a question took, whatever comes of it."""
        outcome = "cancelled"
        try:
            yield
            outcome = "answered"
        except Exception as error:
            outcome = type(error).__name__
            raise
        finally:
            model_ledger.note(self._database, self._settings, question, model, taken, outcome)

    def _begin(self, coroutine: Coroutine[Any, Any, R]) -> "Future[R]":
        with self._lock:
            if self._closed:
                coroutine.close()
                raise ProgramEnds(_ENDING)
            return self._loop.start(coroutine)

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.close()

    def _allowed(self, question: Question, model: str) -> None:
        model_ledger.check_budget(self._database, self._settings, question, model)
        needed = estimated(len(question.system + question.user)) + self._settings.model_max_tokens
        if needed > self._settings.model_context:
            raise TooLong(
                f"The question and its answer need some {needed:,} tokens, MODEL_CONTEXT is"
                f" {self._settings.model_context:,}."
            )
        self._patience.check()

    async def _in_form(self, question: Question, model: str, form: type[T], taken: Taken) -> tuple[T, str]:
        messages = messages_of(question.system, question.user)
        for _ in range(2):
            raw = await self._answered(messages, model, form, taken)
            try:
                return model_replies.read(raw.text, form), raw.text
            except NotTheForm as error:
                log.debug("Not the form: %s", error)
                messages = asked_again(messages, raw.text, str(error))
        if not raw.text.strip():
            raise BadAnswer("The model gave an empty answer, twice.")
        raise BadAnswer("The model answered twice in another form than was asked for.")

    async def _answered(self, messages: Messages, model: str, form: type[BaseModel], taken: Taken) -> Raw:
        """One whole answer: asked again with more room where it was cut off by its length."""
        most = self._settings.model_max_tokens
        asked = sum(len(each["content"]) for each in messages)
        ceiling = min(MOST_GROWTH * most, self._settings.model_context - estimated(asked))
        while True:
            raw = await self._patience.ask(model, partial(self._once, messages, model, form, most))
            taken.add(raw.tokens_in, raw.tokens_out, asked, len(raw.text))
            if raw.finish != "length":
                return raw
            if most >= ceiling:
                raise BadAnswer(ENDLESS, remedy="Raise MODEL_MAX_TOKENS, or use another model.")
            most = min(2 * most, ceiling)

    async def _once(self, messages: Messages, model: str, form: type[BaseModel], most: int, manner: Manner) -> Raw:
        asked = cast(Any, self._client.chat.completions.with_raw_response.create)
        try:
            given = await asked(model=model, messages=messages, **options_of(form, most, manner))
        except _OF_THE_LIBRARY as error:
            raise _fault_of(error, model) from None
        return raw_of(given.text, model)

    async def _pieced(self, question: Question, model: str, pieces: Pieces, taken: Taken, manner: Manner) -> None:
        """Hands on what comes. Raises BrokenOff where it ends in the middle."""
        asked = cast(Any, self._client.chat.completions.create)
        messages = messages_of(question.system, question.user)
        options = stream_options(self._settings.model_max_tokens, manner)
        finish, begun = None, False
        try:
            async with await asked(model=model, messages=messages, **options) as chunks:
                async for chunk in chunks:
                    if chunk.usage:
                        taken.tokens_in = chunk.usage.prompt_tokens or 0
                        taken.tokens_out = chunk.usage.completion_tokens or 0
                    for choice in chunk.choices or ():
                        finish = choice.finish_reason or finish
                        if choice.delta and choice.delta.content:
                            pieces.put(choice.delta.content)
                            begun = True
        except _OF_THE_LIBRARY as error:
            raise (BrokenOff(BROKEN) if begun else _fault_of(error, model)) from None
        check_stream(finish, begun)

    def _model(self, question: Question) -> str:
        chosen: str | None = getattr(self._settings, f"model_{question.task}")
        return chosen or self._settings.model

    def _key(self, question: Question, schema: str) -> str:
        asked = [self._settings.openai_base_url, self._model(question), question.system, question.user, schema]
        return sha256(json.dumps(asked).encode()).hexdigest()


_OF_THE_LIBRARY = (openai.OpenAIError, httpx2.HTTPError, ValueError, OSError)
_ENDING = "The program is ending, so the model's answer is not waited for."


def _result(future: "Future[R]") -> R:
    try:
        return future.result()
    except CancelledError:
        raise ProgramEnds(_ENDING) from None
    finally:
        future.cancel()  # where the waiting itself was broken off


def _fault_of(error: Exception, model: str) -> ModelFault:
    """The library's errors, and what it lets through, in our words."""
    if isinstance(error, openai.APIStatusError):
        return of_status(error.status_code, error.response.headers, error.body, model)
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError | OSError):
        return ModelAway("The model's server can't be reached, or hung up.")
    if isinstance(error, openai.APIError):  # told within a stream
        return model_replies.fault_within(error.body, model)
    return ModelAway("The model's server answered with something that can't be read.")

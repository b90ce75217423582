"""How a model's server is asked: in the manner that it knows, within the limits of the settings, and again in time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from services.circuit import Circuit
from services.model_faults import LONGEST_WAIT, ModelAway, ModelFault, TooSlow, Unsupported, pause_before
from services.model_manners import Manner, first_manner, next_manner
from services.settings import Settings

R = TypeVar("R")
ATTEMPTS = 3  # of one question whose fault can pass


class Patience:
    """Asks for others, in one event loop; what it learns of a server's manners it keeps, by model."""

    def __init__(self, chosen: Settings, circuit: Circuit) -> None:
        self._settings, self._circuit = chosen, circuit
        self._manners: dict[str, Manner] = {}
        self._room = asyncio.Semaphore(chosen.model_concurrency)
        self._next_turn = 0.0

    def check(self) -> None:
        """Raises ModelAway while the server is left alone."""
        if not self._circuit.may_ask():
            raise ModelAway("The model's server failed again and again, so it is left alone for a while.")

    async def ask(self, model: str, asked: Callable[[Manner], Awaitable[R]]) -> R:
        """Asks, and again where a fault can pass. Raises ModelFault."""
        attempt = 0
        while True:
            manner = self._manners.get(model, first_manner(self._settings))
            try:
                given = await self._in_time(partial(asked, manner))
            except Unsupported as fault:
                self._manners[model] = next_manner(manner, fault)
            except ModelFault as fault:
                attempt += 1
                self._heed(fault)
                wait = pause_before(attempt, fault)
                if wait is None or attempt >= ATTEMPTS or self._circuit.is_open:
                    raise
                await asyncio.sleep(wait)
            else:
                self._circuit.went_well()
                self._manners.setdefault(model, manner)
                return given

    def _heed(self, fault: ModelFault) -> None:
        if fault.passing:
            self._circuit.failed(fault.wait if fault.wait is not None and fault.wait > LONGEST_WAIT else 0.0)
        else:
            self._circuit.went_well()  # the server is there, whatever it thinks of the question

    async def _in_time(self, asked: Callable[[], Awaitable[R]]) -> R:
        """Within the limits: of questions at once, of questions a minute, and of seconds for a whole answer."""
        async with self._room:
            await self._my_turn()
            try:
                async with asyncio.timeout(self._settings.model_timeout):
                    return await asked()
            except TimeoutError:
                raise TooSlow(f"The model did not answer within {self._settings.model_timeout:g} seconds.") from None

    async def _my_turn(self) -> None:
        if self._settings.model_requests_per_minute is None:
            return
        now = time.monotonic()
        turn = max(now, self._next_turn)
        self._next_turn = turn + 60 / self._settings.model_requests_per_minute
        await asyncio.sleep(turn - now)

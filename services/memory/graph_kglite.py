"""The embedded graph engine, kglite: a file in the data folder, written by one process at a time."""

import logging
import random
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import kglite

from services.errors import AftercallError
from services.memory.graph import GraphFails, GraphUnavailable, Row, Run

_ATTEMPTS = 6
log = logging.getLogger("aftercall.graph")
T = TypeVar("T")

# Which columns are kept on the heap: no news for a terminal.
warnings.filterwarnings("ignore", category=kglite.MappedFallbackWarning)


class KgliteEngine:
    """A graph in a file. Every committed write outlives the process, killed or not; see docs/graph.md."""

    def __init__(self, path: Path) -> None:
        """Opens the file, or begins a new one. Raises GraphUnavailable where another process holds it."""
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        kglite.set_query_warning_policy("silent")  # its notes quote properties: they are no news for a terminal
        try:
            self._graph: Any = _file_opened(path)
        except kglite.WriterLeaseHeldError as error:
            raise GraphUnavailable(
                "The embedded graph is held by another process.",
                remedy="It writes the graph; ask that one, or stop it.",
            ) from error
        except (kglite.KgError, ValueError, OSError) as error:
            raise _failed("The embedded graph can't be opened", error) from error

    def read(self, statement: str, parameters: Mapping[str, Any]) -> list[Row]:
        """The rows that a statement returns, which changes nothing."""
        try:
            return list(self._open().cypher(statement, params=dict(parameters)).to_list())
        except kglite.KgError as error:
            raise _failed("The embedded graph did not answer", error) from error

    def write(self, work: Callable[[Run], T]) -> T:
        """Does the work in one transaction; where another write came between, once more from the beginning."""
        with self._lock:
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    with self._open().begin() as transaction:
                        return work(_runner(transaction))
                except (kglite.TransactionConflictError, kglite.ConstraintError) as error:
                    if attempt == _ATTEMPTS:
                        raise _failed("The embedded graph could not be written", error) from error
                    time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 (so that two don't keep in step)
                except kglite.KgError as error:
                    raise _failed("The embedded graph could not be written", error) from error
        raise AssertionError("the last attempt returns or raises")

    def declare(self, statement: str) -> None:
        """Runs a statement on the graph's form."""
        with self._lock:
            try:
                self._open().cypher(statement)
            except kglite.KgError as error:
                raise _failed("The embedded graph could not be prepared", error) from error

    def close(self) -> None:
        """Folds what was written into the file and lets others have it."""
        with self._lock:
            graph, self._graph = self._graph, None
            if graph is not None:
                graph.close()

    def _open(self) -> Any:
        graph = self._graph
        if graph is None:
            raise GraphUnavailable("The embedded graph is closed.", remedy="Start again.")
        return graph


def _file_opened(path: Path) -> Any:
    """The graph in the file. One that can't be read is begun anew: it is a copy, and will be written again."""
    try:
        return kglite.open(str(path), durable="normal")
    except kglite.FileIoError:  # held by another, or not to be written: no fault of what stands in it
        raise
    except (kglite.KgError, ValueError) as error:
        log.warning("The embedded graph can't be read (%s); it is made anew.", type(error).__name__)
        for file in (path, path.with_name(f"{path.name}-wal")):
            file.unlink(missing_ok=True)
        return kglite.open(str(path), durable="normal")


def _runner(transaction: Any) -> Run:
    def run(statement: str, parameters: Mapping[str, Any]) -> list[Row]:
        return list(transaction.cypher(statement, params=dict(parameters)).to_list())

    return run


def _failed(what: str, error: Exception) -> AftercallError:
    """An error in our words: the engine's own may quote what a client said."""
    return GraphFails(f"{what} ({getattr(error, 'code', None) or type(error).__name__}).")

"""The embedded graph engine, kglite: a file in the data folder, written by one process at a time."""

import logging
import random
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import kglite

from services.memory import anew
from services.memory.graph import GraphFails, GraphUnavailable, Row, Run

_ATTEMPTS = 6
log = logging.getLogger("aftercall.graph")
T = TypeVar("T")

# Which columns are kept on the heap: no news for a terminal.
warnings.filterwarnings("ignore", category=kglite.MappedFallbackWarning)


class KgliteEngine:
    """A graph in a file. Every committed write outlives the process, killed or not; see docs/graph.md."""

    def __init__(self, path: Path | None) -> None:
        """Opens the file, or begins a new one; None: in memory alone.

        Raises GraphUnavailable where another process holds it, or it can't be written.
        """
        self._lock = threading.Lock()
        self._path = path
        kglite.set_query_warning_policy("silent")  # its notes quote properties: they are no news for a terminal
        self._graph: Any = kglite.KnowledgeGraph() if path is None else _file_opened(path)

    def read(self, statement: str, parameters: Mapping[str, Any]) -> list[Row]:
        """The rows that a statement returns, which changes nothing."""
        with _in_our_words("The embedded graph did not answer"):
            return list(self._open().cypher(statement, params=dict(parameters)).to_list())

    def write(self, work: Callable[[Run], T]) -> T:
        """Does the work in one transaction; where another write came between, once more from the beginning."""
        with self._lock, _in_our_words("The embedded graph could not be written"):
            for attempt in range(1, _ATTEMPTS):
                try:
                    return self._written(work)
                except (kglite.TransactionConflictError, kglite.ConstraintError):
                    time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 (so that two don't keep in step)
            return self._written(work)

    def declare(self, statement: str) -> None:
        """Runs a statement on the graph's form."""
        with self._lock, _in_our_words("The embedded graph could not be prepared"):
            self._open().cypher(statement)

    def begin_anew(self, why: str) -> None:
        """Throws the file away and begins an empty one."""
        if self._path is None:
            return
        with self._lock:
            anew.require_room(self._path.parent)
            graph, self._graph = self._graph, None
            if graph is not None:
                _let_go(graph)
            _throw_away(self._path, why)
            self._graph = _file_opened(self._path)

    def spare(self) -> "KgliteEngine":
        """An empty graph in memory."""
        return KgliteEngine(None)

    def shed(self) -> None:
        """Folds what was written into the file, which is written anew without what was taken out."""
        with self._lock, _in_our_words("The embedded graph could not be written anew"):
            if self._path is not None:
                self._open().save()

    def close(self) -> None:
        """Folds what was written into the file and lets others have it."""
        with self._lock:
            graph, self._graph = self._graph, None
            if graph is not None:
                graph.close()

    def _written(self, work: Callable[[Run], T]) -> T:
        with self._open().begin() as transaction:
            return work(_runner(transaction))

    def _open(self) -> Any:
        graph = self._graph
        if graph is None:
            raise GraphUnavailable("The embedded graph is closed.", remedy="Start again.")
        return graph


def _file_opened(path: Path) -> Any:
    """The graph in the file. One that can't be read is begun anew: it is a copy, and will be written again."""
    anew.require_room(path.parent)
    why = "The log of the embedded graph is damaged"
    try:
        graph = _kglite_opened(path)
        if not any(path.parent.glob(f"{path.name}-wal.quarantine*")):
            return graph
        _let_go(graph)
    except kglite.WriterLeaseHeldError as error:
        raise GraphUnavailable(
            "The embedded graph is held by another process.", remedy="It writes the graph; ask that one, or stop it."
        ) from error
    except BaseException as error:
        if not isinstance(error, Exception) and not anew.is_panic(error):
            raise
        why = f"The embedded graph can't be read ({_name_of(error)})"
    _throw_away(path, why)
    with _in_our_words("The embedded graph can't be opened"):
        return _kglite_opened(path)


def _kglite_opened(path: Path) -> Any:
    graph = kglite.open(str(path), durable="normal")
    for torn in path.parent.glob(f"{path.name}-wal.torn*"):  # a write that was cut off, which kglite would keep
        torn.unlink(missing_ok=True)
    return graph


def _throw_away(path: Path, why: str) -> None:
    anew.tell(path.parent, "graph", why)
    for file in (path, *path.parent.glob(f"{path.name}-wal*")):
        anew.throw_away(file)


def _let_go(graph: Any) -> None:
    """Closes a graph that is thrown away; what it can't write is no loss."""
    try:
        with _in_our_words("The embedded graph could not be closed"):
            graph.close()
    except GraphFails as error:
        log.debug("%s", error)


def _runner(transaction: Any) -> Run:
    def run(statement: str, parameters: Mapping[str, Any]) -> list[Row]:
        return list(transaction.cypher(statement, params=dict(parameters)).to_list())

    return run


@contextmanager
def _in_our_words(what: str) -> Iterator[None]:
    """An error in our words: the engine's own may quote what a client said."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, kglite.KgError | OSError) and not anew.is_panic(error):
            raise
        raise GraphFails(f"{what} ({_name_of(error)}).") from error


def _name_of(error: BaseException) -> str:
    return str(getattr(error, "code", None) or type(error).__name__)

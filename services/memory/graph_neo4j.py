"""The graph in a Neo4j server, or any other that speaks Bolt and openCypher, through Neo4j's official driver."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, GraphDatabase, ManagedTransaction, Session, unit_of_work
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    ConstraintError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from services.memory.graph import GraphFails, GraphUnavailable, Row, Run

_PATIENCE = 5.0  # seconds for a connection
_AGAIN = 2.0  # seconds in which the driver itself tries again; the keeper does, too, and later
_CONSTRAINT_ATTEMPTS = 4
_ANSWER_SECONDS = 60.0
T = TypeVar("T")

# The driver's log quotes statements with their parameters, and these hold words of calls.
logging.getLogger("neo4j").setLevel(logging.ERROR)


class Neo4jEngine:
    """A graph in a server. Nothing is asked of it before the first statement."""

    def __init__(self, uri: str, user: str, password: str | None, database: str | None) -> None:
        """``database`` None: the server's own choice. Raises GraphUnavailable where the address is none."""
        self._database = database
        self._lock = threading.Lock()
        try:
            self._driver: Driver = GraphDatabase.driver(
                uri,
                auth=None if password is None else (user, password),
                connection_timeout=_PATIENCE,
                connection_acquisition_timeout=2 * _PATIENCE,
                max_transaction_retry_time=_AGAIN,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
            )
        except (ValueError, ConfigurationError) as error:
            raise GraphUnavailable("NEO4J_URI can't be read; write it as neo4j://host:7687 or bolt://...") from error

    def read(self, statement: str, parameters: Mapping[str, Any]) -> list[Row]:
        """The rows that a statement returns, which changes nothing."""
        with _in_our_words(), self._session(READ_ACCESS) as session:
            return session.execute_read(_in_time(lambda transaction: _runner(transaction)(statement, parameters)))

    def write(self, work: Callable[[Run], T]) -> T:
        """Does the work in one transaction; the driver begins it again where the server says that it may."""
        whole = _in_time(lambda transaction: work(_runner(transaction)))
        with self._lock, _in_our_words(), self._session(WRITE_ACCESS) as session:
            for attempt in range(1, _CONSTRAINT_ATTEMPTS):
                try:
                    return session.execute_write(whole)
                except ConstraintError:  # another process made the same node at the same moment: it is there now
                    time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 (so that two don't keep in step)
            return session.execute_write(whole)

    def declare(self, statement: str) -> None:
        """Runs a statement on the graph's form."""
        with (
            _in_our_words(),
            self._driver.session(database=self._database, default_access_mode=WRITE_ACCESS) as session,
        ):
            session.run(statement).consume()

    def close(self) -> None:
        """Gives the connections back."""
        self._driver.close()

    def _session(self, access: str) -> Session:
        return self._driver.session(database=self._database, default_access_mode=access)


def _in_time(work: Callable[[ManagedTransaction], T]) -> Callable[[ManagedTransaction], T]:
    """The work, which the server gives up after a while."""
    return unit_of_work(timeout=_ANSWER_SECONDS)(work)


def _runner(transaction: ManagedTransaction) -> Run:
    def run(statement: str, parameters: Mapping[str, Any]) -> list[Row]:
        return transaction.run(statement, dict(parameters)).data()

    return run


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Our errors in place of the driver's, whose texts quote statements and addresses."""
    try:
        yield
    except AuthError as error:
        raise GraphUnavailable(
            "Neo4j does not let us in.", remedy="Check NEO4J_USER, NEO4J_PASSWORD and NEO4J_DATABASE."
        ) from error
    except (ServiceUnavailable, SessionExpired, DriverError, OSError) as error:
        raise GraphUnavailable(f"Neo4j can't be reached ({type(error).__name__}).") from error
    except Neo4jError as error:
        if error.is_retryable():
            raise GraphUnavailable(f"Neo4j is busy ({error.code}).", remedy="Try again in a moment.") from error
        raise GraphFails(f"Neo4j refused what it was asked ({error.code}).") from error

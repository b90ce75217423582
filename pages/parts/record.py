"""The one way in which pages reach the database and the chain of this process."""

from dataclasses import dataclass

import streamlit as st

from services import runs
from services.chain import Chain
from services.database import Database, open_record
from services.errors import AftercallError
from services.faults import unforeseen
from services.memory.opening import Memory, memory_of
from services.preflight import Preflight
from services.settings import settings


@dataclass(frozen=True)
class House:
    """What one server process holds open: the database, and what works behind the pages.

    That is the reading of files that wait for a yes, the chain that works calls through, and the keeper of the memory,
    the copies of the record. There is no chain where the setting WORKERS leaves that to processes of their own.
    """

    database: Database
    preflight: Preflight
    chain: Chain | None
    memory: Memory


def _leave(house: House) -> None:
    house.preflight.stop()
    house.memory.close()
    if house.chain is not None:
        house.chain.stop()
    house.database.close()


@st.cache_resource(show_spinner=False, on_release=_leave)
def house() -> House:
    """Opens the record and starts the chain, once a process. Raises DatabaseUnavailable; the next call tries again."""
    chosen = settings()
    database = open_record(chosen)
    chain = None if chosen.workers == "external" else Chain(database)
    try:
        if chain is not None:
            chain.start()
    except BaseException:
        database.close()
        raise
    preflight = Preflight(database)
    preflight.start()
    memory = memory_of(database, chosen)
    memory.keeper.start()
    return House(database, preflight, chain, memory)


def record() -> Database:
    """The database, as the first argument of the services."""
    return house().database


def leave() -> None:
    """Stops the chain and closes the record, if they were opened."""
    house.clear()


def health() -> str | None:
    """None while the record answers, else the sentence that says why it does not."""
    try:
        runs.total(record())
    except AftercallError as error:
        return error.sentence
    except Exception as error:  # noqa: BLE001 (whatever it is, the record does not answer; the log has the rest)
        return unforeseen("The record", error).sentence
    return None

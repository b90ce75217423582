"""A chain that halts in the middle of one step: ``python -m tests.halting AGENT before|after`` (its work).

It says "at work" once it has started and "halted" in the step, goes on after a line on its standard input, and ends
when every run has ended. Tests kill it, or the server under it, while it halts.
"""

import sys
import threading

from db.runs import RunRow
from services import steps
from services.chain import Chain
from services.database import open_record
from tests.working import all_ended, until

_once = threading.Lock()


def main(agent: str, moment: str) -> None:
    does = steps._do

    def halt() -> None:
        if _once.acquire(blocking=False):
            print("halted", flush=True)
            sys.stdin.readline()

    def halting(row: RunRow, name: str) -> None:
        if (name, moment) == (agent, "before"):
            halt()
        does(row, name)
        if (name, moment) == (agent, "after"):
            halt()

    steps._do = halting
    database = open_record()
    chain = Chain(database)
    chain.start()
    print("at work", flush=True)
    until(lambda: all_ended(database), 120)
    chain.stop()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

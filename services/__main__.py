"""The command line, ``python -m services``: analyze, ingest, worker, reindex, export, doctor and erase."""

import argparse
import json
import logging
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from services import analyses, deals, doctor, erasing, exports, ingestion, stages
from services.archives import Member, is_zip_of_files, unfold
from services.calls import reader
from services.chain import Chain
from services.database import Database, open_record
from services.deals import DealFilter
from services.errors import AftercallError, NotFound, TooLarge, UnreadableTranscript
from services.memory.copies import COPIES, forget_gone, rebuild
from services.memory.opening import Memory, memory_of
from services.readiness import check_setup
from services.settings import settings
from services.wording import counted


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status: 0, or 1 if a file, a setting or the record failed."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    chosen = _parser().parse_args(arguments)
    try:
        check_setup()
        status: int = chosen.command(chosen)
    except AftercallError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; Python must not complain when it closes the pipe.
        sys.stdout = None
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services", description="Aftercall without the dashboard.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    names = [form.name for form in reader.formats()]
    one = commands.add_parser(
        "analyze",
        help="work files through and print one JSON object a line; writes nothing anywhere",
        description="Works files through and prints one JSON object a line. Writes nothing, needs no database.",
    )
    one.add_argument("files", nargs="+", metavar="FILE", type=Path)
    one.add_argument("--format", choices=names, metavar="NAME", help=f"read as: {', '.join(names)}")
    one.set_defaults(command=_analyze)
    many = commands.add_parser(
        "ingest",
        help="work files, folders or zip archives of files through and store them",
        description="Works files, folders and zip archives of files through and stores them; a call that is stored "
        "already is left.",
    )
    many.add_argument("paths", nargs="+", metavar="PATH", type=Path)
    many.add_argument("--actor", help="who is written as having done so (default: the setting ACTOR)")
    many.add_argument("--again", action="store_true", help="work through calls that are stored already, too")
    many.set_defaults(command=_ingest)
    worker = commands.add_parser(
        "worker",
        help="work calls through that the dashboard hands in, until told to stop",
        description="Works queued calls through until it is told to stop (Ctrl-C, SIGTERM). Start as many as wanted.",
    )
    worker.set_defaults(command=_work)
    anew = commands.add_parser(
        "reindex",
        help="make the index and the graph anew from the record",
        description="Makes the copies of the record anew: the search index and the graph. Stop the dashboard first, "
        "which keeps them as a rule; where it runs on, they catch up by themselves.",
    )
    anew.add_argument("--only", choices=COPIES, help="only this one")
    anew.set_defaults(command=_reindex)
    written = commands.add_parser(
        "export",
        help="write the deals of all calls to a CSV or Excel file",
        description="Writes the deals of all calls, as they stand, to a file for a spreadsheet.",
    )
    written.add_argument("file", metavar="FILE", type=Path, help="ends with .csv or .xlsx; an older one is replaced")
    written.set_defaults(command=_export)
    examined = commands.add_parser(
        "doctor",
        help="check that the record agrees with its ledger and that the audit is whole",
        description="Compares every call with the ledger and with the index and the graph, and checks the audit's "
        "chain. Writes nothing.",
    )
    examined.set_defaults(command=_examine)
    erased = commands.add_parser(
        "erase",
        help="take calls out of the record for good, by their ids",
        description="Takes calls out of the record for good: row, file, runs, and the contents of ledger and audit.",
    )
    erased.add_argument("ids", nargs="+", metavar="ID")
    erased.add_argument("--actor", help="who is written as having done so (default: the setting ACTOR)")
    erased.set_defaults(command=_erase)
    return parser


def _analyze(chosen: argparse.Namespace) -> int:
    failed = False
    for path in chosen.files:
        try:
            state = stages.analyze(path.name, contents(path), {"format": chosen.format})
        except AftercallError as error:
            failed = True
            _complain(path, error.sentence)
            continue
        print(json.dumps(analyses.as_json(str(path), state), ensure_ascii=False, allow_nan=False), flush=True)
    return int(failed)


def _ingest(chosen: argparse.Namespace) -> int:
    actor = chosen.actor or settings().actor
    counts = {"stored": 0, "there already": 0, "failed": 0}
    labels: dict[str, str] = {}
    database = open_record()
    chain = Chain(database)
    try:
        chain.start()
        for label, member in _members(chosen.paths):
            try:
                run_id = ingestion.hand_in(database, member, actor, again=chosen.again)
            except AftercallError as error:
                counts["failed"] += 1
                _complain(label, error.sentence)
                continue
            if run_id is None or run_id in labels:
                counts["there already"] += 1
            else:
                labels[run_id] = label
        for run in ingestion.ended(database, list(labels)):
            counts["failed" if run.state != "done" else "there already" if run.refused else "stored"] += 1
            if run.state != "done" or run.refused:
                _complain(labels[run.id], run.error or run.note or "The run was cancelled.")
    finally:
        chain.stop()
        database.close()
    print(", ".join(f"{number} {word}" for word, number in counts.items()) + ".")
    return int(counts["failed"] > 0)


def _work(_chosen: argparse.Namespace) -> int:
    """Works runs through until the process is told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database = open_record()
    chain = Chain(database)
    try:
        chain.start()
        print(f"Worker {chain.name} is at work.", flush=True)
        while not stop.wait(1.0):
            pass
    finally:
        chain.stop()
        database.close()
    return 0


def _reindex(chosen: argparse.Namespace) -> int:
    database = open_record()
    memory = memory_of(database)
    try:
        memory.owner.require()
        for copy in memory.copies:
            if chosen.only in (None, copy.name):
                number = rebuild(database, copy, lambda done: print(f"\r{done:,} calls", end="", file=sys.stderr))
                print(f"\rThe {copy.name} holds {counted(number, 'call')}.", flush=True)
    finally:
        memory.close()
        database.close()
    return 0


def _export(chosen: argparse.Namespace) -> int:
    kinds = {".csv": exports.csv_file, ".xlsx": exports.excel_file}
    if chosen.file.suffix.lower() not in kinds:
        _complain(chosen.file, "The file's name has to end with .csv or .xlsx.")
        return 1
    database = open_record()
    try:
        found = deals.every(database, DealFilter())
    finally:
        database.close()
    try:
        chosen.file.write_bytes(kinds[chosen.file.suffix.lower()](found))
    except OSError as error:
        _complain(chosen.file, f"It could not be written: {error.strerror}.")
        return 1
    print(f"{chosen.file} holds {counted(len(found), 'deal')}.")
    return 0


def _erase(chosen: argparse.Namespace) -> int:
    failed = False
    database = open_record()
    memory = memory_of(database)
    try:
        for external_id in chosen.ids:
            try:
                erasing.erase(database, external_id, chosen.actor or settings().actor)
            except NotFound as error:
                failed = True
                _complain(external_id, error.sentence)
        failed |= not _forgotten(database, memory)
    finally:
        memory.close()
        database.close()
    return int(failed)


def _forgotten(database: Database, memory: Memory) -> bool:
    """Takes erased calls out of the copies too; where another process keeps these, that does it in a moment."""
    if not memory.owner.take():
        print("The process that keeps the index and the graph takes them out there in a moment.", file=sys.stderr)
        return True
    for copy in memory.copies:
        try:
            forget_gone(database, copy)
        except AftercallError as error:
            print(f"Not out of the {copy.name} yet: {error.sentence}", file=sys.stderr)
            return False
    return True


def _examine(_chosen: argparse.Namespace) -> int:
    database = open_record()
    memory = memory_of(database)
    try:
        diagnosis = doctor.examine(database, memory)
    finally:
        memory.close()
        database.close()
    print(*diagnosis.lines, sep="\n")
    return int(not diagnosis.healthy)


def _complain(path: Path | str, sentence: str) -> None:
    """One line on stderr. A file's name may hold line ends and a terminal's commands: they are shown, not sent."""
    line = f"{path}: {sentence}"
    print("".join(each if each.isprintable() else ascii(each)[1:-1] for each in line), file=sys.stderr)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files themselves, and those in the folders and below, in the order of their names; hidden ones left out."""
    for path in paths:
        if path.is_dir():
            inside = (found for found in sorted(path.rglob("*")) if found.is_file())
            yield from (found for found in inside if not _hidden(found.relative_to(path)))
        else:
            yield path


def _members(paths: Sequence[Path]) -> Iterator[tuple[str, Member]]:
    """The files one by one, those in folders and zip archives among them, each with the words that name it."""
    for path in _files(paths):
        try:
            if not _is_zip(path):
                yield str(path), Member(path.name, contents(path))
                continue
            with path.open("rb") as file:
                for member in unfold(file):
                    yield f"{path}/{member.name}", member
        except UnreadableTranscript as error:
            yield str(path), Member(path.name, None, error)


def _is_zip(path: Path) -> bool:
    """Whether it is a zip archive of files; False where it can't be opened, which is told when it is read."""
    try:
        with path.open("rb") as file:
            return is_zip_of_files(path.name, file)
    except OSError:
        return False


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def contents(path: Path) -> bytes:
    """The bytes of a file. Raises UnreadableTranscript where there is none, TooLarge before reading a huge one."""
    most = settings().max_file_mb
    try:
        if not path.is_file():
            raise UnreadableTranscript("This is not a file." if path.exists() else "There is no such file.", remedy="")
        if path.stat().st_size > most * 1_000_000:
            raise TooLarge(f"The file is larger than the {most:g} MB that MAX_FILE_MB allows.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableTranscript(f"The file can't be opened ({error.strerror}).", remedy="") from error


if __name__ == "__main__":
    sys.exit(main())

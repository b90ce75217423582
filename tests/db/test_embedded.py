"""The embedded server: starts, is shared, survives, stops with the last one out, and says in words what is wrong."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from db import cluster, embedded, server_user, transcripts
from db.engine import open_database
from db.errors import CannotStart, OtherVersion

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory with a migrated, empty database; its server is stopped."""
    data = tmp_path_factory.mktemp("made") / "data"
    open_database(None, data).close()
    yield data
    shutil.rmtree(data)


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A data directory of the test's own, below a folder that only its owner may enter."""
    data = tmp_path / "data"
    tmp_path.chmod(0o700)
    shutil.copytree(made, data)
    yield data
    clear_away(data)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """A data directory that is not made yet."""
    yield tmp_path / "fresh"
    clear_away(tmp_path / "fresh")


def clear_away(data: Path) -> None:
    """Removes a data directory (a thousand files each); a server that a failed test left is stopped."""
    if (pid := server_pid(data)) is not None:
        os.kill(pid, signal.SIGINT)
        wait_until(lambda: not alive(pid))
    shutil.rmtree(data, ignore_errors=True)


def alive(pid: int) -> bool:
    """Whether a process runs, and is not just waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    """Waits for something that another process does; fails where it does not."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def server_pid(data: Path) -> int | None:
    """The server's process, if it lives."""
    try:
        pid = int((data / "postgres/cluster/postmaster.pid").read_text().split()[0])
        return pid if Path(f"/proc/{pid}/cwd").samefile(data / "postgres/cluster") else None
    except OSError:
        return None


def python(code: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """Another process that runs the code, with its own pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


HOLD = """
    import sys
    from pathlib import Path
    from db.engine import open_database
    from db import transcripts
    database = open_database(None, Path(sys.argv[1]))
    with database.session() as session:
        transcripts.upsert(session, {"external_id": sys.argv[2]})
    print("stored", flush=True)
    sys.stdin.readline()
    database.close()
"""


def test_the_last_one_out_stops_the_server_and_the_data_stays(folder: Path) -> None:
    first, second = open_database(None, folder), open_database(None, folder)
    with first.session() as session:
        transcripts.upsert(session, {"external_id": "kept"})
    first.close()
    first.close()
    assert server_pid(folder) is not None
    with second.session() as session:
        assert transcripts.count(session) == 1
    second.close()
    assert server_pid(folder) is None
    again = open_database(None, folder)
    with again.session() as session:
        assert transcripts.find(session, "kept") is not None
    again.close()


def test_two_processes_that_start_at_once_share_one_server(fresh: Path) -> None:
    both = [python(HOLD, fresh, name) for name in ("one", "two")]
    for each in both:
        assert each.stdout is not None
        assert each.stdout.readline() == "stored\n", each.communicate()[1]
    database = open_database(None, fresh)
    with database.session() as session:
        assert transcripts.count(session) == 2
    database.close()
    assert both[0].communicate("go\n")[1] == ""
    assert server_pid(fresh) is not None
    assert both[1].communicate("go\n")[1] == ""
    assert server_pid(fresh) is None


def test_many_threads_that_start_at_once_share_one_server(fresh: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        databases = list(threads.map(lambda _: open_database(None, fresh), range(8)))
        pids = {server_pid(fresh)}
        list(threads.map(lambda each: each.close(), databases))
    assert len(pids) == 1
    assert None not in pids
    assert server_pid(fresh) is None


def test_what_was_committed_survives_a_kill_of_the_server_and_open_databases_recover(folder: Path) -> None:
    database = open_database(None, folder)
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "kept", "full_text": "words " * 10_000})
        backend = session.scalar(text("SELECT pg_backend_pid()"))
    killed = server_pid(folder)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not alive(backend))  # it notices a moment later that its server is gone
    with database.session() as session:  # the very same, still open database
        assert transcripts.find(session, "kept") is not None
    assert server_pid(folder) not in (None, killed)
    os.kill(server_pid(folder) or 0, signal.SIGKILL)
    other = open_database(None, folder)
    with other.session() as session:
        assert transcripts.count(session) == 1
    other.close()
    database.close()
    assert server_pid(folder) is None


def test_a_database_is_opened_whatever_moment_its_server_was_killed_at(folder: Path) -> None:
    database = open_database(None, folder)
    for number in range(4):
        os.kill(server_pid(folder) or 0, signal.SIGKILL)
        opened = open_database(None, folder)
        with opened.session() as session:
            transcripts.upsert(session, {"external_id": f"call {number}"})
            assert transcripts.count(session) == number + 1
        opened.close()
    database.close()
    assert server_pid(folder) is None


def test_a_server_that_is_full_says_so_at_once(folder: Path) -> None:
    server = embedded.attach(folder)
    with contextlib.ExitStack() as connections:
        for _ in range(99):  # and the one that the server's owner holds
            connections.enter_context(contextlib.closing(server.connect()))
        with pytest.raises(psycopg2.OperationalError, match="too many clients"):
            server.connect()
    server.release()
    assert server_pid(folder) is None


def test_the_server_outlives_a_kill_of_its_client_and_the_next_one_stops_it(folder: Path) -> None:
    client = python(HOLD, folder, "kept")
    assert client.stdout is not None
    assert client.stdout.readline() == "stored\n"
    pid = server_pid(folder)
    client.kill()
    client.communicate()
    database = open_database(None, folder)
    assert server_pid(folder) == pid is not None
    with database.session() as session:
        assert transcripts.count(session) == 1
    database.close()
    assert server_pid(folder) is None


def test_a_process_that_forgets_to_close_stops_the_server_at_its_exit(folder: Path) -> None:
    forgetful = python(HOLD.replace("database.close()", ""), folder, "kept")
    assert forgetful.communicate("go\n") == ("stored\n", "")
    assert forgetful.returncode == 0
    assert server_pid(folder) is None


def test_a_reused_process_number_does_not_keep_the_server_from_starting(folder: Path) -> None:
    open_database(None, folder).close()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        lines = [str(stranger.pid), str(folder / "postgres/cluster"), "1", "5432", str(folder / "postgres"), "", "1 2"]
        for name in ("cluster/postmaster.pid", ".s.PGSQL.5432.lock"):
            (folder / "postgres" / name).write_text("\n".join(lines) + "\n")
        database = open_database(None, folder)
        assert server_pid(folder) not in (None, stranger.pid)
        database.close()
        assert stranger.poll() is None
        stranger.kill()


def test_a_first_start_that_was_cut_off_is_begun_again(fresh: Path) -> None:
    half_made = fresh / "postgres" / "cluster.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    database = open_database(None, fresh)
    database.close()
    assert not half_made.exists()


@pytest.mark.parametrize("name", ["with a space", 'it\'s, "odd" 100% ü', "long " * 30])
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    database = open_database(None, folder)
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "kept"})
        assert transcripts.count(session) == 1
    database.close()
    assert server_pid(folder) is None
    assert (folder / "postgres" / "cluster" / "PG_VERSION").exists()
    shutil.rmtree(folder)


def test_only_the_owner_can_read_the_files_and_nobody_comes_in_without_the_password(fresh: Path) -> None:
    server = embedded.attach(fresh)
    home = fresh / "postgres"
    assert [stat.S_IMODE((home / name).stat().st_mode) for name in (".", "cluster", "password", "log")] == [
        0o700,
        0o700,
        0o600,
        0o600,
    ]
    address = server.address()
    assert stat.S_IMODE((Path(address["host"]) / ".s.PGSQL.5432").stat().st_mode) == 0o700
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(**{**address, "password": "postgres"})
    with pytest.raises(psycopg2.OperationalError, match="no password supplied"):
        psycopg2.connect(**{**address, "password": ""})
    server.release()


def test_the_server_has_no_privilege_of_root_left(folder: Path) -> None:
    server = embedded.attach(folder)
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{server_pid(folder)}/status").read_text().splitlines())
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0
    server.release()


def test_root_runs_the_server_of_somebody_elses_folder_as_that_user() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root")
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        home = folder / "postgres"
        home.mkdir(mode=0o700)
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        server = embedded.attach(folder)
        assert Path(f"/proc/{server_pid(folder)}").stat().st_uid == nobody.pw_uid
        assert {path.stat().st_uid for path in home.rglob("*")} == {nobody.pw_uid}
        server.release()
        embedded.attach(folder).release()


@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_root_without_namespaces_gives_the_files_to_nobody_where_nobody_can_enter(
    monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root")
    monkeypatch.setattr(server_user, "_IN_A_NAMESPACE", "import sys; sys.exit('unshare: Operation not permitted')")
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(mode)
        if mode == 0o700:
            with pytest.raises(CannotStart, match="Set DATA_DIR to a folder below one that everybody may enter"):
                embedded.attach(Path(name))
            assert (Path(name) / "postgres").stat().st_uid == 0
        else:
            server = embedded.attach(Path(name))
            assert Path(f"/proc/{server_pid(Path(name))}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
            server.release()
            assert server_pid(Path(name)) is None


def test_files_of_another_version_are_left_alone_and_the_way_over_is_told(folder: Path) -> None:
    open_database(None, folder).close()
    version = folder / "postgres" / "cluster" / "PG_VERSION"
    version.write_text("17\n")
    before = sorted(path.name for path in (folder / "postgres").rglob("*"))
    with pytest.raises(OtherVersion) as raised:
        open_database(None, folder)
    told = str(raised.value)
    assert "written by PostgreSQL 17" in told
    assert "pg_dump" in told
    assert str(folder) in told
    assert sorted(path.name for path in (folder / "postgres").rglob("*")) == before


def test_the_way_over_to_another_version_carries_the_data(tmp_path: Path) -> None:
    """Walks the commands that the sentence tells, with the one version of PostgreSQL that is here."""
    old, new, dump = tmp_path / "old", tmp_path / "new", tmp_path / "aftercall.sql"
    database = open_database(None, old)
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "kept", "crm_data": {"deal_amount": "$12"}})
    programs = cluster.program("psql").parent

    def run(program: str, data: Path, *arguments: str | Path) -> None:
        told = {**os.environ, "PGPASSWORD": (data / "postgres" / "password").read_text()}
        command = [programs / program, "-h", data / "postgres", "-U", "aftercall", *arguments, "aftercall"]
        subprocess.run(command, env=told, check=True, capture_output=True)

    run("pg_dump", old, "--clean", "--if-exists", "-f", dump)
    database.close()
    open_database(None, new).close()
    database = open_database(None, new)
    run("psql", new, "-v", "ON_ERROR_STOP=1", "-f", dump)
    with database.session() as session:
        rows, _ = transcripts.deals(session, transcripts.DealFilter(value_min=12, value_max=12))
    assert [row.external_id for row in rows] == ["kept"]
    database.close()
    open_database(None, new).close()
    for each in (old, new):
        shutil.rmtree(each)


def test_a_folder_that_can_not_be_used_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="can't be used"):
        open_database(None, tmp_path / "file" / "data")


def test_a_server_that_can_not_start_says_why(folder: Path) -> None:
    open_database(None, folder).close()
    with (folder / "postgres/cluster/postgresql.conf").open("a") as file:
        file.write("shared_buffers = 'lots'\n")
    with pytest.raises(CannotStart, match="shared_buffers"):
        open_database(None, folder)


def test_words_of_a_call_do_not_reach_the_servers_log(folder: Path) -> None:
    database = open_database(None, folder)
    insert = text("INSERT INTO transcripts (external_id, full_text) VALUES ('KEY7', 'my secret words')")
    with database.session() as session:
        session.execute(insert)
    with database.session() as session, pytest.raises(IntegrityError, match="duplicate key"):
        session.execute(insert)
    with database.session() as session, pytest.raises(DataError, match="division by zero"):
        session.execute(text("SELECT 'my secret words', 1/0"))
    database.close()
    log = (folder / "postgres" / "log").read_text()
    assert "duplicate key" in log
    assert "secret" not in log
    assert "KEY7" not in log

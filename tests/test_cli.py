"""The command line, run as a person runs it."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from db import transcripts
from services import samples
from services.database import Database
from services.settings import Settings, settings
from tests.conftest import Rows
from tests.own_calls import plain, stellar
from tests.zips import calls_zip, zipped

ROOT = Path(__file__).parents[1]
HEADER = [
    "meeting_title",
    "client_name",
    "client_email",
    "meeting_date",
    "transcript_id",
    "meeting_url",
    "duration_minutes",
]


def cli(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name.upper() for name in Settings.model_fields}
    base = {name: value for name, value in os.environ.items() if name not in known}
    return subprocess.run(
        [sys.executable, "-m", "services", *map(str, arguments)],
        cwd=cwd,
        env={**base, "EMBEDDINGS": "false", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def call(tmp_path: Path) -> Path:
    path = tmp_path / "Nolan – Ärger.txt"
    path.write_bytes(stellar())
    return path


def test_analyze_prints_one_object_a_line_in_the_published_form_and_writes_nothing(tmp_path: Path, call: Path) -> None:
    other = tmp_path / "b.txt"
    other.write_bytes(plain())
    before = sorted(tmp_path.rglob("*"))
    done = cli("analyze", call, other, cwd=tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert (done.returncode, done.stderr) == (0, "")
    first, second = lines(done)
    assert (first["file"], second["file"]) == (str(call), str(other))
    assert list(first["header"]) == HEADER
    assert first["header"]["duration_minutes"] == 42.5
    assert first["turns"][0] == {
        "speaker": "Dana Whitfield",
        "start": 4.0,
        "text": "Good morning Robert, this is Dana with Alder Legacy. What brings you in today?",
        "phase": first["turns"][0]["phase"],
    }
    assert all(set(turn) == {"speaker", "start", "text", "phase"} for turn in first["turns"])
    assert {"outcome", "products_discussed", "objections", "next_steps"} <= set(first)
    assert {"summary", "email_draft", "social_content", "coaching", "crm_data"} <= set(first)
    assert second["turns"][0]["start"] is None
    assert sorted(tmp_path.rglob("*")) == before


def test_every_value_that_is_printed_has_quotes_that_stand_in_their_turns(call: Path) -> None:
    (found,) = lines(cli("analyze", call))
    items = [*found["facts"].values(), found["outcome"], *found["products_discussed"], *found["objections"]]
    items += found["next_steps"]
    said = [item for item in items if item.get("value", item) not in (None, [])]
    assert said
    for item in said:
        assert item["state"] in ("verified", "paraphrased")
        assert 0 < len(item["evidence"]) <= 5
        for quote in item["evidence"]:
            assert set(quote) == {"turn", "quote"}
            assert quote["quote"].casefold() in found["turns"][quote["turn"]]["text"].casefold()


def test_an_unreadable_file_is_one_sentence_and_status_1_after_all_the_others(tmp_path: Path, call: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "empty.txt").write_bytes(b"")
    done = cli("analyze", tmp_path / "noise.bin", tmp_path / "none.txt", tmp_path / "empty.txt", tmp_path, call)
    assert done.returncode == 1
    assert [found["file"] for found in lines(done)] == [str(call)]
    told = done.stderr.splitlines()
    assert len(told) == 4
    assert [line.split(":")[0] for line in told[:3]] == [
        str(tmp_path / name) for name in ("noise.bin", "none.txt", "empty.txt")
    ]
    assert told[1].endswith("There is no such file.")
    assert told[3] == f"{tmp_path}: This is not a file."
    assert "Traceback" not in done.stderr


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(60_000_000_000)
    done = cli("analyze", huge)
    assert done.returncode == 1
    assert "MAX_FILE_MB" in done.stderr


def test_a_format_can_be_named_and_a_wrong_one_is_told(call: Path) -> None:
    (found,) = lines(cli("analyze", call))
    (again,) = lines(cli("analyze", call, "--format", found["source_format"]))
    assert again == found
    wrong = cli("analyze", call, "--format", "srt")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    unknown = cli("analyze", call, "--format", "nonsense")
    assert unknown.returncode == 2
    assert found["source_format"] in unknown.stderr


def test_ingest_twice_leaves_the_same_rows(database: Database, rows: Rows, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    (folder / "below").mkdir(parents=True)
    (folder / "a.txt").write_bytes(stellar())
    (folder / "below" / "b.txt").write_bytes(plain())
    (folder / ".hidden.txt").write_bytes(plain(5))
    url = settings().database_url
    assert url is not None
    first = cli("ingest", folder, "--actor", "Ann", DATABASE_URL=url)
    assert (first.returncode, first.stdout) == (0, "2 stored, 0 there already, 0 failed.\n"), first.stderr
    before = _rows(database)
    second = cli("ingest", folder, folder / "a.txt", DATABASE_URL=url)
    assert (second.returncode, second.stdout) == (0, "0 stored, 3 there already, 0 failed.\n"), second.stderr
    assert _rows(database) == before
    again = cli("ingest", folder / "a.txt", "--again", DATABASE_URL=url)
    assert again.stdout == "1 stored, 0 there already, 0 failed.\n", again.stderr
    assert [row.external_id for row in _rows(database)] == [row.external_id for row in before]
    assert _rows(database)[0].version == 2
    assert rows.of("sources") == 2


def _rows(database: Database) -> list[transcripts.TranscriptRecord]:
    with database.session() as session:
        found = [transcripts.find(session, external_id) for external_id in ("4410027123", _id_of_plain())]
    return [record for record in found if record is not None]


def _id_of_plain() -> str:
    from services.calls import reader

    return reader.read("b.txt", plain()).external_id


def test_ingest_goes_on_past_a_bad_file_and_says_so_at_the_end(database: Database, rows: Rows, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_bytes(plain())
    url = settings().database_url
    assert url is not None
    done = cli("ingest", tmp_path, DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "1 stored, 0 there already, 1 failed.\n")
    assert done.stderr == f"{tmp_path / 'a.txt'}: The file is empty. Export the transcript again, or paste its text.\n"
    assert (rows.of("transcripts"), rows.of("runs")) == (1, 1)


def test_a_zip_is_ingested_as_a_folder_is_and_its_bad_files_are_told(
    database: Database, rows: Rows, tmp_path: Path
) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    inner = zipped([("x.txt", plain(9))])
    members = [("2026/a.txt", stellar()), ("../../b.txt", plain()), ("void.txt", b""), ("inner.zip", inner)]
    (folder / "calls.zip").write_bytes(zipped(members))
    (folder / "cut.zip").write_bytes(calls_zip(2)[:150])
    (folder / "plain.txt").write_bytes(plain(2))
    url = settings().database_url
    assert url is not None
    done = cli("ingest", folder, DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "3 stored, 0 there already, 3 failed.\n"), done.stderr
    archive = folder / "calls.zip"
    assert done.stderr.splitlines() == [
        f"{archive}/void.txt: The file is empty. Export the transcript again, or paste its text.",
        f"{archive}/inner.zip: This is a zip inside a zip. Unpack it and hand its files in.",
        f"{folder / 'cut.zip'}: This zip archive is broken or was cut off. Pack it or fetch it again.",
    ]
    assert rows.of("transcripts") == 3
    again = cli("ingest", archive, DATABASE_URL=url)
    assert again.stdout == "0 stored, 2 there already, 2 failed.\n"


def test_a_record_that_can_t_be_reached_is_a_sentence(call: Path) -> None:
    done = cli("ingest", call, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "DATABASE_URL" in done.stderr


SHARED = ROOT.parent / "shared" / "corpus"


@pytest.mark.skipif(not SHARED.exists(), reason="the labelled corpus is not beside the project")
def test_the_samples_analyses_are_scored_without_an_ungrounded_value(tmp_path: Path) -> None:
    done = cli("analyze", *sorted(samples.FOLDER.iterdir()))
    assert done.returncode == 0, done.stderr
    spec = importlib.util.spec_from_file_location("score", SHARED / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    tally = score.Tally()
    for found in lines(done):
        nothing_known = {
            "file": found["file"],
            "header": {},
            "facts": {},
            "outcome": {"value": None},
            "turns": len(found["turns"]),
        }
        score.score_call(nothing_known, found, tally)
    assert tally.of["grounded"] > 20
    assert tally.right["grounded"] == tally.of["grounded"]

"""``python -m services export``: the deals as a file."""

import io
import zipfile
from pathlib import Path

import pytest

from services.__main__ import main
from services.database import Database
from tests import example_rows


def words_of(file: Path) -> str:
    """What stands in the file, whatever its form."""
    content = file.read_bytes()
    if file.suffix == ".csv":
        return content.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/sharedStrings.xml").decode()


@pytest.mark.parametrize("name", ["deals.csv", "Deals.XLSX"])
def test_every_deal_is_written(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    example_rows.store(database, example_rows.petra("one"), example_rows.petra("two", client_name="Ole Holm"))
    file = tmp_path / name
    assert main(["export", str(file)]) == 0
    assert capsys.readouterr().out == f"{file} holds 2 deals.\n"
    assert "Petra Holm" in words_of(file)
    assert "Ole Holm" in words_of(file)


def test_what_could_not_be_written_is_told(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(tmp_path / "deals.pdf")]) == 1
    assert "has to end with .csv or .xlsx" in capsys.readouterr().err
    assert main(["export", str(tmp_path / "nowhere" / "deals.csv")]) == 1
    assert "could not be written" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

"""Zip archives, whatever is in them: nothing escapes, nothing bursts, one bad file stops no other."""

import io
import random
import tracemalloc
import zipfile

import pytest

from services import archives
from services.errors import TooLarge, UnreadableTranscript
from services.settings import settings
from tests.own_calls import plain
from tests.zips import calls_zip, claiming, locked, zipped


def unfold(content: bytes) -> list[archives.Member]:
    return list(archives.unfold(io.BytesIO(content)))


def limit(monkeypatch: pytest.MonkeyPatch, **values: float) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name.upper(), str(value))
    settings.cache_clear()


def test_the_files_come_in_order_with_their_own_names() -> None:
    found = unfold(zipped([("b.txt", b"two"), ("calls/", b""), ("calls/2026/a.txt", b"one")]))
    assert [(member.name, member.content, member.problem) for member in found] == [
        ("b.txt", b"two", None),
        ("a.txt", b"one", None),
    ]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/cron.d/job", "job"),
        ("..\\..\\windows\\a.txt", "a.txt"),
        ("C:\\calls\\a.txt", "a.txt"),
        ("calls/a\nb\x1b[31m.txt", "ab[31m.txt"),
        ("x" * 5_000 + ".txt", "x" * 251 + ".txt"),
        ("calls/..", "transcript"),
        ("Ärger – 1.txt", "Ärger – 1.txt"),
    ],
)
def test_of_a_hostile_name_the_last_part_is_left(name: str, kept: str) -> None:
    assert [member.name for member in unfold(zipped([(name, b"words")]))] == [kept]


def test_a_name_that_lacks_the_mark_for_utf_8_is_read_as_it() -> None:
    content = zipped([("Arger.txt", b"words")]).replace(b"Arger", "Ärgr".encode())
    assert [member.name for member in unfold(content)] == ["Ärgr.txt"]


def test_what_systems_leave_behind_is_skipped() -> None:
    names = ["__MACOSX/a.txt", "calls/._a.txt", ".DS_Store", ".git/config", "calls/Thumbs.db", "calls/a.txt"]
    assert [member.name for member in unfold(zipped((name, b"words") for name in names))] == ["a.txt"]


def test_names_that_come_twice_are_two_files() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped([("a.txt", b"one"), ("a.txt", b"two")])
    assert [member.content for member in unfold(content)] == [b"one", b"two"]


def test_a_locked_file_and_one_inside_a_zip_inside_are_told_and_stop_no_other() -> None:
    inner = calls_zip(2)
    found = unfold(zipped([("a.txt", plain(1)), ("inner.zip", inner), ("inner.dat", inner), ("b.txt", plain(2))]))
    assert [member.content is None for member in found] == [False, True, True, False]
    assert "a zip inside a zip" in str(found[1].problem)
    (member,) = unfold(locked(zipped([("a.txt", plain())])))
    assert member.content is None
    assert "password" in str(member.problem)


def test_a_packing_that_could_ask_for_any_memory_is_not_unpacked() -> None:
    (member,) = unfold(zipped([("a.txt", plain())], zipfile.ZIP_LZMA))
    assert member.content is None
    assert "packed in a way" in str(member.problem)


def test_a_word_file_is_a_file_and_a_zip_of_word_files_is_a_zip() -> None:
    word = zipped([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")])
    assert not archives.is_zip_of_files("a.docx", word)
    many = zipped([("a.docx", word), ("b.docx", word)])
    assert archives.is_zip_of_files("calls.zip", many)
    assert [member.content for member in unfold(many)] == [word, word]


def test_a_file_over_the_limit_is_not_unpacked_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, max_file_mb=0.001)
    large, small = unfold(zipped([("large.txt", b"x" * 2_000), ("small.txt", b"x" * 900)]))
    assert isinstance(large.problem, TooLarge)
    assert "MAX_FILE_MB" in large.problem.sentence
    assert (large.content, small.content) == (None, b"x" * 900)


def test_a_bomb_costs_no_memory_and_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, max_file_mb=1)
    bomb = zipped([("bomb.txt", bytes(200_000_000)), ("a.txt", plain())])
    assert len(bomb) < 300_000
    for hostile in (bomb, claiming(bomb, 500), claiming(bomb, 900_000)):
        tracemalloc.start()
        found = unfold(hostile)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [member.content for member in found] == [None, plain()]
        assert found[0].problem is not None
        assert peak < 8_000_000


def test_many_small_bombs_are_refused_together(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, max_file_mb=1, max_zip_mb=3)
    with pytest.raises(TooLarge, match="MAX_ZIP_MB"):
        unfold(zipped((f"{each}.txt", bytes(900_000)) for each in range(4)))
    assert len(unfold(zipped((f"{each}.txt", bytes(900_000)) for each in range(3)))) == 3


def test_ten_thousand_members_are_refused_before_any_is_unpacked() -> None:
    content = zipped(((f"{each}.txt", b"") for each in range(10_000)), zipfile.ZIP_STORED)
    with pytest.raises(TooLarge, match=r"10,000 files; 2,000 are the most \(MAX_FILES\)"):
        unfold(content)


def test_a_table_of_contents_of_any_length_is_not_read() -> None:
    content = zipped((("x" * 200 + f"{each}.txt", b"") for each in range(10_000)), zipfile.ZIP_STORED)
    assert archives.is_zip_of_files("calls.zip", content)
    tracemalloc.start()
    with pytest.raises(TooLarge, match="MAX_FILES"):
        unfold(content)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_a_cut_off_or_garbled_archive_is_a_sentence_wherever_it_is_hurt() -> None:
    content = calls_zip(3)
    for end in range(4, len(content), 7):
        assert archives.is_zip_of_files("calls.zip", content[:end])
        with pytest.raises(UnreadableTranscript, match="broken or was cut off"):
            unfold(content[:end])
    dice = random.Random(7)
    for _ in range(600):
        hurt = bytearray(content)
        for _ in range(dice.randint(1, 6)):
            hurt[dice.randrange(4, len(hurt))] = dice.randrange(256)
        try:
            found = unfold(bytes(hurt))
        except UnreadableTranscript:
            continue
        for member in found:
            assert (member.content is None) == (member.problem is not None)
            assert member.name
            assert "/" not in member.name


def test_a_broken_member_stops_no_other() -> None:
    content = bytearray(zipped([("a.txt", plain(1)), ("b.txt", plain(2))], zipfile.ZIP_STORED))
    content[60] ^= 0xFF
    broken, whole = unfold(bytes(content))
    assert broken.content is None
    assert "broken" in str(broken.problem)
    assert whole.content == plain(2)

"""Zip archives full of transcripts, unfolded one file at a time, whatever is in them.

Nothing is written to disk and at most one member is in memory. What an archive says of itself is looked at before
anything is unpacked, and unpacking stops where it said less than it holds.
"""

import contextlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from services.errors import AftercallError, TooLarge, UnreadableTranscript
from services.settings import settings

UNPACK = "Unpack it and hand its files in."
_PIECE = 64_000
_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_DOCUMENTS = {"[content_types].xml", "word/document.xml", "mimetype"}  # Word and its like; Open Document, EPUB
_CLUTTER = {"thumbs.db", "desktop.ini"}
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LONGEST_NAME = 255
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_UTF8 = 0x800
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, LookupError, RuntimeError)


@dataclass(frozen=True)
class Member:
    """One file of an archive. ``content`` is None where it can't be had; ``problem`` then says why.

    ``name`` is the last part of the name that it has in the archive.
    """

    name: str
    content: bytes | None
    problem: AftercallError | None = None


def is_zip_of_files(name: str, content: bytes | IO[bytes]) -> bool:
    """Whether a file is a zip archive with files in it, and not a Word file, which is a zip archive too.

    A broken archive is one if its name says so.
    """
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    file.seek(0)
    if file.read(4) not in _MAGIC:
        return False
    try:
        with zipfile.ZipFile(_Guarded(file)) as archive:
            return _DOCUMENTS.isdisjoint(each.lower() for each in archive.NameToInfo)
    except (TooLarge, *_BROKEN):
        return name.lower().endswith(".zip")


def unfold(file: IO[bytes]) -> Iterator[Member]:
    """The files of a zip archive, in the order in which they were packed; hidden ones and folders are left out.

    Raises UnreadableTranscript where it is broken, TooLarge where it holds more than MAX_FILES or MAX_ZIP_MB allow:
    both before the first file. A file that can't be unpacked does not stop the others.
    """
    most = settings().max_file_mb * 1_000_000
    left = settings().max_zip_mb * 1_000_000
    try:
        archive = zipfile.ZipFile(_Guarded(file))
    except _BROKEN as error:
        raise UnreadableTranscript(
            "This zip archive is broken or was cut off.", remedy="Pack it or fetch it again."
        ) from error
    with archive:
        members = [each for each in archive.infolist() if not _left_out(each)]
        _check(members)
        for each in members:
            member = _unpacked(archive, each, int(min(most, left)))
            left -= len(member.content or b"")
            yield member


def is_clutter(name: str) -> bool:
    """Whether a file, by its path below a folder, is hidden or of the kind that operating systems leave behind."""
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") and part.strip(".") for part in parts)
    return hidden or "__MACOSX" in parts or (bool(parts) and parts[-1].lower() in _CLUTTER)


class _Guarded(io.RawIOBase):
    """A file that is never read whole: an archive's table of contents may claim any size."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        most = max(2_000_000, 1_000 * settings().max_files)
        piece = self._file.read(size if 0 <= size <= most else most + 1)
        if len(piece) > most:
            raise _too_many("more files than can be listed")
        return piece


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > settings().max_files:
        raise _too_many(f"{len(members):,} files")
    most = settings().max_zip_mb
    told = sum(each.file_size for each in members if each.file_size <= settings().max_file_mb * 1_000_000)
    if told > most * 1_000_000:
        raise TooLarge(
            f"This zip archive unpacks to {told / 1e6:,.0f} MB; the limit is {most:g} MB (MAX_ZIP_MB).",
            remedy="Pack it in parts, or raise the limit in the settings.",
        )


def _too_many(what: str) -> TooLarge:
    return TooLarge(
        f"This zip archive holds {what}; {settings().max_files:,} are the most (MAX_FILES).",
        remedy="Pack it in parts, or raise the limit in the settings.",
    )


def _left_out(info: zipfile.ZipInfo) -> bool:
    return info.is_dir() or is_clutter(_told_name(info))


def _told_name(info: zipfile.ZipInfo) -> str:
    """The name in the archive. Without the mark for UTF-8 it is often UTF-8 all the same."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")


def _own_name(info: zipfile.ZipInfo) -> str:
    last = _UNPRINTED.sub("", _told_name(info).rstrip("/").rpartition("/")[2]).strip()
    return last[-_LONGEST_NAME:] if last.strip(".") else "transcript"


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> Member:
    name = _own_name(info)
    try:
        content = _content(archive, info, most)
        if is_zip_of_files(name, content):
            raise UnreadableTranscript("This is a zip inside a zip.", remedy=UNPACK)
    except UnreadableTranscript as error:
        return Member(name, None, error)
    except _BROKEN as error:
        problem = UnreadableTranscript("This file of the zip archive is broken.", remedy="Pack or fetch it again.")
        problem.__cause__ = error
        return Member(name, None, problem)
    return Member(name, content)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """The bytes of one member, read in pieces. Raises TooLarge as soon as it is known, and what a broken one raises."""
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableTranscript("This file of the zip archive is locked with a password.", remedy=UNPACK)
    if info.compress_type not in _PACKINGS:
        raise UnreadableTranscript("This file is packed in a way that is not read here.", remedy=UNPACK)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnreadableTranscript("This is a link to another file, not a file.", remedy="Pack the file itself.")
    if info.file_size > most:
        raise _too_large(info.file_size)
    content = bytearray()
    with archive.open(info) as stream:
        while piece := stream.read(_PIECE):
            content += piece
            if len(content) > most:
                raise _too_large(len(content))
    return bytes(content)


def _too_large(size: int) -> TooLarge:
    limit = settings().max_file_mb
    return TooLarge(f"The file has {size / 1e6:,.1f} MB; the limit is {limit:g} MB (MAX_FILE_MB).")

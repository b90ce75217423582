"""Zip archives for tests, honest and hostile."""

import io
import struct
import zipfile
from collections.abc import Iterable

from tests.own_calls import plain

ENCRYPTED = 0x1


def zipped(files: Iterable[tuple[str, bytes]], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of files, in their order; names may come twice."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, packing)
    return packed.getvalue()


def calls_zip(number: int) -> bytes:
    """A zip archive of so many different calls."""
    return zipped((f"calls/{each:04}.txt", plain(each)) for each in range(1, number + 1))


def locked(content: bytes) -> bytes:
    """An archive whose members say that they are encrypted."""
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content = _put(content, at + place, "<H", ENCRYPTED)
            at = content.find(mark, at + 4)
    return content


def claiming(content: bytes, size: int) -> bytes:
    """An archive whose first member says that it unpacks to so many bytes."""
    at = content.find(b"PK\x01\x02")
    return _put(_put(content, at + 24, "<I", size), content.find(b"PK\x03\x04") + 22, "<I", size)


def _put(content: bytes, at: int, form: str, value: int) -> bytes:
    packed = struct.pack(form, value)
    return content[:at] + packed + content[at + len(packed) :]

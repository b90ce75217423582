"""From bytes to text: encodings, and files that are no text at all."""

import codecs

from charset_normalizer import from_bytes

from services.errors import UnreadableTranscript

_LOOKED_AT = 200_000
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"ID3", "an audio file (MP3)"),
    (b"\xff\xfb", "an audio file (MP3)"),
    (b"OggS", "an audio file (Ogg)"),
    (b"fLaC", "an audio file (FLAC)"),
    (b"RIFF", "an audio or video file (WAV, AVI)"),
    (b"\x1aE\xdf\xa3", "a video (Matroska, WebM)"),
    (b"\xd0\xcf\x11\xe0", "an old Word file (.doc)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "rich text (RTF)"),
)
_UTF32 = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"))
_UTF16 = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WINDOWS = frozenset(b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xae\xb0\xb7\xbc\xbd\xbe") | frozenset(
    range(0xC0, 0x100)
)
_ASCII = bytes(range(128))
_HIGH = bytes(range(128, 256))
_MOST_ACCENTS = 0.15
_CONTROLS = bytes(sorted(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 27, 28, 29, 30, 31}))


def is_archive(content: bytes) -> bool:
    """True for a zip archive, which a Word file is."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def decode(content: bytes) -> tuple[str, list[str]]:
    """The text of a file without its byte order mark, and warnings. UTF-8, UTF-16, else the likeliest encoding.

    Raises UnreadableTranscript for what is no text.
    """
    _refuse_media(content)
    for mark, encoding in (*_UTF32, *_UTF16):
        if content.startswith(mark):
            return _wide(content, encoding)
    if b"\x00" in content[:_LOOKED_AT]:
        return _unmarked_wide(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, warnings = _broken_utf8(content) or _other(content)
    else:
        warnings = []
    if _noisy(content):
        raise UnreadableTranscript("The file is not text: it holds bytes that stand in no transcript.")
    return text.removeprefix("\ufeff"), warnings


def _refuse_media(content: bytes) -> None:
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            raise UnreadableTranscript(f"The file is {kind}, not a transcript.")
    if content[4:8] == b"ftyp":
        raise UnreadableTranscript("The file is an audio or video file (MP4, M4A), not a transcript.")


def _noisy(content: bytes) -> bool:
    piece = content[:_LOOKED_AT]
    return len(piece) - len(piece.translate(None, _CONTROLS)) > len(piece) // 200


def _wide(content: bytes, encoding: str) -> tuple[str, list[str]]:
    width = 4 if encoding.startswith("utf-32") else 2
    cut = len(content) % width
    try:
        text = content[: len(content) - cut].decode(encoding)
    except UnicodeDecodeError as error:
        sentence = f"The file says that it is {encoding.upper()}, and breaks at byte {error.start:,}."
        raise UnreadableTranscript(sentence) from error
    return text.removeprefix("\ufeff"), ["The file ends in the middle of a character."] if cut else []


def _unmarked_wide(content: bytes) -> tuple[str, list[str]]:
    """UTF-16 or UTF-32 without its mark: in western text every second byte is zero, or three of four."""
    piece = content[:_LOOKED_AT]
    for encoding, zeros in (
        ("utf-32-le", piece[2::4] + piece[3::4]),
        ("utf-32-be", piece[::4] + piece[1::4]),
        ("utf-16-le", piece[1::2]),
        ("utf-16-be", piece[::2]),
    ):
        if zeros.count(0) > 0.6 * len(zeros):
            return _wide(content, encoding)
    raise UnreadableTranscript(f"The file is not text: byte {content.find(0):,} is zero.")


def _broken_utf8(content: bytes) -> tuple[str, list[str]] | None:
    """UTF-8 with some broken characters, or None where it is another encoding."""
    text = content.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd")
    whole = len(text) - broken - len(content.translate(None, _HIGH))
    if text.endswith("\ufffd") and broken == 1:
        return text[:-1], ["The file ends in the middle of a character."]
    if whole > 2 * broken:
        return text, [f"{broken:,} characters of the file could not be read."]
    return None


def _other(content: bytes) -> tuple[str, list[str]]:
    """An encoding of one byte a character: Windows' western one where its bytes fit, else the likeliest."""
    high = content.translate(None, _ASCII)
    if len(high) < _MOST_ACCENTS * len(content) and _WINDOWS.issuperset(high):
        return content.decode("cp1252", errors="replace"), []
    best = from_bytes(content[:_LOOKED_AT]).best()
    encoding = best.encoding if best is not None else "cp1252"
    text = content.decode(encoding, errors="replace")
    return text, [f"The file is not UTF-8; it was read as {encoding}."]

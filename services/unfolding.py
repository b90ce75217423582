"""What is handed over, one file after the other: zip archives unfolded, a little of it held at a time."""

import io
from collections.abc import Iterable, Iterator
from typing import IO

from services import archives
from services.archives import Member
from services.errors import TooLarge, UnreadableTranscript
from services.settings import settings

Content = bytes | IO[bytes]
_CHUNK_FILES = 100
_CHUNK_BYTES = 4_000_000


def unfolded(files: Iterable[tuple[str, Content]]) -> Iterator[Member]:
    """Files one by one, those of zip archives among them; a file over MAX_FILE_MB comes without its bytes."""
    for name, content in files:
        try:
            if archives.is_zip_of_files(name, content):
                yield from archives.unfold(io.BytesIO(content) if isinstance(content, bytes) else content)
            else:
                yield Member(name, _bytes(content))
        except UnreadableTranscript as error:
            yield Member(name, None, error)


def chunks(members: Iterable[Member]) -> Iterator[list[Member]]:
    """The same, some at a time: at most a hundred, or a few megabytes, or one."""
    chunk: list[Member] = []
    size = 0
    for member in members:
        chunk.append(member)
        size += len(member.content or b"")
        if len(chunk) == _CHUNK_FILES or size > _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _bytes(content: Content) -> bytes:
    limit = settings().max_file_mb
    if isinstance(content, bytes):
        size = len(content)
    else:
        size = content.seek(0, io.SEEK_END)
        content.seek(0)
    if size > limit * 1_000_000:
        raise TooLarge(f"The file has {size / 1e6:,.1f} MB; the limit is {limit:g} MB (MAX_FILE_MB).")
    return content if isinstance(content, bytes) else content.read()

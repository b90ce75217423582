"""The posts of a call as they stand, with what went out of them and who consented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db import consents as stored_consents
from db.consents import ConsentRow, PublishedRow
from db.ledger import SOCIAL
from db.transcripts import TranscriptRecord
from services.agents.social import CHANNEL_LIMITS
from services.database import Database, stored_call, translated
from services.errors import NotFound
from services.json_words import plain
from services.last_word import LastWord, last_words
from services.minds import noted, written_by
from services.post_check import PostCheck, check

__all__ = ["CHANNEL_LABELS", "Post", "PostsOfCall", "get_posts", "guarded", "post_of"]

CHANNEL_LABELS = {"linkedin": "LinkedIn", "facebook": "Facebook", "x": "X"}
_ANY_CHANNEL_LIMIT = 10_000


@dataclass(frozen=True)
class Post:
    """One channel's post as it stands. ``state`` is draft, approved, published or withdrawn, of an older system any
    word; ``limit`` is in characters.

    ``run`` is what the last run wrote; ``conflict`` says that it differs from the one that the person corrected.
    ``published`` is what went out, the newest first, in the words of then; ``consents`` are those to this channel's
    posts.
    """

    channel: str
    label: str
    text: str
    state: str
    limit: int
    edited: bool
    run: str
    conflict: bool
    last: LastWord | None
    published: tuple[PublishedRow, ...]
    consents: tuple[ConsentRow, ...]


@dataclass(frozen=True)
class PostsOfCall:
    """The posts of one call. ``older`` are lines of an older system's posts, shown as they are; ``written`` says which
    mind wrote the run's words, "" where that is not known. ``record`` is the row that they stand in."""

    external_id: str
    record: TranscriptRecord
    client: str
    posts: tuple[Post, ...]
    older: tuple[str, ...]
    written: str


def get_posts(database: Database, external_id: str) -> PostsOfCall:
    """The posts of one call. Raises NotFound."""
    record = stored_call(database, external_id)
    channels = [SOCIAL + entry["channel"] for entry in _entries(record.social_content)]
    if not channels:
        return _posts(record, {}, (), ())
    with translated(), database.session() as session:
        kept = stored_consents.of_call(session, record.id), stored_consents.published(session, record.id)
    return _posts(record, last_words(database, record.id, channels), *kept)


def guarded(database: Database, seen: PostsOfCall, channel: str, text: str) -> PostCheck:
    """What the guard says of words for a channel, as of the call that was seen."""
    post = post_of(seen, channel)
    return check(database, seen.record, text.replace("\r\n", "\n").strip(), post.limit, post.consents)


def post_of(seen: PostsOfCall, channel: str) -> Post:
    """The post of one channel. Raises NotFound."""
    for post in seen.posts:
        if post.channel == channel:
            return post
    raise NotFound("This call has no such post.")


def _posts(
    record: TranscriptRecord,
    last: Mapping[str, LastWord],
    consents: Sequence[ConsentRow],
    published: Sequence[PublishedRow],
) -> PostsOfCall:
    content, crm = record.social_content, record.crm_data if isinstance(record.crm_data, dict) else {}
    client = crm.get("client_name")
    posts: dict[str, Post] = {}
    for entry in _entries(content):
        channel = entry["channel"]
        if channel not in posts:
            agreed = tuple(row for row in consents if row.channel == channel)
            out = tuple(row for row in published if row.channel == channel)
            posts[channel] = _post(entry, record, last.get(SOCIAL + channel), agreed, out)
    return PostsOfCall(
        external_id=record.external_id,
        record=record,
        client=client.strip() if isinstance(client, str) else record.filename or record.external_id,
        posts=tuple(posts.values()),
        older=tuple(_older_lines(content)),
        written=written_by(noted(record.minds, "social")) if posts else "",
    )


def _entries(content: Any) -> list[dict[str, Any]]:
    """The posts in what is stored; what has another form is none."""
    entries = content.get("posts") if isinstance(content, dict) else None
    found = entries if isinstance(entries, list) else []
    return [entry for entry in found if isinstance(entry, dict) and isinstance(entry.get("channel"), str)]


def _post(
    entry: dict[str, Any],
    record: TranscriptRecord,
    last: LastWord | None,
    consents: tuple[ConsentRow, ...],
    published: tuple[PublishedRow, ...],
) -> Post:
    channel = entry["channel"]
    proposed = _entries(record.proposed.get("social_content", record.social_content))
    return Post(
        channel=channel,
        label=CHANNEL_LABELS.get(channel, channel.capitalize()),
        text=str(entry.get("text") or ""),
        state=str(entry.get("state") or "draft"),
        limit=CHANNEL_LIMITS.get(channel, _ANY_CHANNEL_LIMIT),
        edited=channel in (record.edits.get("social_content") or {}),
        run=next((str(each.get("text") or "") for each in proposed if each["channel"] == channel), ""),
        conflict=SOCIAL + channel in record.conflicts,
        last=last,
        published=published,
        consents=consents,
    )


def _older_lines(content: Any) -> list[str]:
    """What stands in the column in no form of ours, one line each."""
    if isinstance(content, dict):
        rest = {key: value for key, value in content.items() if key != "posts"}
        return [f"{key}: {plain(value)}" for key, value in rest.items() if plain(value)]
    return [line for line in [plain(content)] if line]

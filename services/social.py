"""The posts: found, corrected by people, approved, noted as published and withdrawn."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from db import consents as stored_consents
from db import edits
from db.consents import ConsentRow, PublishedRow
from db.ledger import SOCIAL
from db.transcripts import TranscriptRecord
from services.agents.social import CHANNEL_LIMITS
from services.database import Database, stored_call, translated
from services.errors import ChangedElsewhere, InvalidValue, NotFound
from services.json_words import plain
from services.last_word import LastWord, last_words
from services.minds import noted, written_by
from services.playbooks.loader import load
from services.post_check import PostCheck, check
from services.settings import settings

CHANNEL_LABELS = {"linkedin": "LinkedIn", "facebook": "Facebook", "x": "X"}
SAID_YES = ("approved", "published")  # the states in which a person stands behind the words
_ANY_CHANNEL_LIMIT = 10_000
_LONGEST_LINK = 2_000


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
    names: tuple[str, ...]
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
    post = _post_of(seen, channel)
    return check(database, seen.record, text.replace("\r\n", "\n").strip(), post.limit, post.consents)


def save(database: Database, seen: PostsOfCall, channel: str, text: str, actor: str) -> PostsOfCall:
    """Writes the person's words, if they changed anything; a changed post is a draft again.

    What was published before stays as it went out. Raises InvalidValue (too long, empty, names the client) and
    ChangedElsewhere.
    """
    words = accept(seen, channel, text)
    if words == _post_of(seen, channel).text:
        return get_posts(database, seen.external_id)
    return _write(database, _unchanged(database, seen, channel), channel, words, None, actor)


def approve(
    database: Database, seen: PostsOfCall, channel: str, text: str, actor: str, *, looked: bool = False
) -> PostsOfCall:
    """Says yes to the words in the box, saving them; ``looked`` says that the person saw what the guard found.

    Raises what ``save`` raises, and PostLocked where the guard lets nobody publish them.
    """
    words = accept(seen, channel, text)
    now = _unchanged(database, seen, channel)
    found = guarded(database, now, channel, words)
    found.demand(looked)
    why = f"Looked at: {'; '.join(found.to_look_at)}" if found.to_look_at else None
    return _write(database, now, channel, words, "approved", actor, why)


def take_back(database: Database, seen: PostsOfCall, channel: str, actor: str) -> PostsOfCall:
    """Takes a yes back; the words stay, as a draft."""
    now = _unchanged(database, seen, channel)
    return _write(database, now, channel, _post_of(now, channel).text, "draft", actor)


def publish(database: Database, seen: PostsOfCall, channel: str, place: str, link: str, actor: str) -> PostsOfCall:
    """Notes that a person published the approved post, where and under which link; keeps its words for good.

    Raises InvalidValue for a post without a yes or a link that is none, PostLocked and ChangedElsewhere.
    """
    now = _unchanged(database, seen, channel)
    post = _post_of(now, channel)
    if post.state != "approved":
        raise InvalidValue(f"The {post.label} post is not approved.", remedy="Approve it first.")
    where, address = place.strip() or post.label, _link(link)
    found = guarded(database, now, channel, post.text)
    found.demand(looked=True)
    why = f"On {where}" + (f": {address}" if address else "")
    with translated(), database.session() as session:
        edits.edit_post(
            session, seen.external_id, now.record.version, channel, None, "published", actor=actor, reason=why
        )
        stored_consents.publish(
            session, seen.external_id, channel, post.text, where, address, found.consents, actor=actor
        )
    return get_posts(database, seen.external_id)


def withdraw(database: Database, seen: PostsOfCall, channel: str, published: int, why: str, actor: str) -> PostsOfCall:
    """Notes that a person took a published post down; its words stay. Raises ChangedElsewhere."""
    now = _unchanged(database, seen, channel)
    post = _post_of(now, channel)
    gone = next((row for row in post.published if row.id == published), None)
    if gone is None:
        raise NotFound("There is no such published post of this call.")
    others = any(row.out for row in post.published if row.id != published)
    was_last = post.state == "published" and not others
    with translated(), database.session() as session:
        if was_last:
            edits.edit_post(
                session, seen.external_id, now.record.version, channel, None, "withdrawn", actor=actor, reason=why
            )
        stored_consents.withdraw(session, seen.external_id, published, why.strip(), actor=actor, told=was_last)
    return get_posts(database, seen.external_id)


def restore(database: Database, seen: PostsOfCall, channel: str, actor: str) -> PostsOfCall:
    """Takes the person's words away, so that the last run's draft stands again. Raises ChangedElsewhere."""
    version = _unchanged(database, seen, channel).record.version
    with translated(), database.session() as session:
        edits.restore_post(session, seen.external_id, version, channel, actor=actor)
    return get_posts(database, seen.external_id)


def accept(seen: PostsOfCall, channel: str, text: str) -> str:
    """The words as they are stored. Raises InvalidValue where they can't be a post."""
    words = text.replace("\r\n", "\n").strip()
    post = _post_of(seen, channel)
    if not words:
        raise InvalidValue(f"The {post.label} post has no words.", remedy="Write some, or restore the draft.")
    if len(words) > post.limit:
        raise InvalidValue(f"The {post.label} post has {len(words):,} characters; {post.limit:,} fit.")
    named = names_in(words, seen.names)
    if named:
        raise InvalidValue(
            f"The {post.label} post names {' and '.join(named)}.", remedy="A post never names a client: take it out."
        )
    return words


def names_in(text: str, names: tuple[str, ...]) -> list[str]:
    """The names of the client's household that a text holds.

    A full name counts in any case. A part of one counts only as it is written: 'will' is no Will, and a part that is
    a word of the playbook's products ('Will', 'Grace') counts only beside the rest of its name.
    """
    trade = {word for product in load(settings().playbook).products for word in product.name.lower().split()}
    found: list[str] = []
    for name in names:
        parts = [part for part in name.split() if len(part) > 2 and part.lower() not in trade]
        whole = " " in name and re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)
        found += [name] if whole else [part for part in parts if re.search(rf"\b{re.escape(part)}\b", text)]
    return list(dict.fromkeys(found))


def _link(link: str) -> str | None:
    """A web address, or None where none was given. Raises InvalidValue for anything else."""
    address = link.strip()
    if not address:
        return None
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and len(address) <= _LONGEST_LINK
    except ValueError:
        known = False
    if not known:
        raise InvalidValue("The link is no web address.", remedy="Copy it from the browser, or leave it empty.")
    return address


def _write(
    database: Database,
    seen: PostsOfCall,
    channel: str,
    words: str,
    state: str | None,
    actor: str,
    why: str | None = None,
) -> PostsOfCall:
    """Writes what nobody wrote since ``seen`` was read."""
    version = seen.record.version
    with translated(), database.session() as session:
        edits.edit_post(session, seen.external_id, version, channel, words, state, actor=actor, reason=why)
    return get_posts(database, seen.external_id)


def _unchanged(database: Database, seen: PostsOfCall, channel: str) -> PostsOfCall:
    """The posts as they stand, if this one is still the one that was seen; other fields may have changed since."""
    found = get_posts(database, seen.external_id)
    then, now = _post_of(seen, channel), _post_of(found, channel)
    if (then.text, then.state) != (now.text, now.state):
        raise ChangedElsewhere(
            f"The {then.label} post was changed meanwhile, by somebody else or by a run; nothing was saved.",
            remedy="See what stands now, then decide.",
        )
    return found


def _post_of(seen: PostsOfCall, channel: str) -> Post:
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
    names = tuple(name.strip() for key in ("client_name", "spouse_name") if isinstance(name := crm.get(key), str))
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
        client=names[0] if isinstance(crm.get("client_name"), str) and names else record.filename or record.external_id,
        names=tuple(name for name in names if name),
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

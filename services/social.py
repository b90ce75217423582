"""The posts: corrected by people, approved, noted as published and withdrawn."""

from urllib.parse import urlsplit

from db import consents as stored_consents
from db import edits, ledger
from db.ledger import SOCIAL
from services.database import Database, translated
from services.errors import ChangedElsewhere, InvalidValue, NotFound
from services.post_check import PostCheck, private_of
from services.posts import CHANNEL_LABELS, Post, PostsOfCall, get_posts, guarded, post_of

__all__ = ["CHANNEL_LABELS", "SAID_YES", "Post", "PostsOfCall", "accept", "approve", "get_posts", "guarded"]
__all__ += ["publish", "restore", "save", "take_back", "withdraw"]

SAID_YES = ("approved", "published")  # the states in which a person stands behind the words
_LONGEST_LINK = 2_000


def save(database: Database, seen: PostsOfCall, channel: str, text: str, actor: str) -> PostsOfCall:
    """Writes the person's words, if they changed anything; a changed post is a draft again.

    What was published before stays as it went out. Raises InvalidValue (too long, empty, names the client) and
    ChangedElsewhere.
    """
    words = accept(seen, channel, text)
    if words == post_of(seen, channel).text:
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
    return _write(database, now, channel, post_of(now, channel).text, "draft", actor)


def publish(
    database: Database, seen: PostsOfCall, channel: str, place: str, link: str, actor: str, *, looked: bool = False
) -> PostsOfCall:
    """Notes that a person published the approved post, where and under which link; keeps its words for good.

    The post as it stands is held against the call and the consents of the moment once more; ``looked`` says that the
    person saw what was found since the approval. Raises InvalidValue for a post without a yes or a link that is none,
    PostLocked and ChangedElsewhere.
    """
    now = _unchanged(database, seen, channel)
    post = post_of(now, channel)
    if post.state != "approved":
        raise InvalidValue(f"The {post.label} post is not approved.", remedy="Approve it first.")
    where, address = place.strip() or post.label, _link(link)
    found = guarded(database, now, channel, post.text)
    found.demand(looked or not _unlooked(database, now, channel, found))
    why = f"On {where}" + (f": {address}" if address else "")
    with translated(), database.session() as session:
        edits.edit_post(
            session, seen.external_id, now.record.version, channel, None, "published", actor=actor, reason=why
        )
        stored_consents.publish(
            session, seen.external_id, channel, post.text, where, address, found.consents, actor=actor
        )
    return get_posts(database, seen.external_id)


def _unlooked(database: Database, now: PostsOfCall, channel: str, found: PostCheck) -> list[str]:
    """What is to be looked at in an approved post and was not when it was approved."""
    with translated(), database.session() as session:
        story = ledger.story(session, now.record.id, SOCIAL + channel)
    told = next((row.reason or "" for row in reversed(story) if row.kind == "approve"), "")
    return [one for one in found.to_look_at if one not in told]


def withdraw(database: Database, seen: PostsOfCall, channel: str, published: int, why: str, actor: str) -> PostsOfCall:
    """Notes that a person took a published post down; its words stay. Raises ChangedElsewhere."""
    now = _unchanged(database, seen, channel)
    post = post_of(now, channel)
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
    post = post_of(seen, channel)
    if not words:
        raise InvalidValue(f"The {post.label} post has no words.", remedy="Write some, or restore the draft.")
    if len(words) > post.limit:
        raise InvalidValue(f"The {post.label} post has {len(words):,} characters; {post.limit:,} fit.")
    named = _names_in(words, seen)
    if named:
        raise InvalidValue(
            f"The {post.label} post names {' and '.join(named)}.", remedy="A post never names a client: take it out."
        )
    return words


def _names_in(words: str, seen: PostsOfCall) -> list[str]:
    """The names of the client's household that some words hold, however they are written there."""
    marks = private_of(seen.record).names_in(words)
    return list(dict.fromkeys(words[start:end] for start, end in marks))


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
    then, now = post_of(seen, channel), post_of(found, channel)
    if (then.text, then.state) != (now.text, now.state):
        raise ChangedElsewhere(
            f"The {then.label} post was changed meanwhile, by somebody else or by a run; nothing was saved.",
            remedy="See what stands now, then decide.",
        )
    return found

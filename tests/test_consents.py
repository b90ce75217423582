"""A post with a client's words is locked until their consent is on file, and locked again once it is revoked."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from db import transcripts
from db.engine import Database
from services import consents, erasing, ledger, social
from services.errors import AftercallError, ChangedElsewhere, InvalidValue, NotFound
from services.post_check import PostLocked
from tests.example_rows import petra, store

SAID = "I have put this off long enough."
QUOTE = f"A client put it best: {SAID} So do many."
NEAR = "Putting this off, and having put it off long enough: the making of time."
CALL = "call-petra"


@pytest.fixture
def stored(database: Database) -> Database:
    store(database, petra())
    return database


def seen(database: Database) -> social.PostsOfCall:
    return social.get_posts(database, CALL)


def post(database: Database) -> social.Post:
    return seen(database).posts[0]


def consent(database: Database, words: str = QUOTE, **changed: Any) -> None:
    told: dict[str, Any] = {
        "channel": "linkedin",
        "words": words,
        "given_by": "Petra Holm",
        "given_on": date(2026, 3, 5),
        "how": "e-mail",
        "disclosure": consents.DISCLOSURE,
        "actor": "ines",
        **changed,
    }
    consents.give(database, CALL, **told)


def approve(database: Database, words: str = QUOTE) -> None:
    social.approve(database, seen(database), "linkedin", words, "ines")


def publish(database: Database) -> None:
    approve(database)
    social.publish(database, seen(database), "linkedin", "LinkedIn", "https://www.linkedin.com/posts/1", "omar")


def test_a_post_with_a_client_s_words_can_t_be_approved(stored: Database) -> None:
    with pytest.raises(PostLocked, match="locked"):
        approve(stored)
    assert post(stored).state == "draft"


def test_with_the_consent_on_file_it_can(stored: Database) -> None:
    consent(stored)
    approve(stored)
    assert (post(stored).text, post(stored).state) == (QUOTE, "approved")


def test_a_tick_does_not_take_the_place_of_a_consent(stored: Database) -> None:
    with pytest.raises(PostLocked):
        social.approve(stored, seen(stored), "linkedin", QUOTE, "ines", looked=True)


def test_a_consent_covers_the_words_that_were_shown_and_no_others(stored: Database) -> None:
    consent(stored)
    approve(stored, f"Start early. {SAID}")
    more = f"{QUOTE} The house is worth nine hundred thousand, and we have three children."
    with pytest.raises(PostLocked):
        approve(stored, more)


def test_a_consent_to_one_channel_covers_no_other(stored: Database) -> None:
    consent(stored, channel="x")
    with pytest.raises(PostLocked):
        approve(stored)


def test_a_revoked_consent_locks_the_post_again(stored: Database) -> None:
    consent(stored)
    approve(stored)
    consents.revoke(stored, CALL, post(stored).consents[0].id, "She changed her mind", "omar")
    assert social.guarded(stored, seen(stored), "linkedin", QUOTE).locked
    with pytest.raises(PostLocked):
        social.publish(stored, seen(stored), "linkedin", "", "", "ines")
    kept = post(stored).consents[0]
    assert (kept.revoked_by, kept.revoked_why, kept.given_by) == ("omar", "She changed her mind", "Petra Holm")


def test_a_published_post_is_marked_once_its_consent_is_revoked(stored: Database) -> None:
    consent(stored)
    publish(stored)
    assert consents.to_take_down(stored) == []
    assert not post(stored).published[0].uncovered
    consents.revoke(stored, CALL, post(stored).consents[0].id, "", "omar")
    assert post(stored).published[0].uncovered
    assert consents.to_take_down(stored) == [(CALL, "Petra Holm")]
    social.withdraw(stored, seen(stored), "linkedin", post(stored).published[0].id, "Revoked", "omar")
    assert consents.to_take_down(stored) == []


def test_a_consent_that_is_revoked_in_between_lets_nobody_approve(
    stored: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the guard's look and the write, the client takes the consent back."""
    consent(stored)
    held = social.guarded

    def then_revoked(*told: Any) -> Any:
        found = held(*told)
        thread = Thread(target=consents.revoke, args=(stored, CALL, post(stored).consents[0].id, "", "omar"))
        thread.start()
        thread.join()
        return found

    monkeypatch.setattr(social, "guarded", then_revoked)
    with pytest.raises(ChangedElsewhere):
        approve(stored)
    assert post(stored).state == "draft"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"given_by": "  "}, "who gave it"),
        ({"disclosure": ""}, "disclosure"),
        ({"words": " "}, "words"),
        ({"how": "nodded"}, "written"),
        ({"given_on": datetime.now(UTC).date() + timedelta(days=9)}, "to come"),
        ({"disclosure": "x" * 5_001}, "longer"),
    ],
)
def test_a_consent_with_gaps_is_refused(stored: Database, changed: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidValue, match=told):
        consent(stored, **changed)
    assert post(stored).consents == ()


def test_a_consent_to_a_call_that_is_not_there_is_refused(database: Database) -> None:
    with pytest.raises(NotFound):
        consent(database)


def test_a_consent_of_another_call_is_not_revoked_by_this_one(stored: Database) -> None:
    store(stored, petra("call-other"))
    consent(stored)
    with pytest.raises(AftercallError):
        consents.revoke(stored, "call-other", post(stored).consents[0].id, "", "omar")
    assert post(stored).consents[0].stands


def test_the_audit_tells_of_consents_and_states(stored: Database) -> None:
    consent(stored)
    publish(stored)
    consents.revoke(stored, CALL, post(stored).consents[0].id, "", "omar")
    social.withdraw(stored, seen(stored), "linkedin", post(stored).published[0].id, "", "omar")
    with stored.session() as session:
        done = session.execute(text("SELECT action, actor FROM audit ORDER BY id")).all()
    assert [tuple(row) for row in done[-5:]] == [
        ("consent", "ines"),
        ("approve", "ines"),
        ("publish", "omar"),
        ("revoke", "omar"),
        ("withdraw", "omar"),
    ]


def test_an_erased_call_leaves_no_consent_and_no_published_words(stored: Database) -> None:
    consent(stored)
    publish(stored)
    erasing.erase(stored, CALL, "ines")
    with stored.session() as session:
        for table in ("consents", "published_posts", "call_details", "field_values", "audit"):
            rows = session.execute(text(f"SELECT t::text FROM {table} AS t")).scalars()
            assert not [row for row in rows if "put this off" in row or "Petra" in row], table


def test_nearly_the_client_s_words_lock_too(stored: Database) -> None:
    row = petra()
    row["dialogue"][1]["text"] = "My brother moved away after the flood and never answers a call about the farm."
    with stored.session() as session:
        transcripts.upsert(session, {"external_id": CALL, "dialogue": row["dialogue"]})
    words = "A brother who never answers a call on the farm after the flood moved away."
    found = social.guarded(stored, seen(stored), "linkedin", words)
    assert {mark.kind for mark in found.marks if mark.rule == "consent"} == {"near words"}
    assert found.locked


def test_an_earlier_yes_that_is_put_back_is_a_draft(stored: Database) -> None:
    approve(stored, "A plan is a gift.")
    social.save(stored, seen(stored), "linkedin", "Other words.", "ines")
    earlier = next(one for one in ledger.events(stored, CALL, "social_content.linkedin") if one.kind == "approve")
    ledger.put_back(stored, CALL, seen(stored).record.version, earlier.id, "ines")
    assert (post(stored).text, post(stored).state) == ("A plan is a gift.", "draft")

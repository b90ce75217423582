"""Dry runs: what would change is seen before anything is written, and let in by field, by call, or all at once."""

from pathlib import Path
from typing import Any

import pytest

from db import edits
from db import ledger as rows
from services import audit, conflicts, deals, doctor, dry_runs, runs, uploads
from services.audit import AuditFilter
from services.database import Database, stored_call
from services.dry_runs import Change, DryRun
from services.errors import NotFound
from services.playbooks.loader import BUILTIN
from services.records import CallFilter
from services.settings import settings
from tests import example_rows
from tests.own_calls import stellar
from tests.working import all_ended, until, worked, working

FIRST, SECOND = "4410027123", "4410027124"


@pytest.fixture
def calls(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two calls, uploaded and worked through."""
    monkeypatch.setenv("EMBEDDINGS", "false")
    ids = [uploads.submit(database, f"{each}.txt", stellar(each), {}, "Ann") for each in (FIRST, SECOND)]
    assert [run.external_id for run in worked(database, *ids)] == [FIRST, SECOND]


@pytest.fixture
def other_firm(calls: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the firm has another name, so that e-mails and posts would be worded otherwise."""
    playbook = tmp_path / "playbook.toml"
    text = BUILTIN.read_text()
    name = next(line for line in text.splitlines() if line.startswith("name = ") and line in text.split("[firm]")[1])
    playbook.write_text(text.replace(name, 'name = "Harbor & Pine"'))
    monkeypatch.setenv("PLAYBOOK", str(playbook))
    settings.cache_clear()


def dry_run(database: Database, **chosen: Any) -> DryRun:
    """A dry run of all calls, at its end."""
    started = dry_runs.start(database, CallFilter(), "Bo", **chosen)
    with working(database):
        until(lambda: all_ended(database))
    return dry_runs.get(database, started)


def everything(database: Database) -> list[Any]:
    with database.session() as session:
        story = [row for call in (FIRST, SECOND) for row in rows.story(session, stored_call(database, call).id)]
    return [stored_call(database, FIRST), stored_call(database, SECOND), story]


def changes(database: Database, dry: DryRun) -> list[Change]:
    return dry_runs.changes(database, dry.id, size=500)[0]


@pytest.mark.usefixtures("calls")
def test_calls_that_say_the_same_again_would_change_nothing(database: Database) -> None:
    before = everything(database)
    dry = dry_run(database)
    assert (dry.asked, dry.compared, dry.running, dry.failed, dry.waiting) == (2, 2, 0, 0, 0)
    assert everything(database) == before


@pytest.mark.usefixtures("other_firm")
def test_nothing_is_written_before_a_yes(database: Database) -> None:
    before = everything(database)
    dry = dry_run(database)
    assert dry.changed_calls == 2
    assert dry.waiting > 0
    assert everything(database) == before
    assert all(run.note for run in runs.recent(database, 2))
    body = next(each for each in changes(database, dry) if each.field == "email_draft.body")
    assert "Harbor & Pine" in body.new.words
    assert "Harbor & Pine" not in body.old.words
    assert body.state == "waiting"


@pytest.mark.usefixtures("other_firm")
def test_a_field_is_let_in_for_all_calls_and_the_rest_waits(database: Database) -> None:
    dry = dry_run(database)
    done = dry_runs.accept(database, dry.id, "Bo", field="email_draft.body")
    assert (done.calls, done.values, done.outdated) == (2, 2, 0)
    for call in (FIRST, SECOND):
        record = stored_call(database, call)
        assert "Harbor & Pine" in str(record.email_draft)
        assert "email_draft" not in record.edits
    left = dry_runs.get(database, dry.id)
    assert (left.accepted, left.waiting) == (2, dry.waiting - 2)
    assert doctor.examine(database).findings == ()
    assert audit.listing(database, AuditFilter(actions=("accept",)))[0].actor == "Bo"


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("field", ["social_content.linkedin", "coaching.suggestion"])
def test_a_part_of_posts_or_coaching_is_let_in_and_the_others_stay(database: Database, field: str) -> None:
    truth = stored_call(database, FIRST)
    posts = [{**post, "text": f"Other {post['channel']}."} for post in truth.social_content["posts"]]
    coaching = {**truth.coaching, "suggestion": "Other.", "opportunity": "Other."}
    row = {"external_id": FIRST, "social_content": {"posts": posts}, "coaching": coaching}
    example_rows.run_says(database, row)
    dry = dry_run(database)
    dry_runs.accept(database, dry.id, "Bo", field=field)
    now = stored_call(database, FIRST)
    told = {post["channel"]: post["text"] for post in now.social_content["posts"]}
    if field.startswith("social"):
        assert told["linkedin"] == truth.social_content["posts"][0]["text"]
        assert now.coaching == coaching
    else:
        assert told == {post["channel"]: f"Other {post['channel']}." for post in posts}
        assert now.coaching == {**coaching, "suggestion": truth.coaching["suggestion"]}
    assert doctor.examine(database).findings == ()


@pytest.mark.usefixtures("other_firm")
def test_one_call_is_let_in_and_the_other_stays(database: Database) -> None:
    dry = dry_run(database)
    other = stored_call(database, SECOND)
    dry_runs.accept(database, dry.id, "Bo", external_id=FIRST)
    assert stored_call(database, SECOND) == other
    assert {each.external_id for each in changes(database, dry) if each.state == "waiting"} == {SECOND}
    dry_runs.accept(database, dry.id, "Bo")
    assert dry_runs.get(database, dry.id).waiting == 0
    again = dry_run(database)
    assert again.waiting == 0
    assert doctor.examine(database).healthy


@pytest.mark.usefixtures("calls")
def test_facts_are_let_in_with_their_proof(database: Database) -> None:
    truth = stored_call(database, FIRST)
    wrong = {**truth.crm_data, "deal_amount": 1, "objections": ["Price", "Timing"]}
    extraction = {
        **truth.extracted_data,
        "facts": {**truth.extracted_data["facts"], "deal_amount": example_rows.fact(1, 0, "one")},
    }
    example_rows.run_says(database, {"external_id": FIRST, "crm_data": wrong, "extracted_data": extraction})
    dry = dry_run(database)
    changed = {each.field: each for each in changes(database, dry)}
    assert {"crm_data.deal_amount", "crm_data.objections"} <= changed.keys()
    assert changed["crm_data.deal_amount"].new.state == truth.extracted_data["facts"]["deal_amount"]["state"]
    dry_runs.accept(database, dry.id, "Bo")
    now = stored_call(database, FIRST)
    assert now.crm_data == truth.crm_data
    assert now.extracted_data == truth.extracted_data
    assert doctor.examine(database).healthy


@pytest.mark.usefixtures("other_firm")
def test_a_persons_word_stands_over_what_is_let_in_and_a_conflict_opens(database: Database) -> None:
    with database.session() as session:
        edits.edit_email(session, FIRST, None, "Subject: Mine\n\nMy words.", actor="Ann")
    dry = dry_run(database)
    assert {each.locked for each in changes(database, dry) if each.field == "email_draft.body"} == {True, False}
    dry_runs.accept(database, dry.id, "Bo")
    assert stored_call(database, FIRST).email_draft == "Subject: Mine\n\nMy words."
    assert "email_draft.body" in {each.field for each in conflicts.of_call(database, FIRST)}
    assert doctor.examine(database).healthy


@pytest.mark.usefixtures("other_firm")
def test_what_a_later_run_said_anew_is_outdated_and_left_alone(database: Database) -> None:
    dry = dry_run(database)
    later = {"external_id": FIRST, "email_draft": "Subject: Later\n\nLater words."}
    example_rows.run_says(database, later)
    done = dry_runs.accept(database, dry.id, "Bo", field="email_draft.body")
    assert (done.values, done.outdated) == (1, 1)
    assert stored_call(database, FIRST).email_draft == "Subject: Later\n\nLater words."


@pytest.mark.usefixtures("calls")
def test_a_call_of_an_older_system_is_left_out_and_told(database: Database) -> None:
    example_rows.store(database, example_rows.deal("older", client_name="Olde"))
    dry = dry_run(database)
    assert (dry.asked, dry.left_out, dry.compared) == (3, 1, 2)


@pytest.mark.usefixtures("other_firm")
def test_a_discarded_dry_run_leaves_nothing_and_what_was_let_in_stays(database: Database) -> None:
    dry = dry_run(database)
    dry_runs.accept(database, dry.id, "Bo", field="email_draft.body", external_id=FIRST)
    dry_runs.discard(database, dry.id, "Bo")
    with pytest.raises(NotFound):
        dry_runs.get(database, dry.id)
    assert dry_runs.recent(database) == []
    assert "Harbor & Pine" in str(stored_call(database, FIRST).email_draft)


@pytest.mark.usefixtures("other_firm")
def test_the_newest_calls_alone_are_tried(database: Database) -> None:
    dry = dry_run(database, most=1)
    assert (dry.asked, dry.compared) == (1, 1)


def test_no_calls_no_dry_run(database: Database) -> None:
    with pytest.raises(NotFound, match="no such call"):
        dry_runs.start(database, CallFilter(search="nobody"), "Bo")


@pytest.mark.usefixtures("other_firm")
def test_a_dry_run_and_a_run_of_the_same_call_do_not_meet(database: Database) -> None:
    started = dry_runs.start(database, CallFilter(), "Bo")
    real = runs.rerun(database, [FIRST], "Bo")
    assert runs.get(database, real[0]).dry_run_id is None
    with working(database):
        until(lambda: all_ended(database))
    assert "Harbor & Pine" in str(stored_call(database, FIRST).email_draft)
    assert dry_runs.get(database, started).compared == 2
    assert deals.get(database, FIRST).version > deals.get(database, SECOND).version

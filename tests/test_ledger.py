"""The ledger: what runs and people said, in their order, each with where it comes from, and what stands of it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db import confirming, edits, ledger
from db.drafts import fitting, join_draft, laid_over, split_draft
from db.engine import Database
from db.ledger import canonical
from db.transcripts import TranscriptRecord
from services import doctor
from services import ledger as told
from services.database import stored_call
from services.errors import ChangedElsewhere, NotFound
from services.ledger import Event
from services.minds import Mind
from services.sayings import said_in
from tests.conftest import Rows
from tests.example_rows import deal, petra, run_says

KEY = "call-petra"
MODEL = Mind("model", "model", "7", "1" * 16)


def stored(database: Database, key: str = KEY) -> TranscriptRecord:
    return stored_call(database, key)


def edit(database: Database, key: str = KEY, actor: str = "bo", **values: Any) -> None:
    with database.session() as session:
        edits.edit_crm(session, key, None, values, actor=actor)


def amounts(database: Database) -> list[Event]:
    return told.events(database, KEY, "crm_data.deal_amount")


def test_every_value_of_a_run_is_kept_with_its_origin(database: Database) -> None:
    row = petra()
    run_says(database, row, run_id="run-1", mind=MODEL)
    with database.session() as session:
        rows = {each.field: each for each in ledger.story(session, stored(database).id)}
    assert rows.keys() == {each.field for each in said_in(row, MODEL)}
    amount = rows["crm_data.deal_amount"]
    assert (amount.value, amount.state, amount.kind, amount.source) == (4500, "verified", "run", "model")
    assert amount.quotes == [{"turn": 4, "quote": "forty-five hundred dollars"}]
    assert (amount.run_id, amount.mind, amount.mind_version, amount.prompt_hash) == ("run-1", "model", "7", "1" * 16)
    assert len({each.write_id for each in rows.values()}) == 1


def test_an_unchanged_run_writes_no_row_and_a_changed_one_only_what_changed(database: Database, rows: Rows) -> None:
    run_says(database, petra(), run_id="run-1")
    before = rows.of("field_values")
    run_says(database, petra(), run_id="run-2")
    assert rows.of("field_values") == before
    run_says(database, petra(deal_amount=5000), run_id="run-3")
    assert rows.of("field_values") == before + 1


def test_a_run_that_proves_the_same_value_otherwise_is_noted(database: Database) -> None:
    run_says(database, petra())
    other = petra()
    other["extracted_data"]["facts"]["deal_amount"]["state"] = "paraphrased"
    run_says(database, other)
    assert [(event.after, event.state) for event in amounts(database)] == [
        ("$4,500", "paraphrased"),
        ("$4,500", "verified"),
    ]


def test_the_same_order_of_keys_and_kind_of_number_is_no_matter(database: Database, rows: Rows) -> None:
    run_says(database, deal("A", deal_amount=4500, next_steps=[{"owner": "client", "action": "sign"}]))
    before = rows.of("field_values")
    run_says(database, deal("A", deal_amount=4500.0, next_steps=[{"action": "sign", "owner": "client"}]))
    assert rows.of("field_values") == before
    assert canonical(True) != canonical(1)
    assert canonical("1") != canonical(1)


def test_what_a_run_does_not_write_any_more_is_noted_as_gone(database: Database) -> None:
    posts = [{"channel": name, "text": "Words.", "state": "draft"} for name in ("linkedin", "x")]
    run_says(database, {**petra(), "social_content": {"posts": posts}})
    run_says(database, {**petra(), "social_content": {"posts": posts[:1]}, "coaching": {"source": "builtin"}})
    assert [event.after for event in told.events(database, KEY, "social_content.x")] == ["not discussed", "Words."]
    assert told.events(database, KEY, "coaching.strengths")[0].after == "not discussed"
    assert doctor.examine(database).findings == ()


def test_what_a_run_leaves_out_stays(database: Database) -> None:
    run_says(database, petra())
    run_says(database, {"external_id": KEY, "crm_data": {"outcome": "Won"}})
    found = stored(database)
    assert (found.crm_data["deal_amount"], found.crm_data["outcome"]) == (4500, "Won")
    assert len(amounts(database)) == 1
    assert doctor.examine(database).findings == ()


def test_a_run_that_was_handed_in_earlier_writes_nothing(database: Database, rows: Rows) -> None:
    run_says(database, {**petra(), "run_seq": 5})
    before = rows.of("field_values"), rows.of("audit")
    (stored_row,) = run_says(database, {**petra(deal_amount=1), "run_seq": 4})
    assert not stored_row.written
    assert (rows.of("field_values"), rows.of("audit")) == before


def test_several_rows_of_one_call_in_a_batch_are_laid_over_one_another(database: Database) -> None:
    posts = [{"channel": name, "text": "Words.", "state": "draft"} for name in ("linkedin", "x")]
    run_says(
        database,
        {"external_id": "A", "crm_data": {"outcome": "Lost"}, "social_content": {"posts": posts}},
        {"external_id": "A", "crm_data": {"outcome": "Won"}, "social_content": {"posts": posts[1:]}},
    )
    assert [event.after for event in told.events(database, "A", "crm_data.outcome")] == ["Won"]
    assert told.events(database, "A", "social_content.linkedin") == []
    assert doctor.examine(database).findings == ()


def test_the_history_of_a_field_says_who_when_from_what_to_what_and_why(database: Database) -> None:
    run_says(database, petra())
    with database.session() as session:
        edits.edit_crm(session, KEY, None, {"deal_amount": 4200}, actor="bo", reason="On the phone.")
    run_says(database, petra(deal_amount=5000), mind=MODEL)
    with database.session() as session:
        edits.restore_crm(session, KEY, None, ["deal_amount"], actor="cy")
    seen = [(one.who, one.done, one.before, one.after, one.said, one.why) for one in amounts(database)]
    assert seen == [
        ("cy", "given back to the runs", "$4,200", "$5,000", "not discussed", None),
        ("Language model model 7", "said by a run", "$4,200", "$4,200", "$5,000", None),
        ("bo", "written", "$4,500", "$4,200", "$4,200", "On the phone."),
        ("Builtin analyst 1", "said by a run", "not discussed", "$4,500", "$4,500", None),
    ]
    moments = [one.at for one in amounts(database)]
    assert moments == sorted(moments, reverse=True)


def test_a_calls_story_gathers_what_was_written_together(database: Database) -> None:
    run_says(database, petra(), run_id="run-1")
    edit(database, deal_amount=4200, outcome="Won")
    first, second = told.moments(database, KEY)
    assert (first.who, first.done, len(first.events)) == ("bo", "written", 2)
    assert (second.run_id, len(second.events)) == ("run-1", len(said_in(petra(), MODEL)))


def test_an_earlier_value_is_put_back_and_stands_against_later_runs(database: Database) -> None:
    run_says(database, petra())
    edit(database, deal_amount=4200)
    first = amounts(database)[-1]
    assert first.can_return
    told.put_back(database, KEY, stored(database).version, first.id, "cy")
    latest = amounts(database)[0]
    assert (latest.done, latest.before, latest.after, latest.who) == ("put back", "$4,200", "$4,500", "cy")
    assert latest.why is not None
    assert latest.why.startswith("As of ")
    run_says(database, petra(deal_amount=5000))
    assert stored(database).crm_data["deal_amount"] == 4500


def test_what_stands_and_what_is_nobodys_to_set_can_not_be_put_back(database: Database) -> None:
    run_says(database, petra())
    edit(database, deal_amount=4200)
    with database.session() as session:
        edits.restore_crm(session, KEY, None, ["deal_amount"], actor="bo")
    can = {event.field: event.can_return for event in told.events(database, KEY) if event.kind == "run"}
    assert not any(can.values())
    version = stored(database).version
    back, coaching = amounts(database)[0], told.events(database, KEY, "coaching.strengths")[0]
    for event in (back, coaching):
        with pytest.raises(NotFound):
            told.put_back(database, KEY, version, event.id, "cy")
    assert stored(database).version == version


def test_a_value_of_another_call_is_not_put_back_here(database: Database) -> None:
    run_says(database, petra(), deal("A", deal_amount=1))
    other = told.events(database, "A", "crm_data.deal_amount")[0]
    with pytest.raises(NotFound):
        told.put_back(database, KEY, 1, other.id, "cy")


def test_who_puts_back_in_a_call_that_was_changed_is_told(database: Database) -> None:
    run_says(database, petra())
    edit(database, deal_amount=4200)
    first = amounts(database)[-1]
    with pytest.raises(ChangedElsewhere):
        told.put_back(database, KEY, 1, first.id, "cy")
    assert stored(database).crm_data["deal_amount"] == 4200


def test_a_confirmed_value_stands_against_later_runs(database: Database) -> None:
    run_says(database, petra())
    paths = ["crm_data.deal_amount", "crm_data.deposit_amount", "email_draft.subject", "social_content.linkedin"]
    with database.session() as session:
        edits.confirm(session, KEY, 1, paths, actor="bo")
    posts = [{"channel": "linkedin", "text": "Other.", "state": "draft"}]
    run_says(
        database,
        {
            **petra(deal_amount=1, deposit_amount=2),
            "email_draft": "Subject: New\n\nNew body.",
            "social_content": {"posts": posts},
        },
    )
    found = stored(database)
    assert (found.crm_data["deal_amount"], found.crm_data["deposit_amount"]) == (4500, None)
    assert found.email_draft == "Subject: Our meeting\n\nNew body."
    assert found.social_content["posts"][0]["text"] == "A plan is a gift."
    assert found.conflicts == sorted(paths)


def test_of_an_email_or_a_post_that_is_not_there_nothing_is_confirmed(database: Database, rows: Rows) -> None:
    run_says(database, deal("A"))
    before = rows.of("field_values")
    with database.session() as session:
        assert edits.confirm(session, "A", 1, ["email_draft.body", "social_content.x"], actor="bo") == 1
    assert rows.of("field_values") == before
    assert stored(database, "A").email_draft is None


def test_many_are_confirmed_where_something_stands_that_nobody_spoke_of(database: Database) -> None:
    run_says(
        database,
        deal("A", deal_amount=1, outcome="Won"),
        deal("B", deal_amount=2, objections=[], summary=""),
        deal("C", deal_amount=3),
    )
    edit(database, "C", deal_amount=4)
    names = ["crm_data.deal_amount", "crm_data.outcome", "crm_data.objections", "crm_data.summary"]
    with database.session() as session:
        confirmed = confirming.confirm_many(session, ["A", "B", "C", "nobody"], names, actor="cy")
    assert sorted(confirmed) == [0, 1, 2]
    said = [set(stored(database, key).edits["crm_data"]) for key in ("A", "B", "C")]
    assert said == [{"deal_amount", "outcome"}, {"deal_amount"}, {"deal_amount"}]
    assert stored(database, "C").crm_data["deal_amount"] == 4
    assert doctor.examine(database).findings == ()


def test_a_persons_email_and_post_where_no_run_wrote_any_go_away_with_their_word(database: Database) -> None:
    run_says(database, deal("A"))
    with database.session() as session:
        edits.edit_email(session, "A", None, "Subject: Mine\n\nWords.", actor="bo")
        edits.edit_post(session, "A", None, "x", "Words.", actor="bo")
    assert doctor.examine(database).findings == ()
    with database.session() as session:
        edits.restore_email(session, "A", None, actor="bo")
        edits.restore_post(session, "A", None, "x", actor="bo")
    found = stored(database, "A")
    assert (found.email_draft, found.social_content, found.edits) == (None, None, {})
    assert doctor.examine(database).findings == ()


@pytest.mark.parametrize("field", ["email_draft.subject", "email_draft.body"])
@pytest.mark.parametrize("words", ["", "Two\n lines\n\nof it\n", "  spaced  ", "Subject: twice", None])
def test_the_words_of_an_email_stand_as_they_are_kept(database: Database, field: str, words: str | None) -> None:
    run_says(database, petra())
    with database.session() as session:
        edits.say(session, KEY, None, {field: words}, actor="bo")
    assert doctor.examine(database).findings == ()
    run_says(database, {**petra(), "email_draft": "Subject: New\n\nNew body."})
    assert doctor.examine(database).findings == ()


@pytest.mark.parametrize("field", ["coaching.strengths", "header.title", "email_draft", "email_draft.x", "crm_data."])
def test_a_field_that_nobody_can_set_is_refused(database: Database, field: str) -> None:
    run_says(database, petra())
    with database.session() as session, pytest.raises(ValueError, match="Nobody can set"):
        edits.say(session, KEY, None, {field: "x"}, actor="bo")


LINES = st.text(st.sampled_from(" \t\r\n:subjectSUBJECT Äé-x"), max_size=30)
DRAFTS = (
    st.none() | LINES | st.builds(lambda head, rest: f"{head}{rest}", st.sampled_from(["Subject:", "sUBJECT:"]), LINES)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    draft=DRAFTS,
    said=st.fixed_dictionaries({}, optional={"subject": LINES, "body": LINES}),
)
def test_postgresql_lays_a_persons_words_over_a_draft_as_python_does(
    database: Database, draft: str | None, said: dict[str, str]
) -> None:
    with database.session() as session:
        statement = text("SELECT aftercall_email(:draft, CAST(:said AS jsonb))")
        found = session.scalar(statement, {"draft": draft, "said": canonical(said)})
    assert found == laid_over(draft, said)


@given(subject=LINES, body=LINES)
def test_parts_that_fit_come_out_of_a_draft_as_they_went_in(subject: str, body: str) -> None:
    fit = fitting("subject", subject), fitting("body", body)
    assert split_draft(join_draft(*fit)) == fit
    assert (fitting("subject", fit[0]), fitting("body", fit[1])) == fit


@given(DRAFTS)
def test_the_parts_of_any_draft_fit(draft: str | None) -> None:
    subject, body = split_draft(draft)
    assert (fitting("subject", subject), fitting("body", body)) == (subject, body)

"""One running page a household: facts across calls, where two disagree, what people answer and set aside."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from db import edits
from db.models import SettledFact
from services import client_answers, client_page, clients, doctor, erasing
from services.client_page import ClientPage, Disagreement, HeldFact
from services.clients import Household
from services.database import Database
from services.errors import ChangedElsewhere, NotFound
from tests.example_rows import BUILTIN, crm, fact, run_says, store
from tests.test_erasing import everything

KIDS, WORTH = "children_count", "estate_value"


def said(call: str, day: str, kids: int | None = None, worth: int | None = None, **fields: Any) -> dict[str, Any]:
    """A call of Orla Finch in which she says how many children she has, and what her estate is worth."""
    turns = [f"We have {kids} kids.", f"It is worth {worth} dollars."]
    facts = {KIDS: fact(kids, 0, turns[0]) if kids is not None else fact(None),
             WORTH: fact(worth, 1, turns[1]) if worth is not None else fact(None)}  # fmt: skip
    own = {"client_name": "Orla Finch", "client_email": "orla@finch.example", "meeting_title": f"Meeting {call}"}
    return {
        "external_id": call,
        "filename": f"{call}.txt",
        "crm_data": crm(**{**own, KIDS: kids, WORTH: worth, "meeting_date": day, **fields}),
        "extracted_data": {"facts": facts},
        "dialogue": [{"speaker": "Orla Finch", "side": "client", "text": turn} for turn in turns],
    }


FIRST, SECOND = said("one", "2026-03-04", 2, 900_000), said("two", "2026-07-15", 3, 900_000)


@pytest.fixture
def two(database: Database) -> Database:
    """Two calls of one client, who says two children first and three later."""
    store(database, FIRST, SECOND)
    return database


def household(database: Database, call: str = "one") -> Household:
    return clients.household_of(database, call)


def page(database: Database, call: str = "one") -> ClientPage:
    return client_page.get(database, household(database, call))


def kids(database: Database, call: str = "one") -> HeldFact:
    return page(database, call).facts[KIDS]


def open_one(database: Database) -> Disagreement:
    found = kids(database).open
    assert found is not None
    return found


def answer(database: Database, what: Any, note: str = "") -> None:
    client_answers.settle(database, household(database), open_one(database), what, "ann", note)


def value(fact: HeldFact) -> Any:
    return fact.standing.value if fact.standing else None


def crm_of(database: Database, call: str) -> dict[str, Any]:
    with database.session() as session:
        found = session.scalar(text("SELECT crm_data FROM transcripts WHERE external_id = :id"), {"id": call})
    return dict(found)


def test_a_fact_says_when_and_in_which_words_it_was_said(two: Database) -> None:
    found = page(two).facts[WORTH]
    assert found.standing is not None
    assert found.open is None
    assert (found.standing.value, found.standing.state, found.standing.words) == (900_000, "verified", "$900,000")
    assert (found.standing.call.day, found.standing.call.title) == ("2026-07-15", "Meeting two")
    assert [(each.turn, each.words) for each in found.standing.quotes] == [(1, "It is worth 900000 dollars.")]
    assert [each.call.external_id for each in found.earlier] == ["one"]


def test_where_two_calls_disagree_both_are_told_and_the_newer_stands_for_now(two: Database) -> None:
    found = kids(two)
    assert found.open
    assert (found.open.older.value, found.open.newer.value, value(found)) == (2, 3, 3)
    assert [each.field for each in page(two).disagreements] == [KIDS]


def test_an_unsupported_claim_is_shown_apart_and_is_still_to_be_asked(database: Database) -> None:
    row = said("one", "2026-03-04", 2)
    row["extracted_data"]["facts"]["client_state"] = fact("OH", state="unsupported")
    store(database, row)
    found = page(database)
    state = found.facts["client_state"]
    assert (state.standing, [each.value for each in state.claims]) == (None, ["OH"])
    assert "client_state" in [each.field for each in found.questions]


def test_a_value_of_an_older_record_without_proof_does_not_stand(database: Database) -> None:
    store(database, said("one", "2026-03-04", client_state="OH"))
    state = page(database).facts["client_state"]
    assert (state.standing, [each.value for each in state.loose]) == (None, ["OH"])


def test_a_persons_word_stands_and_a_person_who_says_there_is_none_says_no_value(two: Database) -> None:
    with two.session() as session:
        edits.edit_crm(session, "one", None, {KIDS: 4, WORTH: None}, actor="bo")
    found = kids(two)
    assert found.standing is not None
    assert (found.standing.human, value(found)) == (True, 4)
    assert found.open  # the later run says 3
    assert [each.call.external_id for each in page(two).facts[WORTH].earlier] == []


@pytest.mark.parametrize(("what", "stands"), [("changed", 3), ("corrected", 3)])
def test_an_answer_stands_and_is_kept_with_who_and_why(two: Database, what: Any, stands: int) -> None:
    answer(two, what, " a baby ")
    found = page(two)
    assert found.disagreements == []
    assert value(found.facts[KIDS]) == stands
    [kept] = found.settled
    assert (kept.answer, kept.note, kept.actor) == (what, "a baby", "ann")
    assert (kept.older.words, kept.newer.words) == ("2", "3")
    assert kept.older.quotes[0].words == "We have 2 kids."
    assert (crm_of(two, "one")[KIDS], crm_of(two, "two")[KIDS]) == (2, 3)


@pytest.mark.parametrize(("what", "right"), [("newer_misheard", 2), ("older_misheard", 3)])
def test_a_misheard_call_gets_the_right_value_as_a_persons_word(two: Database, what: Any, right: int) -> None:
    answer(two, what)
    standing = kids(two).standing
    assert standing is not None
    assert (standing.value, standing.quotes[0].words) == (right, f"We have {right} kids.")
    assert (crm_of(two, "one")[KIDS], crm_of(two, "two")[KIDS]) == (right, right)
    store(two, FIRST, SECOND)
    assert (crm_of(two, "one")[KIDS], crm_of(two, "two")[KIDS]) == (right, right)
    assert page(two).disagreements == []
    assert doctor.examine(two).findings == ()


@pytest.mark.parametrize("what", ["changed", "newer_misheard", "older_misheard"])
def test_an_answer_is_undone_with_what_it_wrote(two: Database, what: Any) -> None:
    answer(two, what)
    [kept] = page(two).settled
    client_answers.undo(two, household(two), kept.id, "bo")
    assert open_one(two).newer.value == 3
    assert page(two).settled == ()
    assert (crm_of(two, "one")[KIDS], crm_of(two, "two")[KIDS]) == (2, 3)
    with pytest.raises(NotFound):
        client_answers.undo(two, household(two), kept.id, "bo")
    answer(two, what)
    assert page(two).disagreements == []


def test_undoing_puts_a_persons_own_earlier_word_back(two: Database) -> None:
    with two.session() as session:
        edits.edit_crm(session, "two", None, {KIDS: 5}, actor="bo")
    answer(two, "newer_misheard")
    assert crm_of(two, "two")[KIDS] == 2
    client_answers.undo(two, household(two), page(two).settled[0].id, "ann")
    assert crm_of(two, "two")[KIDS] == 5
    store(two, SECOND)
    assert crm_of(two, "two")[KIDS] == 5


def test_undoing_leaves_what_somebody_wrote_since(two: Database) -> None:
    answer(two, "newer_misheard")
    with two.session() as session:
        edits.edit_crm(session, "two", None, {KIDS: 6}, actor="bo")
    client_answers.undo(two, household(two), page(two).settled[0].id, "ann")
    assert crm_of(two, "two")[KIDS] == 6


def test_no_run_overwrites_an_answer_and_a_third_value_asks_again(two: Database) -> None:
    answer(two, "corrected")
    store(two, FIRST, SECOND)
    assert page(two).disagreements == []
    store(two, said("three", "2026-09-01", 4, 900_000))
    found = kids(two)
    assert found.open
    assert (found.open.older.value, found.open.newer.value, value(found)) == (3, 4, 3)
    answer(two, "changed")
    assert value(kids(two)) == 4
    assert [each.newer.value for each in page(two).settled] == [4, 3]


def test_an_answer_to_what_is_not_so_any_more_is_refused(two: Database) -> None:
    seen = open_one(two)
    store(two, said("two", "2026-07-15", 7, 900_000))
    with pytest.raises(ChangedElsewhere, match="nothing was decided"):
        client_answers.settle(two, household(two), seen, "changed", "ann")
    assert page(two).settled == ()


def test_of_many_who_answer_at_once_one_is_heard(two: Database, rows: Any) -> None:
    seen, of = open_one(two), household(two)

    def settle(number: int) -> bool:
        try:
            client_answers.settle(two, of, seen, "newer_misheard" if number % 2 else "changed", f"person {number}")
        except ChangedElsewhere:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(settle, range(6))).count(True) == 1
    assert rows.of("settled_facts") == 1
    assert doctor.examine(two).findings == ()


def test_a_split_takes_the_disagreement_away_and_undoing_it_brings_the_answer_back(two: Database) -> None:
    answer(two, "corrected")
    clients.split(two, household(two).id, ["two"], "ann")
    assert (value(kids(two, "one")), value(kids(two, "two"))) == (2, 3)
    assert page(two, "one").settled == page(two, "two").settled == ()
    clients.undo(two, clients.decisions(two, household(two, "two").id)[0].id, "ann")
    assert page(two).disagreements == []
    assert value(kids(two)) == 3


def test_a_merge_brings_answers_and_new_disagreements_together(two: Database) -> None:
    answer(two, "corrected")
    store(two, said("other", "2026-09-01", 5, client_email="o@finch.example"))
    gone = household(two, "other")
    merged = clients.merge(two, household(two).id, gone.id, "ann")
    found = client_page.get(two, merged)
    assert [each.answer for each in found.settled] == ["corrected"]
    assert found.facts[KIDS].open
    with pytest.raises(ChangedElsewhere, match="merged with another client"):
        client_answers.set_aside(two, gone, "client_phone", "ann")


@pytest.mark.parametrize("call", ["one", "two"])
def test_erasing_either_call_takes_the_answer_with_it(two: Database, rows: Any, call: str) -> None:
    answer(two, "changed", "her Erasable son")
    client_answers.set_aside(two, household(two), "client_phone", "ann", "Erasable too")
    erasing.erase(two, call, "ann")
    assert rows.of("settled_facts") == 0
    assert rows.of("questions_set_aside") == (0 if call == "two" else 1)
    assert "Erasable son" not in everything(two)
    assert doctor.examine(two).findings == ()


def test_answers_are_added_and_never_altered(two: Database) -> None:
    answer(two, "changed")
    with pytest.raises(DBAPIError, match="never altered"), two.session() as session:
        session.query(SettledFact).update({"answer": "corrected"})


def test_what_nobody_said_is_a_question_until_it_is_set_aside_or_said(two: Database) -> None:
    before = [each.field for each in page(two).questions]
    assert "client_phone" in before
    assert not {KIDS, WORTH} & set(before)
    client_answers.set_aside(two, household(two), "client_phone", "ann", "she writes")
    client_answers.set_aside(two, household(two), "client_phone", "bo")
    found = page(two)
    assert [each.field for each in found.questions] == [each for each in before if each != "client_phone"]
    [aside] = found.asides
    assert (aside.question.field, aside.actor, aside.note) == ("client_phone", "ann", "she writes")
    client_answers.ask_again(two, household(two), "client_phone", "bo")
    assert [each.field for each in page(two).questions] == before
    with two.session() as session:
        assert session.scalar(text("SELECT count(*) FROM questions_set_aside")) == 2
        edits.edit_crm(session, "two", None, {"client_phone": "614-555-0101"}, actor="bo")
    assert "client_phone" not in [each.field for each in page(two).questions]


def test_what_the_other_mind_says_beside_does_not_disagree(database: Database) -> None:
    row = said("one", "2026-03-04", 2)
    row["extracted_data"]["beside"] = {KIDS: {**fact(5, 0, "We have 2 kids.", "paraphrased"), "source": "model"}}
    run_says(database, row, mind=BUILTIN)
    assert kids(database).open is None


def test_a_household_is_read_by_the_indexes(two: Database) -> None:
    """Among 3,000 other calls; bench/client_page.py asks the same among 100,000."""
    store(two, *(said(f"c{number}", "2026-01-01", 1, client_email=f"c{number}@x.example") for number in range(3000)))
    with two.session() as session:
        session.execute(text("ANALYZE field_values; ANALYZE transcripts"))
    asked: list[tuple[str, Any]] = []

    def listen(*told: Any) -> None:
        asked.append((told[2], told[3]))

    event.listen(two.engine, "before_cursor_execute", listen)
    page(two)
    event.remove(two.engine, "before_cursor_execute", listen)
    plans = ""
    with two.engine.connect() as connection:
        for statement, values in asked:
            if statement.startswith("SELECT") and ("field_values" in statement or "transcripts" in statement):
                plans += "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
    assert "ix_field_values_call" in plans
    assert "Seq Scan on field_values" not in plans
    assert "Seq Scan on transcripts" not in plans

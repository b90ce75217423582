"""What people do with deals: find, count, correct, give back, take along."""

import csv
import io
import zipfile
from datetime import date
from typing import Any

import pytest

from db import edits, transcripts
from db.engine import Database
from services import confirming, deals, exports
from services.deal_fields import current
from services.deals import Change, Deal, DealFilter
from services.errors import ChangedElsewhere, InvalidValue, NotFound
from services.minds import Mind
from tests.example_rows import crm, deal, petra, run_says, store


def one(database: Database, external_id: str = "call-petra") -> Deal:
    return deals.get(database, external_id)


def change(database: Database, field: str, value: Any, external_id: str = "call-petra") -> Change:
    return Change(one(database, external_id), {field: value})


def test_a_deal_has_its_values_in_the_types_of_their_columns(database: Database) -> None:
    store(database, petra())
    found = one(database)
    assert found.values["deal_amount"] == 4500
    assert found.values["meeting_date"] == "2026-03-04"
    assert found.values["objections"] == ["Price", "Spouse or family must decide"]
    assert found.values["deposit_amount"] is None
    assert found.next_steps == ("We: meet again (Tuesday at three, Mar 10, 2026)",)
    assert found.other == ()


def test_rows_of_an_older_system_are_shown_whatever_they_hold(database: Database) -> None:
    odd = {
        "value": 50000,
        "deal_amount": "about 5k",
        "deal_stage": "Negotiation",
        "objections": [{"category": "Price"}],
    }
    store(database, {"external_id": "old", "crm_data": odd}, {"external_id": "bare"})
    found = one(database, "old")
    assert found.values["deal_amount"] is None
    assert found.values["deal_stage"] == "Negotiation"
    assert found.values["objections"] == ["Price"]
    assert set(found.other) == {"Value: 50000", "Deal amount: about 5k"}
    assert all(value is None for value in one(database, "bare").values.values())


def test_search_leaves_what_the_filter_asks_for_page_by_page(database: Database) -> None:
    store(database, *(deal(f"c{n:02}", client_name=f"Client {n}", deal_stage="Won", deal_amount=n) for n in range(7)))
    wanted = DealFilter(stages=("Won",), value_min=2)
    first = deals.search(database, wanted, sort="deal_amount", size=3)
    second = deals.search(database, wanted, sort="deal_amount", size=3, page=2)
    assert first.total == 5
    assert [found.values["deal_amount"] for found in (*first.deals, *second.deals)] == [2, 3, 4, 5, 6]


def test_totals_count_a_clients_latest_deal_once_and_the_undiscussed_apart(database: Database) -> None:
    store(
        database,
        deal("a1", client_email="Ann@x.example", deal_amount=1000, meeting_date="2026-01-05"),
        deal("a2", client_email="ann@x.example ", deal_amount=3000, meeting_date="2026-02-05", outcome="Won"),
        deal("b1", client_name="Bo Lind", client_state="OH", deal_amount=500, meeting_date="2026-02-01"),
        deal("b2", client_name="bo  lind", client_state="TX", meeting_date="2026-02-02"),
        deal("n1"),
        deal("n2", deal_amount="about 5k", deposit_amount=0),
    )
    sums = deals.totals(database, DealFilter())
    assert (sums.calls, sums.clients) == (6, 5)
    assert (sums.amount, sums.amount_known, sums.amount_missing, sums.amount_unread) == (3500, 2, 2, 1)
    assert (sums.won_amount, sums.won_known) == (3000, 1)
    assert (sums.deposit, sums.deposit_known, sums.deposit_missing) == (0, 1, 4)


def test_totals_are_those_of_the_filter(database: Database) -> None:
    store(
        database,
        deal("a1", client_email="ann@x.example", deal_amount=1000, meeting_date="2026-01-05"),
        deal("a2", client_email="ann@x.example", deal_amount=3000, meeting_date="2026-02-05"),
    )
    assert deals.totals(database, DealFilter(date_to=date(2026, 1, 31))).amount == 1000
    assert deals.totals(database, DealFilter(search="nobody")).calls == 0


def test_an_edit_is_saved_and_a_later_run_does_not_overwrite_it(database: Database) -> None:
    store(database, petra())
    saved = deals.save(database, [change(database, "deal_amount", 5200)], "ann")
    assert (saved.count, saved.complete) == (1, True)
    store(database, petra(deal_amount=4000, outcome="Won"))
    found = one(database)
    assert found.values["deal_amount"] == 5200
    assert found.values["outcome"] == "Won"
    assert found.edited == ("deal_amount",)
    with database.session() as session:
        written = edits.history(session, "call-petra")
    assert [(row.field, row.old, row.new, row.actor) for row in written] == [
        ("crm_data.deal_amount", 4500, 5200, "ann")
    ]


def test_only_what_differs_from_the_screen_is_written(database: Database) -> None:
    store(database, petra())
    seen = one(database)
    entered = {"deal_amount": 4500.0, "client_name": "Petra Holm", "meeting_date": "2026-03-04", "deposit_amount": None}
    saved = deals.save(database, [Change(seen, entered)], "ann")
    assert saved.count == 0
    assert one(database).version == seen.version
    assert one(database).edited == ()


def test_a_field_changed_elsewhere_is_not_overwritten_and_named_with_both_values(database: Database) -> None:
    store(database, petra())
    mine = Change(one(database), {"deal_amount": 5500, "deal_stage": "Won"})
    deals.save(database, [change(database, "deal_amount", 6000)], "bea")
    saved = deals.save(database, [mine], "ann")
    assert saved.count == 1
    assert one(database).values["deal_amount"] == 6000
    assert one(database).values["deal_stage"] == "Won"
    (clash,) = saved.clashes
    assert (clash.label, clash.now.client, clash.who) == ("Deal amount", "Petra Holm", "bea")
    assert [clash.words(value) for value in (clash.theirs, clash.yours, clash.seen)] == ["$6,000", "$5,500", "$4,500"]


def test_a_row_that_changed_in_another_field_is_saved_all_the_same(database: Database) -> None:
    store(database, petra())
    mine = change(database, "deal_amount", 5500)
    deals.save(database, [change(database, "client_phone", "(614) 555-0117")], "bea")
    assert deals.save(database, [mine], "ann").complete
    assert one(database).values["deal_amount"] == 5500
    assert one(database).values["client_phone"] == "(614) 555-0117"


def test_saving_again_after_looking_at_the_new_value_lets_it_stand(database: Database) -> None:
    store(database, petra())
    mine = change(database, "deal_amount", 5500)
    deals.save(database, [change(database, "deal_amount", 6000)], "bea")
    (clash,) = deals.save(database, [mine], "ann").clashes
    assert deals.save(database, [clash.change], "ann").complete
    assert one(database).values["deal_amount"] == 5500


def test_a_save_that_was_repeated_is_no_conflict(database: Database) -> None:
    store(database, petra())
    mine = change(database, "deal_amount", 5500)
    deals.save(database, [mine], "ann")
    again = deals.save(database, [mine], "ann")
    assert (again.count, again.complete) == (0, True)


def test_a_value_that_does_not_fit_is_refused_and_the_rest_is_saved(database: Database) -> None:
    store(database, petra())
    saved = deals.save(database, [Change(one(database), {"deal_amount": -5, "outcome": "Won"})], "ann")
    assert saved.count == 1
    assert len(saved.refused) == 1
    assert "Deal amount" in saved.refused[0]
    assert [change.entered for change in saved.unfit] == [{"deal_amount": -5}]
    assert one(database).values["deal_amount"] == 4500


def test_a_cleared_cell_means_not_discussed(database: Database) -> None:
    store(database, petra())
    deals.save(database, [change(database, "deal_amount", None)], "ann")
    assert one(database).values["deal_amount"] is None
    store(database, petra())
    assert one(database).values["deal_amount"] is None


def test_restoring_gives_the_runs_value_back(database: Database) -> None:
    store(database, petra())
    deals.save(database, [change(database, "deal_amount", 9999)], "ann")
    seen = one(database)
    assert deals.restore(database, "call-petra", seen.version, ["deal_amount"], "ann").values["deal_amount"] == 4500
    assert one(database).edited == ()
    with pytest.raises(ChangedElsewhere):
        deals.restore(database, "call-petra", seen.version, ["deal_amount"], "ann")


def test_a_deal_that_is_gone_is_said_to_be_gone(database: Database) -> None:
    store(database, petra())
    mine = change(database, "deal_amount", 1)
    with pytest.raises(NotFound):
        one(database, "nowhere")
    ghost = Change(Deal(**{**vars(mine.seen), "external_id": "gone"}), mine.entered)
    assert (
        "no longer" in deals.save(database, [ghost], "ann").refused[0]
        or "any more" in deals.save(database, [ghost], "ann").refused[0]
    )


@pytest.mark.parametrize(
    ("field", "raw", "stored"),
    [
        ("deal_amount", "$4,500.50", 4500.5),
        ("deal_amount", 4500.0, 4500),
        ("deal_amount", 0, 0),
        ("deal_amount", float("nan"), None),
        ("children_count", 2.0, 2),
        ("meeting_date", "2026-03-09T00:00:00.000Z", "2026-03-09"),
        ("meeting_date", date(2026, 3, 9), "2026-03-09"),
        ("deal_stage", "won", "Won"),
        ("objections", ["price", "Price", " "], ["Price"]),
        ("business_interests", ["  Holm   Boats LLC ", ""], ["Holm Boats LLC"]),
        ("business_interests", [], None),
        ("client_name", "  Petra \x00 Holm\n", "Petra Holm"),
        ("client_name", "   ", None),
        ("client_state", "oh", "OH"),
        ("client_email", "p@h.example", "p@h.example"),
        ("client_phone", "+1 (614) 555-0117 ext. 4", "+1 (614) 555-0117 ext. 4"),
        ("meeting_url", "https://x.example/a?b=1", "https://x.example/a?b=1"),
    ],
)
def test_what_fits_a_field_is_stored_in_its_form(field: str, raw: Any, stored: Any) -> None:
    assert current().accept(field, raw) == stored


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("deal_amount", "about 5k"),
        ("deal_amount", -1),
        ("deal_amount", float("inf")),
        ("deal_amount", True),
        ("deal_amount", 1e13),
        ("children_count", 1.5),
        ("meeting_date", "soon"),
        ("meeting_date", "0026-03-09"),
        ("deal_stage", "Negotiation"),
        ("objections", ["Weather"]),
        ("client_state", "Ohio"),
        ("client_email", "petra at home"),
        ("client_phone", "call me"),
        ("meeting_url", "javascript:alert(1)"),
        ("client_name", "x" * 201),
        ("business_interests", [f"Firm {number}" for number in range(51)]),
        ("next_steps", "anything"),
        ("version", 7),
    ],
)
def test_what_does_not_fit_a_field_is_refused_in_a_sentence_that_names_it(field: str, raw: Any) -> None:
    with pytest.raises(InvalidValue) as refusal:
        current().accept(field, raw)
    assert current().label_of(field) in refusal.value.sentence


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1+1"]


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_holds_every_deal_of_the_filter_not_just_a_page(database: Database) -> None:
    store(database, *(deal(f"c{n:03}", client_name=f"Client {n}", deal_stage="Won") for n in range(120)), deal("other"))
    rows = csv_rows(exports.csv_file(deals.every(database, DealFilter(stages=("Won",)))))
    assert len({row["Call"] for row in rows}) == 120


def test_csv_keeps_numbers_numbers_and_missing_empty(database: Database) -> None:
    store(database, petra(deal_amount=4500.5))
    (row,) = csv_rows(exports.csv_file(deals.every(database, DealFilter())))
    assert row["Deal amount"] == "4500.5"
    assert row["Deposit"] == ""
    assert row["Meeting date"] == "2026-03-04"
    assert row["Objections"] == "Price; Spouse or family must decide"


@pytest.mark.parametrize("formula", FORMULAS)
def test_csv_has_no_cell_that_a_spreadsheet_takes_for_a_formula(database: Database, formula: str) -> None:
    row = deal("call", client_name=formula, business_interests=[formula], **{formula: formula})
    store(database, {**row, "filename": formula, "crm_data": {**row["crm_data"], "client_name": formula}})
    content = exports.csv_file(deals.every(database, DealFilter())).decode("utf-8-sig")
    for cells in list(csv.reader(io.StringIO(content, newline="")))[1:]:
        for cell in cells:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝")), cell


@pytest.mark.parametrize("formula", FORMULAS)
def test_excel_has_neither_formulas_nor_links(database: Database, formula: str) -> None:
    store(database, deal("call", client_name=formula, summary="https://x.example", deal_amount=4500.5))
    with zipfile.ZipFile(io.BytesIO(exports.excel_file(deals.every(database, DealFilter())))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert "<v>4500.5</v>" in sheet


def test_excel_dates_are_dates_and_an_endless_text_still_stands(database: Database) -> None:
    store(database, deal("call", meeting_date="2026-03-04", summary="word " * 10_000))
    with zipfile.ZipFile(io.BytesIO(exports.excel_file(deals.every(database, DealFilter())))) as book:
        sheet, words = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()
    assert "<v>46085</v>" in sheet
    assert "word word" in words


def test_exports_hold_the_persons_value_and_say_whose_word_stands(database: Database) -> None:
    store(database, petra())
    deals.save(database, [Change(one(database), {"deal_amount": 5200, "outcome": "Won"})], "ann")
    confirming.confirm(database, "call-petra", 2, ["crm_data.deal_stage"], "ann")
    run_says(database, petra(deal_amount=4000), run_id="later")
    (row,) = csv_rows(exports.csv_file(deals.every(database, DealFilter())))
    assert row["Deal amount"] == "5200"
    assert (row["Edited fields"], row["Confirmed fields"]) == ("Outcome; Deal amount", "Stage")
    assert row["In conflict"] == "Deal amount"
    with zipfile.ZipFile(io.BytesIO(exports.excel_file(deals.every(database, DealFilter())))) as book:
        assert "<v>5200</v>" in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_field_that_was_confirmed_and_then_written_is_an_edit(database: Database) -> None:
    store(database, petra())
    confirming.confirm(database, "call-petra", 1, ["crm_data.deal_amount"], "ann")
    assert (one(database).edited, one(database).confirmed) == ((), ("deal_amount",))
    deals.save(database, [change(database, "deal_amount", 5200)], "ann")
    assert (one(database).edited, one(database).confirmed) == (("deal_amount",), ())
    deals.restore(database, "call-petra", one(database).version, ["deal_amount"], "ann")
    assert (one(database).edited, one(database).confirmed) == ((), ())


def test_only_values_of_the_mind_in_doubt_need_a_look(database: Database) -> None:
    other = Mind("model", "small", "1", "0" * 16)
    store(database, petra("ours", deposit_amount=None))
    run_says(database, petra("theirs"), mind=other)
    flagged = frozenset({("deal_amount", "small"), ("deposit_amount", "builtin"), ("outcome", "builtin")})
    found = {found.external_id: found for found in deals.search(database, DealFilter(), flagged=flagged).deals}
    assert found["theirs"].look_at == ("deal_amount",)
    assert found["ours"].look_at == ("outcome",)
    confirming.confirm(database, "ours", 1, ["crm_data.outcome"], "ann")
    assert not any(found.look_at for found in deals.search(database, DealFilter(search="ours"), flagged=flagged).deals)


def test_a_reason_is_one_line_of_bounded_length(database: Database) -> None:
    store(database, petra())
    deals.save(database, [change(database, "deal_amount", 5200)], "ann", "as \x00 agreed\n" + "x" * 500)
    with database.session() as session:
        (row,) = edits.history(session, "call-petra")
    assert row.reason is not None
    assert row.reason.startswith("as agreed xxx")
    assert len(row.reason) <= deals.REASON_LENGTH


def test_the_export_of_nothing_is_the_headings(database: Database) -> None:
    assert csv_rows(exports.csv_file([])) == []
    assert exports.excel_file([]).startswith(b"PK")


def test_every_field_of_the_chains_record_has_its_column() -> None:
    assert set(crm()) - set(current().by_name) == {"next_steps", "transcript_id"}


def test_an_upsert_after_an_edit_of_a_row_that_never_had_crm_data_keeps_it(database: Database) -> None:
    store(database, {"external_id": "bare"})
    deals.save(database, [change(database, "client_name", "Ann Lee", "bare")], "ann")
    with database.session() as session:
        stored = transcripts.find(session, "bare")
    assert stored is not None
    assert stored.crm_data == {"client_name": "Ann Lee"}

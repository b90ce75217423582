"""A second trade, by nothing but its playbook: a call of a home insurance agency comes out in its own words."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pages.parts import deal_grid
from services import deals, emails, exports, records, runs, social, stages, uploads
from services.database import Database
from services.deal_fields import STATES, current
from services.deals import Change, DealFilter
from services.errors import InvalidValue
from services.playbooks.loader import BUILTIN, load
from services.playbooks.model import Objection, Product
from services.settings import settings
from tests.working import worked

PLAYBOOK = BUILTIN.with_name("home_insurance.toml")
CALLS = Path(__file__).parents[1] / "data" / "playbooks"
FIRST, SECOND = CALLS / "home insurance call.txt", CALLS / "home insurance, second call.txt"
ANOTHER_TRADE = re.compile(
    r"\b(?:trusts?|trustees?|estates?|probate|attorney|marital|married|spouse|heirs?|deeds?|widowed|children_count)\b",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def _the_agencys_playbook(monkeypatch: pytest.MonkeyPatch, _settings_of_its_own: None) -> None:
    monkeypatch.setenv("PLAYBOOK", str(PLAYBOOK))
    settings.cache_clear()


@pytest.fixture
def stored(database: Database) -> str:
    """The external id of the first call, worked through the whole chain into the record."""
    run_id = uploads.submit(database, FIRST.name, FIRST.read_bytes(), {}, "Ann")
    worked(database, run_id)
    ended = runs.get(database, run_id)
    assert ended.state == "done", ended.error
    assert ended.external_id
    return ended.external_id


def worked_through(path: Path) -> dict[str, Any]:
    return stages.analyze(path.name, path.read_bytes())


def values(state: dict[str, Any]) -> dict[str, Any]:
    return {name: fact["value"] for name, fact in state["extracted_entities"]["facts"].items()}


def cli(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services", *map(str, arguments)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "EMBEDDINGS": "false", **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def outputs(state: dict[str, Any]) -> str:
    """Everything that the agents wrote about a call, but for the call's own words."""
    written = {
        key: state[key] for key in ("extracted_entities", "crm_data", "email_draft", "social_content", "coaching")
    }
    return json.dumps([written, [turn["phase"] for turn in state["dialogue"]]])


def test_the_facts_of_the_trade_are_read_by_their_types() -> None:
    state = worked_through(FIRST)
    assert values(state) == {
        "client_state": "FL",
        "client_phone": "813-555-0164",
        "dwelling_value": 485_000,
        "year_built": 1987,
        "roof_age": 9,
        "roof_material": "Shingle",
        "claims_count": 2,
        "dogs": ["golden retriever"],
        "current_insurer": "Gulfstone Mutual",
        "current_premium": 3180,
        "deal_amount": 2510,
        "deposit_amount": 210,
    }
    facts = state["extracted_entities"]["facts"].values()
    assert {fact["state"] for fact in facts} == {"verified"}
    for fact in facts:
        for quote in fact["evidence"]:
            assert quote["quote"] in state["dialogue"][quote["turn"]]["text"]


def test_products_objections_outcome_and_stage_are_the_trades() -> None:
    state = worked_through(FIRST)
    record = state["crm_data"]
    assert record["products_discussed"] == [
        "Homeowners Policy",
        "Flood Insurance",
        "Auto Bundle",
        "Water Backup Rider",
    ]
    assert {"Premium too high", "Deductible too high"} <= set(record["objections"])
    assert (record["outcome"], record["deal_stage"]) == ("Policy bound", "Bound")
    phases = [turn["phase"] for turn in state["dialogue"]]
    assert list(dict.fromkeys(phases)) == [
        "hello",
        "the house",
        "cover today",
        "what is covered",
        "quote",
        "binding",
        "goodbye",
    ]


def test_the_record_has_the_trades_fields_and_no_other_trades() -> None:
    record = worked_through(FIRST)["crm_data"]
    assert {field.name for field in load(PLAYBOOK).fields} <= set(record)
    assert not {"marital_status", "spouse_name", "children_count", "estate_value", "real_estate_count"} & set(record)
    assert "Roof age (years): 9" in record["summary"]
    assert "premium quoted $2,510, first payment $210" in record["summary"]


def test_the_command_line_reads_by_the_playbook_of_its_environment(tmp_path: Path) -> None:
    done = cli("analyze", FIRST, PLAYBOOK=str(PLAYBOOK))
    assert json.loads(done.stdout)["facts"]["roof_age"]["value"] == 9
    bad = tmp_path / "ours.toml"
    bad.write_text(PLAYBOOK.read_text().replace('role = "lost"', 'role = "gone"'))
    line = bad.read_text().splitlines().index('role = "gone"') + 1
    refused = cli("analyze", FIRST, PLAYBOOK=str(bad))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"ours.toml, line {line}: 'role' in outcomes 2 must be one of: won, lost" in refused.stderr


@pytest.mark.parametrize("path", [FIRST, SECOND], ids=["first", "second"])
def test_nothing_of_another_trade_is_written_of_a_call(path: Path) -> None:
    assert not ANOTHER_TRADE.findall(outputs(worked_through(path)))


def test_the_email_and_the_posts_speak_of_the_trade() -> None:
    state = worked_through(FIRST)
    draft = state["email_draft"]
    assert "We talked about a homeowners policy, flood insurance, an auto bundle and a water backup rider." in draft
    assert "$2,510" in draft
    assert "Warm regards,\nTheo Brandt" in draft
    posts = {post["channel"]: post["text"] for post in state["social_content"]["posts"]}
    subjects: list[Product | Objection] = [*load(PLAYBOOK).objections, *load(PLAYBOOK).products]
    insights = [one.insight for one in subjects]
    assert set(posts) == {"linkedin", "facebook", "x"}
    assert all(any(insight in text for insight in insights) for text in posts.values())
    assert "#homeinsurance" in posts["linkedin"]


def test_a_call_without_names_of_another_voice_is_read_too() -> None:
    state = worked_through(SECOND)
    found = values(state)
    assert found["dwelling_value"] == 360_000
    assert (found["year_built"], found["roof_age"], found["roof_material"]) == (1924, 22, "Tile")
    assert (found["claims_count"], found["dogs"]) == (0, ["beagle"])
    assert (found["current_insurer"], found["current_premium"]) == ("Northfield", 1820)
    assert (found["deal_amount"], found["deposit_amount"]) == (1995, None)
    assert found["client_phone"] == "216-555-0143"
    record = state["crm_data"]
    assert {"Water Backup Rider", "Umbrella Policy"} <= set(record["products_discussed"])
    assert set(record["objections"]) == {"Has to ask at home", "Wants to compare"}
    assert (record["outcome"], record["deal_stage"]) == ("Call back set", "Call back")


def test_the_stored_call_stands_in_the_grid_in_the_trades_columns(database: Database, stored: str) -> None:
    deal = deals.get(database, stored)
    assert (deal.values["roof_age"], deal.values["roof_material"], deal.values["deal_amount"]) == (9, "Shingle", 2510)
    assert deal.values["dogs"] == ["golden retriever"]
    assert "marital_status" not in deal.values
    assert deal.other == ()
    assert deals.search(database, DealFilter(stages=("Bound",))).total == 1
    heading, line = exports.csv_file(deals.every(database, DealFilter())).decode("utf-8-sig").splitlines()
    assert "Roof age (years)" in heading
    assert "Policy bound" in line
    assert not ANOTHER_TRADE.findall(heading + line)


def test_the_grid_has_the_trades_columns_in_its_views(database: Database, stored: str) -> None:
    shown = [deals.get(database, stored)]
    assert list(deal_grid.frame(shown)["roof_age"]) == [9]
    assert deal_grid.columns(shown)["roof_material"]["label"] == "Roof material"
    trade = [field.name for field in load(PLAYBOOK).fields if field.name not in ("deal_amount", "deposit_amount")]
    assert deal_grid.order("Client", shown)[2:] == [*trade, "client_email"]
    for view in deal_grid.VIEWS:
        assert set(deal_grid.order(view, shown)) <= set(deal_grid.frame(shown).columns)


def test_people_choose_from_the_trades_words(database: Database, stored: str) -> None:
    words = deals.choices()
    assert words["deal_stage"] == load(PLAYBOOK).stages
    assert words["roof_material"] == ("Shingle", "Tile", "Metal", "Flat")
    assert words["client_state"] == STATES
    assert "marital_status" not in words
    edit = {"roof_material": "metal", "roof_age": "4", "deal_stage": "Quoted", "dogs": ["poodle"]}
    saved = deals.save(database, [Change(deals.get(database, stored), edit)], "Ann")
    assert (saved.count, saved.refused) == (4, ())
    kept = deals.get(database, stored)
    assert (kept.values["roof_material"], kept.values["roof_age"]) == ("Metal", 4)
    with pytest.raises(InvalidValue, match="Roof material"):
        current().accept("roof_material", "Straw")
    with pytest.raises(InvalidValue, match="can't be edited"):
        current().accept("marital_status", "Married")


def test_the_call_page_the_email_and_the_posts_hold_what_the_chain_wrote(database: Database, stored: str) -> None:
    page = records.get_call(database, stored)
    shown = {fact.label: fact.value for fact in page.facts}
    assert shown["Claims in five years"] == "2"
    assert shown["Dwelling value"] == "$485,000"
    labels = [line.label for line in page.crm]
    assert "Premium quoted" in labels
    assert not ANOTHER_TRADE.findall(" ".join([*shown, *labels]))
    assert "water backup rider" in emails.get_email(database, stored).body
    assert all(not ANOTHER_TRADE.search(post.text) for post in social.get_posts(database, stored).posts)


def test_a_call_of_the_other_trade_in_the_same_record_is_shown_and_not_lost(
    database: Database, stored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLAYBOOK")
    settings.cache_clear()
    deal = deals.get(database, stored)
    assert deal.values["marital_status"] is None
    assert "Roof age: 9" in deal.other
    assert deal.values["deal_stage"] == "Bound"

"""The builtin analyst: everything that the dialogue says about the client and the deal, with its proof."""

from collections.abc import Sequence

from services.agents.contract import DialogueTurn, Extraction, Fact, NextStep, Objection
from services.analyst.business import find_businesses
from services.analyst.call_map import Map
from services.analyst.children import find_children
from services.analyst.contact import find_phone
from services.analyst.dates import resolve
from services.analyst.deposit import find_deposit
from services.analyst.dialogue import Talk, best_quotes
from services.analyst.fields import find_fields
from services.analyst.findings import Finding
from services.analyst.holdings import find_real_estate
from services.analyst.next_steps import find_next_steps
from services.analyst.numbers import remembered
from services.analyst.objections import find_objections
from services.analyst.outcome import find_outcome
from services.analyst.partner import find_spouse
from services.analyst.people import find_marital_status
from services.analyst.price import find_price
from services.analyst.products import find_products
from services.analyst.property import find_estate_value
from services.analyst.residence import find_client_state
from services.analyst.step_text import Step
from services.calls.model import Call
from services.evidence import check
from services.playbooks.model import Field, Playbook


def extract(dialogue: Sequence[DialogueTurn], call: Call, playbook: Playbook) -> Extraction:
    """Facts, products, objections, outcome and next steps of a call, as far as they can be read without a model.

    Every value carries at most five verbatim quotes and the state that the checker gives it; a fact that was
    not discussed has the value None.
    """
    with remembered():
        return _extract(dialogue, call, playbook)


def _extract(dialogue: Sequence[DialogueTurn], call: Call, playbook: Playbook) -> Extraction:
    talk = Talk(dialogue)
    outcome = find_outcome(talk, playbook)
    found = _known_facts(talk, call, outcome is not None and outcome.value == playbook.outcome_of("won"))
    found |= find_fields(talk, playbook)
    return Extraction(
        facts={
            field.name: _fact(dialogue, field.name, _in_the_firms_words(field, found.get(field.name)), playbook)
            for field in playbook.fields
        },
        products_discussed=[
            _fact(dialogue, "products_discussed", finding, playbook) for finding in find_products(talk, playbook)
        ],
        objections=[_objection(dialogue, finding, playbook) for finding in find_objections(talk, playbook)],
        outcome=_fact(dialogue, "outcome", outcome, playbook),
        next_steps=[_step(dialogue, step, call, playbook) for step in find_next_steps(talk)],
    )


def _known_facts(talk: Talk, call: Call, won: bool) -> dict[str, Finding | None]:
    """The facts that have readers of their own (``KNOWN_FACTS``), whether or not the firm keeps them."""
    places = Map(talk)
    state = find_client_state(talk, places, call.header.client_name)
    count, locations = find_real_estate(talk, places, state.value if state else None)
    price, dollars, said = find_price(talk)
    status = find_marital_status(talk, call)
    spouse = find_spouse(talk, call, status)
    return {
        "client_phone": find_phone(talk),
        "marital_status": status,
        "spouse_name": spouse,
        "children_count": find_children(talk, call, spouse.value if spouse else None),
        "estate_value": find_estate_value(talk),
        "business_interests": find_businesses(talk),
        "deal_amount": price,
        "deposit_amount": find_deposit(talk, dollars, said, won),
        "client_state": state,
        "real_estate_count": count,
        "real_estate_locations": locations,
    }


def _in_the_firms_words(field: Field, finding: Finding | None) -> Finding | None:
    """What was found, unless it is none of the field's choices."""
    return None if finding and field.words and finding.value not in field.words else finding


def _fact(dialogue: Sequence[DialogueTurn], field: str, finding: Finding | None, playbook: Playbook) -> Fact:
    if finding is None:
        return Fact(value=None, state="not discussed", evidence=[], source="builtin")
    quotes = best_quotes(finding.quotes)
    state = check(dialogue, field, finding.value, quotes, playbook)
    return Fact(value=finding.value, state=state, evidence=quotes, source="builtin")


def _objection(dialogue: Sequence[DialogueTurn], finding: Finding, playbook: Playbook) -> Objection:
    quotes = best_quotes(finding.quotes)
    state = check(dialogue, "objections", finding.value, quotes, playbook)
    return Objection(category=finding.value, state=state, evidence=quotes, source="builtin")


def _step(dialogue: Sequence[DialogueTurn], step: Step, call: Call, playbook: Playbook) -> NextStep:
    quotes = best_quotes(step.quotes)
    return NextStep(
        owner=step.owner,
        action=step.action,
        due=step.due,
        due_date=resolve(step.due, call.header.meeting_date),
        state=check(dialogue, "next_steps", step.action, quotes, playbook),
        evidence=quotes,
        source="builtin",
    )

"""Made-up calls as the grid of deals reads them: a client, every field of a deal, a summary, an e-mail, no dialogue."""

import random
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
STAGES = ("New", "Qualified", "Proposal", "Follow-up", "Won", "Lost")
OUTCOMES = ("Won", "Lost", "Follow-up Scheduled", "Needs More Info", "Pending")
PRODUCTS = ("Revocable Living Trust", "Pour-over Will", "Power of Attorney", "Health Care Directive", "Deed Transfer")
OBJECTIONS = ("Price", "Spouse or family must decide", "Needs time", "Has another adviser", "Trust")
STATES = ("OH", "TX", "NC", "CA", "NY", "FL", "WA", "CO", "GA", "MI")
BEGINNINGS = (
    "Al Ber Cor Dan El Fran Gre Har Is Jo Kar Lin Mar Nor Ol Pet Quin Ros Sam Ted Ul Vic Wil Xan Yor Zel".split()
)
MIDDLES = ("a", "e", "i", "o", "u", "an", "en", "in", "or", "er")
ENDS = ("berg", "cott", "dale", "ford", "gren", "holm", "ley", "man", "ner", "quist", "sen", "ton", "vik", "wood")


def client(number: int) -> str:
    """The name of a made-up client; two calls in three are a client's first."""
    chance = random.Random(f"client {number * 2 // 3}")
    first = chance.choice(BEGINNINGS) + chance.choice(MIDDLES)
    return f"{first} {chance.choice(BEGINNINGS)}{chance.choice(MIDDLES)}{chance.choice(ENDS)}"


def made_up(number: int) -> Row:
    """One call of nobody: what the grid reads of it, an e-mail, a header. The same for the same number."""
    chance = random.Random(number)
    name = client(number)
    product_names = chance.sample(PRODUCTS, chance.randint(1, 3))
    amount = chance.choice((None, *range(1_500, 9_000, 250)))
    outcome = chance.choice(OUTCOMES)
    day = date(2023, 10, 1) + timedelta(days=chance.randrange(1_150))
    crm = {
        "client_name": name,
        "client_email": f"{name.replace(' ', '.').lower()}{number * 2 // 3}@mail.example",
        "client_phone": f"+1 555 {chance.randrange(10**7):07}",
        "client_state": chance.choice(STATES),
        "spouse_name": client(chance.randrange(10**6)).split()[0] if chance.random() < 0.6 else None,
        "marital_status": chance.choice(("Married", "Single", "Widowed", None)),
        "children_count": chance.choice((None, 0, 1, 2, 3, 4)),
        "estate_value": chance.choice((None, *range(200_000, 4_000_000, 50_000))),
        "real_estate_count": chance.choice((None, 1, 2, 3)),
        "real_estate_locations": chance.sample(STATES, chance.randint(0, 2)),
        "business_interests": None,
        "products_discussed": product_names,
        "objections": chance.sample(OBJECTIONS, chance.randint(0, 2)),
        "deal_amount": amount,
        "deposit_amount": None if amount is None or chance.random() < 0.4 else amount / 2,
        "outcome": outcome,
        "deal_stage": outcome if outcome in STAGES else chance.choice(STAGES[:4]),
        "next_steps": [
            {"owner": "advisor", "action": "send the engagement letter", "due": "Friday", "due_date": str(day)},
            {"owner": "client", "action": "send the deed", "due": "next week", "due_date": None},
        ],
        "meeting_title": f"Meeting {chance.randint(1, 4)} with {name}",
        "meeting_date": str(day),
        "meeting_url": f"https://meetings.example/{number}",
        "duration_minutes": chance.randint(10, 90),
        "summary": f"{name} met with us about {' and '.join(product_names)}. " + "They spoke of what they own. " * 8,
        "transcript_id": f"made-up-{number:06}",
    }
    return {
        "external_id": f"made-up-{number:06}",
        "filename": f"call {number:06}.vtt",
        "content_hash": f"{number:016x}",
        "crm_data": crm,
        "email_draft": f"Subject: Our meeting\n\nDear {name},\n\n" + "thank you for your time today. " * 20,
        "social_content": {"posts": [{"channel": "linkedin", "text": "A plan is a gift.", "state": "draft"}]},
        "call": {"header": {"meeting_title": crm["meeting_title"]}, "speakers": [], "source_format": "zoom-vtt"},
    }

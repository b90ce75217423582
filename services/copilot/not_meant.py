"""Words of a question that look like something that the record knows and mean something else."""

import re

_PROMISED = re.compile(
    r"\b(?:promis|owe|owing|commit(?:ted|ment)|to ?dos?\b|still have to|(?:has|have|need|needs) to (?:get|be) done)"
)
_CONCERN = re.compile(r"\b(?:objection|object|concern|worr|rais|pushback|because|complain|hesita|reluctan)")
_BOUGHT = re.compile(  # what had they bought it for
    r"\b(?:what|how much)\b[^.;?]*\b(?:buy|bought|purchased?)\b[^.;?]*\bfor\b"
    r"(?=\W*$| (?:back|then|originally|when|at the time|in (?:the|19|20))\b)"
)
_PURCHASE = re.compile(
    r"\b(?:pay|paid|give|gave|spend|spent)\b(?: \w+){0,2} for (?:the|his|her|their|that|an?) (?:\w+ ){0,3}?"
    r"(?:house|home|cabin|car|truck|land|farm|condo|building|property|lot|boat|ring|office|practice|place|acres?|ranch"
    r"|store|shop|apartment|duplex|rental|camper|tractor|cottage)\b"
)
_OF_SOME_AGE = re.compile(
    r"\b(?:small|young|younger|little|tiny|minor|underage|grown|grown[- ]up|adult|teenage|school[- ]age|baby|newborn"
    r"|infant|special[- ]needs|disabled|step|foster|adopted|unborn)[ -]$"
)


def no_concern(folded: str) -> bool:
    """Whether it is asked what was promised, or who has to do what; no concern is."""
    return bool(_PROMISED.search(folded)) and not _CONCERN.search(folded)


def their_purchase(folded: str) -> bool:
    """Whether it is asked what somebody paid for something of theirs; that is no price of ours."""
    return bool(_PURCHASE.search(folded)) or what_it_cost_them(folded)


def what_it_cost_them(folded: str) -> bool:
    """Whether it is asked what they bought something of theirs for."""
    return bool(_BOUGHT.search(folded))


def of_some_age(before: str) -> bool:
    """Whether those that are spoken of next are of one kind or age alone: small children. The record knows no ages."""
    return bool(_OF_SOME_AGE.search(before))

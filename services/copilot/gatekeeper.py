"""The gatekeeper: asks back where a question can't be answered as it stands, and only there."""

import re

from services.copilot.contract import Answer, Context, Sentence
from services.copilot.names import ClientNamed
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms, state_names
from services.wording import listed

_OF_ONE = ("money", "count", "minutes", "text", "phone", "email", "choice", "date", "url")
_WITHOUT_ONE = {"summary", "meeting_title"}
_MOST_OFFERED = 5
_SHORT = 5  # words of a question that says nothing without the one before


def asks_back(it: Understood, terms: Terms, before: Context) -> Answer | None:
    """The question back, or None where the question can be answered."""
    if not it.line.words:
        return _asked("What would you like to know? Name a client, or ask about all calls.", it)
    if it.has("greeting") and not (it.clients or it.fields or it.content or it.has("list", "count")):
        return _asked(
            "Ask about one client (what was said, objections, next steps), or about all calls (counts, sums, lists)."
            " I can also draft an e-mail. What would you like to know?",
            it,
        )
    if it.people.unsure:
        return _asked(_which(it.people.unsure[0]), it)
    nobody = not it.clients and not it.people.unknown and not it.people.advisers
    meant = "someone" in it.others and "described" not in it.others
    over_all = bool(it.measures or it.group) and not meant
    if nobody and it.pronoun and (meant or not (_choosing(it) or over_all)) and not it.has("list", "count"):
        return _asked("Whom do you mean? Name the client, and I will look.", it)
    if nobody and not it.of and (_of_whom(it) or (it.has("follow_up") and not before.question and _says_little(it))):
        return _asked("Whom do you mean? Name the client, or ask about all calls.", it)
    if nobody and it.has("draft"):
        return _asked("To which client should the e-mail go?", it)
    if nobody and _of_one(it, terms):
        what = listed([terms.label(name).lower() for name in it.field_names][:3]) or "that"
        return _asked(f"Whose {what}? Name a client, or ask for a total, an average or a list over all calls.", it)
    if nobody and it.has("summary") and not _choosing(it) and not it.content and not it.has("list", "count"):
        return _asked("About which client? Name one, and I will sum up what is on record.", it)
    return None


def _of_whom(it: Understood) -> bool:
    """Whether it asks about "they" alone, and names no calls that these may be."""
    told = _choosing(it) or "everybody" in it.others or "nouns_clients" in it.others or "nouns_calls" in it.others
    return not told and not it.group and bool(_THEY.search(it.line.folded))


_THEY = re.compile(
    r"^(?:so |and |but )?(?:what|how|when|where|why|did|do|does|are|were|have|had|will)\b.*\b(?:they|their)\b"
)


def _says_little(it: Understood) -> bool:
    choosing = _choosing(it) or it.has("list", "count") or it.measures or it.group
    return not choosing and "everybody" not in it.others and len(it.line.words) <= _SHORT


def _which(clients: tuple[ClientNamed, ...]) -> str:
    offered = clients[:_MOST_OFFERED]
    told = [f"{one.label}{_apart(one)}" for one in offered]
    more = f", or one of {len(clients) - len(offered)} more" if len(clients) > len(offered) else ""
    return f"Which client do you mean: {' or '.join(told)}{more}?"


def _apart(client: ClientNamed) -> str:
    """What tells a client from another of a like name, where the label does not."""
    if "(" in client.label:
        return ""
    state = state_names().get(client.state or "", client.state)
    said = [each for each in (state, f"with {client.spouse}" if client.spouse else "") if each]
    return f" ({', '.join(said)})" if said else ""


def _choosing(it: Understood) -> bool:
    """Whether the question chooses calls by anything."""
    return bool(
        it.products or it.objections or it.outcomes or it.stages or it.states or it.choices or it.period or it.numbers
    )


def _of_one(it: Understood, terms: Terms) -> bool:
    """Whether it asks for a field of one client without saying whose."""
    if (
        it.has("list", "count", "compare", "related", "steps", "objections", "said")
        or it.measures
        or it.group
        or it.split
    ):
        return False
    ours = {"we", "our", "us"} & it.line.known.keys() and "much" in it.line.known
    if _choosing(it) or ours or "everybody" in it.others or it.has("raised"):
        return False
    kinds = {field.name: field.kind for field in terms.fields}
    fields = [name for name in it.field_names if kinds.get(name) in _OF_ONE and name not in _WITHOUT_ONE]
    return bool(fields) and not it.content


def _asked(text: str, it: Understood) -> Answer:
    labels = tuple(client.label for client in it.clients)
    return Answer(
        sentences=(Sentence(text=text),),
        asks=True,
        context=Context(clients=labels, question=it.question),
        reason="It asks back.",
    )

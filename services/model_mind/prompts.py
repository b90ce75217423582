"""What a model is told when it reads a call: the task and the firm's fields, and then the fenced words alone."""

from services.model_mind.fence import RULE, fenced_turns
from services.model_mind.windows import Window
from services.playbooks.model import Field, FieldType, Playbook

_TASK = """\
You read the transcript of a sales call between an adviser and a client, and fill in a form about it.

How to fill it in:
- Fill a field only with what was said in the call. What was not said is null, or an empty list. Never guess, never \
take an example, a story about other people or a question for a fact about the client.
- Where something was corrected later in the call, the later words count.
- Give with every value the words that show it: at most three quotes, each with the number of its turn (the number \
in brackets before the speaker). Copy the words exactly as they stand in that turn, in one piece, at most 30 words; \
change nothing, leave nothing out, add no speaker.
- A quote must hold the value itself: the number for an amount, the place for a state. If a question names what the \
answer only confirms, quote both.
- next_steps: what the adviser or the client said they will do after the call, in the order it was said. "owner" is \
who will do it, "action" is what, in the speaker's own words, "due" is when, as it was said, or null.
"""
_HOW: dict[FieldType, str] = {
    "text": "a name or a few words, as said",
    "texts": "a list of names, as said",
    "phone": "digits",
    "state": "two letters of a US state",
    "states": "a list of US states, two letters each",
    "choice": "one of its choices",
    "count": "a whole number; 0 only where somebody said that there is none",
    "money": "dollars as a plain number: 250000 for a quarter million",
}
_ROLES = {
    "won": "the client agreed to buy in this call",
    "lost": "the client said no",
    "meeting": "they agreed on a next meeting",
    "waiting": "something has to come in first: papers, facts, an answer",
    "open": "nothing was decided",
}


def system_prompt(playbook: Playbook) -> str:
    """The task, after the firm's playbook. Nothing of a call is in it."""
    parts = [_TASK, _section("Fields", [_field(field) for field in playbook.fields])]
    if playbook.products:
        parts.append(_section("products_discussed: what was talked about of", [one.name for one in playbook.products]))
    if playbook.objections:
        concerns = [one.name for one in playbook.objections]
        parts.append(_section("objections: concerns that the client raised, of these kinds only", concerns))
    if playbook.outcomes:
        ends = [f"{one.name}: {_ROLES.get(one.role, one.role)}" for one in playbook.outcomes]
        parts.append(_section("outcome: how the call ended", ends))
    return "\n".join([*parts, RULE])


def user_prompt(window: Window, of: int) -> str:
    """The words of one window, fenced; ``of``: how many windows the call has."""
    part = "" if of == 1 else f" This is part {window.number + 1} of {of} of the call; fill in what this part says."
    return f"Fill in the form for this call.{part}\n\n{fenced_turns(window.turns)}"


def _field(field: Field) -> str:
    choices = f": {', '.join(field.words)}" if field.words else ""
    said_by = f"; said by the {field.said_by}" if field.cues and field.said_by != "anyone" else ""
    return f"{field.name} ({field.label}): {_HOW[field.type]}{choices}{said_by}{_bounds(field)}"


def _bounds(field: Field) -> str:
    least = f"; at least {field.least:,.0f}" if field.least is not None else ""
    return least + (f"; at most {field.most:,.0f}" if field.most is not None else "")


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines), ""])

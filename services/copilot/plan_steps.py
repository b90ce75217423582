"""Questions for next steps: whose, due when, about what."""

import re

from services.copilot.choosing import where_of
from services.copilot.contract import Held, Listing, Owner, Passages, Steps, ToolCall, Where
from services.copilot.details import groups_of_attributes
from services.copilot.plan_said import search
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms

_ENDINGS = 8  # quotes from near the end of a call, where steps are agreed
_STEP_WORDS = frozenset(
    "step steps task tasks todo todos due overdue promised promise promises action actions items item homework owe owes"
    " deadline deadlines commitments followups outstanding next waiting owed owing missing".split()
)
_GENERAL = _STEP_WORDS | frozenset(  # words of a question that no step is told apart by
    "paper papers paperwork document documents stuff dates date open clients booked chase expecting waiting families"
    " send bring provide follow followup deliver".split()
)


def _settled(it: Understood, terms: Terms) -> tuple[str, ...]:
    """The outcomes that choose calls; words for a meeting are what is asked for."""
    meeting = terms.playbook.outcome_of("meeting")
    return tuple(spot.value for spot in it.outcomes if spot.value != meeting and not spot.denied)


_TO_DO = re.compile(r"\b(?:have|has|need|needs|left|supposed) to \w+|\bhappens? (?:on|in|next|this)\b")
_UNDATED = re.compile(r"\b(?:no|without an?|without any|lack an?) (?:due )?(?:date|deadline|day)\b|\bundated\b")


def steps_meant(it: Understood) -> bool:
    return bool(_STEP_WORDS & it.line.known.keys() or _TO_DO.search(it.line.folded)) or (
        "follow up" in it.line.folded.replace("-", " ") and not it.outcomes
    )


_LACKING = re.compile(
    r"\b(?:no|without|lacks?|lacking|missing|not|never|hasn't|haven't|doesn't|don't|didn't|nothing)\b(?: \w+){0,5}? "
    r"(?:(?P<meeting>meetings?|appointments?|calls?|sessions?|signings?|calendar)"
    r"|steps?|tasks?|to ?dos?|follow ?ups?|actions?)\b"
)
_OF_CLIENTS = re.compile(
    r"^(?:so )?(?:who|whose|anyone|anybody|any|(?:which|what|how many|list|show)\b.*?"
    r"\b(?:clients?|calls?|deals?|famil(?:y|ies)|households?|people|customers?|ones|couples?|prospects?))\b"
)


def lacking(it: Understood, terms: Terms) -> list[ToolCall]:
    """Who has no next step, or no meeting ahead."""
    found = _LACKING.search(it.line.folded)
    ahead = {"next", "scheduled", "booked", "set", "calendar", "upcoming", "ahead", "another", "open", "steps", "step"}
    if it.clients or not found or not _OF_CLIENTS.search(it.line.folded) or not ahead & it.line.known.keys():
        return []
    meeting = terms.playbook.outcome_of("meeting")
    about = "meeting meet appointment session" if found.group("meeting") else ""
    other = (Held(field="outcome", comparison="is not", value=meeting),) if meeting and about else ()
    return [Steps(where=Where(conditions=other), about=about, only_about=bool(about), either=True, lacking=True)]


_MEETING = "meeting meet appointment session design signing"


def meetings(it: Understood, terms: Terms) -> list[ToolCall]:
    """Who has a meeting ahead, and when: the steps that are meetings, and the calls that ended with one."""
    unmet = any(spot.denied and spot.value == terms.playbook.outcome_of("meeting") for spot in it.outcomes)
    if unmet or it.clients or not it.has("meetings") or it.has("count") or it.measures & {"sum", "average", "median"}:
        return []
    where = where_of(it, terms).model_copy(
        update={"since": None, "until": None, "conditions": (), "stages": (), "outcomes": _settled(it, terms)}
    )
    due = it.period
    first, last = (due.since, due.until) if due else (None, None)
    found: list[ToolCall] = [
        Steps(where=where, due_from=first, due_to=last, about=_MEETING, only_about=True, either=True)
    ]
    meeting = terms.playbook.outcome_of("meeting")
    if meeting and due is None:
        found.append(Listing(where=where.model_copy(update={"outcomes": (meeting,)}), of=where))
        found.append(Passages(words=_MEETING, about="meeting", where=where, late=True, spread=True, limit=10))
    return found


_NO_STEPS = frozenset(("arrival", "heirs", "keeper", "fear", "trigger", "acceptance"))  # who is supposed to inherit


def _after_steps(it: Understood, terms: Terms) -> bool:
    """Whether a question that speaks of steps is after them, and not after a figure, a concern or a feeling."""
    unmet = any(spot.denied and spot.value == terms.playbook.outcome_of("meeting") for spot in it.outcomes)
    if unmet or "elsewhere" in it.others or not it.has("steps"):
        return False
    if it.clients:
        other = it.has("objections") or _NO_STEPS & groups_of_attributes("asks", it.line)
        return not other or "next" in it.line.known
    money = {"deal_amount", "deposit_amount", "estate_value"} & set(it.field_names)
    if it.has("count") or it.measure in ("sum", "average", "median"):
        return False
    if money and (it.measures or "much" in it.line.known):
        return False
    figures = bool(it.measures) or "much" in it.line.known or bool(it.numbers)
    chosen = it.objections or it.outcomes or it.products or it.choices or it.states
    ours = len(it.people.advisers) == 1
    return ours or steps_meant(it) or not (not it.content or chosen or figures)


def steps(it: Understood, terms: Terms) -> list[ToolCall]:
    """What was agreed to be done, by whom and until when."""
    if not _after_steps(it, terms):
        return []
    where = where_of(it, terms)
    kept = tuple(held for held in where.conditions if held.field in ("outcome", *(name for name, _ in it.choices)))
    where = where.model_copy(
        update={"since": None, "until": None, "conditions": kept, "stages": (), "outcomes": _settled(it, terms)}
    )
    due = it.period
    step = Steps(
        where=where,
        owner=_owner(it),
        due_from=due.since if due else None,
        due_to=due.until if due else None,
        about=" ".join(word for word in it.content if word not in _GENERAL)[:200],
        only_about=not steps_meant(it) and not it.clients,
        undated=bool(_UNDATED.search(it.line.folded)),
    )
    if it.clients:
        late = search(it, _ENDINGS).model_copy(update={"late": True, "speaker": "", "side": None})
        others = [_of_others(step)] if step.owner else []
        asks_more = step.about or not steps_meant(it)
        return [step, *others, late, *([search(it, 3)] if asks_more else [])]
    if step.undated:
        return [step]
    taken = _taken_on(it, step)
    if due is not None or steps_meant(it) or not step.about:
        return [step, taken]
    return [step, taken, search(it, 3)]


def _taken_on(it: Understood, step: Steps) -> Passages:
    """What was taken on in the calls' words; of a day that is asked for, the question's words for it: tonight."""
    day = it.line.folded[it.period.start : it.period.end] if it.period else ""
    told = f"{step.about} {day}".strip()[:200]
    return Passages(words=told, about=told, where=step.where, side=step.owner, late=True, spread=True, limit=10)


def _of_others(step: Steps) -> Steps:
    """The steps of the other side of a call."""
    return step.model_copy(update={"owner": "client" if step.owner == "advisor" else "advisor", "only_about": True})


_OURS = (
    "we owe", "do we", "did we", "we have to", "we promise", "we need", "our side", "i owe", "do i", "did i",
    "we still", "should we", "on us", "we agree", "we offer", "from us", "our advis", "our team", "our people",
)  # fmt: skip
_THEIRS = ("owe us", "client", "homework", "asked to", "supposed to", "need to", "have to", "send us", "bring")


_TO_US = re.compile(r"\b(?:owes?|sends?|brings?|gives?|gets?|returns?|mails?|supply|provides?) us\b|\bget to us\b")


def _owner(it: Understood) -> Owner | None:
    """Whose steps: ours where we, or an adviser, are the subject; the client's where it is one of them."""
    folded = it.line.folded
    if it.has("meetings") or "next call" in folded or "next meeting" in folded or "next appointment" in folded:
        return None
    if "waiting" in it.line.known:
        return "advisor" if any(words in folded for words in ("on us", "for us", "from us")) else "client"
    if _TO_US.search(folded):
        return "client"
    if it.people.advisers or any(words in folded for words in _OURS):
        return "advisor"
    theirs = any(words in folded for words in _THEIRS)
    if it.clients or it.pronoun:
        return "client" if theirs or _does(it) else None
    spoken_of = "client" in folded and "for client" not in folded and "with" not in it.line.known
    return "client" if theirs and spoken_of else None


def _does(it: Understood) -> bool:
    """Whether a client is the one who does: did Ann promise, will Ann send."""
    heads = ("did ", "does ", "will ", "should ", "must ")
    spans = [it.line.folded[max(0, start - 12) : start] for start, _ in it.people.spans]
    subject = any(head.endswith(heads) for head in spans)
    return subject and not any(words in it.line.folded for words in ("for ", "with ", "to "))

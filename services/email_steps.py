"""A next step as the client should read it: a whole sentence, in the right person, with the day where it was said."""

import re

from services import email_days
from services.agents.contract import NextStep, Quote
from services.calls.model import Call, Side
from services.email_voice import ASIDE, as_told_by_us, as_told_to_them, begins_with_a_verb, without_fillers
from services.sentence_words import plain
from services.wording import sentence

_DONT = re.compile(r"^(?:please )?(?:don't|do not|never)\b", re.IGNORECASE)
_TELLS_OF_WE = re.compile(r"^(?:we|our)\b", re.IGNORECASE)
_OURS = re.compile(
    r"^(?:let me,? |tell you what i'll do,? |i'll tell you what i'll do,? |if you can )*(?:let me|lemme|let's)\s+",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:please )?(?:(?:could|can|would|will) (?:you|y'all)(?: (?:two|both|guys|all))?(?: please)?"
    r"|(?:i|we)(?:'d| would)? (?:need|want|like) (?:you|y'all)(?: (?:two|both|guys|all))? to"
    r"|(?:you|y'all)(?:'ll| will)? (?:need to|want to|have to|should|can)|make sure (?:you|to)|if you can,?)\s+",
    re.IGNORECASE,
)
_BEFORE_ASKING = re.compile(
    r"^(?P<when>(?:before|between|by|on|until)\b[^,.?!:]{0,30}?),? (?P<rest>(?:i|we) (?:need|want) you to .+)$",
    re.IGNORECASE,
)
_LET_THEM = re.compile(
    r"^(?:.{0,60}?, so )?(?:(?:could|can|would|will) (?:you|y'all)(?: please)?"
    r"|(?:you|y'all) (?:can|could|should|may))\s+",
    re.IGNORECASE,
)
_WHAT_WE_NEED = re.compile(r"^(what (?:i|we)(?:'ll)? need(?: from you)?),? (?!is\b|are\b|from\b)", re.IGNORECASE)
_THING = re.compile(r"^(?:the|a|an|any|your|his|her|their|both|copies|copy|[A-Z]\w+'s)\s", re.IGNORECASE)
_COMMON = re.compile(r"^(?:The|A|An|Any|Your|His|Her|Their|Both|Copies|Copy)\s")
_FINITE = re.compile(
    r"\b(?:is|are|was|goes|go|gets|comes|does|do|can|could|will|would|has|have|need|needs|want|i'm|i'll|you'll|you're"
    r"|it's|there's|that's|he'll|she'll|we'll|we're|he's|they'll|what's)\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(r"^(?:i|we)(?:'ll|'m| will|'re| can| am| are|'d)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:it|that|them|those|this|him|her)\b", re.IGNORECASE)


def said_by(call: Call, step: NextStep) -> Side | None:
    """The side whose words the step is told in: that of the first turn that proves it; ours, of a person's own step."""
    if step["source"] == "human":
        return "advisor"
    turns = [quote["turn"] for quote in step["evidence"]]
    return call.side_of(call.turns[turns[0]].speaker) if turns else step["owner"]


def worded(step: NextStep, speaker: Side | None, call: Call | None = None) -> str:
    """The step as an e-mail says it: our promises as we put them, theirs turned to them, what we asked asked again.

    ``speaker`` is whose words it is told in; with ``call`` each of its parts goes by who said that part.
    """
    meeting = email_days.meeting(step)
    if meeting:
        return meeting
    parts = [part for part in step["action"].strip().split(": ") if part.strip()]
    told = [_part(part, step, _speaker_of(part, step, speaker, call)) for part in _in_order(parts, step)]
    text = _joined([part for part in told if part])
    return sentence(email_days.dated(text, step))


def _speaker_of(part: str, step: NextStep, speaker: Side | None, call: Call | None) -> Side | None:
    quote = _quote_of(part, step)
    return call.side_of(call.turns[quote["turn"]].speaker) if call is not None and quote is not None else speaker


def _quote_of(part: str, step: NextStep) -> Quote | None:
    """The quote in which a part of the action stands."""
    wanted = " ".join(plain(part).split()).rstrip(" .?!,")
    return next((quote for quote in step["evidence"] if wanted in " ".join(plain(quote["quote"]).split())), None)


def _in_order(parts: list[str], step: NextStep) -> list[str]:
    """What was asked before the yes to it: "I'll send it: the deed" tells first of the deed."""
    if len(parts) == 2 and _PROMISE.match(parts[0]) and _POINTS_BACK.search(parts[0]):
        return parts[::-1]
    return parts


def _joined(parts: list[str]) -> str:
    """The parts in one: a thing and what is done with it, else one sentence after the other."""
    text = ""
    for part in parts:
        if not text:
            text = part.rstrip(" .?!,")
        elif _FINITE.search(text) or text.startswith("Please"):
            text = f"{text}. {part[:1].upper()}{part[1:].rstrip(' .?')}"
        else:
            small = part if re.match(r"I\b|[A-Z]\w+'s\b|[A-Z]{2}", part) else f"{part[:1].lower()}{part[1:]}"
            text = f"{text}: {small.rstrip(' .?')}"
    return text


def _part(part: str, step: NextStep, speaker: Side | None) -> str:
    """One part of an action, said to the client."""
    text = without_fillers(part)
    if step["owner"] == "advisor" and speaker == "client":
        text = as_told_by_us(_LET_THEM.sub("", text))
    text = ASIDE.sub("", text).strip(" ,;?")
    if step["owner"] == "advisor":
        return _ours(text)
    if speaker == "client":
        return "" if _DONT.match(text) else as_told_to_them(text)
    return _asked(text)


def _ours(text: str) -> str:
    """What we do, as a promise."""
    text = _OURS.sub("", text)
    lead = "We'll" if _TELLS_OF_WE.match(text) else "I'll"
    return f"{lead} {text[:1].lower()}{text[1:]}" if begins_with_a_verb(text) else text


def _asked(text: str) -> str:
    """What we asked of them, asked again."""
    when = _BEFORE_ASKING.match(text)
    if when:
        text = f"{when['rest'].rstrip(' .?')} {when['when'][:1].lower()}{when['when'][1:]}"
    bare = _ASKS.sub("", text)
    if begins_with_a_verb(bare):
        return f"Please {bare[:1].lower()}{bare[1:]}"
    if _THING.match(text) and not _FINITE.search(text.split(", if ")[0]):
        ours = bool(_COMMON.match(text))
        return f"We need {text[:1].lower() if ours else text[:1]}{text[1:]}"
    return _WHAT_WE_NEED.sub(r"\1 is ", text)

"""What questions and their answers say of who the partner is: "Is that your wife?", "Her name?", "Who's he?"."""

import re

from services.analyst.cast import Cast, Mention
from services.analyst.dialogue import Sentence, Talk
from services.analyst.wordings import Wording
from services.analyst.words import data, hits, weight
from services.playbooks.cues import fold

_KIN: dict[str, list[str]] = data("people")["kin"]
_PARTNER = "|".join(_KIN["partner"] + _KIN["partner_too"])
_IS_IT = re.compile(
    r"^\W*(?:(?:and|so|okay),? )?(?:(?:is|would) (?:that|this|he|she|it|[a-z]+)(?: be)?|that's|he's|she's) your "
    rf"(?:{_PARTNER})\b"
)
_WHO_IS = re.compile(r"\bwho(?:'s| is| was)\s$")
_YES = re.compile(r"\W*(?:yes|yeah|yep|yup|right|correct|uh-huh|mm-hm|it is|he is|she is|that's (?:right|him|her))\b")
_NO = re.compile(r"\W*(?:(?:oh|well|lord|god|heavens|goodness|hell)\W+)*(?:no|nope|nah)\b")
_ASKS_WHO = Wording(
    r"\b(?:lucky (?:lady|man|guy|girl|fella|one|person)|who (?:is|was) (?:he|she|it|that)|who's (?:that|the|he"
    r"|she)|(?:his|her|their) name)\b"
)
_WHO_WAS = Wording(r"\bwho was (?:he|she|that)\b|\bwas (?:his|her) name\b|\b(?:his|her) name was\b")


_GONE_ASKED = re.compile(r"\b(?:children|kids|babies|boys|girls|sons|daughters) did you and $")
_GONE_OWNED = re.compile(
    r"^ (?:own\b|leave (?:a|any|behind|you)\b|have (?:a|any) (?:\w+ )?(?:business|will|pension|insurance|policy|trust"
    r"|debts?|shop|company|retirement|accounts?)\b)"
)
_YOUNG = "|".join(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen".split()
)
_IS_YOUNG = re.compile(
    r"^\W*(?:and |well,? |yeah,? )?(?:he|she)(?:'s| is|'ll be| just turned| turns)(?: (?:only|about|just|almost"
    rf"|going on|turning|in))* (?:(?:\d|1\d|one|{_YOUNG})(?: and a half)?(?: months| weeks)?(?: years?)?(?: old)?"
    r"(?=\W*$|[,.;!]| and\b| now\b)|a (?:baby|toddler|newborn|infant)\b|(?:kindergarten|preschool|daycare|diapers"
    r"|(?:first|second|third|\w+th) grade|(?:grade|middle|elementary) school)\b)"
)
SHORT = 2  # words


def asked_and_answered(talk: Talk, mention: Mention) -> float:
    """What the client answers where an adviser asks whether somebody named is the partner."""
    turn = talk.turns[mention.sentence.turn]
    if turn.side != "advisor" or turn.index + 1 >= len(talk.turns):
        return 0.0
    place = turn.sentences.index(mention.sentence)
    if _WHO_IS.search(mention.before) and not mention.after.strip(" .?!"):
        answer = talk.turns[turn.index + 1]
        words = set(answer.sentences[0].words) if answer.sentences else set()
        partner = not words.isdisjoint(_KIN["partner"])
        return 4.0 if partner else -8.0 if words & {*_KIN["child"], *_KIN["others"], *_KIN["professions"]} else 0.0
    asked = [one for one in turn.sentences[place : place + 2] if one.asks and _IS_IT.search(one.folded)]
    answer = talk.turns[turn.index + 1]
    if not asked or answer.side != "client":
        return 0.0
    return 4.0 if _YES.match(answer.folded) else -8.0 if _NO.match(answer.folded) else 0.0


def answers(talk: Talk, mention: Mention) -> float:
    """A name early in the answer to a question for the partner."""
    question = talk.question_before(mention.sentence)
    earlier = talk.before(mention.sentence.turn)
    if question is None and earlier and mention.sentence in talk.turns[mention.sentence.turn].sentences[:3]:
        question = earlier.sentences[-1] if earlier.sentences else None
    if question is None or question.story:
        return 0.0
    asked = weight(hits("people", question), "asks_marriage")
    if _ASKS_WHO.search(question) and len(mention.before.split()) <= 3:
        return -8.0 if _WHO_WAS.search(question) else 0.0 if _after_a_child(talk, question) else 2.5
    if asked >= 2:
        return 2.0 if len(mention.before.split()) <= 3 else 1.0
    return 0.0


def _after_a_child(talk: Talk, question: Sentence) -> bool:
    """Whether "who's that?" is asked after a child was spoken of, and no partner."""
    words = set(talk.turns[question.turn].words) | set(talk.turns[max(0, question.turn - 1)].words)
    return not words.isdisjoint(_KIN["child"]) and words.isdisjoint(_KIN["partner"])


def told_young(talk: Talk, cast: Cast) -> set[str]:
    """The names of those who are told to be minors right after they are named: "Just me and Nina. She's six." """
    last: dict[tuple[int, int], str] = {}
    for mention in cast.mentions:
        last[mention.sentence.turn, mention.sentence.start] = fold(mention.name)
    found: set[str] = set()
    named: str | None = None
    for sentence in talk.sentences:
        if named and _IS_YOUNG.match(sentence.folded):
            found.add(named)
        here = last.get((sentence.turn, sentence.start))
        named = here or (named if sentence.length <= SHORT else None)
    return found


def asked_after_as_gone(mention: Mention) -> bool:
    """Whether an adviser asks in the past what somebody had: "How many children did you and Earl have?" """
    if mention.sentence.side != "advisor":
        return False
    owned = mention.before.endswith("did ") and _GONE_OWNED.match(mention.after)
    return bool(owned or (_GONE_ASKED.search(mention.before) and mention.after.startswith(" have")))

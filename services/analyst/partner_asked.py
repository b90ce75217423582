"""What questions and their answers say of who the partner is: "Is that your wife?", "Her name?", "Who's he?"."""

import re

from services.analyst.cast import Mention
from services.analyst.dialogue import Sentence, Talk
from services.analyst.words import data, hits, weight

_KIN: dict[str, list[str]] = data("people")["kin"]
_PARTNER = "|".join(_KIN["partner"] + _KIN["partner_too"])
_IS_IT = re.compile(
    r"^\W*(?:(?:and|so|okay),? )?(?:(?:is|would) (?:that|this|he|she|it|[a-z]+)(?: be)?|that's|he's|she's) your "
    rf"(?:{_PARTNER})\b"
)
_WHO_IS = re.compile(r"\bwho(?:'s| is| was)\s$")
_YES = re.compile(r"\W*(?:yes|yeah|yep|yup|right|correct|uh-huh|mm-hm|it is|he is|she is|that's (?:right|him|her))\b")
_NO = re.compile(r"\W*(?:(?:oh|well|lord|god|heavens|goodness|hell)\W+)*(?:no|nope|nah)\b")
_ASKS_WHO = re.compile(
    r"\b(?:lucky (?:lady|man|guy|girl|fella|one|person)|who (?:is|was) (?:he|she|it|that)|who's (?:that|the|he"
    r"|she)|(?:his|her|their) name)\b"
)
_WHO_WAS = re.compile(r"\bwho was (?:he|she|that)\b|\bwas (?:his|her) name\b|\b(?:his|her) name was\b")


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
    if _ASKS_WHO.search(question.folded) and len(mention.before.split()) <= 3:
        return -8.0 if _WHO_WAS.search(question.folded) else 0.0 if _after_a_child(talk, question) else 2.5
    if asked >= 2:
        return 2.0 if len(mention.before.split()) <= 3 else 1.0
    return 0.0


def _after_a_child(talk: Talk, question: Sentence) -> bool:
    """Whether "who's that?" is asked after a child was spoken of, and no partner."""
    words = set(talk.turns[question.turn].words) | set(talk.turns[max(0, question.turn - 1)].words)
    return not words.isdisjoint(_KIN["child"]) and words.isdisjoint(_KIN["partner"])

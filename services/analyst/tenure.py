"""Whether houses and land that are spoken of are the client's today: owned, shared, let, sold, or somebody else's."""

import re

from services.analyst.dialogue import Sentence, Talk
from services.analyst.numbers import numbers_in
from services.analyst.realty import about_property, named_in
from services.analyst.wordings import Wording
from services.analyst.words import hits, weight

NO = re.compile(r"\W*(?:no|nope|naw|nah|not|nothing|none|just|that's it|that's all)\b")
YES = re.compile(r"\W*(?:yes|yeah|yep|right|correct|both|that's right|two|three|just)\b")
OTHERS = re.compile(
    r"\b(?:his|her|their|she's|he's|they've|sister|brother|mother|mom|mama|dad|father|parents|folks"
    r"|cousin|uncle|aunt|friend|neighbor|neighbors|son|daughter|ex|client|family|lady|couple(?! of))(?:'s"
    r"|')? (?:\w+ ){0,3}$"
)
_OWN_ASKED = Wording(
    r"\b(?:own or rent|rent or own|renting or|own (?:your|the|that|a) (?:own )?(?:home|house|place)"
    r"|owned by (?:you|the two|both)|own it|you own (?:there|here|one)|who owns|owns the"
    r"|you a homeowner|or are you renting|or renting|or do you rent)\b"
)
_OWN_SAID = re.compile(
    r"\W*(?:(?:oh|yeah|yes|yep|well|um|uh|so),? )*(?:(?:i|we|both of us)(?: both)? (?:own|bought|do)"
    r"|(?:the )?(?:both|two) of us\b|own(?:ed)?\b"
    r"|it's (?:ours|mine|paid)|ours\b|mine\b|yes\b(?! and no)|yeah\b|homeowners?)"
)
_SHARE = re.compile(
    r"\b(?:got|own|have|owns?|my|left me|for|your) (?:like )?(?:a |an |one )?(?:half|third|fourth|quarter|fifth|sixth"
    r"|eighth|share|piece|interest)\b"
)
_FROM_KIN = re.compile(
    r"\b(?:i|we|i've|we've) (?:also |still )?(?:have|got|own|inherited|kept) (?:my|our) (?:late )?\w+(?:'s|s') "
)
_WITH_KIN = re.compile(
    r"\b(?:my (?:brother|sister|wife|husband|cousin|siblings|brothers|sisters)(?: \w+)? and (?:i|me)"
    r"|me and my (?:brother|sister|cousin|siblings|brothers|sisters)) (?:own|have|got|inherited)\b"
)
_ASKS_ANY = Wording(r"\b(?:or is there|or do you|the only)\b")
_LISTS = Wording(
    r"\b(?:house|home|propert(?:y|ies)|real estate|deeds?"
    r"|what (?:do|have) (?:you|we) (?:own|got|have)|anything else|any other|what else"
    r"|any land|land|you own)\b[^.!]*[?.]"
)
_BOUGHT = re.compile(
    r"\W*(?:(?:so|and|then|yes|yeah|but|well),? )*(?:we|i) (?:bought|built)(?: it)?"
    r"(?: here| there| ours| mine| together)?(?:,| in\b| back| for|[.]|$)"
)
_OWN_OURS = Wording(r"\b(?:i|we) own (?:our|my) (?:own )?(?:place|home|house)\b")
_OWN_HERE = Wording(
    r"\b(?:(?:mine|ours)(?:'s| is) (?:all )?paid (?:off|for)|(?:that's|it's) (?:all )?paid (?:off|for))\b|"
    r"\b(?:so |and )?(?:there's|that's|that one's|this one's) (?:mine|ours|my house|our house)\b"
)
_MINE = re.compile(r"\b(?:i've got|i have|i own|i bought|my|we've got an office|our office)\b[^.?!]*$")
_ADVISERS = re.compile(r"\b(?:i|my|our|we)\b[^.?!]*$")
_NONE_OF = re.compile(r"\b(?:no|without a|never had a)(?: other)? $")
_IMAGINED = re.compile(
    r"\b(?:if (?:i|we|you)(?:'d)?(?: ever| were to| could)? (?:buy|bought|get|got|find|found|move|had)"
    r"|when (?:i|we) (?:buy|get|retire)|someday|one day|want to buy|hope to buy|looking to buy"
    r"|saving (?:up )?for)\b"
)
_BUYING = Wording(r"\b(?:bought|buy|own|owns)\b")
KEPT = Wording(
    r"\b(?:rent(?:s|ed|ing)? (?:it |them |that |that one |(?:our|my|the)(?: \w+){1,3} )?(?:out|to)\b"
    r"|(?:tenants?|renters?)\b"
    r"|airbnb\b|vrbo\b|(?:has|have|did|is|would|wo|does)n't (?:\w+ )?(?:sold|sell)|not sold|unsold|(?:un)?til it sells"
    r"|when it sells|for sale|on the market|is listed|still own)"
)
_IT = Wording(r"\b(?:it|that|them|that one|those|my (?:side|half|share|part))\b")
MOST_LISTED, MOST_NEXT = 6, 3  # sentences of an answer; words of "And next?"
GIVEN_UP, OUTRIGHT = 3.0, 2.0


def says_own(talk: Talk, sentence: Sentence) -> bool:
    """Whether the client answers that the home is theirs, as in "We own" after "own or rent?"."""
    question = talk.question_before(sentence) if sentence.side == "client" else None
    opens = sentence.side == "client" and sentence in talk.turns[sentence.turn].sentences[:1]
    if question is None and opens and (earlier := talk.before(sentence.turn)) and earlier.sentences:
        question = earlier.sentences[-1]
    if sentence.side == "client" and _OWN_OURS.search(sentence):
        return True
    if sentence.side == "client" and _OWN_HERE.search(sentence) and not OTHERS.search(sentence.folded):
        return any(about_property(turn) for turn in talk.turns[max(0, sentence.turn - 6) : sentence.turn])
    if sentence.side == "client" and _BOUGHT.match(sentence.folded):
        earlier = talk.before(sentence.turn)
        return earlier is not None and (about_property(earlier) or bool(_BUYING.search(earlier)))
    return bool(question and _OWN_ASKED.search(question) and _OWN_SAID.match(sentence.folded))


def ownership(talk: Talk, sentence: Sentence, start: int) -> float:
    """How strongly a sentence says that the thing named in it is the client's today; 0 where it is not."""
    found = hits("property", sentence)
    gone = 0.0 if KEPT.search(sentence) else weight(found, "not_theirs")
    before = sentence.folded[:start]
    if _IMAGINED.search(before) or _NONE_OF.search(before):
        return 0.0
    share = shares(sentence)
    if not share and (gone >= 2 or OTHERS.search(before) or weight(found, "other") >= 3):
        return 0.0
    owns = weight(found, "owns")
    worth = any(number.worths() and number.worths()[0] >= 20_000 for number in sentence.numbers)
    if sentence.side == "advisor":
        return _by_adviser(talk, sentence, before, worth)
    if KEPT.search(sentence):
        owns = max(owns, 2.0)
    if _lists(talk, sentence):
        owns = max(owns, 1.5)
    return 2.0 if share else max(0.0, 0.4 + owns + (1.0 if worth else 0.0) - gone)


def gone_since(sentence: Sentence, turn: int) -> bool:
    """Whether a client's sentence says that what was named last, in this turn or the question, is gone: "Sold it." """
    near = sentence.side == "client" and turn <= sentence.turn <= turn + 1
    return near and given_up(sentence) and bool(_IT.search(sentence))


def shares(sentence: Sentence) -> bool:
    """Whether a client tells of a share, or of what came from or is held with the family."""
    told = sentence.folded if sentence.side == "client" else ""
    return any(one.search(told) for one in (_SHARE, _FROM_KIN, _WITH_KIN))


def given_up(sentence: Sentence) -> bool:
    """Whether a sentence says that something is not, or no longer, theirs."""
    return weight(hits("property", sentence), "not_theirs") >= GIVEN_UP and not KEPT.search(sentence)


def _lists(talk: Talk, sentence: Sentence) -> bool:
    """Whether a sentence belongs to the answer after what is owned."""
    turn, earlier = talk.turns[sentence.turn], talk.before(sentence.turn)
    if earlier is None or not earlier.sentences or NO.match(turn.folded) or len(turn.sentences) > MOST_LISTED:
        return False
    if any(one.start < sentence.start and _owned_outright(one) for one in turn.sentences):
        return True
    asked = earlier.sentences[-1]
    goes_on = (
        asked.length <= MOST_NEXT and asked.asks and earlier.index > 0 and about_property(talk.turns[earlier.index - 1])
    )
    return (goes_on or bool(_LISTS.search(asked))) and not asked.story


def _owned_outright(sentence: Sentence) -> bool:
    said = weight(hits("property", sentence), "owns") >= OUTRIGHT and bool(named_in(sentence))
    return said and not sentence.story and not sentence.asks


def advisers_own(sentence: Sentence, before: str) -> bool:
    """Whether an adviser speaks of something of the firm's or of his own; ``before``: the sentence up to it."""
    return sentence.side == "advisor" and bool(_MINE.search(before)) and "your" not in sentence.words


def _by_adviser(talk: Talk, sentence: Sentence, before: str, worth: bool) -> float:
    if not sentence.asks:
        if _ADVISERS.search(before) and "your" not in sentence.words:
            return 0.0
        return 0.7 + (0.6 if worth else 0.0) + (0.7 if "your" in sentence.words else 0.0)
    answer = talk.turns[sentence.turn + 1] if sentence.turn + 1 < len(talk.turns) else None
    if answer is None or answer.side != "client" or NO.match(answer.folded):
        return 0.0
    later = any(n.worths() and n.worths()[0] >= 20_000 for n in numbers_in(answer.folded[:120]))
    kinds = {kind for kind, _ in named_in(sentence)}
    open_question = bool(_ASKS_ANY.search(sentence)) or ("any" in sentence.words and len(kinds) > 1)
    return 2.0 if (later or YES.match(answer.folded)) and not open_question else 0.6

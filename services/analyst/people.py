"""The client's marital status: said in the first person, answered, repeated by the adviser, or plain from the rest."""

import re
from collections import defaultdict
from collections.abc import Iterator

from services.agents.contract import Quote
from services.analyst.beside import a_parent_is_gone, relatives, voice_of
from services.analyst.cast import Cast, cast_of
from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.partner_choice import AT_WORK
from services.analyst.wordings import Wording
from services.analyst.words import data, hits, weight
from services.calls.model import Call
from services.playbooks.cues import Hit, fold

STATUSES = {
    "married": "Married",
    "widowed": "Widowed",
    "divorced": "Divorced",
    "separated": "Separated",
    "single": "Single",
}
GROUPS = (*STATUSES, "unmarried", "again")
ENOUGH = 2.0
LEAST = 0.6  # a husband or wife asked after and not denied is a marriage, as a rule
MOST = 9.0
_YES = re.compile(
    r"\W*(?:(?:oh|well|uh|um)\W+)?(?:yes|yeah|it is|he is|she is|yep|yup|right"
    r"|correct|uh-huh|mm-hm|sure|we are|i am|exactly"
    r"|still are|happily|that's right|very)\b"
)
_NO = re.compile(
    r"\W*(?:(?:oh|well|uh|um|lord|god|heavens|goodness|hell)\W+)*(?:no|nope|naw|nah|not|never|neither|nobody|nothing|none)\b"
)
_NOR = re.compile(r"\W*(?:no and no|neither|none of (?:the above|those|that)|no,? (?:and )?no\b|no to both)")
_WAS = re.compile(r"\W*(?:(?:well|oh|uh)\W+)?(?:i|we) (?:was|were|used to be)\b|\W*not any ?more\b|\W*(?:once|twice)\b")
_ONCE = re.compile(r"\W*(?:not any ?more|once|twice|been there|never again|not since)\b")
_LASTING = re.compile(
    r"^\W*(?:(?:it's|it'll|going on|coming up on|about|almost|nearly|just|since|oh|uh|for|over|gosh|well|be"
    r"|will be|been|us|god)\W+){0,4}"
    r"(?:\d{1,2}|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty"
    r"|fifty|sixty)(?:[- ]\w+)?)"
    r"(?:\W+(?:years?|and|in|this|come|next|last|something|some|odd|months?|wonderful|happy|long)\b|\W*$|\W*[.,])"
)
_SINCE = re.compile(
    r"^\W*(?:(?:oh|well|uh|god)\W+)*(?:since (?:'|19|20|nineteen|two thousand|ninety|eighty|seventy|college"
    r"|high school)|forever|a long time|too long)"
)
_HOW_LONG = Wording(
    r"\b(?:how long|how many years|years of marriage|first marriage|second marriage|each other's first)\b"
)
_MARRIAGE = Wording(
    r"\b(?:married|marriage|wed|wife|husband|anniversary|you two|y'all two|both of you|you guys|together)\b"
)
_MAYBE = Wording(r"\b(?:if|whether|unless|in case|let's say|say you|suppose|would|could|might|someday|either of you)\b")
_ADVISERS_OWN = re.compile(r"\b(?:my|our|i|i'm|i've|we|we're|we've|me)\b")
_THEIRS = frozenset(data("people")["kin"]["others"]) - {"ex", "ex's", "family", "dog", "dogs", "cat", "cats"}
_THIRD = frozenset("he she they he's she's they're who his her their him somebody someone people folks".split())
_FIRST = frozenset("i i'm i've i'd we we're we've my our me us you you're you've your mine".split())
_RELATIVE = "|".join(word for kind in ("child", "others", "professions") for word in data("people")["kin"][kind])
_RELATIVE_NAMED = (
    Wording(rf"\b(?:{_RELATIVE})(?:'s name is| named|,| is|'s)? ([a-z]+)"),
    Wording(rf"\b([a-z]+)(?: is|'s|,| was) (?:my|our|the|her|his|your|a) (?:\w+ )?(?:{_RELATIVE})\b"),
)
_CHILDREN = frozenset(data("people")["kin"]["children"])
_LOST = re.compile(
    r"^(?:'s| has| had)? ?(?:passed|died|been gone|been dead)\b|^, (?:who|he|she) (?:passed|died)\b"
    r"|^'s (?:funeral|been gone|passed|gone)\b|^ went (?:in|last|on|this|so|to (?:the lord|glory|heaven))\b"
)
_YOU_TWO = Wording(r"\b(?:you two|both of you|you both|you guys|y'all|the two of you)\b")
_ANEW = Wording(r"\b(?:then|later|and|so|but) (?:then |later )?(?:i|we) (?:got )?(?:re)?married\b")
_BEFORE_THAT = Wording(r"\b(?:lost|buried|passed|died|divorced|split|first (?:husband|wife|marriage))\b")
_NO_MORE = re.compile(r" (?:was|had|used to|passed|died|left|and i (?:split|divorced|parted))\b")
_TO_COME = re.compile(r"\b(?:getting|get|be|going to|gonna|about to|planning on)\s*$")
_YEARS_WITH = Wording(r"\byears (?:with|to|together|married)\b")
_A_SINGLE = re.compile(r"a single (?!woman|man|mom|dad|mother|father|lady|guy|gal|person|parent|client|adult)")
_WHO_WAS = Wording(r"\bwhat was (?:his|her) (?:\w+ )?name\b|\bwho was (?:he|she)\b|\b(?:his|her) name was\b")
_PASSED = re.compile(
    r"\W*(?:and |but |well,? )*(?:he|she)(?:'s| has|'d| had)? (?:passed|died|been gone|gone (?:now|since))\b"
)
_ASKED_WHEN = Wording(
    r"\bwhen did (?:your (?:late )?(?:husband|wife)|mr\.?|mrs\.?)(?: [a-z'-]+)? (?:pass|die)\b"
    r"|\bhow long (?:has|have) (?:your (?:husband|wife)|mr\.?|mrs\.?)(?: [a-z'-]+)? been gone\b"
)
_PARTNERS = frozenset(("husband", "wife", "hubby", "spouse"))
_MARRIED = _PARTNERS | {"married", "marriage", "wedding", "anniversary"}
_SELF = Wording(r"\b(?:i|i'm|my|our|we|we're|me)\b")
_LOSING = re.compile(r"\b(?:i|we) (?:lost|buried)\s$|\bwidow of\s$")


def find_marital_status(talk: Talk, call: Call) -> Finding | None:
    """The client's own status by what stands in the first person, what the adviser repeats and what is answered."""
    votes: dict[str, float] = defaultdict(float)
    proof: dict[str, list[tuple[float, Quote]]] = defaultdict(list)
    cast = cast_of(talk, call)
    kin = relatives(talk, cast)
    told = [
        (sentence, group, strength)
        for sentence in talk.sentences
        if not (kin and _of_a_relative(talk, sentence, kin))
        for group, strength in _said(talk, sentence)
    ]
    told += [(one, "widowed", 4.0) for one in talk.sentences if _parent_died(talk, one, kin)]
    for sentence, group, strength in [*told, *_lost(talk, cast), *_side_by_side(talk, cast, kin)]:
        votes[group] += strength
        proof[group].append((strength, talk.quote_of(sentence)))
    if not votes:
        return None
    best = _status(votes)
    if best is None:
        return None
    beside = {"married": ["again", "couple"], "single": ["unmarried"]}.get(best, [])
    ranked = sorted([one for group in (best, *beside) for one in proof[group]], key=lambda one: -one[0])
    return Finding(STATUSES[best], [quote for _, quote in ranked]) if ranked else None


def _of_a_relative(talk: Talk, sentence: Sentence, kin: dict[str, str]) -> bool:
    """Whether a son, a sister or a friend on the call speaks of himself."""
    return voice_of(talk, sentence, kin) is not None and bool(_SELF.search(sentence))


def _parent_died(talk: Talk, sentence: Sentence, kin: dict[str, str]) -> bool:
    """Whether a child of the client's says that the other parent has died."""
    voice = voice_of(talk, sentence, kin) if kin else None
    return voice is not None and kin[voice] == "child" and a_parent_is_gone(sentence)


def _side_by_side(talk: Talk, cast: Cast, kin: dict[str, str]) -> Iterator[tuple[Sentence, str, float]]:
    """Two people on the client's side are a couple, as a rule: where the second one is named."""
    second = [name for name in cast.voices if fold(name) not in cast.own and fold(name) not in kin]
    if not second:
        return
    for sentence in talk.sentences:
        if fold(second[0]) in sentence.words or _YOU_TWO.search(sentence):
            yield sentence, "couple", 2.0
            return


def _said(talk: Talk, sentence: Sentence) -> Iterator[tuple[str, float]]:
    """The groups that one sentence speaks for, and how strongly."""
    if sentence.side not in ("advisor", "client"):
        return
    ours = sentence.side == "client"
    if sentence.story and not (ours and "ex" in sentence.words):
        return
    found = [hit for hit in hits("people", sentence) if _of_the_client(sentence, hit) and not _else(sentence, hit)]
    imagined = bool(found and _MAYBE.search(sentence)) and not (ours and not re.search(r"\bif\b", sentence.folded))
    for group in GROUPS if found else ():
        strength = weight(found, group)
        if strength and imagined and not sentence.asks:
            strength *= 0.25
        if strength and not ours:
            strength *= _confirmed(talk, sentence) if sentence.asks else 0.7
        if strength > 0:
            yield group, strength
    if ours and _ANEW.search(sentence) and _BEFORE_THAT.search(talk.turns[sentence.turn]):
        yield "again", 4.0
    if _departed(talk, sentence):
        yield "widowed", 4.0
    question = talk.question_before(sentence) if ours else None
    if question is not None and not question.story:
        yield from _answered(talk, sentence, question)


def _else(sentence: Sentence, hit: Hit[str]) -> bool:
    """Whether a cue means something else: a partner at work, a single house, a second husband who is no more."""
    if hit.key in ("unmarried", "married") and AT_WORK.search(sentence):
        return True
    if hit.key == "again":
        return bool(_NO_MORE.match(sentence.folded, hit.end) or _TO_COME.search(sentence.folded[: hit.start]))
    return hit.key == "single" and bool(_A_SINGLE.match(sentence.folded, max(0, hit.start - 2)))


def _departed(talk: Talk, sentence: Sentence) -> bool:
    """Whether a partner who was just spoken of is told to have died, or is asked after as one who has."""
    if sentence.side == "advisor":
        if _ASKED_WHEN.search(sentence):
            return True
        earlier = talk.before(sentence.turn)
        return bool(_WHO_WAS.search(sentence) and earlier and not _PARTNERS.isdisjoint(earlier.words))
    if not _PASSED.match(sentence.folded) or sentence.side != "client":
        return False
    own = [one for one in talk.turns[sentence.turn].sentences if one.start < sentence.start]
    earlier = talk.before(sentence.turn)
    near = [*(earlier.sentences[-1:] if earlier and len(own) < 3 else []), *own[-2:]]
    words = set().union(*(one.words for one in near)) if near else set()
    married = not words.isdisjoint(_MARRIED) or any(_YEARS_WITH.search(one) for one in near)
    return married and words.isdisjoint(_CHILDREN | _THEIRS)


def _of_the_client(sentence: Sentence, hit: Hit[str]) -> bool:
    """Whether what a cue found is said of the client, and not of the adviser or of a third person."""
    text = sentence.folded[hit.start : hit.end]
    if sentence.side == "advisor" and _ADVISERS_OWN.search(sentence.folded[max(0, hit.start - 4) : hit.end]):
        return False
    clause = re.split(r"[,;:.]| and | but ", sentence.folded[: hit.start])[-1]
    words = [word.removesuffix("'s") if word.endswith("'s") else word for word in re.findall(r"[a-z']+", clause)][-7:]
    for word in reversed(words):
        if word in _FIRST:
            return True
        if word in _THEIRS or word in _CHILDREN:
            return False
        if word in _THIRD:
            return hit.key in ("widowed", "separated", "again") or (
                word in ("her", "his", "him") and text.startswith("divorce")
            )
    return True


def _answered(talk: Talk, sentence: Sentence, question: Sentence) -> Iterator[tuple[str, float]]:
    """What a short answer says by the question before it."""
    asked = hits("people", question)
    first = sentence is talk.turns[sentence.turn].sentences[0]
    text = sentence.folded
    if _HOW_LONG.search(question) and _MARRIAGE.search(question):
        if (
            _LASTING.match(text) or _SINCE.match(text) or re.search(r"\b(?:first|second|third)\b", text)
        ) and not _NO.match(text):
            yield "married", 3.0
        return
    if not weight(asked, "asks_marriage"):
        return
    married = bool({"married", "husband", "wife", "spouse"} & set(question.words))
    unsure = bool({"single", "divorced", "widowed", "partner"} & set(question.words))
    if first and _NOR.match(text):
        yield "single", 3.0
    elif first and _WAS.match(text):
        yield ("divorced", 2.5) if _ONCE.match(text) else ("widowed", 1.0)
        yield "divorced", 1.0
    elif first and married and _NO.match(text):
        yield "unmarried", 2.5
    elif (married and (_LASTING.match(text) or _SINCE.match(text))) or (
        first and married and not unsure and _YES.match(text)
    ):
        yield "married", 4.0


def _confirmed(talk: Talk, question: Sentence) -> float:
    answer = talk.turns[question.turn + 1] if question.turn + 1 < len(talk.turns) else None
    if answer is None or answer.side == question.side or not answer.sentences:
        return 0.3
    return 1.0 if _YES.match(answer.folded) else 0.0 if _NO.match(answer.folded) else 0.4


def _lost(talk: Talk, cast: Cast) -> Iterator[tuple[Sentence, str, float]]:
    """Somebody named who has died and is no child, no parent and no friend: as an answer a partner, as a rule."""
    relatives = _relatives(talk)
    for mention in cast.mentions:
        sentence = mention.sentence
        gone = _LOST.match(mention.after) or _LOSING.search(mention.before)
        if not gone or sentence.story or sentence.side != "client" or mention.name.lower() in relatives:
            continue
        question = talk.before(sentence.turn)
        asked = (
            max((weight(hits("people", one), "asks_marriage") for one in question.sentences), default=0.0)
            if question
            else 0.0
        )
        about_children = bool(question and _CHILDREN & set(question.words)) or bool(_CHILDREN & set(sentence.words))
        yield sentence, "widowed", 0.0 if about_children and asked < 2 else 4.0 if asked >= 2 else 2.0


def _relatives(talk: Talk) -> set[str]:
    """The names that are said of a child, a relative, a friend, folded."""
    return {m.group(1) for s in talk.sentences for said in _RELATIVE_NAMED for m in said.finditer(s)}


def _status(said: dict[str, float]) -> str | None:
    """The status that the votes make likeliest. Who is married again, or not yet divorced, was married before."""
    votes: dict[str, float] = defaultdict(float, {group: min(total, MOST) for group, total in said.items()})
    married, single, unmarried = votes["married"] + votes["again"], votes["single"], votes["unmarried"]
    if single + unmarried < 2:
        married += votes["couple"]
    former = "widowed" if votes["widowed"] >= votes["divorced"] else "divorced"
    before = votes[former]
    if votes["separated"] >= 3.0 and votes["separated"] >= 0.5 * votes["divorced"]:
        return "separated"
    if votes["again"] >= 2.5 and unmarried + single < votes["again"] + 2:
        return "married"
    if before >= 3.0 and before >= (0.6 if former == "widowed" else 0.8) * married and single < before + 2:
        return former
    if unmarried + single > married:
        if before >= ENOUGH and single < before:
            return former
        return "single" if unmarried + single >= ENOUGH else None
    best = "married" if married >= before else former
    return best if max(married, before) >= (LEAST if best == "married" else ENOUGH) else None

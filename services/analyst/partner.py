"""The name of the client's living partner: spoken of as one, named in an answer, or beside the client on the call."""

import re
from collections import defaultdict
from collections.abc import Iterator

from services.agents.contract import Quote
from services.analyst.beside import relatives, spoken_by
from services.analyst.brood import passages
from services.analyst.cast import Cast, Mention, cast_of, first_names, towns
from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.partner_asked import answers, asked_after_as_gone, asked_and_answered, told_young
from services.analyst.partner_choice import AT_WORK, chosen
from services.analyst.siblings import names_only
from services.analyst.wordings import Wording
from services.analyst.words import data
from services.calls.model import Call
from services.playbooks.cues import fold

_KIN: dict[str, list[str]] = data("people")["kin"]
_PARTNER = "|".join(_KIN["partner"] + _KIN["partner_too"])
_CHILD = "|".join(_KIN["child"])
_OTHER = "|".join(
    sorted(set(_KIN["others"] + _KIN["professions"]) - {"woman", "man", "guy", "lady", "fella", "gentleman", "family"})
)
_IS = r"(?:'s name's|'s name is|'s name was|s' names are| is named| is called| named| called|'s called| is|'s|,|:)?"
_UH = r"(?:,? (?:uh|um|well|like),?)?"

# What stands before or after a name, and how strongly it says that the name is the partner's.
_BEFORE: list[tuple[re.Pattern[str], float]] = [
    (re.compile(rf"\b(?:my|your|the|our|this is) (?:\w+ )?(?:{_PARTNER}){_IS}{_UH}\s$"), 4.0),
    (re.compile(r"\b(?:married to|marrying|engaged to|living with|live with|been with|together with|i married"
        r"|so you're)\s$"), 2.5),
    (re.compile(r"\b(?:me and|me an'|myself and|you and|between you and|just me and|both you and"
        r"|it's me and)\s$"), 2.0),
    (re.compile(r"\b(?:told|tell|telling|ask|asked|by|talk to|talk with|talked to|check with|show"
        r"|discuss (?:this|it) with|sit down with|home to|loop in)\s$"), 0.8),
    (re.compile(r"\b(?:happens to|take care of|taken care of|leave (?:it|everything) to|goes to|protect"
        r"|protects|for|with)\s$"), 0.3),
    (re.compile(r"\b(?:i've got|i got|there's|i have|i'm seeing|seeing|dating)\s$"), 1.0),
]  # fmt: skip
_AFTER: list[tuple[re.Pattern[str], float]] = [
    (re.compile(rf"^(?:,| is|'s|, that's|, he's|, she's|, who's) (?:uh, )?(?:my|your"
        rf"|the) (?:\w+ )?(?:{_PARTNER})\b(?!'s)"), 4.0),
    (re.compile(r"^ and (?:i|me|myself|you|yourself)\b"), 2.0),
    (re.compile(r"^ and (?:the|our) (?:kids|boys|girls|children|dog|dogs)\b"), 1.5),
    (re.compile(r"^'s (?:mother|mom|mama|dad|father|parents|sister|brother|side|folks|aunt|uncle|family|pension"
        r"|401|ira|retirement|half|job|name)\b"), 0.8),
    (re.compile(r"^(?:'s| is)? (?:here|on the (?:call|line)|joining|listening|at work|working|in the (?:other"
        r"|next) room)\b"), 0.7),
    (re.compile(r"^ (?:says|thinks|wants|handles|does|said|thought|wanted|takes care)\b"), 0.4),
]  # fmt: skip
_TOGETHER = Wording(
    r"\b(?:been together|living together|live together|engaged|getting married|got married|wedding|anniversary"
    r"|moved in)\b"
)

# Who is gone.
_GONE_BEFORE = re.compile(
    rf"\b(?:(?:late|first|former|previous|old|ex|other) (?:{_PARTNER})(?:'s name was|,| was)?|ex-(?:wife"
    rf"|husband)(?:,|'s name is)?|ex,?"
    r"|before (?:that|her|him),? there was|there was (?:a|also)|divorced|was married to|were married to|no more"
    r"|lost|buried"
    r"|miss|since|when|after|before|left|split (?:up )?(?:from|with)|broke up with|widow of)\s$"
)
_GONE_AFTER = re.compile(
    r"^(?:'s| has)? ?(?:passed|died|been gone|dead|gone|deceased|was killed|funeral|ashes|death|estate|lawyer)\b"
    r"|^, (?:who|he|she) (?:passed|died)|^(?:,| was| is|'s) (?:my|your|the) (?:late|ex|first|former|old|ex-\w+)\b"
    r"|^ was (?:my|your) |^ and (?:i|you) (?:split|divorced|broke|separated|were (?:married|together))\b|^ left\b"
)
_GONE_NEXT = re.compile(r"^\W*(?:and )?(?:then )?(?:she|he)(?:'s)? (?:been gone|passed|died|left|moved out|went to)\b")
_CHILD_BEFORE = re.compile(
    rf"\b(?:my|our|your|his|her|the|a|one|hers|this is my|that's our) ?(?:[\w']+ ){{0,2}}(?:{_CHILD}){_IS}{_UH}\s$"
)
_CHILD_AFTER = re.compile(
    rf"^(?:,| is|'s|, that's|, he's|, she's) (?:my|our|your|the|his|her|a|only|also my) ?(?:\w+ ){{0,2}}(?:{_CHILD})\b"
    r"|^(?:'s| is|, he's|, she's| just turned| turned)(?: about| almost| only)? (?:[1-3]?\d|one|two|three|four"
    r"|five|six|seven|eight"
    r"|nine|ten|eleven|twelve|\w+teen|twenty|twenty-\w+|thirty|thirty-\w+)\b(?! (?:percent|hundred|thousand"
    r"|minutes|hours))"
    r"|^(?:'s| is) (?:at|in|a (?:freshman|sophomore|junior|senior)) (?:college|school|kindergarten|\w+ grade"
    r"|\w+ state)\b"
)  # fmt: skip
_OTHER_BEFORE = re.compile(rf"\b(?:my|our|your|his|her|the|a|their) (?:\w+ ){{0,2}}(?:{_OTHER}){_IS}{_UH}\s$")
_OTHER_AFTER = re.compile(
    rf"^(?:,| is|'s|, that's|, he's|, she's) (?:my|our|your|the|his|her|a) (?:\w+ ){{0,2}}(?:{_OTHER})\b"
)
_OTHERS_WIFE = re.compile(rf"\b(?:his|her|their|\w+'s) (?:{_PARTNER}){_IS}\s$")
_HAS_A_PARTNER = re.compile(
    r"^(?:'s (?:wife|husband|girlfriend|boyfriend|fianc\w+)\b|'s (?:my|your"
    r"|our) one and only| ain't got a)"
)
_CALLS_NAME = re.compile(r"^\W*(?:(?:and|so|okay|hi|hello|hey|thanks|thank you|well|now|oh|yes)\W+)*$")
_SELF_NAMED = re.compile(r"\b(?:this is|it's|i'm|that's)\s$")
_SPOUSE_BEFORE = re.compile(rf"\b(?:my|your|the) (?:husband|wife|spouse){_IS}{_UH}\s$")
_IMAGINED = re.compile(r"\b(?:if|in case|unless|until|suppose|should) (?:\w+ and )?$")
_ADVISERS_OWN = re.compile(rf"\b(?:my|our) (?:\w+ )?(?:{_PARTNER}){_IS}{_UH}\s$")
_NAME_AS_TOWN = 0.5


def find_spouse(talk: Talk, call: Call, status: Finding | None) -> Finding | None:
    """The partner's first name; None where nobody is spoken of as one, or the one who is has died or gone."""
    cast = cast_of(talk, call)
    scores: dict[str, float] = defaultdict(float)
    proof: dict[str, list[tuple[float, Quote]]] = defaultdict(list)
    seen: set[str] = set()
    others, voices = cast.others(), {fold(name) for name in cast.voices}
    children = [(one.first, one.close) for one in passages(talk, cast)]
    told = _listed_as_children(cast, talk, children)
    young = told_young(talk, cast)
    bereft = status is not None and status.value in ("Widowed", "Divorced")
    for mention in cast.mentions:
        name = mention.name
        if name not in others:
            continue
        strength = sum(_evidence(talk, mention, bereft)) + _by_place(talk, cast, mention, first=name not in seen)
        if fold(name) in voices and not re.search(r"\b(?:my|our)\b", mention.before):
            strength = max(strength, 0.0)
        elif fold(name) in young:
            strength = min(strength, -4.0)
        elif fold(name) in told:
            strength -= 1.5
        elif strength < 1.0 and any(low < mention.sentence.turn <= high for low, high in children):
            strength -= 0.5
        seen.add(name)
        scores[name] += min(strength, 6.0)
        proof[name].append((strength, talk.quote_of(mention.sentence)))
    widowed = status is not None and status.value == "Widowed"
    for name, strength, quotes in _beside_the_client(talk, cast):
        scores[name] += min(strength, 1.0) if widowed and strength < 5 else strength
        proof[name] += [(0.5, quote) for quote in quotes]
    for name in scores:
        scores[name] += min(1.0, 0.1 * sum(m.sentence.side == "client" for m in cast.of[name]))
    second = {fold(name) for name in cast.voices if not cast.is_own(name)}
    return chosen(talk, scores, proof, status, second)


def _listed_as_children(cast: Cast, talk: Talk, children: list[tuple[int, int]]) -> set[str]:
    """The names of mere lists of names where children are spoken of."""
    found: set[str] = set()
    for low, high in children:
        for sentence in [one for turn in talk.turns[low + 1 : high + 1] for one in turn.sentences]:
            if names_only(sentence.text, cast, sentence, frozenset()) > 1:
                found |= {fold(one.name) for one in cast.named_in(sentence)}
    return found


def _evidence(talk: Talk, mention: Mention, bereft: bool) -> Iterator[float]:
    """What the words right before and after a name say of the one who bears it."""
    before, after, sentence = mention.before, mention.after, mention.sentence
    if sentence.side == "advisor" and _ADVISERS_OWN.search(before):
        yield -6.0
        return
    if _OTHERS_WIFE.search(before) or AT_WORK.pattern.search(before[-40:]):
        yield -2.0
        return
    if _is_gone(talk, mention):
        yield -8.0
        return
    if _CHILD_BEFORE.search(before) or _CHILD_AFTER.match(after) or _names_a_child(talk, mention):
        yield -4.0
        return
    if _OTHER_BEFORE.search(before) or _OTHER_AFTER.match(after) or _HAS_A_PARTNER.match(after):
        yield -4.0
        return
    if sentence.story and sentence.side == "advisor":
        return
    if bereft and _SPOUSE_BEFORE.search(before):
        yield -6.0
        return
    for pattern, strength in _BEFORE:
        if pattern.search(before):
            yield strength if sentence.side == "client" or strength not in (0.8, 0.3, 1.0) else 0.5
            break
    for pattern, strength in _AFTER:
        if pattern.match(after):
            yield strength
            break
    if _TOGETHER.search(sentence):
        yield 1.0


def _names_a_child(talk: Talk, mention: Mention) -> bool:
    """Whether a name alone follows a sentence that ends in a child: "I have one daughter. Nina." """
    own = talk.turns[mention.sentence.turn].sentences
    place = own.index(mention.sentence)
    if not place or mention.sentence.length > 2 or mention.before.strip():
        return False
    told = own[place - 1].words
    return not told.isdisjoint(_KIN["child"]) and told.isdisjoint(_KIN["partner"])


def _is_gone(talk: Talk, mention: Mention) -> bool:
    sentence = mention.sentence
    if _IMAGINED.search(mention.before):
        return False
    if _GONE_BEFORE.search(mention.before) and not re.search(r"\b(?:when|since|after|before)\s$", mention.before):
        return True
    if _GONE_AFTER.match(mention.after) or asked_after_as_gone(mention):
        return True
    if re.search(r"\b(?:since|when|after|before)\s$", mention.before):
        return bool(
            re.match(r"^(?:'s)? (?:passed|died|was (?:alive|still|here)|got sick|left|went|gone)\b", mention.after)
        )
    own = talk.turns[sentence.turn].sentences
    place = own.index(sentence)
    return place + 1 < len(own) and bool(_GONE_NEXT.match(own[place + 1].folded)) and not mention.after.strip(" .!?,")


def _by_place(talk: Talk, cast: Cast, mention: Mention, first: bool) -> float:
    """What it says that a name stands where it does: as an answer, after the partner was spoken of, as a call."""
    sentence, strength = mention.sentence, 0.0
    before, after = mention.before, mention.after
    if _CALLS_NAME.match(before) and re.match(r"^[,.!?]", after) and sentence.length > 1:
        strength += 0.9 if sentence.side == "advisor" else 0.6
    elif re.search(r",\s$", before) and re.match(r"^[.!?]", after):
        strength += 0.5
    if (
        sentence.side == "client"
        and _SELF_NAMED.search(before)
        and fold(mention.name) in {fold(v) for v in cast.voices}
    ):
        strength += 0.5
    elif (
        sentence.side == "client" and re.search(r"\bthis is\s$", before) and len(cast.voices) == 1 and sentence.turn > 0
    ):
        strength += 2.0 if re.match(r"^[.,!]|$", after) else 0.5
    if sentence.side == "client":
        strength += answers(talk, mention)
    strength += asked_and_answered(talk, mention)
    if first and strength < 2.0 and _partner_was_the_word(talk, mention):
        strength += 2.0
    doubtful = fold(mention.name) in towns() and fold(mention.name) not in first_names()
    return strength if not doubtful or strength > 2 else _NAME_AS_TOWN * strength


def _partner_was_the_word(talk: Talk, mention: Mention) -> bool:
    """Whether husband, wife or partner was the last thing spoken of before a name that is heard for the first time."""
    sentence = mention.sentence
    own = [one for one in talk.turns[sentence.turn].sentences if one.start < sentence.start][-2:]
    near: list[Sentence] = own
    if len(own) < 2 or mention.sentence in talk.turns[sentence.turn].sentences[:3]:
        for back in (1, 2):
            if sentence.turn >= back:
                near = [*talk.turns[sentence.turn - back].sentences[-2:], *near]
    here = mention.before
    words = [re.findall(r"[a-zé'-]+", one.folded) for one in near if not one.story] + [re.findall(r"[a-zé'-]+", here)]
    kin = {*_KIN["partner"], *_KIN["partner_spoken_of"]}
    said = [word.removesuffix("'s") in kin for one in words for word in one]
    return any(said) and bool(re.match(r"^(?:'s\b|\.| was\b|,| and\b| had\b| [a-z]+s\b)", mention.after))


def _beside_the_client(talk: Talk, cast: Cast) -> Iterator[tuple[str, float, list[Quote]]]:
    """Second voices on the client's side, as labels name them, unless they say that they are somebody else."""
    joint = any(len(re.split(r"&|\+|\band\b|/", s.name)) > 1 for s in cast.call.speakers if s.side == "client")
    no_partners = relatives(talk, cast)
    for name in cast.voices:
        folded = fold(name)
        if cast.is_own(name) or folded in cast.advisers:
            continue
        own = spoken_by(talk, folded)
        quotes = [talk.quote_of(s) for s in talk.sentences if folded in s.words][:3]
        quotes = quotes or [talk.quote_of(turn.sentences[0]) for turn in own[:1] if turn.sentences]
        yield name, -6.0 if folded in no_partners else 5.0 if joint else 4.0, quotes

"""Children counted by kind: "two boys and a girl", "three kids", "a daughter"."""

import re

from services.analyst.brood import KIN, MOST, skipped
from services.analyst.dialogue import Sentence
from services.analyst.numbers import Spoken
from services.analyst.siblings import kinds_counted
from services.analyst.wordings import Wording

_ARTICLE = Wording(r"\b(?:a|my|our) (?:(?:\w+) )?(?=(?:son|daughter|boy|girl|stepson|stepdaughter|kid)\b(?!friend))")
HAD = re.compile(r"\b(?:had|used to|raised|fostered|lost|wanted|thought)\W+(?:\w+\W+)?$")
_THEIRS = frozenset(
    (
        "he",
        "she",
        "they",
        "he's",
        "she's",
        "they've",
        "they're",
        "who",
        "who's",
        "hers",
        "his",
        "theirs",
        *KIN["others"],
    )
)
_OURS = frozenset("i we i've we've i'm we're my our me us you you've you're your y'all mine ours".split())


def is_theirs(sentence: Sentence, place: int) -> bool:
    """Whether the words just before a place speak of somebody else."""
    clause = re.split(r"[,;.]|\band\b|\bbut\b", sentence.folded[:place])[-1]
    words = re.findall(r"[a-z']+", clause)[-6:]
    theirs = [number for number, word in enumerate(words) if word in _THEIRS]
    ours = [number for number, word in enumerate(words) if word in _OURS]
    return bool(theirs) and (not ours or max(ours) < max(theirs))


def of_kinds(sentence: Sentence) -> tuple[int, float]:
    """The children that a sentence counts by kind: "two boys and a girl", "three kids"; 0 where it counts none."""
    if skipped(sentence) and not re.search(r"\bso\b|\bleft\b|\bliving\b|\bnow\b", sentence.folded):
        return 0, 0.0
    counted = [*kinds_counted(sentence), *((one.start, 1) for one in _articles(sentence))]
    parts = [(place, size) for place, size in sorted(counted) if not is_theirs(sentence, place)]
    if not parts:
        return 0, 0.0
    wholes = [
        size
        for place, size in parts
        if re.match(r"\W*\w+\W+(?:\w+\W+){0,2}?(?:kids|children|kiddos|little ones)\b", sentence.folded[place:])
    ]
    past = 0.4 if HAD.search(sentence.folded[: parts[0][0]]) else 1.0
    if wholes and len(wholes) == 1:
        return wholes[0], 3.0 * past
    total = sum(size for _, size in parts)
    return (total, (3.0 if len(parts) > 1 else 2.0) * past) if total <= MOST else (0, 0.0)


def _articles(sentence: Sentence) -> list[Spoken]:
    """ "a girl" beside boys, or "a daughter" that somebody says they have, counts one."""
    found = []
    for match in _ARTICLE.finditer(sentence):
        before, rest = sentence.folded[: match.start()], sentence.folded[match.end() :]
        if re.match(r"\w+ (?:at|in|on|who|from|i|he|she|down) ", rest):
            continue
        paired = re.match(
            r"\w+(?:,? \w+,)? (?:and|plus) (?:then )?(?:a|my|our|one|two|three|another) (?:\w+ )?(?:son"
            r"|daughter|boy|girl)",
            rest,
        )
        listed = re.search(r"\b(?:boys?|girls?|sons?|daughters?)(?:,? \w+)?,? (?:and|plus)? ?(?:then )?$", before)
        if (
            (
                match.group().startswith("a ")
                and re.search(
                    r"\b(?:i|we)(?:'ve| have|'ve got| got| have got)?(?: just| only)? $|^\W*(?:just|only)? ?$", before
                )
            )
            or paired
            or listed
        ):
            found.append(Spoken(1, match.start(), match.end() - 1))
    return found

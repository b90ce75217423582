"""What an e-mail is to say, as somebody asks for it: its wishes one by one, and the words of the call for each."""

import re
from collections.abc import Collection, Iterable, Sequence

from services.copilot.proof import CallProof
from services.copilot.ranking import weights
from services.copilot.relevance import tells, wanted
from services.copilot.turns import Turn, turns_of
from services.copilot.vocabulary import plain_words
from services.playbooks.cues import fold
from services.sentence_words import stems

MOST = 5
_SURE = 0.6  # how much of a wish has to stand in and beside a turn
_LEAST = 6  # words of a turn that is quoted
_LONGEST = 30  # words that are quoted for a wish
_OWN, _LATE = 0.5, 0.1  # what it counts that the words stand in the turn itself, and near the end
_SPLIT = re.compile(
    r"[,;:.?!]|\s-\s|\b(?:and|plus|also|as well as|saying|say|asking|ask|telling|tell|mention|mentioning"
    r"|remind|reminding|confirm|confirming|about|regarding|re|that|with|thank\w*|include|including|repeat|repeating)\b",
    re.I,
)
_ASKING = frozenset(
    "draft write compose prepare send sending email emails e mail message note letter follow up reminder remind short"
    " quick brief polite friendly warm formal nudge line lines something please pls can could you we us let lets know"
    " need needs want wants text thank thanks thanking dear hi hello kindly again still today tomorrow make sure re"
    " create generate reply respond answer hard feelings pressure stuff price paid pay pays deposit fee cost amount sum"
    " figure signing sign signed meeting meet call date day time hour next monday tuesday wednesday thursday friday"
    " saturday sunday"
    " step steps everything decision proposal welcome sorry happy glad".split()
)  # words that ask for the e-mail itself, or for what every e-mail says
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def wishes(about: str, names: Iterable[str] = ()) -> list[str]:
    """What a request wants said, each in its telling words, without names and what asks for the e-mail itself."""
    own = {word for name in names for word in re.findall(r"[a-z]+", fold(name))}
    found = []
    for part in _SPLIT.split(about):
        words = [word for word in re.findall(r"[a-z0-9$]+(?:'[a-z]+)?", fold(part)) if _tells(word, own)]
        if any(map(tells, words)):
            found.append(" ".join(words))
    return list(dict.fromkeys(found))[:MOST]


def _tells(word: str, names: Collection[str]) -> bool:
    bare = word.removesuffix("'s")
    return not (bare in names or bare in plain_words() or bare in _ASKING or "'" in bare or bare.isdigit())


def told(call: CallProof, wish: str) -> Turn | None:
    """The turn of a call that says what a wish is after; None where none surely does."""
    turns, after = turns_of(call), wanted(wish, topics=True)
    if not after.alternatives:
        return None
    held = weights(after, turns)
    scored = [
        (held[call.id, turn.number] + _OWN * after.share(turn.text) + _LATE * turn.number / len(turns), turn)
        for turn in turns
        if held[call.id, turn.number] >= _SURE and after.share(turn.text) >= _SURE and len(turn.text.split()) >= _LEAST
    ]
    return max(scored, key=lambda each: each[0])[1] if scored else None


def covered(wish: str, lines: Sequence[str]) -> bool:
    """Whether lines of an e-mail say already what a wish is after."""
    after, there = wanted(wish, topics=True), " ".join(lines)
    return after.share(there) >= _SURE if after.alternatives else False


def quoted(turn: Turn, wish: str) -> str:
    """The sentences of a turn that a wish is after, word for word."""
    sentences = _SENTENCE.split(turn.text.strip())
    looked_for = wanted(wish, topics=True).stems
    first = next((at for at, each in enumerate(sentences) if looked_for & set(stems(each))), 0)
    if len(turn.text.split()) <= _LONGEST:
        return turn.text.strip()
    kept = [sentences[first]]
    for each in sentences[first + 1 :]:
        if len(" ".join([*kept, each]).split()) > _LONGEST:
            break
        kept.append(each)
    return " ".join(kept)

"""A safer wording for what the guard finds in a post, made by rule: general words, or an insight of the playbook.

What is offered is held against the guard again: it always has fewer findings than the words before, or is not offered.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.agents import findings
from services.publish_guard import Private, findings_in
from services.reidentification import details_in

__all__ = ["Trouble", "all_safer", "safer", "trouble_in"]

_ARTICLE = re.compile(r"\b(?:a|an|the|our|my|one)\s+$", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+[\"”’)]*|(?=\n)|$)")
_PLACED = re.compile(r"\b(?:in|near|at|from|of|around|outside|to)\s+$", re.IGNORECASE)
_MOST_STEPS = 40
# Trouble that only another sentence mends.
_WHOLE = ("client's words", "near words", "life")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What has to be mended in a post: ``kind`` is a finding's or a detail's, the words stand from start to end."""

    kind: str
    words: str
    start: int
    end: int


def trouble_in(post: str, private: Private) -> list[Trouble]:
    """Every finding, and every detail that tells something by itself, in the order of the post."""
    found = [Trouble(one.kind, one.words, one.start, one.end) for one in findings_in(post, private)]
    details = details_in(post, private.playbook)
    found += [Trouble(one.kind, one.words, one.start, one.end) for one in details if one.telling]
    return sorted(found, key=lambda one: (one.start, one.end))


def safer(post: str, trouble: Trouble, private: Private, limit: int) -> str | None:
    """The post with one trouble mended; None where nothing was found that is better and fits ``limit`` characters."""
    before = len(trouble_in(post, private))
    for words in _candidates(post, trouble, private):
        tidy = _tidy(words)
        if tidy and len(tidy) <= limit and len(trouble_in(tidy, private)) < before:
            return tidy
    return None


def all_safer(post: str, private: Private, limit: int) -> str | None:
    """The post with everything mended that can be; None where nothing can."""
    words = post
    for _ in range(_MOST_STEPS):
        steps = (safer(words, trouble, private, limit) for trouble in trouble_in(words, private))
        better = next((step for step in steps if step is not None), None)
        if better is None:
            break
        words = better
    return None if words == post else words


def _candidates(post: str, trouble: Trouble, private: Private) -> Iterator[str]:
    """Ways to mend it, the gentlest first: general words, an insight in place of the sentence, no such sentence."""
    if trouble.kind not in _WHOLE:
        yield _general(post, trouble, private)
    start, end = _sentence(post, trouble)
    for insight in _insights(private):
        if insight not in post:
            yield f"{post[:start]}{insight}{post[end:]}"
    yield post[:start] + post[end:]


def _insights(private: Private) -> list[str]:
    """What the firm thinks: on this call's subjects first."""
    spoken = {*findings.objections(private.extraction), *findings.products(private.extraction)}
    subjects = sorted(private.playbook.subjects, key=lambda one: one.name not in spoken)
    return [insight for one in subjects for insight in one.insights]


def _sentence(post: str, trouble: Trouble) -> tuple[int, int]:
    """The sentences that hold the trouble, from the first one's first letter to the last one's end."""
    held = [one for one in _SENTENCE.finditer(post) if one.start() < trouble.end and one.end() > trouble.start]
    if not held:
        return trouble.start, trouble.end
    first = held[0].group()
    return held[0].start() + len(first) - len(first.lstrip()), held[-1].end()


def _general(post: str, trouble: Trouble, private: Private) -> str:
    """The post with general words in the trouble's place."""
    start, end = _joined(post, trouble, trouble_in(post, private))
    words, before, after = post[start:end], post[:start], post[end:]
    general = _words_for(trouble.kind, words, before, after, _is_place(trouble, post, private))
    article = _ARTICLE.search(before)
    if article and general.split(" ")[0] in ("a", "the", "somebody", "us", "our", "several"):
        before = before[: article.start()]
    if words.removesuffix("’s") != words or words.removesuffix("'s") != words or words.endswith("s'"):
        general += "'s" if general and trouble.kind in ("name", "other name", "place") else ""
    if general and _opens(before):
        general = general[0].upper() + general[1:]
    elif not general and _opens(before):
        after = after.lstrip()
        after = after[:1].upper() + after[1:]
    return before + general + after


def _joined(post: str, trouble: Trouble, found: Sequence[Trouble]) -> tuple[int, int]:
    """The place of the trouble with what of its kind stands right beside it: both parts of a name, a town's state."""
    start, end = trouble.start, trouble.end
    same = [one for one in found if one.kind == trouble.kind or {one.kind, trouble.kind} <= {"name", "other name"}]
    for one in same:
        if one.start >= end and re.fullmatch(r",? ", post[end : one.start]):
            end = one.end
    for one in reversed(same):
        if one.end <= start and re.fullmatch(r",? ", post[one.end : start]):
            start = one.start
    return start, end


def _is_place(trouble: Trouble, post: str, private: Private) -> bool:
    """Whether a name is a place's: it is found as one too, or stands where a place would."""
    places = (one for one in trouble_in(post, private) if one.kind == "place")
    beside = any(one.start < trouble.end and one.end > trouble.start for one in places)
    return beside or (trouble.kind == "other name" and bool(_PLACED.search(post[: trouble.start])))


def _words_for(kind: str, words: str, before: str, after: str, place: bool) -> str:
    """General words for a trouble of a kind."""
    many = words.rstrip("'’").endswith("s") and not _ARTICLE.search(before)
    followed = bool(re.match(r"[ \-]\w", after))
    match kind:
        case "name" | "other name":
            return "" if words[0] in "#@" else "the area" if place else "a client"
        case "place":
            return "the area"
        case "address":
            return "" if words.startswith("<") else "our website" if "://" in words or "www" in words else "us"
        case "amount":
            return "sizeable" if followed and _ARTICLE.search(before) else "a sizeable sum"
        case "number":
            return re.sub(r"^\S+(?: hundred| thousand)?", "several", words)
        case "age":
            return ("" if followed else "person") if "year" in words else "later in life"
        case "trade":
            return "professionals" if many else "a professional"
        case "business":
            return "businesses" if many else "a business"
        case _:
            return "special possessions" if many else "a special possession"


def _opens(before: str) -> bool:
    """Whether what comes next opens a sentence."""
    bare = before.rstrip(" \"'“‘(")
    return not bare or bare[-1] in ".!?…\n"


def _tidy(words: str) -> str:
    """Without the gaps that were left."""
    lines = (re.sub(r" +([.,;:!?])", r"\1", " ".join(line.split())) for line in words.split("\n"))
    once = re.sub(r"\b(the area|a client)(?:,? \1\b)+", r"\1", "\n".join(lines))
    return re.sub(r"\n{3,}", "\n\n", once).strip()

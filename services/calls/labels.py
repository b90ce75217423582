"""What may be the label of a speaker, and what only looks like one. A colon proves nothing."""

import re
from functools import lru_cache

from services.calls.model import Speaker

LONGEST = 60
"""The most characters of a label."""

_KEYS = """
action action_item action_items actions address agenda attendance attendees audio audio/video bcc call_duration
call_id call_length cc chapters company conversation_id date date/time date_and_time disclaimer duration e-mail edit
email example fax from fyi hint http https important id invited key_points keywords language length link links
location meeting meeting_date meeting_date/time meeting_duration meeting_id meeting_length meeting_link meeting_time
meeting_title meeting_url next_steps note notes organizer outcome outcomes outline participants phone present project
ps p.s. re recap recorded recorded_on recording recording_id recording_length recording_link recording_url reminder
screen_sharing source speakers start start_time started status subject summary summary_keywords time tip title to
topic topics transcribed_by transcript transcript_id transcription update url view_recording warning watch when
"""
NOT_SPEAKERS = frozenset(_KEYS.split())
"""Words (folded, blanks as underscores) that stand before a colon without being a speaker."""

_SMALL = "de del della den der di da do dos du el al bin ibn la le st van von und and y e of & + / | - the"
_ABBREVIATED = "dr mr mrs ms mx st jr sr prof rev hon esq fr sgt capt col lt gen gov sen rep phd md"
_PARTICLES = frozenset(_SMALL.split())
_TITLES = frozenset(_ABBREVIATED.split())
_NEVER = frozenset('"{}<>=?!;…[]\\\t“”')
_ASIDE = re.compile(r"\s*\(([^()]*)\)\s*$")
_ADDRESS = re.compile(r"[^\s@()<>]{1,64}@[^\s@()<>]{1,190}\.[A-Za-z]{2,24}")


def clean(label: str) -> str:
    """A label without Markdown's signs, a leading ``@`` and outer blanks; inner blanks are single."""
    return " ".join(label.strip(" \t*_@`").split())


def fold(label: str) -> str:
    """A label in the spelling of NOT_SPEAKERS."""
    return "_".join(label.lower().split())


@lru_cache(maxsize=8_192)
def speaker_of(raw: str) -> str | None:
    """What stands before a colon, cleaned, if it can be a speaker's label, else None."""
    label = clean(raw)
    return label if plausible(label) else None


def plausible(label: str) -> bool:
    """True if a label (cleaned) can be a speaker's: short, no sentence, no word such as ``Note``."""
    if label.replace(" ", "").isalnum():
        return len(label) <= LONGEST and label.count(" ") < 8 and fold(label) not in NOT_SPEAKERS
    if not 0 < len(label) <= LONGEST + 60 or not _NEVER.isdisjoint(label) or "//" in label:
        return False
    bare = _ASIDE.sub("", label) or label
    words = bare.split()
    if not 0 < len(words) <= 8 or len(bare) > LONGEST or fold(bare) in NOT_SPEAKERS:
        return False
    if not any(letter.isalnum() for letter in bare) or bare.count(",") > 1:
        return False
    if "," in bare and not name_shaped(bare):
        return False
    return "." not in bare or all(_short_with_dot(word) for word in words if "." in word)


def _short_with_dot(word: str) -> bool:
    pieces = [piece for piece in word.strip(",").split(".") if piece]
    return all(len(piece) == 1 or piece.lower() in _TITLES for piece in pieces)


def name_shaped(label: str) -> bool:
    """True for up to five words that begin with a capital or a digit: ``Ann van Lee``, ``Speaker 1``, ``+1 918...``."""
    words = ((_ASIDE.sub("", label) or label) if "(" in label else label).replace(",", " ").split()
    return 0 < len(words) <= 5 and all(
        word[0].isupper() or word[0].isdigit() or not word[0].isalnum() or word.lower() in _PARTICLES for word in words
    )


def split_aside(label: str, *, any_aside: bool = False) -> Speaker:
    """A label with its e-mail in parentheses taken off; with ``any_aside`` a company in parentheses too."""
    found = _ASIDE.search(label) if "(" in label else None
    name = label[: found.start()].strip() if found else ""
    if found is None or not name:
        return Speaker(label)
    inside = found[1].strip()
    if _ADDRESS.fullmatch(inside):
        return Speaker(name, email=inside)
    if any_aside and inside:
        return Speaker(name, organisation=None if inside.startswith("http") else inside)
    return Speaker(label)


def one_form(labels: list[str]) -> dict[str, str]:
    """For labels that change their form in one file, the form to keep: ``Agent (AB)`` and ``AB`` are one speaker.

    A label in two parts gives way to the part that stands alone elsewhere, where only one label claims it.
    """
    alone = set(labels)
    claims: dict[str, list[str]] = {}
    for label in alone:
        found = _ASIDE.search(label) if "(" in label else None
        if found is None:
            continue
        for part in (found[1].strip(), label[: found.start()].strip()):
            if part in alone:
                claims.setdefault(part, []).append(label)
                break
    return {claimants[0]: part for part, claimants in claims.items() if len(claimants) == 1}


def address(text: str) -> str | None:
    """The e-mail address that a text is, or None."""
    return text.strip() if _ADDRESS.fullmatch(text.strip()) else None

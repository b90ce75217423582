"""Lines that tools print around speech. They are never part of a turn."""

import re

_LINE = re.compile(
    r"""
    transcribed\ by\ (https?://)?otter\.ai.*
    | .{1,80}\ (started|stopped)\ transcription
    | transcription\ ended\ after\ [0-9:]+
    | this\ editable\ transcript\ was\ computer\ generated.*
    | people\ can\ also\ change\ the\ text\ after\ it\ was\ created\.?
    | \[?\s*(end\ of\ (the\ )?(meeting|transcript|recording|call)|transcript\ (starting|ends?|begins?)(\.{3})?)\s*\]?
    | view\ recording\ -\ .*
    | transcript
    """,
    re.IGNORECASE | re.VERBOSE,
)
_RULE = re.compile(r"[-–—=_*~]{3,}")
_SOUND = re.compile(r"\[[A-Z][A-Z ]{1,30}\]|\((?:[A-Z][a-z]+ ){0,3}[A-Z][a-z]+ing\)|\[(?:music|applause|laughter)\]")
_HINTS = ("transcri", "people can", "view rec", "end of")
_LONGEST = 400


def is_boilerplate(line: str) -> bool:
    """True for a line (or a whole turn's text) that a tool printed and nobody said."""
    if len(line) > _LONGEST:
        return False
    folded = line.lower()
    if not any(hint in folded for hint in _HINTS):
        return False
    return _LINE.fullmatch(line.strip().strip("*_# ")) is not None


def is_ornament(line: str) -> bool:
    """True for a ruler such as ``---`` and for a sound alone on its line: ``[MUSIC]``, ``(Audience Laughing)``."""
    line = line.strip()
    return 2 < len(line) <= 80 and (_RULE.fullmatch(line) is not None or _SOUND.fullmatch(line) is not None)

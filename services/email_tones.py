"""What an e-mail says by itself, in the playbook's tone: thanks, what a call came to, the last line."""

import re

from services.playbooks.loader import Playbook

_CLOSINGS = {
    "warm": {
        "won": "We are glad to be working with you. If anything comes up in the meantime, just reply to this e-mail.",
        "lost": "We respect your decision. Should anything change, you are always welcome to reply to this e-mail.",
        "meeting": "If the day no longer suits you, just reply to this e-mail and we will find another.",
        "waiting": "If other questions come up in the meantime, just reply to this e-mail.",
        "": "If you have any question, just reply to this e-mail.",
    },
    "plain": {
        "won": "If anything comes up, reply to this e-mail.",
        "lost": "Should anything change, reply to this e-mail.",
        "meeting": "If the day no longer suits you, reply to this e-mail.",
        "waiting": "If other questions come up, reply to this e-mail.",
        "": "If you have a question, reply to this e-mail.",
    },
    "formal": {
        "won": "It is a pleasure to work with you. Please do not hesitate to reply to this e-mail with any question.",
        "lost": "We respect your decision. Should anything change, please do not hesitate to reply to this e-mail.",
        "meeting": "Should the day no longer suit you, please reply to this e-mail and we will find another.",
        "waiting": "Should other questions come up in the meantime, please reply to this e-mail.",
        "": "Should you have any question, please reply to this e-mail.",
    },
}
_THANKS = {
    "warm": "Thank you for taking the time to speak with us",
    "plain": "Thank you for your time",
    "formal": "Thank you for taking the time to speak with us",
}
_CAME_TO = {
    "won": "You decided to go ahead with us.",
    "lost": "You decided not to go ahead.",
    "meeting": "We agreed to speak again.",
    "waiting": "Before you decide, you wanted more information from us.",
}
_WRITTEN_OUT = (
    (r"\bcan't\b", "cannot"),
    (r"\bwon't\b", "will not"),
    (r"(?<=\w)n't\b", " not"),
    (r"(?<=\w)'ll\b", " will"),
    (r"(?<=\w)'re\b", " are"),
    (r"(?<=\w)'ve\b", " have"),
    (r"\bI'm\b", "I am"),
    (r"\bit's\b", "it is"),
    (r"\bthat's\b", "that is"),
)


def closing(role: str, playbook: Playbook) -> str:
    """The last line before the signature, by how the call ended."""
    lines = _CLOSINGS[playbook.email.tone]
    return lines.get(role, lines[""])


def own_lines() -> frozenset[str]:
    """Every last line that an e-mail may have of itself, in any tone."""
    return frozenset(line for lines in _CLOSINGS.values() for line in lines.values())


def thanks(day: str | None, playbook: Playbook) -> str:
    """Thanks for the call, with its day where it is known."""
    return f"{_THANKS[playbook.email.tone]}{f' on {day}' if day else ''}."


def came_to(role: str, playbook: Playbook) -> str:
    """What the call came to, in one sentence; "" where nothing was settled or the e-mail is to be short."""
    return "" if playbook.email.length == "short" and role != "won" else _CAME_TO.get(role, "")


def in_tone(words: str, playbook: Playbook) -> str:
    """A sentence of ours as the tone wants it: a formal one writes "I'll" out."""
    if playbook.email.tone != "formal":
        return words
    for tied, parted in _WRITTEN_OUT:
        words = re.sub(tied, parted, words)
    return words

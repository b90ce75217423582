"""A dialogue for a test, out of lines such as "A: words" (A adviser, C client)."""

from services.analyst.dialogue import Talk

SIDES = {"A": "advisor", "C": "client"}


def talk(*lines: str) -> Talk:
    turns = [line.split(": ", 1) for line in lines]
    return Talk([{"speaker": SIDES[side], "side": SIDES[side], "text": words} for side, words in turns])

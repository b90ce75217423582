"""Small calls of our own for the tests of the chain: nobody in them exists."""

STELLAR = """Estate Planning Advisor Meeting

Robert Nolan

robert@nolan.example

2025-06-11T15:00:00Z

{transcript_id}

https://meetings.example/rec/{transcript_id}

42.5

[00:00:04] Dana Whitfield: Good morning Robert, this is Dana with Alder Legacy. What brings you in today?
[00:00:12] Robert Nolan: My wife Ellen and I have two kids and no plan, and we want to avoid probate. {extra}
[00:01:30] Dana Whitfield: A revocable living trust would keep the house out of probate.
[00:02:10] Robert Nolan: Okay. I just think four thousand is a lot of money.
[00:02:40] Dana Whitfield: I hear you. The living trust is thirty-eight hundred, with half today.
[00:03:05] Robert Nolan: Okay, let's do it. I'll send you my deed by Friday.
[00:03:20] Dana Whitfield: I'll send you the engagement letter tonight.
"""

PLAIN = """Dana Whitfield: Good morning, this is Dana with Alder Legacy. What brings you in today?
Robert Nolan: My wife Ellen and I have two kids and no plan.
Dana Whitfield: A revocable living trust would keep the house out of probate.
Robert Nolan: Let me think about it and call you back.
"""


def stellar(transcript_id: str = "4410027123", extra: str = "") -> bytes:
    """A call with a header; ``extra`` are more words of the client."""
    return STELLAR.format(transcript_id=transcript_id, extra=extra).encode()


def plain(number: int = 0) -> bytes:
    """A call without a header, another one for every number but 0."""
    more = f"Dana Whitfield: Your file has the number {number}.\n" if number else ""
    return (PLAIN + more).encode()

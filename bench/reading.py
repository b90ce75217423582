"""Processor seconds a megabyte of reading: every grammar at about 1 and 5 MB, and inputs made to be slow.

Run ``python -m bench.reading``; ``--json`` prints the rows as JSON instead. A row whose second size costs more than
twice as much a megabyte as its first is marked ``not linear``, one over a second a megabyte ``slow``.
"""

import argparse
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterable
from itertools import cycle, islice
from typing import Any

from services.calls.reader import read
from services.errors import AftercallError

SIZES = (1_000_000, 5_000_000)
LIMIT = 1.0
SPEAKERS = ("Nora Whitfield", "Tomas Ibarra", "Elena Ibarra")
WORDS = (
    (
        "So what made you think about a trust now, after all these years? My notes say that you own two houses, one of "
        "them with your sister, and that nothing was ever written down about it. Tell me how that came, take your "
        "time, and then I'll show you on one page what happens to each of them if nobody does anything."
    ),
    (
        "My father's estate went through probate, and it took two years: the savings were gone. I said to my wife, "
        "never again. We own the house in Ohio, she has a small bakery with her sister, and there is the cabin that "
        "nobody uses. Three kids, two of them grown. How much would all of this cost us?"
    ),
    "Okay.",
    (
        "Most families in your place do it in two steps, and you would own everything as before. The fee is forty-five "
        "hundred dollars, and you would pay half of it today. Does that make sense? I'll send you the drafts on "
        "Thursday, and then we go through them line by line before anybody signs anything. And if you change your "
        "mind in the first thirty days, you get the whole of it back, which hardly anybody ever asks for."
    ),
    (
        "Let me think about it, and let me ask my brother, because he knows about these things. Could you send me an "
        "e-mail with what we said? It is tomas dot ibarra at mailbox dot example. We bought the house in nineteen "
        "ninety-eight, we refinanced it twice, and the mortgage is nearly paid."
    ),
)
Row = tuple[int, str, str]
"""Number, speaker and words of one turn."""


def rows() -> Iterable[Row]:
    """Turns without end."""
    for number, (speaker, words) in enumerate(zip(cycle(SPEAKERS), cycle(WORDS), strict=False), start=1):
        yield number, speaker, words


def clock(number: int, fraction: str = "") -> str:
    """The time of a turn, five seconds after the one before."""
    seconds = number * 5 % 360_000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def lined(head: str, form: Callable[[Row], str]) -> Callable[[int], bytes]:
    """A maker of text files: a head, then turns until the size is reached."""

    def make(size: int) -> bytes:
        one = sum(len(form(row)) for row in islice(rows(), 3_000)) / 3_000
        return (head + "".join(form(row) for row in islice(rows(), int(size / one)))).encode()

    return make


def listed(wrap: Callable[[list[object]], object], form: Callable[[Row], object]) -> Callable[[int], bytes]:
    """A maker of JSON files: a list of turns inside its wrapper."""

    def make(size: int) -> bytes:
        one = len(json.dumps([form(row) for row in islice(rows(), 300)])) / 300
        return json.dumps(wrap([form(row) for row in islice(rows(), int(size / one))])).encode()

    return make


HEADER = (
    "Ibarra: Advisor Meeting\n\nTomas Ibarra\n\nt@mail.example\n\n2026-03-04T20:00:00Z\n\n61550000\n\n"
    "https://meet.example/1\n\n70.2\n\n"
)


def cue(row: Row, sign: str) -> str:
    """The line of times of a cue."""
    return f"{clock(row[0], f'{sign}000')} --> {clock(row[0], f'{sign}900')}\n"


GRAMMARS: dict[str, Callable[[int], bytes]] = {
    "stellar bracket": lined(HEADER, lambda row: f"[{clock(row[0])}] {row[1]}: {row[2]}\n"),
    "stellar dash": lined(HEADER, lambda row: f"{clock(row[0])} - {row[1]}\n  {row[2]}\n\n"),
    "fathom copy": lined(
        "First - May 3\nVIEW RECORDING - 9 mins\n\n---\n\n",
        lambda row: f"{clock(row[0]).removeprefix('0')} - {row[1]} (Acme)\n  {row[2]}\n\n",
    ),
    "plain": lined("", lambda row: f"{row[1]}: {row[2]}\n\n"),
    "plain, no blank lines": lined("", lambda row: f"{row[1].upper()}: {row[2]}\n"),
    "bold": lined("", lambda row: f"**{row[1]}:** {row[2]}\n\n"),
    "time after name": lined("", lambda row: f"{row[1]} ({clock(row[0])}): {row[2]}\n"),
    "otter": lined("", lambda row: f"{row[1]}  {clock(row[0])}  \n{row[2]}\n\n"),
    "meet": lined(
        "Oct 24, 2025\nFirst  - Transcript\n",
        lambda row: (f" \n{clock(row[0])}\n \n" if row[0] % 9 == 1 else "") + f"{row[1]}: {row[2]}\n",
    ),
    "fireflies copy": lined("", lambda row: f"{row[1]}: {clock(row[0])} \n {row[2]}\n\n"),
    "zoom captions": lined("", lambda row: f"[{row[1]}] {clock(row[0])}\r\n{row[2]}\r\n\r\n"),
    "times only": lined("", lambda row: f"{clock(row[0])} {row[2]}\n"),
    "zoom vtt": lined("WEBVTT\n\n", lambda row: f"{row[0]}\n{cue(row, '.')}{row[1]}: {row[2]}\n\n"),
    "zoom vtt, short cues": lined("WEBVTT\n\n", lambda row: f"{row[0]}\n{cue(row, '.')}Nora: {row[2][:30]}\n\n"),
    "teams vtt": lined("WEBVTT\n\n", lambda row: f"{cue(row, '.')}<v {row[1]}>{row[2]}</v>\n\n"),
    "srt": lined("", lambda row: f"{row[0]}\n{cue(row, ',')}{row[1]}: {row[2]}\n\n"),
    "sbv": lined("", lambda row: f"{clock(row[0], '.000')},{clock(row[0], '.900')}\n{row[1]}: {row[2]}\n\n"),
    "rolling captions": lined("WEBVTT\n\n", lambda row: f"{cue(row, '.')}{clock(row[0] - 1)}\n{clock(row[0])}\n\n"),
    "chat under speech": lined("Ann: Hi.\nBo: Hello.\n\n", lambda row: f"{clock(row[0])}\t{row[1]}:\t{row[2]}\n"),
    "gong json": listed(
        lambda turns: {"callTranscripts": [{"callId": "1", "transcript": turns}]},
        lambda row: {"speakerId": f"88{len(row[1])}", "sentences": [{"start": row[0], "end": 9, "text": row[2]}]},
    ),
    "fathom json": listed(
        lambda turns: {"recording_id": 1, "transcript": turns},
        lambda row: {"speaker": {"display_name": row[1]}, "text": row[2], "timestamp": clock(row[0])},
    ),
    "deepgram json, words": listed(
        lambda turns: {"results": {"channels": [{"alternatives": [{"words": turns}]}]}},
        lambda row: {"word": row[2][:5], "start": row[0], "end": row[0] + 0.4, "speaker": row[0] // 9 % 2},
    ),
    "aws json, words": listed(
        lambda turns: {"results": {"items": turns}},
        lambda row: {
            "start_time": str(row[0]),
            "speaker_label": f"spk_{row[0] // 9 % 2}",
            "alternatives": [{"content": row[2][:5]}],
        },
    ),
    "whisper json": listed(
        lambda turns: {"segments": turns}, lambda row: {"start": row[0], "end": row[0] + 1, "text": f" {row[2]}"}
    ),
    "any json": listed(lambda turns: turns, lambda row: {"speaker": row[1], "text": row[2]}),
}


def docx(size: int) -> bytes:
    """A Teams docx whose text has the size."""
    paragraph = "<w:p><w:r><w:t>{1}   {3}</w:t><w:br/><w:t>{2}</w:t></w:r></w:p>"
    one = sum(len(paragraph.format(*row, "00:00")) for row in islice(rows(), 300)) / 300
    body = "".join(paragraph.format(*row, clock(row[0])) for row in islice(rows(), int(size / one)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>')
    return packed.getvalue()


GRAMMARS["docx"] = docx


def repeated(unit: str) -> Callable[[int], bytes]:
    """A maker of files that hold one thing over and over."""
    return lambda size: (unit * (size // len(unit.encode()) + 1)).encode()[:size]


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "one line of letters": repeated("a"),
    "one line of words": repeated("and then she said so "),
    "one line of capitals": repeated("Ann "),
    "one line of 'Name: '": repeated("Ann Lee: yes. "),
    "'['": repeated("["),
    "'{'": repeated('{"a":'),
    "':'": repeated(":"),
    "': '": repeated(": "),
    "blank lines": repeated("\n"),
    "lines of a blank": repeated(" \n"),
    "one line of blanks": lambda size: b"Ann: hi" + b" " * size + b"x",
    "'00:00:01 - A'": repeated("00:00:01 - A\n"),
    "'[00:00:01] A: b'": repeated("[00:00:01] A: b\n"),
    "times alone": repeated("00:00:01\n"),
    "'A: bcd'": repeated("A: bcd\n"),
    "new names": lambda size: "".join(f"Name{number}: hi\n" for number in range(size // 14)).encode(),
    "new names, new times": lambda size: "".join(f"[{clock(n)}] N{n}: hi\n" for n in range(size // 21)).encode(),
    "'-->'": repeated("words -->\n"),
    "cue times": lambda size: b"WEBVTT\n\n" + repeated("00:00:01.000 --> 00:00:02.000\n")(size),
    "'<v '": lambda size: b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + repeated("<v ")(size),
    "'<v' and blanks": lambda size: b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v" + b" " * size,
    "'WEBVTT' and blanks": lambda size: b"WEBVTT" + b" " * size,
    "'From' and blanks": lambda size: b"00:00:01 From" + b" " * size + b"x\n00:00:01 From A : b",
    "chat, then lines": lambda size: b"00:00:01\tAnn:\tgm\n" * 2 + repeated("words words\n")(size),
    "'<'": lambda size: b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + repeated("<")(size),
    "'&'": lambda size: b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + repeated("&a")(size),
    "one cue of many lines": lambda size: b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + repeated("yes yes\n")(size),
    "chat": repeated("00:00:01\tAnn:\tReplying to x\n\n"),
    "digits": repeated("1"),
    "'1:'": repeated("1:"),
    "'('": repeated("("),
    "'Ann ('": repeated("Ann ("),
    "'*'": repeated("*"),
    "'#'": repeated("# "),
    "'@'": repeated("a@"),
    "addresses": repeated("a.b@c.example "),
    "'-'": repeated("- "),
    "tabs": repeated("\t"),
    "carriage returns": repeated("\r"),
    "literal line breaks": repeated("Ann: hi\\n"),
    "latin letters": lambda size: repeated("Ann: é è ü\n")(size).decode(errors="ignore").encode("latin-1"),
    "random bytes over 127": lambda size: bytes(128 + (n * 7919 >> 3) % 128 for n in range(size)),
    "nested lists": lambda size: b"[" * 900 + b"1," * (size // 2 - 1_000) + b"1" + b"]" * 900,
    "nested objects": lambda size: json.dumps(
        {f"k{n}": {"text": [{"speaker": {}}]} for n in range(size // 40)}
    ).encode(),
    "many empty lists": lambda size: b"[" + b"[]," * (size // 3 - 1) + b"[]]",
    "one long number": lambda size: b'{"text": ' + b"9" * size + b"}",
    "json lines": lambda size: b'{"speaker": "Ann", "text": "hi"}\n' * (size // 33),
    "half a json": lambda size: GRAMMARS["gong json"](size)[:-20],
}


def measure(content: bytes) -> tuple[float, str]:
    """Seconds of the processor that reading takes, and what came of it."""
    begin = time.process_time()
    try:
        call = read("call.txt", content)
        outcome = f"{call.source_format}, {len(call.turns):,} turns"
    except AftercallError as error:
        outcome = type(error).__name__
    return time.process_time() - begin, outcome


def main() -> None:
    """Prints the table. Exits with status 1 where a row is slow or not linear."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    parser.add_argument("only", nargs="*", help="measure only rows whose name holds one of these words")
    chosen = parser.parse_args()
    table = []
    for kind, makers in (("grammar", GRAMMARS), ("hostile", HOSTILE)):
        for name, make in makers.items():
            if not chosen.only or any(word in name for word in chosen.only):
                table.append(_row(kind, name, make))
                if not chosen.json:
                    print(_line(table[-1]), flush=True)
    if chosen.json:
        print(json.dumps(table, indent=1))
    if any(row["verdict"] for row in table):
        raise SystemExit(1)


def _row(kind: str, name: str, make: Callable[[int], bytes]) -> dict[str, Any]:
    rates, outcome = [], ""
    for size in SIZES:
        content = make(size)
        seconds, outcome = measure(content)
        rates.append(seconds / (len(content) / 1e6))
    bent = rates[1] > 2 * rates[0] and rates[1] > 0.1 * LIMIT
    verdict = "slow" if max(rates) > LIMIT else "not linear" if bent else ""
    rounded = [round(rate, 3) for rate in rates]
    return {"kind": kind, "name": name, "seconds_a_mb": rounded, "outcome": outcome, "verdict": verdict}


def _line(row: dict[str, Any]) -> str:
    first, second = row["seconds_a_mb"]
    return f"{row['kind']:8} {row['name']:24} {first:8.3f} {second:8.3f}  {row['verdict']:10}  {row['outcome']}"


if __name__ == "__main__":
    main()

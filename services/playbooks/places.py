"""Where in a playbook's file something stands, so that a complaint can name the line."""

import re
from collections.abc import Sequence

_HEAD = re.compile(r"\s*\[\[?\s*([\w.\-]+)\s*\]\]?\s*(?:#.*)?$")


class Places:
    """The lines of a TOML file, found by table and key."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    def line_of(self, where: str, key: str, value: str | None) -> int:
        """The line of a value, else of its key, else of its table, counted from 1."""
        table, _, number = where.partition(" ")
        first, last = self.span(table, int(number or 1)) if table else self.top(key)
        keyed = next((index for index in range(first, last) if self.key_on(index) == key), None)
        if value is not None:
            for index in range(first if keyed is None else keyed, last):
                if value in self.lines[index].replace('\\"', '"'):
                    return index + 1
        return (first if keyed is None else keyed) + 1

    def key_on(self, index: int) -> str:
        """The key that is given a value on a line."""
        return self.lines[index].split("=")[0].strip().strip("\"'") if "=" in self.lines[index] else ""

    def top(self, key: str) -> tuple[int, int]:
        """The lines before the first table, or from the first table of that name on."""
        heads = self.heads()
        for index, name in heads:
            if name == key:
                return index, index + 1
        return 0, heads[0][0] if heads else len(self.lines)

    def heads(self) -> list[tuple[int, str]]:
        """The lines on which a table begins, with its name."""
        found = ((index, _HEAD.match(line)) for index, line in enumerate(self.lines))
        return [(index, match.group(1).strip()) for index, match in found if match]

    def span(self, table: str, number: int) -> tuple[int, int]:
        """First line of the number-th table of that name, and the line after its last; its own tables belong to it."""
        heads = self.heads()
        own = [index for index, name in heads if name == table]
        if len(own) < number:
            return 0, len(self.lines)
        first = own[number - 1]
        others = (index for index, name in heads if index > first and not name.startswith(f"{table}."))
        return first, next(others, len(self.lines))

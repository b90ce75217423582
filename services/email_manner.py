"""An adviser's own way with e-mails, as the next draft takes it up."""

from dataclasses import dataclass
from typing import Literal

Part = Literal["greeting", "closing", "signature"]
PARTS: tuple[Part, ...] = ("greeting", "closing", "signature")


@dataclass(frozen=True)
class Manner:
    """What is taken over from an adviser's last e-mails; "" where the playbook's words stand.

    ``closing`` is the last line, ``signature`` all lines under it. ``examples``: past drafts as people rewrote them,
    with nothing in them that tells of their clients.
    """

    greeting: str = ""
    closing: str = ""
    signature: str = ""
    examples: tuple[str, ...] = ()

    def words(self, part: str) -> str:
        """The words of a part."""
        return {"greeting": self.greeting, "closing": self.closing, "signature": self.signature}.get(part, "")

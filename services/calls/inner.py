"""Text that stands inside another file: in a Word document, under a key of JSON, around a chat."""

from services.calls.document import Document, Draft
from services.calls.limits import check_lines


def read_text(name: str, text: str, *, outer: str) -> Draft | None:
    """The call of a text, by the format that knows it best; None where none does.

    ``outer`` is the name of the format that asks: it is not asked again. Raises what that format raises.
    """
    from services.calls.registry import ALL  # the registry lists the modules that ask here

    check_lines(text)
    document = Document(name, text.encode("utf-8", "replace"), text)
    certainties = [(form.detect(document), form) for form in ALL if form.name != outer]
    sure, form = max(certainties, key=lambda pair: pair[0])
    return form.read(document) if sure > 0 else None

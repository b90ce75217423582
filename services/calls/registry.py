"""Every format that Aftercall reads, in the order in which a person is offered them."""

from services.calls import (
    captions,
    fathom,
    fireflies,
    json_aws,
    json_meetings,
    json_other,
    json_speech,
    meet,
    otter,
    plain,
    stellar,
    teams_text,
    timed_blocks,
    word,
    zoom_chat,
    zoom_text,
)
from services.calls.document import Format

ALL: tuple[Format, ...] = (
    *stellar.FORMATS,
    *fathom.FORMATS,
    *meet.FORMATS,
    *otter.FORMATS,
    *fireflies.FORMATS,
    *teams_text.FORMATS,
    *zoom_text.FORMATS,
    *timed_blocks.FORMATS,
    *plain.FORMATS,
    *captions.FORMATS,
    *word.FORMATS,
    *zoom_chat.FORMATS,
    *json_meetings.FORMATS,
    *json_speech.FORMATS,
    *json_aws.FORMATS,
    *json_other.FORMATS,
)

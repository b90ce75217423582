"""JSON of Amazon Transcribe: plain results, Call Analytics, and post-call analytics (PCA)."""

from collections.abc import Iterator
from typing import Any

from services.calls.document import Draft, Format
from services.calls.json_fields import (
    Record,
    Word,
    at,
    day_and_time,
    from_words,
    has_records,
    json_format,
    key_of,
    minutes,
    name,
    records,
    search,
    seconds,
    spoken,
    words,
)
from services.calls.model import Header, Side, Speaker, Turn

_SIDES: dict[str, Side] = {"agent": "advisor", "customer": "client"}


def _find_results(data: Any) -> list[Record]:
    return search(data, lambda entry: isinstance(at(entry, "results", "items"), list))


def _read_results(job: Record) -> Draft:
    results = job["results"]
    channels = records(at(results, "channel_labels", "channels"))
    said = [word for channel in channels for word in _channel_words(channel)]
    said.sort(key=lambda word: word.start or 0.0)
    turns = from_words(said) or from_words(_words(records(results.get("items")), _speakers_by_start(results)))
    turns = turns or list(spoken(None, at(results, "transcripts", 0, "transcript")))
    return Draft(turns, Header(transcript_id=key_of(job.get("jobName"))))


def _speakers_by_start(results: Record) -> dict[str, str | None]:
    """Who speaks the word that begins at a time: segments carry labels and times, but no text."""
    labels: dict[str, str | None] = {}
    for segment in records(at(results, "speaker_labels", "segments")):
        who = name(segment.get("speaker_label"))
        for item in records(segment.get("items")):
            labels[str(item.get("start_time"))[:40]] = name(item.get("speaker_label")) or who
    return labels


def _words(items: list[Record], labels: dict[str, str | None]) -> Iterator[Word]:
    for item in items:
        text = words(at(item, "alternatives", 0, "content"))
        if text:
            who = name(item.get("speaker_label")) or labels.get(str(item.get("start_time"))[:40])
            glued = item.get("type") == "punctuation"
            yield Word(who, text, seconds(item.get("start_time")), seconds(item.get("end_time")), glued)


def _channel_words(channel: Record) -> Iterator[Word]:
    """The words of one channel, a full stop joined to the word that it ends, so that they can be sorted by time."""
    who = name(channel.get("channel_label"), "Channel")
    held: Word | None = None
    for word in _words(records(channel.get("items")), {}):
        if word.glued and held:
            held = Word(who, held.text + word.text, held.start, held.end)
            continue
        if held:
            yield held
        held = Word(who, word.text, word.start, word.end)
    if held:
        yield held


def _find_call_analytics(data: Any) -> list[Record]:
    return search(data, lambda entry: has_records(entry.get("Transcript"), "Content", "ParticipantRole"))


def _read_call_analytics(job: Record) -> Draft:
    turns: list[Turn] = []
    speakers: dict[str, Speaker] = {}
    for segment in records(job.get("Transcript")):
        role = name(segment.get("ParticipantRole"))
        who = role.capitalize() if role else None
        if who:
            speakers[who] = Speaker(who, _SIDES.get(who.casefold()))
        times = (segment.get("BeginOffsetMillis"), segment.get("EndOffsetMillis"))
        turns += spoken(who, segment.get("Content"), *times, 0.001)
    length = minutes(at(job, "ConversationCharacteristics", "TotalConversationDurationMillis"), 1 / 60_000)
    return Draft(
        turns, Header(transcript_id=key_of(job.get("JobName")), duration_minutes=length), list(speakers.values())
    )


def _find_pca(data: Any) -> list[Record]:
    return search(data, lambda entry: has_records(entry.get("SpeechSegments"), "SegmentSpeaker"))


def _read_pca(result: Record) -> Draft:
    about = result.get("ConversationAnalytics")
    names = {
        key_of(label.get("Speaker")): shown
        for label in records(at(about, "SpeakerLabels"))
        if (shown := name(label.get("DisplayText")))
    }
    turns: list[Turn] = []
    for segment in records(result.get("SpeechSegments")):
        who = names.get(key_of(segment.get("SegmentSpeaker"))) or name(segment.get("SegmentSpeaker"))
        said = words(segment.get("DisplayText")) or segment.get("OriginalText")
        turns += spoken(who, said, segment.get("SegmentStartTime"), segment.get("SegmentEndTime"))
    speakers = [Speaker(shown, _SIDES.get(shown.casefold())) for shown in dict.fromkeys(names.values())]
    day, time = day_and_time(at(about, "ConversationTime"))
    number = key_of(at(about, "GUID"))
    header = Header(
        meeting_date=day,
        meeting_time=time,
        transcript_id=None if number == "None" else number,
        duration_minutes=minutes(at(about, "Duration"), 1 / 60),
    )
    return Draft(turns, header, speakers)


FORMATS: tuple[Format, ...] = (
    json_format("aws-transcribe-json", "Amazon Transcribe (JSON)", _find_results, _read_results),
    json_format(
        "aws-call-analytics-json", "Amazon Transcribe Call Analytics (JSON)", _find_call_analytics, _read_call_analytics
    ),
    json_format("aws-pca-json", "Amazon post-call analytics (JSON)", _find_pca, _read_pca),
)

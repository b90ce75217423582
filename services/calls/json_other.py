"""JSON of tl;dv, Avoma, podcasts, YouTube and demo conversations, and of any make that lists speakers and words."""

import json
from typing import Any

from services.calls.document import Document, Draft, Format
from services.calls.inner import read_text
from services.calls.json_fields import (
    Person,
    Record,
    at,
    client_email,
    day_and_time,
    email,
    first_of,
    has_records,
    json_format,
    key_of,
    minutes_between,
    moment,
    name,
    people_to_speakers,
    records,
    search,
    seconds,
    spoken,
    title,
    url,
    words,
)
from services.calls.model import Header, Turn
from services.errors import UnknownFormat, UnreadableTranscript

_SAID = ("text", "content", "transcript", "body", "words", "utterance", "sentence", "message", "Content", "Text")
_WHO = (
    "speaker_name speakerName speaker speaker_label speakerLabel speakerId speaker_id participant name role user from "
    "author label Speaker"
).split()
_START = "start start_time startTime start_ms startMs begin offset timestamp ts time".split()
_END = "end end_time endTime end_ms endMs".split()
_WHOLE = ("transcript", "Transcript", "transcription", "content", "Content", "text", "transcript_text", "body")


# PodcastIndex and youtube-transcript-api


def _find_podcast(data: Any) -> list[Record]:
    return search(data, lambda entry: has_records(entry.get("segments"), "body", "startTime"))


def _read_podcast(transcript: Record) -> Draft:
    turns: list[Turn] = []
    for segment in records(transcript.get("segments")):
        times = (segment.get("startTime"), segment.get("endTime"))
        turns += spoken(name(segment.get("speaker")), segment.get("body"), *times)
    return Draft(turns)


def _find_youtube(data: Any) -> list[Record]:
    if has_records(data, "text", "start", "duration"):
        return [{"lines": data}]
    return search(data, lambda entry: has_records(entry.get("snippets"), "text", "start", "duration"))


def _read_youtube(transcript: Record) -> Draft:
    turns: list[Turn] = []
    for line in records(first_of(transcript, "lines", "snippets")):
        start, length = seconds(line.get("start")), seconds(line.get("duration"))
        turns += spoken(None, line.get("text"), start, None if start is None or length is None else start + length)
    return Draft(turns, Header(transcript_id=key_of(transcript.get("video_id"))))


# tl;dv and Avoma


def _find_tldv(data: Any) -> list[Record]:
    return search(data, lambda entry: "meetingId" in entry and has_records(entry.get("data"), "text"))


def _read_tldv(meeting: Record) -> Draft:
    turns: list[Turn] = []
    for entry in records(meeting.get("data")):
        turns += spoken(name(entry.get("speaker")), entry.get("text"), entry.get("startTime"), entry.get("endTime"))
    return Draft(turns, Header(transcript_id=key_of(first_of(meeting, "meetingId", "id"))))


def _find_avoma(data: Any) -> list[Record]:
    return search(data, lambda entry: has_records(entry.get("transcript"), "transcript"))


def _read_avoma(meeting: Record) -> Draft:
    listed = records(meeting.get("speakers"))
    names = {key_of(speaker.get("id")): name(speaker) for speaker in listed}
    people = [
        Person(
            name(speaker), email(speaker.get("email")), rep if isinstance(rep := speaker.get("is_rep"), bool) else None
        )
        for speaker in listed
    ]
    turns: list[Turn] = []
    for entry in records(meeting.get("transcript")):
        who = names.get(key_of(entry.get("speaker_id"))) or name(entry.get("speaker_id"))
        stamps = entry.get("timestamps")
        turns += spoken(
            who, entry.get("transcript"), at(stamps, 0), stamps[-1] if isinstance(stamps, list) and stamps else None
        )
    speakers = people_to_speakers(people)
    number = key_of(first_of(meeting, "meeting_uuid", "uuid"))
    return Draft(turns, Header(client_email=client_email(speakers, turns), transcript_id=number), speakers)


# A conversation whose words are one text


def _find_conversation(data: Any) -> list[Record]:
    return search(data, lambda entry: isinstance(entry.get("Content"), str) and "ConversationId" in entry)


def _read_conversation(conversation: Record) -> Draft:
    draft = read_text("", conversation["Content"], outer="conversation-json")
    if draft is None:
        return Draft([])
    day, time = day_and_time(conversation.get("StartTime"))
    draft.header = Header(
        meeting_title=draft.header.meeting_title,
        client_name=draft.header.client_name,
        client_email=draft.header.client_email,
        meeting_date=day or draft.header.meeting_date,
        meeting_time=time or draft.header.meeting_time,
        transcript_id=key_of(conversation.get("ConversationId")),
        duration_minutes=minutes_between(conversation.get("StartTime"), conversation.get("EndTime")),
    )
    return draft


# Any other make


def _keys_of(entries: Any) -> tuple[str, str] | None:
    """The keys of the words and of the speaker (or of the start) in a list of turns, or None for another list."""
    seen = records(entries[:20]) if isinstance(entries, list) else []
    said = next((key for key in _SAID if 2 * sum(bool(words(entry.get(key))) for entry in seen) > len(seen)), None)
    if said is None:
        return None
    other = next((key for key in _WHO if key != said and any(name(entry.get(key)) for entry in seen)), None)
    other = other or next((key for key in _START if any(entry.get(key) is not None for entry in seen)), None)
    return (said, other) if other else None


def _find_any(data: Any) -> list[Record]:
    """The lists of turns, wherever they stand, else the texts that may hold a dialogue."""
    found = [{"turns": data}] if _keys_of(data) else []
    for entry in search(data, lambda record: any(_keys_of(value) for value in record.values())):
        found.append({**entry, "turns": next(value for value in entry.values() if _keys_of(value))})
    if found:
        return found
    texts = search(data, lambda record: any(isinstance(record.get(key), str) and ":" in record[key] for key in _WHOLE))
    return [{**entry, "whole": first_of(entry, *_WHOLE)} for entry in texts]


def _start_of(entry: Record, keys: list[str], zero: float) -> float | None:
    key = next((key for key in keys if entry.get(key) is not None), None)
    if key is None:
        return None
    if (clock := moment(entry[key])) is not None:
        return max(round(clock.timestamp() - zero, 3), 0.0)
    return seconds(entry[key], 0.001 if key.lower().endswith("ms") else 1.0)


def _read_any(found: Record) -> Draft:
    header = _any_header(found)
    if isinstance(found.get("whole"), str):
        draft = read_text("", found["whole"], outer="json") or Draft([])
        return Draft(draft.turns, header, draft.speakers, draft.asides, draft.warnings)
    entries = records(found["turns"])
    said = (_keys_of(found["turns"]) or ("text", ""))[0]
    who_keys = [key for key in _WHO if key != said]
    first = moment(first_of(entries[0], *_START)) if entries else None
    zero = first.timestamp() if first else 0.0
    turns: list[Turn] = []
    for entry in entries:
        times = (_start_of(entry, _START, zero), _start_of(entry, _END, zero))
        turns += spoken(name(first_of(entry, *who_keys)), entry.get(said), *times)
    return Draft(turns, header)


def _any_header(found: Record) -> Header:
    day, time = day_and_time(first_of(found, "started", "start_time", "startTime", "date", "created_at", "createdAt"))
    return Header(
        meeting_title=title(first_of(found, "title", "meeting_title", "topic", "subject")),
        meeting_date=day,
        meeting_time=time,
        transcript_id=key_of(first_of(found, "transcript_id", "call_id", "callId", "meeting_id", "meetingId", "id")),
        meeting_url=url(first_of(found, "url", "meeting_url", "recording_url", "share_url")),
    )


_ANY = json_format("json", "JSON of another make", _find_any, _read_any, sure=0.5)


def _detect_json(document: Document) -> float:
    """Sure enough of every JSON file, whole or broken, that no text format takes its keys for speakers."""
    if document.json is not None:
        return 0.5
    head = "".join(document.text[:200].split())
    return 0.45 if head.startswith(('{"', '[{"', "[[", "{}", "[]")) else 0.0


def _read_json(document: Document) -> Draft:
    if document.json is None:
        raise UnreadableTranscript(_what_is_broken(document.text))
    if not _find_any(document.json):
        raise UnknownFormat("This JSON file holds no transcript in a form that we know: no list of speakers and words.")
    return _ANY.read(document)


def _what_is_broken(text: str) -> str:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"This JSON file is broken or breaks off in line {error.lineno}, column {error.colno}."
    except RecursionError:
        return "This JSON file is nested too deeply to be a transcript."
    except ValueError:
        return "This JSON file holds a number that is too long to be read."
    return "This file is no JSON."


FORMATS: tuple[Format, ...] = (
    json_format("tldv-json", "tl;dv (JSON)", _find_tldv, _read_tldv),
    json_format("avoma-json", "Avoma (JSON)", _find_avoma, _read_avoma),
    json_format("podcast-json", "Podcast transcript (JSON)", _find_podcast, _read_podcast),
    json_format("youtube-json", "YouTube transcript (JSON)", _find_youtube, _read_youtube),
    json_format("conversation-json", "Conversation with its text (JSON)", _find_conversation, _read_conversation),
    Format("json", _ANY.label, _detect_json, _read_json),
)

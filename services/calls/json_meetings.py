"""JSON of meeting recorders: Gong, Fathom, Fireflies, Read.ai."""

import re
from typing import Any

from services.calls.document import Draft, Format
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
    minutes,
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
from services.calls.model import Aside, Header, Turn

_BARE_ID = re.compile(r"\d{3,}|[0-9a-fA-F-]{32,}")


# Gong: POST /v2/calls/transcript, alone or together with the call of /v2/calls/extensive


def _find_gong(data: Any) -> list[Record]:
    """One object a call: its transcript, and the parties and the metadata that belong to it."""
    transcripts: list[Record] = []
    for page in search(data, lambda entry: isinstance(entry.get("callTranscripts"), list)):
        transcripts += records(page["callTranscripts"])
    if not transcripts:
        transcripts = search(data, lambda entry: has_records(entry.get("transcript"), "speakerId", "sentences"))
    if not transcripts:
        return []
    about = search(data, lambda entry: "parties" in entry or "metaData" in entry)
    return [_gong_call(call, about, alone=len(transcripts) == 1) for call in transcripts]


def _gong_call(call: Record, about: list[Record], alone: bool) -> Record:
    number = key_of(first_of(call, "callId", "callid", "id"))
    mine = [entry for entry in about if number is not None and key_of(at(entry, "metaData", "id")) == number]
    mine = mine or [entry for entry in about if alone or "metaData" not in entry]
    return {
        "id": number,
        "transcript": call.get("transcript"),
        "parties": [party for entry in mine for party in records(entry.get("parties"))],
        "meta": next((entry["metaData"] for entry in mine if isinstance(entry.get("metaData"), dict)), {}),
    }


def _read_gong(call: Record) -> Draft:
    names: dict[str, str] = {}
    people: list[Person] = []
    for party in call["parties"]:
        speaker, who = key_of(party.get("speakerId")), name(party.get("name")) or email(party.get("emailAddress"))
        affiliation = words(party.get("affiliation")).casefold()
        if who:
            people.append(
                Person(who, email(party.get("emailAddress")), {"internal": True, "external": False}.get(affiliation))
            )
        if speaker and who:
            names[speaker] = who
    turns: list[Turn] = []
    for monologue in records(call["transcript"]):
        who = _gong_speaker(monologue, names)
        for sentence in records(monologue.get("sentences")):
            turns += spoken(who, sentence.get("text"), sentence.get("start"), sentence.get("end"), 0.001)
    speakers = people_to_speakers(people)
    meta = call["meta"]
    day, time = day_and_time(first_of(meta, "started", "scheduled"))
    header = Header(
        meeting_title=title(meta.get("title")),
        client_email=client_email(speakers, turns),
        meeting_date=day,
        meeting_time=time,
        transcript_id=call["id"],
        meeting_url=url(meta.get("url")),
        duration_minutes=minutes(meta.get("duration"), 1 / 60),
    )
    return Draft(turns, header, speakers)


def _gong_speaker(monologue: Record, names: dict[str, str]) -> str | None:
    """The party's name; else the id where it can be read as a label; else the place in order of appearance."""
    own = name(first_of(monologue, "speakerName", "speaker"))
    speaker = key_of(monologue.get("speakerId"))
    if speaker is None:
        return own
    if speaker not in names:
        numbered = sum(1 for known in names.values() if known.startswith("Speaker ")) + 1
        names[speaker] = own or (f"Speaker {numbered}" if _BARE_ID.fullmatch(speaker) else speaker)
    return names[speaker]


# Fathom: the API's meetings and the webhook


def _find_fathom(data: Any) -> list[Record]:
    return search(
        data,
        lambda entry: (
            has_records(entry.get("transcript"), "speaker", "text", "timestamp")
            or ("recording_id" in entry and "transcript" in entry and "calendar_invitees" in entry)
        ),
    )


def _read_fathom(meeting: Record) -> Draft:
    host = meeting.get("recorded_by")
    people = _fathom_invitees(meeting)
    internal = {person.email: person.internal for person in people if person.email}
    turns: list[Turn] = []
    for sentence in records(meeting.get("transcript")):
        speaker = sentence.get("speaker")
        who = name(at(speaker, "display_name") if isinstance(speaker, dict) else speaker)
        address = email(at(speaker, "matched_calendar_invitee_email"))
        if who and address:
            people.append(Person(who, address, internal.get(address)))
        turns += spoken(who, sentence.get("text"), sentence.get("timestamp"))
    if recorder := name(at(host, "name")):
        people.append(Person(recorder, email(at(host, "email")), True))
    speakers = people_to_speakers(people, email(at(host, "email")))
    asides = [
        Aside("action item", text, name(at(item, "assignee", "name")), seconds(item.get("recording_timestamp")))
        for item in records(meeting.get("action_items"))
        if (text := words(first_of(item, "description", "text")))
    ]
    return Draft(turns, _fathom_header(meeting, client_email(speakers, turns)), speakers, asides)


def _fathom_invitees(meeting: Record) -> list[Person]:
    return [
        Person(
            name(first_of(invitee, "matched_speaker_display_name", "name")),
            email(invitee.get("email")),
            not invitee["is_external"] if isinstance(invitee.get("is_external"), bool) else None,
        )
        for invitee in records(meeting.get("calendar_invitees"))
    ]


def _fathom_header(meeting: Record, client: str | None) -> Header:
    begin = first_of(meeting, "recording_start_time", "scheduled_start_time")
    day, time = day_and_time(begin or meeting.get("created_at"))
    return Header(
        meeting_title=title(first_of(meeting, "title", "meeting_title")),
        client_email=client,
        meeting_date=day,
        meeting_time=time,
        transcript_id=key_of(first_of(meeting, "recording_id", "id")),
        meeting_url=url(first_of(meeting, "url", "share_url")),
        duration_minutes=minutes_between(begin, first_of(meeting, "recording_end_time", "scheduled_end_time")),
    )


# Fireflies: GraphQL transcript(s), bare or inside a connector's envelope


def _find_fireflies(data: Any) -> list[Record]:
    return search(
        data,
        lambda entry: (
            has_records(entry.get("sentences"), "text")
            and ("speaker_id" in at(entry, "sentences", 0) or "speaker_name" in at(entry, "sentences", 0))
            if isinstance(at(entry, "sentences", 0), dict)
            else "sentences" in entry and ("meeting_attendees" in entry or "organizer_email" in entry)
        ),
    )


def _read_fireflies(meeting: Record) -> Draft:
    names = {
        key_of(speaker.get("id")): name(speaker.get("name"))
        for speaker in records(meeting.get("speakers"))
        if speaker.get("id") is not None
    }
    turns: list[Turn] = []
    for sentence in records(meeting.get("sentences")):
        number = key_of(sentence.get("speaker_id"))
        who = name(sentence.get("speaker_name")) or names.get(number) or name(sentence.get("speaker_id"))
        said = first_of(sentence, "text", "raw_text")
        turns += spoken(who, said, sentence.get("start_time"), sentence.get("end_time"))
    host = email(first_of(meeting, "organizer_email", "host_email"))
    people = [
        Person(name(first_of(guest, "displayName", "name")), email(guest.get("email")))
        for guest in records(meeting.get("meeting_attendees"))
    ]
    addresses = meeting.get("participants")
    mailed = [address for entry in addresses if (address := email(entry))] if isinstance(addresses, list) else []
    speakers = people_to_speakers(people, host)
    day, time = day_and_time(first_of(meeting, "date", "dateString"))
    guests = people_to_speakers([Person(address, address) for address in mailed], host)
    header = Header(
        meeting_title=title(meeting.get("title")),
        client_email=client_email(speakers, turns) or client_email(guests, turns),
        meeting_date=day,
        meeting_time=time,
        transcript_id=key_of(meeting.get("id")),
        meeting_url=url(first_of(meeting, "transcript_url", "meeting_link")),
        duration_minutes=minutes(meeting.get("duration")),
    )
    items = first_of(meeting.get("summary"), "action_items")
    lines = items.splitlines() if isinstance(items, str) else []
    asides = [Aside("action item", text) for line in lines if (text := words(line)) and not text.startswith("**")]
    return Draft(turns, header, speakers, asides)


# Read.ai: the webhook at a meeting's end


def _find_read_ai(data: Any) -> list[Record]:
    return search(data, lambda entry: isinstance(at(entry, "transcript", "speaker_blocks"), list))


def _read_read_ai(meeting: Record) -> Draft:
    blocks = records(at(meeting, "transcript", "speaker_blocks"))
    begin = moment(meeting.get("start_time"))
    first = seconds(at(blocks[0], "start_time")) if blocks else None
    zero = begin.timestamp() if begin and first is not None and first >= begin.timestamp() - 60 else first
    turns: list[Turn] = []
    for block in blocks:
        times = (_after(block.get("start_time"), zero), _after(block.get("end_time"), zero))
        turns += spoken(name(block.get("speaker")), block.get("words"), *times)
    owner = meeting.get("owner")
    people = [Person(name(guest), email(guest.get("email"))) for guest in records(meeting.get("participants"))]
    people += [Person(name(owner), email(at(owner, "email")), True)] if isinstance(owner, dict) else []
    speakers = people_to_speakers(people, email(at(owner, "email")))
    day, time = day_and_time(meeting.get("start_time"))
    header = Header(
        meeting_title=title(meeting.get("title")),
        client_email=client_email(speakers, turns),
        meeting_date=day,
        meeting_time=time,
        transcript_id=key_of(first_of(meeting, "session_id", "id")),
        meeting_url=url(meeting.get("report_url")),
        duration_minutes=minutes_between(meeting.get("start_time"), meeting.get("end_time")),
    )
    asides = [
        Aside("action item", text) for item in records(meeting.get("action_items")) if (text := words(item.get("text")))
    ]
    return Draft(turns, header, speakers, asides)


def _after(value: Any, zero: float | None) -> float | None:
    """Seconds from the start of the call out of epoch seconds (or of seconds that are so already)."""
    found = seconds(value)
    if found is None or zero is None or found < 1e8:
        return found
    return max(round(found - zero, 3), 0.0)


FORMATS: tuple[Format, ...] = (
    json_format("gong-json", "Gong (JSON)", _find_gong, _read_gong),
    json_format("fathom-json", "Fathom (JSON)", _find_fathom, _read_fathom),
    json_format("fireflies-json", "Fireflies (JSON)", _find_fireflies, _read_fireflies),
    json_format("read-ai-json", "Read.ai (JSON)", _find_read_ai, _read_read_ai),
)

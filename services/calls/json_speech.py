"""JSON of speech recognition: Deepgram, AssemblyAI, Rev.ai, Amberscript, Whisper and their kin."""

from collections.abc import Iterator
from typing import Any

from services.calls.document import Draft, Format
from services.calls.json_fields import (
    Record,
    Word,
    at,
    day_and_time,
    first_of,
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
from services.calls.model import Header, Turn

# Deepgram: utterances where they were asked for, else paragraphs, else single words


def _find_deepgram(data: Any) -> list[Record]:
    return search(data, lambda entry: isinstance(at(entry, "results", "channels"), list))


def _read_deepgram(answer: Record) -> Draft:
    channels = records(at(answer, "results", "channels"))
    several = len(channels) > 1
    utterances = records(at(answer, "results", "utterances"))
    turns: list[Turn] = []
    for utterance in utterances:
        who = _deepgram_speaker(utterance, utterance.get("channel"), several)
        turns += spoken(who, utterance.get("transcript"), utterance.get("start"), utterance.get("end"))
    if not turns:
        for place, channel in enumerate(channels):
            turns += _deepgram_channel(at(channel, "alternatives", 0), place, several)
        turns = sorted(turns, key=lambda turn: turn.start or 0.0) if several else turns
    day, time = day_and_time(at(answer, "metadata", "created"))
    header = Header(
        meeting_date=day,
        meeting_time=time,
        transcript_id=key_of(at(answer, "metadata", "request_id")),
        duration_minutes=minutes(at(answer, "metadata", "duration"), 1 / 60),
    )
    return Draft(turns, header)


def _deepgram_channel(best: Any, place: int, several: bool) -> list[Turn]:
    turns: list[Turn] = []
    for paragraph in records(at(best, "paragraphs", "paragraphs")):
        who = _deepgram_speaker(paragraph, place, several)
        for sentence in records(paragraph.get("sentences")):
            turns += spoken(who, sentence.get("text"), sentence.get("start"), sentence.get("end"))
    if turns:
        return turns
    said = (
        Word(_deepgram_speaker(word, place, several), text, seconds(word.get("start")), seconds(word.get("end")))
        for word in records(at(best, "words"))
        if (text := words(first_of(word, "punctuated_word", "word")))
    )
    return from_words(said) or list(spoken(None, at(best, "transcript")))


def _deepgram_speaker(entry: Record, channel: Any, several: bool) -> str | None:
    own = name(entry.get("speaker"))
    return name(channel, "Channel") if several and own in (None, "Speaker 0") else own


# AssemblyAI


def _find_assemblyai(data: Any) -> list[Record]:
    return search(
        data,
        lambda entry: (
            has_records(entry.get("utterances"), "speaker", "text")
            or ("utterances" in entry and "words" in entry and "text" in entry)
        ),
    )


def _read_assemblyai(answer: Record) -> Draft:
    turns: list[Turn] = []
    for utterance in records(answer.get("utterances")):
        speaker, times = name(utterance.get("speaker")), (utterance.get("start"), utterance.get("end"))
        turns += spoken(speaker, utterance.get("text"), *times, 0.001)
    labelled = records(answer.get("words"))
    several = len({name(word.get("speaker")) for word in labelled}) > 1
    turns = turns or from_words(
        Word(
            name(word.get("speaker")) if several else None,
            text,
            seconds(word.get("start"), 0.001),
            seconds(word.get("end"), 0.001),
        )
        for word in labelled
        if (text := words(word.get("text")))
    )
    turns = turns or list(spoken(None, answer.get("text")))
    length = minutes(answer.get("audio_duration"), 1 / 60)
    return Draft(turns, Header(transcript_id=key_of(answer.get("id")), duration_minutes=length))


# Rev.ai's API and Rev's editor


def _find_rev(data: Any) -> list[Record]:
    return search(
        data,
        lambda entry: has_records(entry.get("monologues"), "elements") or has_records(entry.get("monologues"), "spans"),
    )


def _read_rev(transcript: Record) -> Draft:
    names = {
        key_of(speaker.get("id")): name(speaker.get("name"))
        for speaker in records(transcript.get("speakers"))
        if speaker.get("id") is not None
    }
    turns: list[Turn] = []
    for monologue in records(transcript.get("monologues")):
        pieces = records(monologue.get("elements")) or records(monologue.get("spans"))
        text = "".join(value for piece in pieces if isinstance(value := piece.get("value"), str))
        starts = [found for piece in pieces if (found := seconds(piece.get("ts"))) is not None]
        ends = [found for piece in pieces if (found := seconds(first_of(piece, "end_ts", "endTs"))) is not None]
        who = names.get(key_of(monologue.get("speaker"))) or name(monologue.get("speaker"))
        turns += spoken(who, text, starts[0] if starts else None, ends[-1] if ends else None)
    return Draft(turns, Header(transcript_id=key_of(first_of(transcript, "job_id", "id"))))


# Amberscript: words under segments, no blanks between them


def _find_amberscript(data: Any) -> list[Record]:
    return search(
        data,
        lambda entry: (
            has_records(entry.get("segments"), "words")
            and not any(key in at(entry, "segments", 0) for key in ("text", "id"))
            if isinstance(at(entry, "segments", 0), dict)
            else False
        ),
    )


def _read_amberscript(transcript: Record) -> Draft:
    names = {
        key_of(first_of(speaker, "spkid", "id")): name(speaker.get("name"))
        for speaker in records(transcript.get("speakers"))
    }
    turns: list[Turn] = []
    for segment in records(transcript.get("segments")):
        who = names.get(key_of(segment.get("speaker")) or "") or name(segment.get("speaker"))
        turns += from_words(_amberscript_words(segment, who))
    return Draft(turns, Header(transcript_id=key_of(first_of(transcript, "id", "recordId"))))


def _amberscript_words(segment: Record, who: str | None) -> Iterator[Word]:
    for word in records(segment.get("words")):
        text = words(word.get("text"))
        if text:
            glued = all(not char.isalnum() for char in text) and text[0] in ".,;:!?"
            yield Word(who, text, seconds(word.get("start")), seconds(word.get("end")), glued)


# Whisper, whisper-timestamped, whisperX, pyannote wrappers


def _find_whisper(data: Any) -> list[Record]:
    def fits(entry: Record) -> bool:
        return has_records(entry.get("segments"), "text", "start")

    if has_records(data, "text", "start", "end"):
        return [{"segments": data}]
    return search(data, fits)


def _read_whisper(transcript: Record) -> Draft:
    turns: list[Turn] = []
    for segment in records(transcript.get("segments")):
        labelled = records(segment.get("words"))
        own = name(first_of(segment, "speaker", "speaker_id", "speaker_label", "speaker_name"))
        if len({name(word.get("speaker")) for word in labelled if word.get("speaker")}) > 1:
            turns += from_words(_whisper_words(labelled, own))
        else:
            turns += spoken(own, segment.get("text"), segment.get("start"), segment.get("end"))
    return Draft(turns, Header(duration_minutes=minutes(at(transcript, "metadata", "duration"), 1 / 60)))


def _whisper_words(labelled: list[Record], segment_speaker: str | None) -> Iterator[Word]:
    """The words of a segment with several speakers; one that was not aligned stays with the last."""
    who = segment_speaker
    for word in labelled:
        who = name(word.get("speaker")) or who
        text = words(first_of(word, "word", "text"))
        if text:
            yield Word(who, text, seconds(word.get("start")), seconds(word.get("end")))


FORMATS: tuple[Format, ...] = (
    json_format("deepgram-json", "Deepgram (JSON)", _find_deepgram, _read_deepgram),
    json_format("assemblyai-json", "AssemblyAI (JSON)", _find_assemblyai, _read_assemblyai),
    json_format("rev-json", "Rev (JSON)", _find_rev, _read_rev),
    json_format("amberscript-json", "Amberscript (JSON)", _find_amberscript, _read_amberscript),
    json_format("whisper-json", "Whisper (JSON)", _find_whisper, _read_whisper, sure=0.9),
)

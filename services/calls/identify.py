"""Completes what a file's header says of the meeting, from the file's name and from the dialogue."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.calls import addresses, filenames, heard
from services.calls.model import Header, Speaker, Turn
from services.calls.names import Label, alike, normal_case, read_label, same_word, without_title


def read_name(header: Header, name: str) -> Header:
    """The header with what the file's name says: title, date, time and id. What the header has stands."""
    return replace(
        header,
        meeting_title=header.meeting_title or filenames.title_of(name),
        meeting_date=header.meeting_date or filenames.date_of(name),
        meeting_time=header.meeting_time or (None if header.meeting_date else filenames.time_of(name)),
        transcript_id=header.transcript_id or filenames.id_of(name),
    )


def complete_header(header: Header, name: str, turns: Sequence[Turn], speakers: Sequence[Speaker]) -> Header:
    """The header with every gap filled that the file's name or the dialogue fills, and none by a guess.

    ``speakers`` should carry their sides. What the header has stands; a client's name in capitals is put in
    normal case and 'LAST, First' in order. Nothing is raised: what nobody says stays None.
    """
    header = read_name(header, name)
    if header.client_name:
        client: str | None = without_title(normal_case(filenames.ordered_name(header.client_name)))
    else:
        client = _client_name(_gather(header, name, turns, speakers), name)
    email = header.client_email
    if not email:
        email = next((speaker.email for speaker in speakers if speaker.side == "client" and speaker.email), None)
    if not email:
        email = addresses.client_email(turns, {speaker.name: speaker.side for speaker in speakers})
    return replace(header, client_name=client, client_email=email)


_TITLED = re.compile(r"(?:mr|mrs|ms|mister)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Person:
    """One name of a client's label, and whether nothing was cut from it."""

    name: str
    exact: bool = True
    family: bool = False
    """Whether the name is a family's alone: 'Mrs. Lind'."""

    @property
    def given(self) -> str:
        return self.name.split()[0]

    @property
    def full(self) -> bool:
        words = self.name.split()
        return self.exact and len(words) > 1 and all(len(word.strip(".")) > 1 for word in (words[0], words[-1]))


@dataclass(frozen=True)
class _Evidence:
    """All that may tell the client's name."""

    turns: Sequence[Turn]
    firm: frozenset[str]
    """Labels of the firm's people."""
    labels: Sequence[tuple[str, Label]]
    """The client's labels, as written and taken apart."""
    runs: Sequence[str]
    """Names that the file's name and the title may hold, without the firm's."""
    strangers: frozenset[str]
    """Lower-cased words of the names of the firm and its people."""
    spoken: Counter[str]

    @property
    def firm_turns(self) -> Sequence[Turn]:
        return [turn for turn in self.turns if turn.speaker in self.firm] if self.firm else self.turns

    @property
    def people(self) -> list[_Person]:
        return [
            _Person(name, label.exact, " " not in name and _TITLED.match(written) is not None)
            for written, label in self.labels
            for name in label.people
        ]

    def foreign(self, name: str) -> bool:
        """Whether a name is the firm's or one of its people's."""
        return any(word.lower() in self.strangers for word in name.split())


def _gather(header: Header, name: str, all_turns: Sequence[Turn], speakers: Sequence[Speaker]) -> _Evidence:
    turns = heard.excerpt(all_turns)
    spoken = heard.small_words(turns)
    firm = frozenset(speaker.name for speaker in speakers if speaker.side == "advisor")
    firm_turns = [turn for turn in turns if turn.speaker in firm] if firm else list(turns)
    names = [person for label in firm for person in read_label(label).people]
    names += [said for index, said in heard.introduced(turns, spoken) if turns[index].speaker in firm]
    strangers = {word.lower() for said in names for word in said.split()} | heard.firm_words(firm_turns)
    clients = [speaker.name for speaker in speakers if speaker.side == "client"]
    clients = clients or [speaker.name for speaker in speakers if speaker.side is None]
    return _Evidence(
        turns=turns,
        firm=firm,
        labels=[(label, read_label(label)) for label in clients],
        runs=[
            _without_trade(run, turns, spoken, clients)
            for run in _runs((filenames.stem_of(name), header.meeting_title or ""), strangers)
        ],
        strangers=frozenset(strangers),
        spoken=spoken,
    )


def _runs(texts: Iterable[str], strangers: set[str]) -> list[str]:
    runs: list[str] = []
    for run in (run for text in texts for run in filenames.name_runs(text)):
        words = run.lower().split()
        foreign = sum(word in strangers for word in words)
        if (
            run not in runs
            and foreign * 2 <= len(words)
            and words[-1] not in strangers
            and len(max(words, key=len)) > 1
        ):
            runs.append(run)
    return runs


def _without_trade(run: str, turns: Sequence[Turn], spoken: Counter[str], labels: Sequence[str]) -> str:
    """A run without the plain words at its end ('ann lind flower shops').

    They are words that the call says in small letters; in a file's name without capitals, too, all that the call
    and its labels never write with one.
    """
    words, kept = run.split(), run.split()
    while len(kept) > 1 and spoken[kept[-1].lower()]:
        kept.pop()
    if run.islower() and len(words) > 2:
        texts = [*labels, *(turn.text for turn in turns)]
        capitals = {word.lower() for text in texts for word in re.findall(r"\b[A-Z][\w'-]+", text)}
        named = [word for word in kept if word in capitals]
        return " ".join(named or kept)
    return " ".join(kept) if len(words) > 2 and len(words) - len(kept) > 1 else run


def _client_name(evidence: _Evidence, file_name: str) -> str | None:
    people = evidence.people
    for run in evidence.runs:
        for person in people:
            if _linked(run, person.name):
                return _completed(_compose(run, person, people), evidence, joined=())
    asked = _asked_name(evidence)
    nameless = next(((label, read) for label, read in evidence.labels if not read.people), None)
    if people and not (nameless and asked and _is_principal(nameless, evidence, file_name)):
        person = next((person for person in people if person.full), people[0])
        return person.name if not person.exact else _completed(person.name, evidence, joined=evidence.runs)
    return _heard_name(asked, evidence)


def _is_principal(nameless: tuple[str, Label], evidence: _Evidence, file_name: str) -> bool:
    """Whether a label without a name is the client's own: its number is in the file's name, or it comes first."""
    label, read = nameless
    number = re.sub(r"\D", "", label)[-10:]
    if read.phone and len(number) >= 7 and number in re.sub(r"\D", "", file_name):
        return True
    return evidence.labels[0][0] == label and not any(person.full for person in evidence.people)


def _linked(run: str, person: str) -> bool:
    """Whether a run of the file's name and a label can be one person: a shared word, or an initial by a family name."""
    if alike(run, person):
        return True
    initial, word = _initial_and_word(run)
    return bool(initial and word) and same_word(initial, person.split()[0])


def _initial_and_word(run: str) -> tuple[str, str]:
    """The initial and the other word of 'A Lind', 'A. Lind' or 'Lind A', else two empty strings."""
    words = run.split()
    short = [word for word in words if len(word.strip(".")) == 1]
    if len(words) != 2 or len(short) != 1:
        return "", ""
    return short[0], next(word for word in words if word is not short[0])


def _compose(run: str, person: _Person, people: Sequence[_Person]) -> str:
    """The fullest name out of a run of the file's name and the label that goes with it."""
    words = run.split()
    if person.full:
        return person.name
    if len(words) == 1:
        longer = [run if same_word(word, run) and len(word) < len(run) else word for word in person.name.split()]
        return normal_case(" ".join(longer))
    initial, word = _initial_and_word(run)
    if initial:
        family = word if same_word(initial, person.given) and not same_word(word, person.given) else initial
        return normal_case(f"{person.given} {normal_case(family)}")
    if person.family and not same_word(words[0], person.name):
        return normal_case(run)
    at = next((index for index, word in enumerate(words) if same_word(word, person.given)), 0)
    if person.family and len(words) == 2:
        return normal_case(f"{words[1]} {words[0]}")
    others = [other.given for other in people if other is not person]
    if at == len(words) - 1 and len(words) == 2:
        words.reverse()
    elif len(words) > 2 and (at or any(same_word(word, other) for word in words[1:-1] for other in others)):
        family_first = at > 0 and not any(same_word(words[0], other) for other in others)
        words = [words[at], words[0] if family_first else words[-1]]
    return normal_case(" ".join(words))


def _completed(name: str, evidence: _Evidence, *, joined: Sequence[str]) -> str:
    """A given name with the family name that the dialogue or a lone word of the file's name adds, if one does."""
    words = name.split()
    initial = words[1].strip(".") if len(words) == 2 else ""
    if len(words) > 2 or len(initial) > 1:
        return name
    client_turns = [turn for turn in evidence.turns if turn.speaker not in evidence.firm]
    addressed = heard.last_names(client_turns, evidence.spoken)
    addressed += heard.family_names(evidence.firm_turns, evidence.spoken)
    candidates = [heard.family_of(words[0], evidence.turns, evidence.spoken)]
    if joined and joined[0][0].isupper() and " " not in joined[0]:
        candidates.append(joined[0] if heard.is_name(joined[0], evidence.spoken) else None)
    candidates += addressed[:1]
    for candidate in candidates:
        if candidate and not evidence.foreign(candidate) and (not initial or same_word(initial, candidate)):
            return f"{words[0]} {normal_case(candidate)}"
    return name


def _asked_name(evidence: _Evidence) -> str | None:
    """The name by which the firm asks for the client, or by which the client introduces himself."""
    opening = evidence.turns[: max(12, len(evidence.turns) // 5)]
    asked = heard.asked_for(opening, evidence.spoken)
    names = [name for index, name in asked if not evidence.firm or opening[index].speaker in evidence.firm]
    said = heard.introduced(opening, evidence.spoken)
    names += [name for index, name in said if opening[index].speaker not in evidence.firm]
    names = [name for name in names if not evidence.foreign(name)]
    return next((name for name in names if " " in name), names[0] if names else None)


def _heard_name(asked: str | None, evidence: _Evidence) -> str | None:
    """The client's name where no label holds one: out of the file's name and of what is said."""
    firm_turns, spoken = evidence.firm_turns, evidence.spoken
    counts = Counter(heard.addressed(firm_turns, spoken))
    called = [
        *([asked] if asked else []),
        *heard.greeted(firm_turns, spoken),
        *(name for name, count in counts.most_common(3) if count > 1),
    ]
    called = [name for name in called if not evidence.foreign(name)]
    families = [word for word in heard.family_names(firm_turns, spoken) if not evidence.foreign(word)]
    for run in evidence.runs:
        if match := next((name for name in called if _linked(run, name)), None):
            return _completed(_compose(run, _Person(match, exact=" " in match), ()), evidence, joined=())
        if " " in run and any(_linked(run, family) for family in families):
            return normal_case(run)
    whole = next((run for run in evidence.runs if " " in run and run[0].isupper()), None)
    if called:
        return _completed(called[0], evidence, joined=() if whole else evidence.runs)
    return _completed(normal_case(whole), evidence, joined=()) if whole else next(iter(families), None)

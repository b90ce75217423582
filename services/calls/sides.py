"""Tells the firm's people from the client's, from labels, introductions and manners of speech."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.calls import heard, manners
from services.calls.model import Header, Side, Speaker, Turn
from services.calls.names import Label, alike, read_label

# Evidence is counted in points: above 0 for the firm, below 0 for the client. A label's own word or the
# header's name decides; manners of speech only tilt, at most a few points either way.
_CERTAIN = 40.0
_INTRODUCED_FIRM = 9.0
_ASKED_FOR = 5.0
_SAID_ROLE = 6.0
# What a third or further voice needs to count as the firm's: it is mostly the client's family.
_MARGIN = 3.0
_MOST_SPEAKERS = 40
_FREE_MAIL = re.compile(
    r"@(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|aol|icloud|me|mac|comcast|att|sbcglobal|verizon|cox|"
    r"charter|proton|protonmail|gmx|bellsouth|earthlink)\.",
    re.I,
)
_KIN = (
    r"(?:husband|wife|spouse|partner|fianc[eé]e?|son|daughter|brother|sister|mother|mom|father|dad|nephew|niece|cousin|"
    r"boyfriend|girlfriend|friend|neighbor|kid|boy|girl|(?:son|daughter|mother|father|brother|sister)-in-law|uncle|aunt|"
    r"grandson|granddaughter|stepson|stepdaughter)"
)
_STAFF = (
    r"(?:colleague|associate|assistant|paralegal|manager|supervisor|attorney|lawyer|coordinator|specialist|coworker|"
    r"planner|advis[eo]r|trainee|notary|director|counsel)"
)
_ELDER = r"(?:Mom|Mama|Mum|Dad|Daddy|Pop|Grandma|Grandpa|Auntie)"
# How one says what one is, in one's first turns.
_IS_STAFF = re.compile(rf"\bI(?:'m| am) (?:the|an?|one of the|your) (?:[\w-]+ ){{0,3}}{_STAFF}\b", re.IGNORECASE)
_IS_KIN = re.compile(
    rf"\b(?:I'm|I am|[Tt]his is|[Ii]t's) (?:[A-Z]\w+, )?(?:the|her|his|their|[A-Z]\w+'s) (?:[\w-]+ )?{_KIN}\b"
    rf"|\b(?:{_ELDER}|Uncle \w+),|, {_ELDER}[.?!,]"
)


@dataclass
class _Weighed:
    """A speaker with the evidence so far."""

    speaker: Speaker
    label: Label
    texts: list[str]
    points: float = 0.0

    @property
    def words(self) -> int:
        return sum(len(text.split()) for text in self.texts)


def tell_sides(header: Header, turns: Sequence[Turn], speakers: Sequence[Speaker]) -> tuple[Speaker, ...]:
    """Every speaker of the turns, in order of appearance, with the side worked out.

    A side that the export or a person gave stands. Of two or more speakers at least one is the firm's
    and one the client's. None is left only where one voice speaks alone and nothing tells whose it is,
    and for those who say least where there are more than 40.
    """
    appearing = _appearing(turns, speakers)
    weighed = _who_say_most(appearing)
    for one in weighed:
        others = [other for other in weighed if other is not one]
        one.points = _label_points(one, others, header) + manners.points(one.texts)
    if weighed:
        _weigh_introductions(weighed, turns)
    _weigh_company(weighed)
    sides = {one.speaker.name: side for one, side in zip(weighed, _decide([*weighed, *_nameless(turns)]), strict=False)}
    return tuple(replace(one.speaker, side=sides.get(one.speaker.name, one.speaker.side)) for one in appearing)


def _who_say_most(appearing: list[_Weighed]) -> list[_Weighed]:
    """The speakers to be weighed against each other: a call has a few, a wrongly read file may have thousands."""
    if len(appearing) <= _MOST_SPEAKERS:
        return appearing
    floor = sorted((one.words for one in appearing), reverse=True)[_MOST_SPEAKERS]
    return [one for one in appearing if one.words > floor or one.speaker.side][:_MOST_SPEAKERS]


def _nameless(turns: Sequence[Turn]) -> list[_Weighed]:
    """The voice of the turns without a speaker as one more, where it says a good part of the call."""
    texts = [turn.text for turn in turns if turn.speaker is None]
    spoken = sum(len(turn.text.split()) for turn in turns)
    if sum(len(text.split()) for text in texts) * 4 < spoken or not texts:
        return []
    return [_Weighed(Speaker("Unknown"), Label(), texts, manners.points(texts))]


def _appearing(turns: Sequence[Turn], speakers: Sequence[Speaker]) -> list[_Weighed]:
    known = {speaker.name: speaker for speaker in speakers}
    found: dict[str, _Weighed] = {}
    for turn in turns:
        if turn.speaker is None:
            continue
        if turn.speaker not in found:
            speaker = known.get(turn.speaker, Speaker(turn.speaker))
            found[turn.speaker] = _Weighed(speaker, read_label(turn.speaker), [])
        found[turn.speaker].texts.append(turn.text)
    return list(found.values())


def _label_points(one: _Weighed, others: Sequence[_Weighed], header: Header) -> float:
    """What the label, the e-mail address and the header say of a speaker."""
    speaker, label = one.speaker, one.label
    if speaker.side:
        return 10 * _CERTAIN if speaker.side == "advisor" else -10 * _CERTAIN
    points = 0.0
    if label.role:
        points += (_CERTAIN if label.sure else 6.0) * (1 if label.role == "advisor" else -1)
    if header.client_name and _is_called(one, header.client_name, others):
        points -= _CERTAIN
    elif header.meeting_title and any(alike(person, header.meeting_title) for person in label.people):
        points -= 5.0
    if label.phone:
        points -= 4.0
    if speaker.email:
        if header.client_email and speaker.email.lower() == header.client_email.lower():
            points -= _CERTAIN
        points -= 4.0 if _FREE_MAIL.search(speaker.email) else -2.0
    if speaker.organisation and not any(other.speaker.organisation for other in others):
        points += 4.0
    return points


def _is_called(one: _Weighed, client: str, others: Sequence[_Weighed]) -> bool:
    """Whether a label is the client's name. A shared family name counts only where no other label fits better."""

    def fit(label: Label) -> int:
        wanted = {word.lower() for word in re.findall(r"\w{2,}", client)}
        return max((len(wanted & set(re.findall(r"\w{2,}", name.lower()))) for name in label.people), default=0)

    if fit(one.label):
        return True
    unmatched = not any(fit(other.label) for other in others)
    return unmatched and any(alike(person, client) for person in one.label.people)


def _weigh_introductions(weighed: Sequence[_Weighed], turns: Sequence[Turn]) -> None:
    """Adds what introductions say: with a firm, by asking for somebody, of oneself, of a relative or a colleague."""
    by_name = {one.speaker.name: one for one in weighed}
    early = heard.excerpt(turns[: max(16, min(len(turns) // 4, 100))])
    spoken = heard.small_words(early)
    introduced = {early[index].speaker for index, _ in heard.firms(early)}
    for one in weighed:
        first = " ".join(turn.text for turn in heard.excerpt([Turn(None, text) for text in one.texts[:3]]))
        if one.speaker.name in introduced or heard.firms([Turn(None, first)]):
            one.points += _INTRODUCED_FIRM
        one.points += _SAID_ROLE * (bool(_IS_STAFF.search(first)) - bool(_IS_KIN.search(first)))
    for index, name in heard.asked_for(early[:8], spoken, titled=True)[:2]:
        asking = by_name.get(early[index].speaker or "")
        if asking is None or any(alike(person, name) for person in asking.label.people):
            continue
        asking.points += _ASKED_FOR
        for other in weighed:
            if other is not asking and any(alike(person, name) for person in other.label.people):
                other.points -= _ASKED_FOR
    for one in weighed:
        one.points += _presented(one, " ".join(turn.text for turn in early if turn.speaker != one.speaker.name))


def _presented(one: _Weighed, said: str) -> float:
    """Points for how the others present a speaker: 'my husband Joe', 'Joe, our attorney'."""
    points = 0.0
    for person in one.label.people:
        given = re.escape(person.split()[0])
        kin = (
            rf"\b(?:my|her|his) (?:\w+ )?{_KIN},? (?:here,? |is )?{given}\b"
            rf"|\b{given}(?:,| is|'s) (?:my|her|his) {_KIN}\b"
        )
        staff = (
            rf"\b(?:my|our) (?:[\w-]+ ){{0,2}}{_STAFF},? (?:here,? |is )?{given}\b"
            rf"|\b{given}(?:,| is|'s|, (?:he|she)'s) (?:my|our|the|one of our) (?:[\w-]+ ){{0,2}}{_STAFF}\b"
            rf"|\b{given}(?: \w+)? (?:from|in|at|with) (?:our|my) (?:office|team|firm)\b"
        )
        points += _SAID_ROLE * (bool(re.search(staff, said)) - bool(re.search(kin, said)))
    return points


def _weigh_company(weighed: Sequence[_Weighed]) -> None:
    """Speakers of one company, mail domain or family name go with the one of them that is surest.

    Two labels of one person ('Kay' and 'Kay Lind') get the points of the one that says more.
    """
    for one in weighed:
        for other in weighed:
            if other is one:
                continue
            if _same_person(one.label, other.label):
                if other.words > one.words and abs(one.points) < _CERTAIN / 2:
                    one.points = other.points
                continue
            same_firm = one.speaker.organisation and one.speaker.organisation == other.speaker.organisation
            same_domain = _domain(one) is not None and _domain(one) == _domain(other)
            same_family = _family(one) is not None and _family(one) == _family(other) and other.points < 0
            if abs(other.points) > abs(one.points) and (same_firm or same_domain or (same_family and one.points < 6)):
                one.points += 6.0 if other.points > 0 else -6.0


def _same_person(one: Label, other: Label) -> bool:
    """Whether one label's name is part of the other's ('Kay' and 'Kay Lind'): one person on two devices."""
    if not one.people or not other.people:
        return False
    a, b = ({word.lower() for word in label.people[0].split()} for label in (one, other))
    return a <= b or b <= a


def _domain(one: _Weighed) -> str | None:
    address = one.speaker.email
    return address.lower().rsplit("@", 1)[-1] if address and not _FREE_MAIL.search(address) else None


def _family(one: _Weighed) -> str | None:
    words = one.label.people[0].split() if one.label.people else []
    return words[-1].lower() if len(words) > 1 and len(words[-1]) > 2 else None


def _decide(weighed: Sequence[_Weighed]) -> list[Side | None]:
    if len(weighed) < 2:
        return [_side(one.points, margin=4.0) for one in weighed]
    ranked = sorted(weighed, key=lambda one: one.points)
    client, firm = ranked[0], ranked[-1]
    # With both ends certain for one side (every label a client's), nobody is turned round.
    if firm.points <= -_CERTAIN / 2 or client.points >= _CERTAIN / 2:
        return [_side(one.points, margin=0.0) for one in weighed]
    # Where all lean one way, the halfway line tells them apart; else each one's own points do.
    line = 0.0 if client.points < 0 < firm.points else (client.points + firm.points) / 2
    sides: list[Side | None] = []
    for one in weighed:
        if one is firm or one is client:
            sides.append("advisor" if one is firm else "client")
        else:
            sides.append("advisor" if one.points > line + _MARGIN else "client")
    return sides


def _side(points: float, *, margin: float) -> Side | None:
    if abs(points) < margin:
        return None
    return "advisor" if points > 0 else "client"

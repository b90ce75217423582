"""The people in a question: clients and spouses by full, first or last name, advisers; one letter may be wrong."""

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from db import analytics, clients, named
from db.clients import Member
from db.engine import Session
from services.copilot.name_tokens import CALENDAR, WORD, Token, name_tokens, within
from services.copilot.vocabulary import plain_words, state_names, states
from services.database import Database, translated
from services.playbooks.cues import fold

_SHORTEST_MISSPELT = 5
_LONG = 6  # letters of a name that may be misspelt in small letters


@dataclass(frozen=True)
class ClientNamed:
    """A household as a question may name it. ``label`` is its name, with state or date where two are called alike."""

    label: str
    household: str
    name: str
    spouse: str
    state: str | None
    calls: tuple[str, ...]


@dataclass
class People:
    """Whom a question names. ``unsure``: several clients that the same words may mean."""

    clients: list[ClientNamed] = field(default_factory=list)
    unsure: list[tuple[ClientNamed, ...]] = field(default_factory=list)
    advisers: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    read_as: list[str] = field(default_factory=list)


def people_in(
    database: Database, question: str, taken: Collection[tuple[int, int]], states_said: Collection[str]
) -> People:
    """The people of a question. ``taken``: places of words that mean something else already."""
    tokens = name_tokens(question, taken)
    if not tokens:
        return People()
    found = People()
    with translated(), database.session() as session, analytics.reading(session):
        _find_advisers(session, tokens, found)
        rest = [token for token in tokens if not within(token, found.spans)]
        _find_clients(session, rest, states_said, found)
        rest = [token for token in rest if not within(token, found.spans)]
        rest = [token for token in rest if token.capital or (len(token.word) >= _LONG and not token.inside)]
        for token in rest:
            _find_misspelt(session, token, states_said, found)
        left = [token for token in rest if not within(token, found.spans) and token.capital and not _ordinary(token)]
        found.unknown = _runs(question, left)
        if not found.clients and not found.unsure:
            _find_speakers(session, found)
    found.clients = list({client.household: client for client in found.clients}.values())
    return found


def clients_of(members: Sequence[Member]) -> list[ClientNamed]:
    """The households of some calls, with labels that tell them apart."""
    by_household: dict[str, list[Member]] = {}
    for member in members:
        by_household.setdefault(member.household, []).append(member)
    made = [_client(household, own) for household, own in by_household.items()]
    alike = [one.label for one in made]
    return [one if alike.count(one.label) == 1 else _told_apart(one, by_household[one.household]) for one in made]


def by_labels(database: Database, labels: Iterable[str]) -> list[ClientNamed]:
    """The clients of these labels, as the record stands now."""
    found: list[ClientNamed] = []
    with translated(), database.session() as session, analytics.reading(session):
        for label in labels:
            name = label.split(" (")[0]
            known = clients_of(named.called(session, [name]))
            found += [one for one in known if one.label == label] or [one for one in known if one.name == name][:1]
    return found


def calls_of_client(session: Session, household: str) -> tuple[str, ...]:
    """All calls of a household, the newest first."""
    return tuple(member.external_id for member in clients.members(session, {household}))


def _client(household: str, own: Sequence[Member]) -> ClientNamed:
    name = next((each.client_name for each in own if each.client_name), None) or own[0].filename or "Unnamed client"
    spouse = next((each.spouse_name for each in own if each.spouse_name), None) or ""
    state = next((each.client_state for each in own if each.client_state), None)
    return ClientNamed(name, household, name, spouse, state, tuple(each.external_id for each in own))


def _told_apart(client: ClientNamed, own: Sequence[Member]) -> ClientNamed:
    about = [state_names().get(client.state or "", client.state), own[0].meeting_date]
    said = ", ".join(each for each in about if each) or client.calls[0]
    return ClientNamed(
        f"{client.name} ({said})", client.household, client.name, client.spouse, client.state, client.calls
    )


def _ordinary(token: Token) -> bool:
    """Whether a word is no name though it has a capital."""
    plain = token.word in plain_words() or token.word.rstrip("s") in plain_words()
    place = any(token.word in name.split() for name in states()) or token.word.upper() in state_names()
    return plain or place or token.opens


def _words(name: str) -> list[str]:
    return [fold(word) for word in WORD.findall(name or "")]


def _forms(word: str) -> set[str]:
    """A word as a name may be written: also of a family, the Marlows."""
    return {word, word.removesuffix("s"), word.removesuffix("es")} if len(word) > 4 else {word}


def _find_advisers(session: Session, tokens: Sequence[Token], found: People) -> None:
    for name in _advisers(session):
        words = set(_words(name))
        said = [token for token in tokens if token.word in words and token.word not in plain_words()]
        if said and (len(said) == len(words) or len(said) == 1 or len({token.word for token in said}) > 1):
            found.advisers.append(name)
            found.spans += [(token.start, token.end) for token in said]
    full = [name for name in found.advisers if all(word in {token.word for token in tokens} for word in _words(name))]
    if full and any(len(_words(name)) > 1 for name in full):
        found.advisers = full
    for name in [each for each in found.advisers if each not in full]:
        _give_to_client(session, name, tokens, found)


def _give_to_client(session: Session, adviser: str, tokens: Sequence[Token], found: People) -> None:
    """A first name that a client has too is the client's, where the surname stands there or another adviser does."""
    said = [token for token in tokens if token.word in _words(adviser)]
    clients_called = clients_of(named.called(session, {token.word for token in said}))
    whole = any(set(_words(client.name)) <= {token.word for token in tokens} for client in clients_called)
    if whole or (clients_called and len(found.advisers) > 1):
        found.advisers.remove(adviser)
        found.spans = [span for span in found.spans if span not in {(token.start, token.end) for token in said}]


_known_advisers: dict[str, list[str]] = {}
_lock = threading.Lock()


def _advisers(session: Session) -> list[str]:
    """All advisers, read again when the record was written."""
    mark = named.stamp(session)
    with _lock:
        if mark in _known_advisers:
            return _known_advisers[mark]
    names = [
        name for name in analytics.advisers(session) if not name.isdigit() and fold(name) not in ("advisor", "adviser")
    ]
    with _lock:
        _known_advisers.clear()
        _known_advisers[mark] = names
    return names


def _find_clients(session: Session, tokens: Sequence[Token], states_said: Collection[str], found: People) -> None:
    asked = [token for token in tokens if token.word not in plain_words() or (token.capital and not token.opens)]
    words = {form for token in asked for form in _forms(token.word) if len(form) > 1}
    known = clients_of(named.called(session, words))
    _settle(known, asked, states_said, found)


def _settle(known: Sequence[ClientNamed], tokens: Sequence[Token], states_said: Collection[str], found: People) -> None:
    """Which clients the words mean: of those that share words, who has most of them; the client before the spouse."""
    held: dict[ClientNamed, frozenset[Token]] = {}
    for client in known:
        own, theirs = set(_words(client.name)), set(_words(client.spouse))
        said = frozenset(token for token in tokens if _forms(token.word) & (own | theirs))
        if said and any(token.word not in plain_words() for token in said):
            held[client] = said
    groups: dict[frozenset[Token], list[ClientNamed]] = {}
    for client, said in held.items():
        if not any(said < other for other in held.values()):
            groups.setdefault(said, []).append(client)
    for said, alike in groups.items():
        found.spans += [(token.start, token.end) for token in said]
        chosen = _narrowed(alike, said, states_said)
        if len(chosen) == 1:
            found.clients.append(chosen[0])
        else:
            found.unsure.append(tuple(chosen))


def _narrowed(clients: list[ClientNamed], said: frozenset[Token], states_said: Collection[str]) -> list[ClientNamed]:
    by_own = [one for one in clients if any(_forms(token.word) & set(_words(one.name)) for token in said)]
    clients = by_own or clients
    in_state = [one for one in clients if one.state in states_said]
    return in_state or clients


def _find_speakers(session: Session, found: People) -> None:
    """Clients on whose call, and nobody else's, somebody of an unknown name speaks."""
    for name in list(found.unknown):
        words = name.split()
        known = clients_of(named.speaking(session, words[0]))
        if len(known) == 1 and len(words) == 1:
            found.clients.append(known[0])
            found.unknown.remove(name)


def _find_misspelt(session: Session, token: Token, states_said: Collection[str], found: People) -> None:
    """A name with one letter wrong, where only one client or adviser can be meant."""
    if len(token.word) < _SHORTEST_MISSPELT or token.word in plain_words() or token.word in CALENDAR:
        return
    for name in _advisers(session):
        if any(near(token.word, word) for word in _words(name)):
            found.advisers.append(name)
            found.spans.append((token.start, token.end))
            found.read_as.append(name)
            return
    known = clients_of(named.nearly_called(session, token.word))
    fit = [one for one in known if any(near(token.word, word) for word in _words(f"{one.name} {one.spouse}"))]
    exact = [one for one in fit if any(near(token.word, word) for word in _words(one.name))]
    chosen = exact or fit
    if len(chosen) == 1:
        found.clients.append(chosen[0])
        found.spans.append((token.start, token.end))
        found.read_as.append(chosen[0].label)


def near(one: str, other: str) -> bool:
    """Whether two words differ by one letter: another, one too many, one missing, or two that changed places."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < _SHORTEST_MISSPELT:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    if a[1:] == b[1:] or a[1:] == b or a == b[1:]:
        return True
    return len(a) == len(b) and a[:2] == b[:2][::-1] and a[2:] == b[2:]


def _runs(question: str, tokens: Sequence[Token]) -> list[str]:
    """Names of several words as they stand in the question."""
    runs: list[list[Token]] = []
    for token in tokens:
        if runs and question[runs[-1][-1].end : token.start].strip(" -") == "":
            runs[-1].append(token)
        else:
            runs.append([token])
    return [question[run[0].start : run[-1].end] for run in runs]

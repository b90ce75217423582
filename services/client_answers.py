"""What people answer on a client's page: which of two values is right, and which questions need not be asked."""

from db import edits, ledger, settled_facts
from db.engine import Session
from db.ledger import CRM
from db.settled_facts import Answer, SettledRow
from services import clients
from services.client_page import NOTE_LENGTH, ClientPage, page_of
from services.clients import Household
from services.database import Database, translated
from services.disagreeing import Disagreement, Saying
from services.errors import ChangedElsewhere, NotFound


def settle(
    database: Database, household: Household, seen: Disagreement, answer: Answer, actor: str, note: str = ""
) -> None:
    """Keeps a person's answer to a disagreement as it was seen; the household's value follows it.

    Of a call that was misheard the value is corrected too, as the person's word, so that no run brings it back.
    Raises ChangedElsewhere where either value is another one by now, or somebody else answered.
    """
    field = seen.older.field
    with translated(_stale()), database.session() as session:
        settled_facts.lock(session)
        page = page_of(session, _again(session, household))
        fact = page.facts.get(field)
        found = fact.open if fact else None
        if found is None or _rows(found) != _rows(seen):
            raise _stale()
        written = None
        if answer == "newer_misheard":
            written = _write(session, found.newer, found.older, actor)
        elif answer == "older_misheard":
            written = _write(session, found.older, found.newer, actor)
        settled_facts.add(
            session, found.newer.call.external_id, answer, found.older.row, found.newer.row,
            field=field, written=written, note=_cut(note), actor=actor,
        )  # fmt: skip


def undo(database: Database, household: Household, settled_id: int, actor: str) -> None:
    """Takes an answer back, with what it wrote into a call; the two disagree again. Twice is once.

    What somebody wrote there since stays. Raises NotFound where the household has no such answer.
    """
    with translated(_stale()), database.session() as session:
        settled_facts.lock(session)
        page = page_of(session, _again(session, household))
        row = next((each for each in page.rows if each.id == settled_id), None)
        if row is None:
            raise NotFound("This answer does not stand any more.", remedy="Look at the client again.")
        newer = next(each.newer.call for each in page.settled if each.id == settled_id)
        _take_back(session, page, row, actor)
        settled_facts.undo(session, newer.external_id, row, actor=actor)


def set_aside(database: Database, household: Household, field: str, actor: str, note: str = "") -> None:
    """Sets an open question aside: it is not asked any more until somebody asks it again. Twice is once."""
    _aside(database, household, field, True, actor, note)


def ask_again(database: Database, household: Household, field: str, actor: str) -> None:
    """Puts a question that was set aside back among the open ones. Twice is once."""
    _aside(database, household, field, False, actor, "")


def _aside(database: Database, household: Household, field: str, aside: bool, actor: str, note: str) -> None:
    with translated(), database.session() as session:
        settled_facts.lock(session)
        own = _again(session, household)
        page = page_of(session, own)
        listed = [each.field for each in page.questions] if aside else [each.question.field for each in page.asides]
        if field in listed:
            newest = own.calls[0]
            settled_facts.set_aside(session, newest.id, newest.external_id, field, aside, note=_cut(note), actor=actor)


def _write(session: Session, wrong: Saying, right: Saying, actor: str) -> int | None:
    """Writes the right value into the call that was misheard; returns the ledger's row of it."""
    field = CRM + wrong.field
    reason = "Misheard: another call of this client says so."
    call = wrong.call
    edits.say(session, call.external_id, call.version, {field: right.value}, actor=actor, reason=reason)
    person = ledger.heads(session, [call.id], [field])[call.id][field].person
    return person.id if person else None


def _take_back(session: Session, page: ClientPage, row: SettledRow, actor: str) -> None:
    """Puts back what stood in the misheard call, unless somebody wrote it again since."""
    if row.written is None:
        return
    wrong = row.newer if row.answer == "newer_misheard" else row.older
    person = ledger.heads(session, [wrong.transcript_id], [wrong.field])[wrong.transcript_id][wrong.field].person
    call = next(each for each in page.household.calls if each.id == wrong.transcript_id)
    if person is None or person.id != row.written:
        return
    if wrong.human:
        values = {wrong.field: wrong.value}
        edits.say(session, call.external_id, None, values, actor=actor, kind="revert")
    else:
        edits.restore(session, call.external_id, None, [wrong.field], actor=actor)


def _again(session: Session, household: Household) -> Household:
    """The household as it is now. Raises ChangedElsewhere where it was merged or emptied since it was seen."""
    found = clients.read(session, household.id)
    if found.id != household.id:
        raise ChangedElsewhere(
            f"{household.name} was merged with another client since you saw it; nothing was saved.",
            remedy="Look at it again.",
        )
    return found


def _stale() -> ChangedElsewhere:
    return ChangedElsewhere(
        "One of the two calls was changed since this page was drawn; nothing was decided.",
        remedy="Look at both again, then answer.",
    )


def _rows(seen: Disagreement) -> tuple[int, int]:
    return seen.older.row.id, seen.newer.row.id


def _cut(note: str) -> str:
    return note.strip()[:NOTE_LENGTH]

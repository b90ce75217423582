"""What a person entered in the grid of deals: saved, kept where it could not be, decided where others were first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from pages.parts import deal_grid
from pages.parts.record import record
from services import deals
from services.deal_rows import Deal, Flagged
from services.deals import Change, Clash, DealFilter, Saved
from services.errors import AftercallError

_SHEET, _NOTICE, _LEFT, _REVISION = "deals_sheet", "deals_notice", "deals_left", "deals_revision"
_CLASHES = "deals_clashes"
WHY = "deals_why"  # the key of the field in which the person says why


@dataclass(frozen=True)
class Sheet:
    """The rows on the screen as they were read. ``key`` names the editor, ``query`` what was asked for."""

    key: str
    query: tuple[Any, ...]
    deals: tuple[Deal, ...]
    total: int


@dataclass(frozen=True)
class Notice:
    """What the last save or decision came to; ``kept`` values of others were left as they stand."""

    saved: int
    warnings: tuple[str, ...] = ()
    kept: int = 0


def current_sheet(wanted: DealFilter, sort: str, page: int, counted: int, flagged: Flagged) -> Sheet:
    """The rows to show. While edits wait on them, they stay as they were seen; edits left behind are kept apart."""
    query = (wanted, sort, page, st.session_state.get(_REVISION, 0))
    before: Sheet | None = st.session_state.get(_SHEET)
    pending = _pending(before)
    if before and pending:
        if before.query == query:
            return before
        st.session_state[_LEFT] = _gathered([*left(), *pending])
    found = deals.search(record(), wanted, sort=sort, page=page, counted=counted, flagged=flagged)
    rows = hash(tuple(deal.external_id for deal in found.deals))
    sheet = Sheet(f"deals_grid_{rows}_{query[-1]}", query, found.deals, found.total)
    st.session_state[_SHEET] = sheet
    return sheet


def waiting() -> bool:
    """Whether edits wait in the grid, or were left on another page of it."""
    return bool(left() or _pending(st.session_state.get(_SHEET)))


def left() -> list[Change]:
    """The edits of pages that were left, and those that did not fit."""
    changes: list[Change] = st.session_state.get(_LEFT, [])
    return changes


def undecided() -> dict[tuple[str, str], Clash]:
    """The values that wait for a decision, by call and field."""
    clashes: dict[tuple[str, str], Clash] = st.session_state.get(_CLASHES, {})
    return clashes


def take_notice() -> Notice | None:
    """What the last save or decision came to, once."""
    notice: Notice | None = st.session_state.pop(_NOTICE, None)
    return notice


def save(actor: str) -> None:
    """Writes the sheet's edits; those that do not fit stay in their cells."""
    sheet: Sheet | None = st.session_state.get(_SHEET)
    if sheet:
        _write(_pending(sheet), actor, sheet)


def save_left(actor: str) -> None:
    """Writes the edits of a page that was left."""
    _write(left(), actor, None)


def drop_left() -> None:
    """Forgets the edits of a page that was left."""
    st.session_state[_LEFT] = []


def keep_theirs(keys: Iterable[tuple[str, str]]) -> None:
    """Leaves what others wrote as it stands."""
    known, kept = undecided(), set(keys)
    st.session_state.update(
        {
            _CLASHES: {key: clash for key, clash in known.items() if key not in kept},
            _NOTICE: Notice(0, kept=len(kept & known.keys())),
        }
    )


def write_mine(keys: Iterable[tuple[str, str]], actor: str) -> None:
    """Writes what the person entered over what others wrote, as it was shown; what is newer still is asked again."""
    known, chosen = undecided(), set(keys)
    result = _saved([clash.change for key, clash in known.items() if key in chosen], actor)
    if result is None:
        return
    rest = {key: clash for key, clash in known.items() if key not in chosen}
    st.session_state.update(
        {
            **_after(result),
            _CLASHES: rest | {clash.key: clash for clash in result.clashes},
            _LEFT: _gathered([*left(), *result.unfit]),
        }
    )


def _pending(sheet: Sheet | None) -> list[Change]:
    """The edits of a sheet that nobody saved yet."""
    state = st.session_state.get(sheet.key) if sheet else None
    return deal_grid.changes(sheet.deals, state["edited_rows"]) if sheet and state else []


def _gathered(changes: Iterable[Change]) -> list[Change]:
    """The changes, one a call; of two values for one field the later one."""
    found: dict[str, Change] = {}
    for change in changes:
        earlier = found.get(change.seen.external_id)
        entered = {**earlier.entered, **change.entered} if earlier else change.entered
        found[change.seen.external_id] = Change(change.seen, entered)
    return list(found.values())


def _saved(changes: list[Change], actor: str) -> Saved | None:
    """Saves; None, with a notice, where nothing could be."""
    try:
        return deals.save(record(), changes, actor, st.session_state.get(WHY))
    except AftercallError as error:
        st.session_state[_NOTICE] = Notice(0, (error.sentence,))
        return None


def _after(result: Saved) -> dict[str, Any]:
    """What every save leaves in the session. The reason is kept until all that it was given for is written."""
    return {_NOTICE: Notice(result.count, result.refused)} | ({WHY: ""} if result.complete else {})


def _write(changes: list[Change], actor: str, sheet: Sheet | None) -> None:
    result = _saved(changes, actor)
    if result is None:
        return
    after = _after(result)
    after[_CLASHES] = undecided() | {clash.key: clash for clash in result.clashes}
    if sheet is None:
        after[_LEFT] = list(result.unfit)
    elif result.refused and not result.clashes:
        after[_SHEET] = replace(sheet, deals=tuple(result.deals.get(deal.external_id, deal) for deal in sheet.deals))
    else:  # the grid shows what stands now; what could not be written is kept beside it
        after |= {_SHEET: None, _REVISION: st.session_state.get(_REVISION, 0) + 1}
        after[_LEFT] = _gathered([*left(), *result.unfit])
    st.session_state.update(after)

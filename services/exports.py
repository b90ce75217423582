"""Deals as files for a spreadsheet, in which nothing of a call can become a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from services.deal_fields import DealFields, current
from services.deals import Deal
from services.field_kinds import Kind

# A spreadsheet reads a cell that begins with one of these as a formula, also after blanks (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_CELL = 32_767
_FORMATS: dict[Kind, str] = {"money": "$#,##0.00", "date": "yyyy-mm-dd", "count": "0", "minutes": "0.##"}
_AFTER_FIELDS = ("Next steps", "Other values", "Edited fields", "Confirmed fields", "In conflict")
_WIDTHS: dict[Kind, int] = {"text": 24, "url": 24, "list": 28, "choices": 28, "email": 26}


def headings() -> list[str]:
    """The first row of every export."""
    return [field.label for field in current()] + [*_AFTER_FIELDS, "Call", "File"]


def csv_file(deals: Iterable[Deal]) -> bytes:
    """The deals as CSV in UTF-8 with a byte order mark, so that spreadsheets read accents.

    Numbers are plain numbers, dates ISO dates, lists joined with '; '; what was not discussed is empty. A text that a
    spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings())
    fields = current()
    for deal in deals:
        cells = _cells(deal, fields)
        writer.writerow([cell if isinstance(cell, int | float) else defused(_as_text(cell)) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def excel_file(deals: Iterable[Deal]) -> bytes:
    """The deals as an Excel workbook: typed numbers and dates, every text a string cell, never a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Deals")
        formats = {kind: book.add_format({"num_format": pattern}) for kind, pattern in _FORMATS.items()}
        heading = book.add_format({"bold": True, "bottom": 1})
        names, fields = headings(), current()
        for column, name in enumerate(names):
            kind = _kind(fields, column)
            sheet.set_column(column, column, _WIDTHS.get(kind, 14))
            sheet.write_string(0, column, name, heading)
        last = 0
        for deal in deals:
            last += 1
            _write_row(sheet, last, _cells(deal, fields), fields, formats)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, last, len(names) - 1)
    return out.getvalue()


def defused(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS) else text


def _kind(fields: DealFields, column: int) -> Kind:
    return fields.each[column].kind if column < len(fields.each) else "text"


def _cells(deal: Deal, fields: DealFields) -> list[Any]:
    """The row of a deal: numbers, dates and texts; None where nothing was said."""
    row: list[Any] = []
    for field in fields:
        value = deal.values[field.name]
        if field.kind == "date" and value is not None:
            value = date.fromisoformat(value)
        row.append("; ".join(value) if isinstance(value, list) else value)
    edited, confirmed = ([fields.label_of(name) for name in names] for names in (deal.edited, deal.confirmed))
    texts: Sequence[Sequence[str]] = (deal.next_steps, deal.other, edited, confirmed, deal.conflict_labels)
    return [*row, *("; ".join(items) or None for items in texts), deal.external_id, deal.filename]


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _write_row(sheet: Any, row: int, cells: Sequence[Any], fields: DealFields, formats: dict[Kind, Any]) -> None:
    for column, cell in enumerate(cells):
        kind = _kind(fields, column)
        if cell is None:
            continue
        if isinstance(cell, int | float):
            sheet.write_number(row, column, cell, formats.get(kind))
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), formats["date"])
        else:
            text = str(cell)
            sheet.write_string(row, column, text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…")

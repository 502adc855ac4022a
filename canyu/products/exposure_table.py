"""Reading the table of how many people have which version. Pure: text in, rows out."""

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from canyu.journal.errors import Invalid, Refused
from canyu.journal.errors import gettext_noop as _
from canyu.products.errors import ExposureRefused, LineProblem
from canyu.products.rules import check_word

COLUMNS = ("version", "week", "ring", "device", "n_people")
NEEDED_COLUMNS = ("week", "ring", "n_people")
MAX_ROWS = 20_000
MAX_PEOPLE = 10**12
MAX_PROBLEMS = 20


@dataclass(frozen=True)
class ExposureRow:
    """How many people had a version ("" for any) in the week of a day, by ring and device.

    `line` is where the row came from, counted from 1, for what is said about it.
    """

    week: date
    ring_key: str
    n_people: int
    version: str = ""
    device: str = ""
    line: int = 0


def monday_of(day: date) -> date:
    """Return the Monday of the week in which a day is; the first of all days was one."""
    return day - timedelta(days=day.weekday())


def read_exposure_csv(text: str) -> list[ExposureRow]:
    """Return the rows of a CSV table with a line of column names.

    Columns in any order: week (a day of it, 2026-11-20), ring and n_people; device and version
    if known. Raises `ExposureRefused`, which names the lines; nothing is read halfway.
    """
    if "\0" in text:
        raise ExposureRefused(_("Nothing was recorded: this is not a CSV table."))
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in next(lines, [])]
        _check_names(names)
        return _read_lines(lines, names)
    except csv.Error as problem:
        raise ExposureRefused(
            _("Nothing was recorded: line %(line)d is not CSV. Check its quotation marks."),
            line=lines.line_num,
        ) from problem


def _check_names(names: list[str]) -> None:
    missing = [name for name in NEEDED_COLUMNS if name not in names]
    strange = [name for name in names if name not in COLUMNS]
    if missing or strange or len(set(names)) < len(names):
        raise ExposureRefused(
            _(
                "Nothing was recorded: line 1 must name the columns week, ring and n_people, and"
                " may name version and device, each once."
            )
        )


def _read_lines(lines: Iterable[list[str]], names: list[str]) -> list[ExposureRow]:
    rows: list[ExposureRow] = []
    problems: list[LineProblem] = []
    for line, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) >= MAX_ROWS:
            raise ExposureRefused(
                _("Nothing was recorded: there are more than %(most)d lines. Send it in parts."),
                status=413,
                most=MAX_ROWS,
            )
        try:
            rows.append(_read_row(line, cells, names))
        except Refused as refusal:
            problems.append(LineProblem(line, refusal))
    raise_problems(problems)
    return rows


def _read_row(line: int, cells: list[str], names: list[str]) -> ExposureRow:
    if len(cells) != len(names):
        raise Invalid(
            _("it has %(n_cells)d cells, not %(n_names)d"), n_cells=len(cells), n_names=len(names)
        )
    cell = {name: value.strip() for name, value in zip(names, cells, strict=True)}
    return ExposureRow(
        week=_read_day(cell["week"]),
        ring_key=cell["ring"],
        n_people=_read_number(cell["n_people"]),
        version=cell.get("version", ""),
        device=cell.get("device", ""),
        line=line,
    )


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise Invalid(
            _("“%(text)s” is no date; write it as 2026-11-20"), text=text[:40]
        ) from problem


def _read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PEOPLE))):
        raise Invalid(
            _("“%(text)s” is no number of people; write it in digits only"), text=text[:40]
        )
    return int(text)


def check_rows(rows: Iterable[ExposureRow], *, ring_keys: Collection[str]) -> list[ExposureRow]:
    """Return the rows with their weeks at Monday; raise `ExposureRefused`, which names lines.

    Every ring is one of the product's, and nothing is told twice.
    """
    checked: dict[tuple[date, str, str, str], ExposureRow] = {}
    problems: list[LineProblem] = []
    for place, row in enumerate(rows, start=1):
        line = row.line or place
        try:
            tidy = _check_row(row, line, ring_keys)
            key = (tidy.week, tidy.ring_key, tidy.device, tidy.version)
            if key in checked:
                raise Invalid(
                    _("it tells the same as line %(line)d; keep one"), line=checked[key].line
                )
            checked[key] = tidy
        except Refused as refusal:
            problems.append(LineProblem(line, refusal))
    raise_problems(problems)
    return list(checked.values())


def _check_row(row: ExposureRow, line: int, ring_keys: Collection[str]) -> ExposureRow:
    if row.ring_key not in ring_keys:
        raise Invalid(
            _("there is no ring “%(ring)s”; the rings are: %(rings)s"),
            ring=row.ring_key[:40],
            rings=", ".join(sorted(ring_keys)),
        )
    if not 0 <= row.n_people <= MAX_PEOPLE:
        raise Invalid(_("the number of people is below 0 or beyond all bounds"))
    return ExposureRow(
        week=monday_of(row.week),
        ring_key=row.ring_key,
        n_people=row.n_people,
        version=check_word(row.version),
        device=check_word(row.device),
        line=line,
    )


def raise_problems(problems: list[LineProblem]) -> None:
    """Raise `ExposureRefused` if there are problems: the first in its sentence, all in it."""
    if not problems:
        return
    first = problems[0]
    refused = ExposureRefused(
        _(
            "Nothing was recorded. Lines that cannot be taken: %(n_problems)d. The first is line"
            " %(line)d: %(why)s."
        ),
        n_problems=len(problems),
        line=first.line,
        why=str(first.refusal).rstrip("."),
    )
    refused.problems = tuple(problems[:MAX_PROBLEMS])
    raise refused

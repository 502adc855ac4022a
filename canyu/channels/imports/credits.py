"""Who asked, helped and made, out of a table in CSV, described in docs/import-format.md."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from canyu.channels.imports.findings import Problem
from canyu.channels.imports.lines import lines_of, open_plain
from canyu.members.rules import name_like
from canyu.releases.record_fields import quoted
from canyu.releases.record_names import fault_of_key, fault_of_version
from canyu.releases.records import AREA_MOST, TEXT_MOST

__all__ = ["MADE", "ROLES_OF_WORDS", "CreditLine", "read_credits"]

# Our name of a column: what else it may be called, which is how a log of commits calls it.
COLUMNS: Final = {
    "change": "commit",
    "day": "committed",
    "release": "release",
    "release_day": "release_date",
    "area": "area",
    "text": "subject",
    "maker": "developer",
    "role": "role",
    "person": "credited_person",
}
NEEDED: Final = ("change", "day", "release", "text", "role", "person")
# The words that such tables use, and what they mean here.
ROLES_OF_WORDS: Final[Mapping[str, str]] = {
    "report": "asked",
    "suggest": "designed",
    "assist": "explained",
    "test": "tested",
    "review": "reviewed",
    "translate": "translated",
    "patch": "made",
}
MADE: Final = "made"
"""The word for those who are named as makers in a column of their own."""
CELL_MOST: Final = 20_000


@dataclass(frozen=True)
class CreditLine:
    """One line: who is named for which change, in the table's own word; `maker` may be empty."""

    change: str
    on: datetime
    release: str
    release_on: datetime | None
    area: str
    text: str
    maker: str
    word: str
    person: str


def read_credits(path: Path) -> Iterator[CreditLine | Problem]:
    """Yield what each line of a table holds; a line that cannot be taken is a problem."""
    source = str(path)
    try:
        with open_plain(path) as stream:
            yield from parse(lines_of(stream, source=source), source=source)
    except OSError as error:
        yield Problem(source, 0, f"The file cannot be opened: {error.strerror or error}.")


def parse(lines: Iterable[str | Problem], *, source: str) -> Iterator[CreditLine | Problem]:
    """Yield the lines of a table whose first line names its columns."""
    columns: list[str] = []
    for number, line in enumerate(lines, 1):
        if isinstance(line, Problem):
            yield line
        elif not line.strip():
            continue
        elif not columns:
            columns = [_column(one) for one in _cells(line)]
            missing = [one for one in NEEDED if one not in columns]
            if missing:
                yield Problem(source, number, f"Columns are missing: {', '.join(missing)}.")
                return
        else:
            yield _line(dict(zip(columns, _cells(line), strict=False)), source, number)
    if not columns:
        yield Problem(source, 0, "The file holds no line.")


def _column(head: str) -> str:
    name = head.strip().casefold()
    return next((ours for ours, other in COLUMNS.items() if name in {ours, other}), name)


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error:
        return []


def _line(cells: dict[str, str], source: str, number: int) -> CreditLine | Problem:
    said = {name: cells.get(name, "").replace("\0", "").strip() for name in COLUMNS}
    person, on, release_on = (
        name_like(said["person"], otherwise=""),
        _day(said["day"]),
        _day(said["release_day"]),
    )
    fault = _fault_in(said, len(cells))
    if not person:
        fault = fault or "It has no person."
    if on is None or (said["release_day"] and release_on is None):
        fault = fault or "A day is not written as 2026-11-20."
    if fault or on is None:
        return Problem(source, number, f"{fault} The line was left out.")
    return CreditLine(
        change=said["change"],
        on=on,
        release=said["release"],
        release_on=release_on,
        area=said["area"][:AREA_MOST],
        text=" ".join(said["text"].split())[:TEXT_MOST],
        maker=name_like(said["maker"], otherwise=""),
        word=said["role"],
        person=person,
    )


def _fault_in(said: Mapping[str, str], n_cells: int) -> str:
    if n_cells < len(NEEDED) or max(map(len, said.values())) > CELL_MOST:
        return "It has too few cells, too long ones, or a quote that is not closed."
    if fault_of_key(said["change"]):
        return f"{quoted(said['change'])} cannot be the key of a change."
    if said["release"] and fault_of_version(said["release"]):
        return f"{quoted(said['release'])} cannot be a release."
    if said["role"] not in ROLES_OF_WORDS:
        return f"The role {quoted(said['role'])} is none of {', '.join(ROLES_OF_WORDS)}."
    return "" if said["text"] else "It has no text."


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None

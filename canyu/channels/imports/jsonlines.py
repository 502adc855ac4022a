"""Releases and reports out of Canyu's own JSON Lines, described in docs/import-format.md."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from canyu.channels.imports.findings import (
    Finding,
    Problem,
    Skipped,
    place,
    problem_of,
    seen_already,
)
from canyu.releases.record_fields import quoted
from canyu.releases.records import RecordInvalid, ReleaseRecord
from canyu.reports.records import ReportRecord

__all__ = ["parse", "release_line", "report_line"]

TYPES: Final = ("release", "report")


def parse(lines: Iterable[str | Problem], *, source: str) -> Iterator[Finding]:
    """Yield what each line holds; a line that cannot be taken is a problem, and the others go on.

    A line that stands for a release or a report already met in this file is a problem too.
    """
    first_lines: dict[tuple[str, ...], int] = {}
    n_lines = 0
    for number, line in enumerate(lines, 1):
        if isinstance(line, Problem):
            n_lines += 1
            yield line
            continue
        if not line.strip():
            continue
        n_lines += 1
        found = _read(line, source, number)
        if isinstance(found, ReleaseRecord | ReportRecord):
            key = _key(found)
            if key in first_lines:
                found = seen_already(source, number, _name(found), first_lines[key])
            else:
                first_lines[key] = number
        yield found
    if n_lines == 0:
        yield Skipped(source, 0, "The file is empty; there is nothing to import.")


def release_line(release: ReleaseRecord) -> str:
    """Return the line that stands for a release, without its line end."""
    return _dumped({"type": "release", **release.to_json()})


def report_line(report: ReportRecord) -> str:
    """Return the line that stands for a report, without its line end."""
    return _dumped({"type": "report", **report.to_json()})


def _dumped(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(", ", ": "))


def _key(record: ReleaseRecord | ReportRecord) -> tuple[str, ...]:
    if isinstance(record, ReleaseRecord):
        return ("release", record.version)
    return ("report", record.release, record.member.casefold())


def _name(record: ReleaseRecord | ReportRecord) -> str:
    if isinstance(record, ReleaseRecord):
        return f"The release {record.version}"
    return f"The report of {record.member} on {record.release}"


def _read(line: str, source: str, number: int) -> Finding:
    values = _loaded(line, source, number)
    if isinstance(values, Problem):
        return values
    kind = values.pop("type", None)
    try:
        if kind == "release":
            return ReleaseRecord.from_json(values, where=place(source, number))
        if kind == "report":
            return ReportRecord.from_json(values, where=place(source, number))
    except RecordInvalid as invalid:
        return problem_of(invalid, source, number, f"This {kind} was left out")
    message = f"type: {quoted(kind)} is not allowed; allowed are {', '.join(TYPES)}."
    return Problem(source, number, message)


def _loaded(line: str, source: str, number: int) -> dict[str, Any] | Problem:
    try:
        values = json.loads(line, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {error.msg} at character {error.pos + 1}."
        return Problem(source, number, message)
    except RecursionError:
        return Problem(source, number, "This JSON is nested too deep to be a record.")
    except ValueError as error:
        return Problem(source, number, f"This is not a record: {error}.")
    if not isinstance(values, dict):
        message = f"A line is one JSON object; this is {quoted(values)}."
        return Problem(source, number, message)
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"the field {quoted(twice)} is written twice"
        raise ValueError(message)
    return values


def _refuse_constant(name: str) -> None:
    message = f"{name} is not a number"
    raise ValueError(message)

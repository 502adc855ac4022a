"""What reading a file yields: records, problems, and what was left out on purpose."""

from dataclasses import dataclass

from canyu.releases.records import RecordInvalid, ReleaseRecord
from canyu.reports.records import ReportRecord

__all__ = ["Finding", "Problem", "Skipped", "place", "problem_of", "seen_already"]


@dataclass(frozen=True)
class Problem:
    """Something that could not be read, and was not: where, why, and what to do.

    `line` counts from 1; 0 means the file as a whole.
    """

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        """One line for a person: file, line, sentence."""
        return f"{place(self.source, self.line)}: {self.message}"


@dataclass(frozen=True)
class Skipped:
    """Something that was left out on purpose, such as a draft: where, and why."""

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        """One line for a person: file, line, sentence."""
        return f"{place(self.source, self.line)}: {self.message}"


Finding = ReleaseRecord | ReportRecord | Problem | Skipped


def place(source: str, line: int) -> str:
    """Return a file and line as messages name them."""
    return f"{source}:{line}" if line else source


def seen_already(source: str, line: int, what: str, first_line: int) -> Problem:
    """Return the problem that a second record of the same name in one file is."""
    message = f"{what} stands already in line {first_line}; this one was left out."
    return Problem(source, line, message)


def problem_of(invalid: RecordInvalid, source: str, line: int, what: str = "") -> Problem:
    """Return the problem that a refused record is; `what` names the record."""
    return Problem(source, line, f"{what}: {invalid.told}" if what else invalid.told)

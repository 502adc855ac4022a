"""Reading releases and reports from a file into a product."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

from canyu.channels.imports.files import read_file
from canyu.channels.imports.findings import Finding, Problem, Skipped
from canyu.journal.errors import Refused, gettext_noop
from canyu.releases.records import ReleaseRecord
from canyu.releases.services import import_release
from canyu.reports.records import ReportRecord
from canyu.reports.services import import_report

Progress = Callable[[int], None]
Record = TypeVar("Record", ReleaseRecord, ReportRecord)


@dataclass
class ImportSummary:
    """What came of a file: how many records were new, changed or known, and what went wrong."""

    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def n_read(self) -> int:
        """Records that are now in the product as the file says."""
        return self.n_new + self.n_changed + self.n_same

    def count(self, outcome: str) -> None:
        """Add one "new", "changed" or "same" record."""
        if outcome == "new":
            self.n_new += 1
        elif outcome == "changed":
            self.n_changed += 1
        else:
            self.n_same += 1


def import_releases(
    *,
    product_id: int,
    path: Path,
    at: datetime,
    file_format: str = "",
    language: str = "",
    on_progress: Progress = lambda _: None,
) -> ImportSummary:
    """Read every release of a file, each whole or not at all; the others go on.

    `file_format` and `language` are found out where they are empty. Raises `FormatUnknown`.
    """

    def take(record: ReleaseRecord) -> str:
        with ExitStack() as files:
            opened = _pictures(record, path.parent, files)
            return import_release(product_id=product_id, record=record, at=at, files=opened)

    findings = read_file(path, file_format=file_format, language=language)
    return _take_all(findings, ReleaseRecord, take, on_progress)


def import_reports(
    *, product_id: int, path: Path, at: datetime, on_progress: Progress = lambda _: None
) -> ImportSummary:
    """Read every report of a JSON Lines file into the open reports of their releases."""

    def take(record: ReportRecord) -> str:
        is_new = import_report(product_id=product_id, record=record, at=at)
        return "new" if is_new else "same"

    return _take_all(read_file(path, file_format="jsonlines"), ReportRecord, take, on_progress)


def _take_all(
    findings: Iterator[Finding],
    wanted: type[Record],
    take: Callable[[Record], str],
    on_progress: Progress,
) -> ImportSummary:
    summary = ImportSummary()
    for n_seen, found in enumerate(findings, 1):
        if isinstance(found, Problem):
            summary.problems.append(found)
        elif isinstance(found, Skipped):
            summary.skipped.append(found)
        elif isinstance(found, wanted):
            try:
                summary.count(take(found))
            except (Refused, OSError) as refusal:
                summary.problems.append(Problem(found.where, 0, str(refusal)))
        on_progress(n_seen)
    return summary


def _pictures(record: ReleaseRecord, folder: Path, files: ExitStack) -> dict[str, BinaryIO]:
    names = {change.picture for change in record.changes if change.picture}
    missing = [name for name in sorted(names) if not (folder / name).is_file()]
    if missing:
        raise FileNotFoundError(
            gettext_noop("The picture %(name)s is not beside the file.") % {"name": missing[0]}
        )
    return {name: files.enter_context((folder / name).open("rb")) for name in names}

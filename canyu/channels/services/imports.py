"""Reading releases and reports from a file into a product."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

from django.db import transaction

from canyu.channels.imports.credits import MADE, ROLES_OF_WORDS, CreditLine, read_credits
from canyu.channels.imports.files import read_file
from canyu.channels.imports.findings import Finding, Problem, Skipped
from canyu.credits.services import NotedRecord, note_past
from canyu.journal.errors import Refused, gettext_noop
from canyu.releases.records import ChangeRecord, ReleaseRecord
from canyu.releases.services import add_to_history, import_release
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


def import_credits(
    *, product_id: int, path: Path, at: datetime, on_progress: Progress = lambda _: None
) -> ImportSummary:
    """Read who asked, helped and made in the past, as facts of their own kind.

    Its changes become history where they are not there yet, and the people in it names of the
    product. Reading it again changes nothing; a line that cannot be taken is left out.
    """
    summary = ImportSummary()
    lines: list[CreditLine] = []
    for n_seen, found in enumerate(read_credits(path), 1):
        if isinstance(found, Problem):
            summary.problems.append(found)
        else:
            lines.append(found)
        on_progress(n_seen)
    with transaction.atomic():
        for version in dict.fromkeys(one.release for one in lines if one.release):
            own = [one for one in lines if one.release == version]
            is_history = add_to_history(
                product_id=product_id,
                version=version,
                published_at=next((one.release_on for one in own if one.release_on), None),
                records=list({one.change: _change_of(one) for one in own}.values()),
                at=at,
            )
            if not is_history:
                message = f"{version} was written here: nobody was credited for it."
                summary.skipped.append(Skipped(str(path), 0, message))
        noted = note_past(product_id=product_id, records=_noted(lines), at=at)
        summary.n_new, summary.n_changed, summary.n_same = noted
    return summary


def _change_of(line: CreditLine) -> ChangeRecord:
    return ChangeRecord(
        key=line.change,
        kind="other",
        text={"en": line.text},
        detail={},
        area=line.area,
        makers=(),
        topics=(),
    )


def _noted(lines: Sequence[CreditLine]) -> list[NotedRecord]:
    """Each fact once, with how often the table says it; makers are named in a column of theirs."""
    times: Counter[tuple[str, str, str]] = Counter()
    last: dict[tuple[str, str, str], CreditLine] = {}
    for line in lines:
        key = (line.change, line.word, line.person)
        times[key] += 1
        last[key] = line
        if line.maker:
            made = (line.change, MADE, line.maker)
            times[made] = 1
            last[made] = line
    return [
        NotedRecord(
            version=line.release,
            change_key=change,
            name=name,
            word=word,
            role=ROLES_OF_WORDS.get(word, "made"),
            n_times=times[change, word, name],
            at=line.on,
        )
        for (change, word, name), line in last.items()
    ]


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

"""Keeping reports: the one body through which every report goes, singly or by the thousand."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.db.models import Q

from canyu.journal.errors import Refused, gettext_noop
from canyu.remarks import services as remarks
from canyu.remarks.rules import LONGEST_CELL, check_words
from canyu.remarks.services import CellWords
from canyu.reports.errors import ReportRefused
from canyu.reports.models import Report, Window
from canyu.reports.queries import cells_of_rows
from canyu.reports.rules import ReportCells, bucket_of, check_cells, is_open
from canyu.reports.services.stored import add_counts, insert_reports, update_reports
from canyu.reports.submissions import CountKey, Submission, counts_of

Key = tuple[int, int, int]


@dataclass
class _Kept:
    """One report while its group is taken: as it was stored, and as it will be."""

    row: Report
    cells: ReportCells
    before: Counter[CountKey]
    is_new: bool
    is_changed: bool = False


@transaction.atomic
def take_reports(submissions: Sequence[Submission]) -> list[int | Refused]:
    """Keep reports, in this order; return for each its revision, or why it was refused.

    One transaction for all: whether a release is open is read under a lock that its close waits
    for; a report that was refused leaves no trace and fails no other; the counts change with the
    rows. The same report again is the same report. As many queries for a thousand as for one.
    """
    windows = _lock_windows({one.told.release_id for one in submissions})
    outcomes: list[int | Refused] = []
    checked: list[Submission | None] = []
    for submission in submissions:
        try:
            checked.append(_check(submission, windows.get(submission.told.release_id)))
        except Refused as refusal:
            outcomes.append(refusal)
            checked.append(None)
        else:
            outcomes.append(0)
    by_key: dict[Key, list[int]] = {}
    for place, one in enumerate(checked):
        if one is not None:
            by_key.setdefault(_key(one), []).append(place)
    # In one order everywhere: two nodes that want the same rows never wait for one another.
    keys = sorted(by_key)
    reports = _load(keys)
    for key in keys:
        _apply_all(reports, key, by_key[key], checked, outcomes)
    fresh = [kept for kept in reports.values() if kept.is_new]
    inserted = insert_reports([kept.row for kept in fresh])
    lost = [key for key in (_key_of(kept.row) for kept in fresh) if key not in inserted]
    if lost:
        # Another node was quicker, in the moment between looking and inserting.
        found = _load(lost)
        if len(found) < len(lost):
            message = "a report went away while it was being written; its group is tried again"
            raise RuntimeError(message)
        reports |= found
        for key in lost:
            _apply_all(reports, key, by_key[key], checked, outcomes)
    _write([kept for kept in reports.values() if kept.is_changed], windows)
    return outcomes


def _apply_all(
    reports: dict[Key, _Kept],
    key: Key,
    places: Sequence[int],
    checked: Sequence[Submission | None],
    outcomes: list[int | Refused],
) -> None:
    for place in places:
        one = checked[place]
        assert one is not None  # noqa: S101 - only checked ones have a place
        kept = reports.get(key)
        if kept is None:
            kept = reports[key] = _Kept(_blank(key, one), ReportCells(), Counter(), is_new=True)
        try:
            outcomes[place] = _apply(kept, one)
        except Refused as refusal:
            outcomes[place] = refusal


def _lock_windows(release_ids: Iterable[int]) -> dict[int, Window]:
    """Read windows under a lock that takers share and that a close waits for."""
    wanted = sorted(release_ids)
    if connection.vendor == "postgresql" and wanted:
        # Django knows only locks that shut out other takers too, on other nodes.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT release_id FROM reports_window WHERE release_id = ANY(%s) "
                "ORDER BY release_id FOR SHARE",
                [wanted],
            )
    return {row.pk: row for row in Window.objects.filter(pk__in=wanted)}


def check_open(window: Window | None) -> Window:
    """Return the window of an open report; raise `ReportRefused` for any other."""
    if window is not None and is_open(window.opened_at, window.closed_at):
        return window
    closed = window is not None and window.closed_at is not None
    raise ReportRefused(
        gettext_noop(
            "Your report was not saved, because this report is closed. "
            "Its results are open to you, and the next one comes with the next release."
        )
        if closed
        else gettext_noop(
            "Your report was not saved, because this report is not open yet. "
            "The page of this week says when it opens."
        ),
        status=409,
    )


def _check(one: Submission, window: Window | None) -> Submission:
    window = check_open(window)
    cells = check_cells(one.cells, shown=one.told.shown, plan_item_ids=window.plan_item_ids)
    for words in (cells.wanted, cells.why_best, cells.why_worst):
        check_words(words, longest=LONGEST_CELL)
    return replace(one, cells=cells)


def _key(one: Submission) -> Key:
    return (bucket_of(one.told.member_id), one.told.release_id, one.told.member_id)


def _load(keys: Sequence[Key]) -> dict[Key, _Kept]:
    """Read the stored reports among `keys`, each under a lock."""
    rows = _lock_rows(keys)
    cells = cells_of_rows(list(rows.values()))
    return {
        key: _Kept(row, cells[key], _counted(row, cells[key]), is_new=False)
        for key, row in rows.items()
    }


def _lock_rows(keys: Sequence[Key]) -> dict[Key, Report]:
    found = Q(pk__in=())
    by_place: dict[tuple[int, int], list[int]] = {}
    for bucket, release_id, member_id in keys:
        by_place.setdefault((bucket, release_id), []).append(member_id)
    for (bucket, release_id), member_ids in by_place.items():
        found |= Q(bucket=bucket, release_id=release_id, member_id__in=member_ids)
    if not by_place:
        return {}
    rows = Report.objects.filter(found).order_by("bucket", "release_id", "member_id")
    return {_key_of(row): row for row in rows.select_for_update(no_key=True)}


def _blank(key: Key, one: Submission) -> Report:
    return Report(
        bucket=key[0],
        release_id=key[1],
        member_id=key[2],
        revision=0,
        is_team=one.told.is_team,
        ring_key=one.told.ring_key,
        screen=one.told.screen,
        shown=list(one.told.shown),
        filled_at=one.at,
        changed_at=one.at,
    )


def _key_of(row: Report) -> Key:
    return (row.bucket, row.release_id, row.member_id)


def _counted(row: Report, cells: ReportCells) -> Counter[CountKey]:
    return counts_of(
        ring_key=row.ring_key,
        is_team=row.is_team,
        shown=row.shown,
        cells=cells,
        filled_at=row.filled_at,
    )


def _apply(kept: _Kept, one: Submission) -> int:
    """Put a submission into the row's place in memory; return the revision that stands."""
    row = kept.row
    is_first = row.revision == 0
    edited = int(one.at.timestamp() * 1000) if one.edited is None else one.edited
    if not is_first:
        if _says_the_same(kept, one):
            return row.revision
        if one.edited is not None and one.edited < row.edited:
            # What is stored was edited later and only arrived earlier.
            return row.revision
        is_stale = one.base_revision is not None and one.base_revision != row.revision
        if is_stale and one.edited != row.edited:
            raise ReportRefused(
                gettext_noop(
                    "You have filled this report before, and nothing of it was changed. "
                    "Open it again to see and change what you said."
                ),
                status=409,
            )
    told, cells = one.told, one.cells
    row.revision += 1
    row.ring_key, row.is_team = told.ring_key, told.is_team
    row.device, row.version = told.device, told.version
    row.screen, row.shown = told.screen, list(told.shown)
    row.untried, row.mood = list(cells.untried), cells.mood
    row.best_id, row.worst_id = cells.best, cells.worst
    row.wanted_item_id = cells.wanted_item
    row.has_wanted_words = bool(cells.wanted)
    row.edited, row.changed_at = edited, one.at
    kept.cells, kept.is_changed = cells, True
    return row.revision


def _says_the_same(kept: _Kept, one: Submission) -> bool:
    is_alike = (kept.row.ring_key, tuple(kept.row.shown)) == (one.told.ring_key, one.told.shown)
    return is_alike and kept.cells == one.cells


def _write(changed: Sequence[_Kept], windows: Mapping[int, Window]) -> None:
    update_reports([kept.row for kept in changed if not kept.is_new])
    words = [
        one
        for kept in changed
        # Words of an earlier revision may have to go; a first report without words has none.
        if kept.row.revision > 1 or kept.cells.has_words
        for one in _words(kept, windows[kept.row.release_id])
    ]
    if words:
        remarks.keep_cell_words(cells=words)
    added: Counter[tuple[int, str, str]] = Counter()
    for kept in changed:
        for sign, counts in ((1, _counted(kept.row, kept.cells)), (-1, kept.before)):
            for (kind, name), n in counts.items():
                added[kept.row.release_id, kind, name] += sign * n
    add_counts(added)


def _words(kept: _Kept, window: Window) -> list[CellWords]:
    row, cells = kept.row, kept.cells
    changes = tuple(window.change_ids)
    return [
        CellWords(row.member_id, role, kind, subject_id, among, text, row.changed_at)
        for role, kind, subject_id, among, text in (
            ("why_best", "change", cells.best, changes, cells.why_best),
            ("why_worst", "change", cells.worst, changes, cells.why_worst),
            ("wanted", "release", row.release_id, (row.release_id,), cells.wanted),
        )
    ]

"""Keeping reports: the one body through which every report goes, singly or by the thousand."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from msgspec import Struct
from msgspec.structs import replace as with_fields

from canyu.journal.errors import NotAllowed, Refused, gettext_noop
from canyu.members import queries as members
from canyu.remarks import services as remarks
from canyu.remarks.rules import LONGEST_CELL, check_words
from canyu.remarks.services import CellWords
from canyu.reports.errors import ReportRefused
from canyu.reports.queries import cells_of_rows
from canyu.reports.rules import ReportCells, bucket_of, check_cells, check_wanted
from canyu.reports.services import stored
from canyu.reports.services.stored import Key, StoredReport, TakingWindow
from canyu.reports.submissions import CountKey, Submission, count_keys, hour_of
from canyu.reports.tokens import ReportToken

Outcomes = list[int | Refused]
Cell = tuple[str, str]
Said = tuple[int | None, str]
NOTHING_SAID: Said = (None, "")
NEVER = TakingWindow(0, was_opened=False, was_closed=False, plan_item_ids=())


class _Standing(Struct, frozen=True):
    """What stands of one report: the submission that was last kept, and what came before it."""

    revision: int
    edited: int
    filled_at: datetime
    last: Submission


@transaction.atomic
def take_reports(submissions: Sequence[Submission]) -> Outcomes:
    """Keep reports, in this order; return for each its revision, or why it was refused.

    One transaction for all: whether a release is open is read under a lock that its close waits
    for; a report that was refused leaves no trace and fails no other; the counts change with the
    rows. The same report again is the same report. As many queries for a thousand as for one.
    """
    windows = stored.lock_windows({one.told.release_id for one in submissions})
    gone = members.ended_among({one.told.member_id for one in submissions})
    outcomes: Outcomes = [0] * len(submissions)
    checked: list[Submission] = []
    by_key: dict[Key, list[int]] = {}
    for place, one in enumerate(submissions):
        try:
            checked.append(_check(one, windows, gone))
        except Refused as refusal:
            outcomes[place] = refusal
            checked.append(one)
        else:
            member_id = one.told.member_id
            key = (bucket_of(member_id), one.told.release_id, member_id)
            by_key.setdefault(key, []).append(place)
    # In one order everywhere: two nodes that want the same rows never wait for one another.
    keys = sorted(by_key)
    new = {key: _fold(None, by_key[key], checked, outcomes) for key in keys}
    # Most are new. Inserted without a look, a row also keeps out another node that is as quick.
    there = stored.insert_reports([_row(key, new[key]) for key in keys])
    before = _load(there)
    after = {key: _fold(before[key], by_key[key], checked, outcomes) for key in there}
    changed = {key: one for key, one in after.items() if one is not before[key]}
    stored.update_reports([_row(key, one) for key, one in changed.items()])
    new = {key: one for key, one in new.items() if key not in before} if before else new
    # Some were only said again, later.
    moved = {key: one for key, one in changed.items() if one.last is not before[key].last}
    _keep_words(new.values(), [(before[key], one) for key, one in moved.items()])
    _count(new.values(), moved.values(), [before[key] for key in moved])
    return outcomes


def _fold(
    standing: _Standing | None,
    places: Iterable[int],
    submissions: Sequence[Submission],
    outcomes: Outcomes,
) -> _Standing:
    """Put the submissions of one report one after the other; each has its outcome then."""
    for place in places:
        try:
            standing = _next(standing, submissions[place])
            outcomes[place] = standing.revision
        except Refused as refusal:
            outcomes[place] = refusal
    assert standing is not None  # noqa: S101 - the first is never refused
    return standing


def _load(keys: Sequence[Key]) -> dict[Key, _Standing]:
    """Read what stands of stored reports, each under a lock."""
    if not keys:
        return {}
    rows = stored.lock_reports(keys)
    if len(rows) < len(keys):
        message = "a report went away while it was being written; its group is tried again"
        raise RuntimeError(message)
    cells = cells_of_rows(list(rows.values()))
    return {key: _standing(row, cells[key]) for key, row in rows.items()}


def refuse_unless_open(*, was_opened: bool, was_closed: bool) -> None:
    """Raise `ReportRefused` for a report that is not open now."""
    if was_opened and not was_closed:
        return
    raise ReportRefused(
        gettext_noop(
            "Your report was not saved, because this report is closed. "
            "Its results open as soon as they are counted, "
            "and the next one comes with the next release."
        )
        if was_closed
        else gettext_noop(
            "Your report was not saved, because this report is not open yet. "
            "The page of this week says when it opens."
        ),
        status=409,
    )


def _check(
    one: Submission, windows: Mapping[int, TakingWindow], gone: Collection[int]
) -> Submission:
    told, cells = one.told, one.cells
    window = windows.get(told.release_id) or NEVER
    if not window.was_opened or window.was_closed:
        refuse_unless_open(was_opened=window.was_opened, was_closed=window.was_closed)
    if told.member_id in gone:
        raise NotAllowed(
            gettext_noop(
                "Your report was not saved, because your account was ended after this page was "
                "made. Ask the operator of this Canyu for a new invitation."
            )
        )
    if one.is_checked:
        # Against the screen; what the plan holds only the window knows.
        kept = cells
        check_wanted(cells, window.plan_item_ids)
    else:
        kept = check_cells(cells, shown=told.shown, plan_item_ids=window.plan_item_ids)
    for words in (kept.wanted, kept.why_best, kept.why_worst):
        if words:
            check_words(words, longest=LONGEST_CELL)
    return one if kept is cells else with_fields(one, cells=kept)


def _next(standing: _Standing | None, one: Submission) -> _Standing:
    """What stands after a submission came, or as before it; raises what refuses it."""
    edited = int(one.at.timestamp() * 1000) if one.edited is None else one.edited
    if standing is None:
        return _Standing(1, edited, one.at, one)
    if _says_the_same(standing.last, one):
        # What was edited between the two and arrives later must not take its place.
        return with_fields(standing, edited=edited) if edited > standing.edited else standing
    if one.edited is not None and one.edited < standing.edited:
        # What is stored was edited later and only arrived earlier.
        return standing
    is_stale = one.base_revision is not None and one.base_revision != standing.revision
    if is_stale and one.edited != standing.edited:
        raise ReportRefused(
            gettext_noop(
                "You have filled this report before, and nothing of it was changed. "
                "Open it again to see and change what you said."
            ),
            status=409,
        )
    return _Standing(standing.revision + 1, edited, standing.filled_at, one)


def _says_the_same(last: Submission, one: Submission) -> bool:
    is_alike = (last.told.ring_key, last.told.shown) == (one.told.ring_key, one.told.shown)
    return is_alike and last.cells == one.cells


def _row(key: Key, one: _Standing) -> StoredReport:
    told, cells = one.last.told, one.last.cells
    return StoredReport(
        *key,
        one.revision,
        told.ring_key,
        told.is_team,
        told.screen,
        told.shown,
        cells.untried,
        cells.mood,
        cells.best,
        cells.worst,
        cells.wanted_item,
        bool(cells.wanted),
        told.device,
        told.version,
        one.edited,
        one.filled_at,
        one.last.at,
    )


def _standing(row: StoredReport, cells: ReportCells) -> _Standing:
    told = ReportToken(
        release_id=row.release_id,
        member_id=row.member_id,
        ring_key=row.ring_key,
        screen=row.screen,
        shown=row.shown,
        expires_at=row.changed_at,
        is_team=row.is_team,
        device=row.device,
        version=row.version,
    )
    last = Submission(told, cells, at=row.changed_at, edited=row.edited)
    return _Standing(row.revision, row.edited, row.filled_at, last)


def _keep_words(new: Iterable[_Standing], changed: Iterable[tuple[_Standing, _Standing]]) -> None:
    """Keep the words of new reports, and of those `changed` what is not as it was before."""
    words = [one for standing in new if _said(standing.last) for one in _words(standing, {})]
    for before, after in changed:
        words += _words(after, _said(before.last))
    if words:
        remarks.keep_cell_words(cells=words)


def _words(standing: _Standing, before: Mapping[Cell, Said]) -> list[CellWords]:
    """The words of the cells that are new, and where words of theirs stand that they replace."""
    last = standing.last
    said = _said(last)
    words = []
    for cell in (*said, *(cell for cell in before if cell not in said)):
        subject_id, text = said.get(cell, NOTHING_SAID)
        earlier_id, earlier = before.get(cell, NOTHING_SAID)
        if (subject_id, text) != (earlier_id, earlier):
            among = tuple(one for one in (subject_id, earlier_id) if one is not None)
            words.append(CellWords(last.told.member_id, *cell, subject_id, among, text, last.at))
    return words


def _said(one: Submission) -> dict[Cell, Said]:
    """{role and kind of subject: subject and words}, of the cells that have words."""
    cells = one.cells
    if not (cells.wanted or cells.why_best or cells.why_worst):
        return {}
    said: dict[Cell, Said] = {
        ("why_best", "change"): (cells.best, cells.why_best),
        ("why_worst", "change"): (cells.worst, cells.why_worst),
        ("wanted", "release"): (one.told.release_id, cells.wanted),
    }
    return {cell: words for cell, words in said.items() if words[1]}


def _count(
    new: Iterable[_Standing], changed: Iterable[_Standing], before: Iterable[_Standing]
) -> None:
    """Add what is there now to the counts, and take away what was there before."""
    sums: dict[int, Counter[CountKey]] = {}
    for release_id, keys in _keys((*new, *changed)).items():
        sums[release_id] = Counter(keys)
    for release_id, keys in _keys(before).items():
        sums[release_id].subtract(keys)
    stored.add_counts(
        {(release_id, *key): n for release_id, some in sums.items() for key, n in some.items()}
    )


def _keys(standings: Iterable[_Standing]) -> dict[int, list[CountKey]]:
    """{release id: everything its reports are counted under, once for each report}."""
    keys: dict[int, list[CountKey]] = {}
    for standing in standings:
        told, cells = standing.last.told, standing.last.cells
        keys.setdefault(told.release_id, []).extend(
            count_keys(
                ring_key=told.ring_key,
                is_team=told.is_team,
                shown=told.shown,
                untried=cells.untried,
                best=cells.best,
                worst=cells.worst,
                mood=cells.mood,
                wanted_item=cells.wanted_item,
                hour=hour_of(standing.filled_at),
            )
        )
    return keys

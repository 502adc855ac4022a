"""Taking reports."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.members import services as members
from canyu.plan import queries as plan
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.remarks import services as remarks
from canyu.remarks.rules import Subject
from canyu.reports.errors import ReportRefused
from canyu.reports.models import Report, Window
from canyu.reports.queries import judged_keys, own_cells
from canyu.reports.records import ReportRecord
from canyu.reports.rules import ReportCells, bucket_of, check_cells, is_open
from canyu.reports.tokens import ReportToken, open_token, signing_key


@transaction.atomic
def submit_report(
    *,
    token: str,
    cells: ReportCells,
    at: datetime,
    member_id: int | None = None,
    release_id: int | None = None,
    base_revision: int | None = None,
) -> int:
    """Keep one member's report, or its newer state; return its revision, 1 for the first.

    `token` is what the report page carried. Where `member_id` or `release_id` is given, the token
    must be of them. `base_revision` is the revision that the page showed (0 for none): a page that
    knows less than what is stored is refused instead of writing over it; None takes the newest.
    Raises `ReportRefused` or `RemarkRefused`; then what was accepted before still stands.
    """
    told = open_token(token, key=signing_key(), at=at)
    if member_id is not None and member_id != told.member_id:
        raise NotAllowed(
            gettext_noop(
                "Your report was not saved: the page was opened by another member. "
                "Open the report again and send it from there."
            )
        )
    if release_id is not None and release_id != told.release_id:
        raise ReportRefused(
            gettext_noop(
                "Your report was not saved: the page it came from is of another release. "
                "Open the report again and send it from there."
            )
        )
    window = _open_window(told.release_id)
    cells = check_cells(cells, shown=told.shown, plan_item_ids=window.plan_item_ids)
    return _keep(window, told, cells, at=at, base_revision=base_revision)


@transaction.atomic
def import_report(*, product_id: int, record: ReportRecord, at: datetime) -> bool:
    """Keep a report that was collected elsewhere; return whether it said anything new.

    The report of its release must be open. Raises `ReportRefused` naming what is unknown.
    """
    release = releases.release_of(product_id, record.release)
    window = _open_window(release.id)
    ids = {key: change_id for change_id, key in judged_keys(release.id).items()}
    items = plan.item_ids_by_key(product_id)
    _check_known(record.ring, [ring.key for ring in products.rings_of(product_id)])
    for key in (*record.shown, *record.untried):
        _check_known(key, ids)
    if record.wanted_item:
        _check_known(record.wanted_item, items)
    member_id = members.find_or_add_people(people={record.member: record.member}, at=at)[
        record.member
    ]
    cells = ReportCells(
        mood=record.mood,
        best=ids.get(record.best),
        worst=ids.get(record.worst),
        untried=tuple(ids[key] for key in record.untried),
        wanted_item=items.get(record.wanted_item),
        wanted=record.wanted,
        why_best=record.why_best,
        why_worst=record.why_worst,
    )
    shown = tuple(ids[key] for key in record.shown)
    cells = check_cells(cells, shown=shown, plan_item_ids=window.plan_item_ids)
    told = ReportToken(
        release_id=release.id,
        member_id=member_id,
        ring_key=record.ring,
        screen=0,
        shown=shown,
        expires_at=window.closes_at,
        is_team=products.is_team(product_id, member_id),
    )
    if _says_the_same(told, cells) and _was_shown_the_same(told):
        return False
    _keep(window, told, cells, at=record.at or at, base_revision=None)
    return True


def _check_known(key: str, known: Collection[str]) -> None:
    if key not in known:
        raise ReportRefused(
            gettext_noop("The report was not read: “%(key)s” is not known. Known are: %(known)s."),
            key=key,
            known=", ".join(sorted(known)[:20]) or "-",
        )


def _open_window(release_id: int) -> Window:
    # The row is locked, so a close waits for this report, and this report for a close.
    window = Window.objects.select_for_update().filter(pk=release_id).first()
    if window is None or not is_open(window.opened_at, window.closed_at):
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
    return window


def _keep(
    window: Window,
    told: ReportToken,
    cells: ReportCells,
    *,
    at: datetime,
    base_revision: int | None,
) -> int:
    key = (bucket_of(told.member_id), told.release_id, told.member_id)
    report = Report.objects.select_for_update().filter(pk=key).first()
    if report is None:
        report = Report(
            bucket=key[0],
            release_id=told.release_id,
            member_id=told.member_id,
            revision=0,
            filled_at=at,
        )
    elif base_revision is not None and base_revision != report.revision:
        if _says_the_same(told, cells):
            return report.revision
        raise ReportRefused(
            gettext_noop(
                "You have filled this report before, and nothing of it was changed. "
                "Open it again to see and change what you said."
            ),
            status=409,
        )
    report.revision += 1
    report.ring_key = told.ring_key
    report.is_team, report.device, report.version = told.is_team, told.device, told.version
    report.screen, report.shown = told.screen, list(told.shown)
    report.untried, report.mood = list(cells.untried), cells.mood
    report.best_id, report.worst_id = cells.best, cells.worst
    report.wanted_item_id = cells.wanted_item
    report.has_wanted_words = bool(cells.wanted)
    report.changed_at = at
    _write(report)
    # Words of an earlier revision may have to go; a first report without words has none.
    if report.revision > 1 or cells.has_words:
        _keep_words(window, told.member_id, cells, at)
    return report.revision


def _write(report: Report) -> None:
    # Not save(): with a composite key Django would look for the row once more.
    if report.revision == 1:
        Report.objects.bulk_create([report])
        return
    Report.objects.filter(pk=report.pk).update(
        revision=report.revision,
        ring_key=report.ring_key,
        is_team=report.is_team,
        screen=report.screen,
        shown=report.shown,
        untried=report.untried,
        mood=report.mood,
        best_id=report.best_id,
        worst_id=report.worst_id,
        wanted_item_id=report.wanted_item_id,
        has_wanted_words=report.has_wanted_words,
        device=report.device,
        version=report.version,
        changed_at=report.changed_at,
    )


def _keep_words(window: Window, member_id: int, cells: ReportCells, at: datetime) -> None:
    changes = [Subject("change", change_id) for change_id in window.change_ids]
    release = Subject("release", window.pk)
    for role, chosen, text in (
        ("why_best", cells.best, cells.why_best),
        ("why_worst", cells.worst, cells.why_worst),
    ):
        remarks.keep_cell_words(
            author_id=member_id,
            subject=Subject("change", chosen) if chosen is not None else None,
            among=changes,
            role=role,
            text=text,
            at=at,
        )
    remarks.keep_cell_words(
        author_id=member_id,
        subject=release,
        among=[release],
        role="wanted",
        text=cells.wanted,
        at=at,
    )


def _says_the_same(told: ReportToken, cells: ReportCells) -> bool:
    return own_cells(told.release_id, told.member_id) == cells


def _was_shown_the_same(told: ReportToken) -> bool:
    key = (bucket_of(told.member_id), told.release_id, told.member_id)
    before = Report.objects.get(pk=key)
    return (before.ring_key, tuple(before.shown)) == (told.ring_key, told.shown)

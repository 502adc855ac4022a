"""One member's own screen and cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection

from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.reports.models import Report, Window
from canyu.reports.rules import ReportCells, Screen, bucket_of, screen_for
from canyu.reports.tokens import ReportToken, seal_token, signing_key

GRACE = timedelta(days=1)


@dataclass(frozen=True)
class ReportPage:
    """What one member's report page is made of."""

    token: str
    shown: tuple[int, ...]
    n_judged: int
    plan_item_ids: tuple[int, ...]
    revision: int
    cells: ReportCells
    """What was said before; all empty on the first visit."""


@dataclass(frozen=True)
class Standing:
    """As whom somebody fills a report."""

    ring_key: str
    is_team: bool
    device: str
    version: str


@dataclass(frozen=True)
class Asked:
    """What the report of a release asks everybody, fixed since it was opened.

    `reached` says when each ring gets the release; empty for history, which is out for all.
    """

    release_id: int
    product_id: int
    closes_at: datetime
    change_ids: tuple[int, ...]
    plan_item_ids: tuple[int, ...]
    reached: Mapping[str, datetime]


def asked_in(release_id: int) -> Asked | None:
    """What the report of a release asks, or None where it was never opened. Two queries."""
    window = Window.objects.filter(pk=release_id, opened_at__isnull=False).first()
    if window is None:
        return None
    return Asked(
        release_id=release_id,
        product_id=window.product_id,
        closes_at=window.closes_at,
        change_ids=tuple(window.change_ids),
        plan_item_ids=tuple(window.plan_item_ids),
        reached=releases.roll_out_of(release_id),
    )


def report_page_for(release_id: int, member_id: int, *, at: datetime) -> ReportPage:
    """The screen of one member and a token to answer with.

    Raises `NotFound` where there is no open report, `NotAllowed` where the member's ring has
    not got the release. People of the team may always fill it; they are counted apart.
    """
    asked = asked_in(release_id)
    if asked is None:
        raise _not_open()
    is_team = products.is_team(asked.product_id, member_id)
    return own_page(asked, member_id, is_team=is_team, at=at)


def own_page(asked: Asked, member_id: int, *, is_team: bool, at: datetime) -> ReportPage:
    """The same for whoever has looked up already what is asked, and who is in the team.

    Two queries for a first visit: whether it is open and what was said before are asked anew
    each time, so that what the caller kept of it may be as old as the opening. Raises the same.
    """
    before = _said_before(asked.release_id, member_id)
    standing = _standing(asked, member_id, is_team=is_team, at=at)
    screen = (
        Screen(before.screen, tuple(before.shown))
        if before
        else screen_for(
            asked.change_ids,
            key=signing_key(),
            release_id=asked.release_id,
            member_id=member_id,
        )
    )
    token = ReportToken(
        release_id=asked.release_id,
        member_id=member_id,
        ring_key=standing.ring_key,
        screen=screen.number,
        shown=screen.shown,
        expires_at=max(asked.closes_at, at) + GRACE,
        is_team=standing.is_team,
        device=standing.device,
        version=standing.version,
    )
    return ReportPage(
        token=seal_token(token, key=signing_key()),
        shown=screen.shown,
        n_judged=len(asked.change_ids),
        plan_item_ids=asked.plan_item_ids,
        revision=before.revision if before else 0,
        cells=_cells(before) if before else ReportCells(),
    )


def _said_before(release_id: int, member_id: int) -> Report | None:
    """What a member said in an open report; raises `NotFound` where it is not open."""
    bucket = bucket_of(member_id)
    # Written out: every view of the page asks it, and most people come before they said anything.
    sql = """
        SELECT w.opened_at IS NOT NULL AND w.closed_at IS NULL, r.member_id IS NOT NULL
        FROM reports_window w LEFT JOIN reports_report r
            ON r.bucket = %s AND r.release_id = w.release_id AND r.member_id = %s
        WHERE w.release_id = %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [bucket, member_id, release_id])
        is_open_now, is_said = cursor.fetchone() or (False, False)
    if not is_open_now:
        raise _not_open()
    return Report.objects.get(pk=(bucket, release_id, member_id)) if is_said else None


def _not_open() -> NotFound:
    return NotFound(
        gettext_noop("This report is not open. The page of this week says when the next one opens.")
    )


def may_fill(release_id: int, member_id: int, *, at: datetime) -> bool:
    """Whether this member's ring has the release."""
    window = Window.objects.filter(pk=release_id).first()
    if window is None:
        return False
    reached = releases.roll_out_of(release_id)
    is_team = products.is_team(window.product_id, member_id)
    asked = Asked(release_id, window.product_id, window.closes_at, (), (), reached)
    try:
        return bool(_standing(asked, member_id, is_team=is_team, at=at))
    except NotAllowed:
        return False


def has_filled(release_id: int, member_id: int) -> bool:
    """Whether this member has handed in the report of a release."""
    return Report.objects.filter(pk=(bucket_of(member_id), release_id, member_id)).exists()


def revision_of(release_id: int, member_id: int) -> int:
    """How often this member's report was handed in, with changes; 0 for never."""
    rows = Report.objects.filter(pk=(bucket_of(member_id), release_id, member_id))
    return rows.values_list("revision", flat=True).first() or 0


def own_cells(release_id: int, member_id: int) -> ReportCells | None:
    """What a member said in the report of a release, or None."""
    row = Report.objects.filter(pk=(bucket_of(member_id), release_id, member_id)).first()
    return _cells(row) if row else None


def _standing(asked: Asked, member_id: int, *, is_team: bool, at: datetime) -> Standing:
    ring = products.standing_in_ring(asked.product_id, member_id)
    if ring is None:
        if is_team:
            return Standing("everyone", is_team=True, device="", version="")
        raise NotAllowed(
            gettext_noop(
                "The report was not opened, because you are in no ring of this product. "
                "Choose one on its page; you can leave it at any time."
            )
        )
    # History that was opened by hand has no roll-out of its own: it is out for everybody.
    reached = {} if is_team else asked.reached
    key, device, version = ring
    if reached and not (key in reached and reached[key] <= at):
        raise NotAllowed(
            gettext_noop(
                "The report was not opened, because your ring has not got this release yet. "
                "Only those who can have used it are asked."
            )
        )
    return Standing(key, is_team=is_team, device=device, version=version)


class ReportRow(Protocol):
    """What the cells of a report are made of; a row of the table has it."""

    @property
    def bucket(self) -> int: ...  # noqa: D102 - columns of the table
    @property
    def release_id(self) -> int: ...  # noqa: D102
    @property
    def member_id(self) -> int: ...  # noqa: D102
    @property
    def mood(self) -> str: ...  # noqa: D102
    @property
    def untried(self) -> Sequence[int]: ...  # noqa: D102
    @property
    def best_id(self) -> int | None: ...  # noqa: D102
    @property
    def worst_id(self) -> int | None: ...  # noqa: D102
    @property
    def wanted_item_id(self) -> int | None: ...  # noqa: D102
    @property
    def has_wanted_words(self) -> bool: ...  # noqa: D102


def cells_of_rows(rows: Sequence[ReportRow]) -> dict[tuple[int, int, int], ReportCells]:
    """{key of a row: what was said in it}, in two queries for any number of rows."""
    chosen = {one for row in rows for one in (row.best_id, row.worst_id) if one is not None}
    authors = {row.member_id for row in rows}
    words = remarks.cell_words_of(authors, "change", chosen) if chosen else {}
    wanting = [row for row in rows if row.has_wanted_words]
    if wanting:
        releases_wanting = {row.release_id for row in wanting}
        words |= remarks.cell_words_of(
            {row.member_id for row in wanting}, "release", releases_wanting
        )
    return {
        (row.bucket, row.release_id, row.member_id): ReportCells(
            mood=row.mood,
            best=row.best_id,
            worst=row.worst_id,
            untried=tuple(row.untried),
            wanted_item=row.wanted_item_id,
            wanted=words.get((row.member_id, "wanted", row.release_id), ""),
            why_best=words.get((row.member_id, "why_best", row.best_id or 0), ""),
            why_worst=words.get((row.member_id, "why_worst", row.worst_id or 0), ""),
        )
        for row in rows
    }


def _cells(row: Report) -> ReportCells:
    (cells,) = cells_of_rows([row]).values()
    return cells

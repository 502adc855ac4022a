"""One member's own screen and cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.reports.models import Report, Window
from canyu.reports.rules import ReportCells, Screen, bucket_of, is_open, screen_for
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


def report_page_for(release_id: int, member_id: int, *, at: datetime) -> ReportPage:
    """The screen of one member and a token to answer with.

    Raises `NotFound` where there is no open report, `NotAllowed` where the member's ring has
    not got the release. People of the team may always fill it; they are counted apart.
    """
    window = Window.objects.filter(pk=release_id).first()
    if window is None or not is_open(window.opened_at, window.closed_at):
        raise NotFound(
            gettext_noop(
                "This report is not open. The page of this week says when the next one opens."
            )
        )
    standing = _standing(window, member_id, at)
    before = Report.objects.filter(pk=(bucket_of(member_id), release_id, member_id)).first()
    screen = (
        Screen(before.screen, tuple(before.shown))
        if before
        else screen_for(
            window.change_ids, key=signing_key(), release_id=release_id, member_id=member_id
        )
    )
    token = ReportToken(
        release_id=release_id,
        member_id=member_id,
        ring_key=standing.ring_key,
        screen=screen.number,
        shown=screen.shown,
        expires_at=max(window.closes_at, at) + GRACE,
        is_team=standing.is_team,
        device=standing.device,
        version=standing.version,
    )
    return ReportPage(
        token=seal_token(token, key=signing_key()),
        shown=screen.shown,
        n_judged=len(window.change_ids),
        plan_item_ids=tuple(window.plan_item_ids),
        revision=before.revision if before else 0,
        cells=_cells(before) if before else ReportCells(),
    )


def may_fill(release_id: int, member_id: int, *, at: datetime) -> bool:
    """Whether this member's ring has the release."""
    window = Window.objects.filter(pk=release_id).first()
    try:
        return window is not None and bool(_standing(window, member_id, at))
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


def _standing(window: Window, member_id: int, at: datetime) -> Standing:
    ring = products.ring_of(window.product_id, member_id)
    is_team = products.is_team(window.product_id, member_id)
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
    reached = {} if is_team else releases.roll_out_of(window.pk)
    if reached and not (ring.key in reached and reached[ring.key] <= at):
        raise NotAllowed(
            gettext_noop(
                "The report was not opened, because your ring has not got this release yet. "
                "Only those who can have used it are asked."
            )
        )
    return Standing(ring.key, is_team=is_team, device=ring.device, version=ring.version)


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

"""Reading report windows, one's own report, tallies and repairs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.reports.models import Repair, Report, Tally, Window
from canyu.reports.rules import ReportCells, Screen, bucket_of, is_open, screen_for
from canyu.reports.tally import (
    ChangeFigures,
    Figures,
    MoodFigures,
    RingFigures,
    Share,
    WantedFigures,
)
from canyu.reports.tokens import ReportToken, seal_token, signing_key

GRACE = timedelta(days=1)


@dataclass(frozen=True)
class WindowView:
    """When the report of a release opens and closes, and how many have filled it.

    `state` is "scheduled", "open" or "closed". Turnout is all that is told before the close:
    `n_reports` people, of `n_eligible` members whose ring has the release.
    """

    release_id: int
    product_id: int
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    state: str
    n_reports: int
    n_eligible: int
    change_ids: tuple[int, ...]


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
class TallyView:
    """The tally of a closed release; `n_exposed` is None where the product told nothing."""

    release_id: int
    product_id: int
    at: datetime
    figures: Figures
    n_exposed: int | None


@dataclass(frozen=True)
class RepairStepView:
    """One step of a repair."""

    id: int
    text: Mapping[str, str]
    done_at: datetime | None


@dataclass(frozen=True)
class RepairView:
    """A repair. `state` is "private", "answered" or "done"; `kind` is "mend" or "keep"."""

    id: int
    product_id: int
    release_id: int
    change_id: int
    state: str
    kind: str
    p_last: float
    hurt: Mapping[str, str]
    answer: Mapping[str, str]
    due_on: date | None
    opened_at: datetime
    answered_at: datetime | None
    answered_by_id: int | None
    done_at: datetime | None
    steps: tuple[RepairStepView, ...]

    def is_late(self, today: date) -> bool:
        """Whether what was promised is past its day."""
        return self.due_on is not None and self.done_at is None and today > self.due_on


def window_of(release_id: int) -> WindowView | None:
    """The report window of a release, or None where it has none."""
    row = Window.objects.filter(pk=release_id).first()
    return _window(row) if row else None


def current_window(product_id: int) -> WindowView | None:
    """The window that matters now: the open one, else the next, else the last closed."""
    rows = Window.objects.filter(product_id=product_id)
    row = (
        rows.filter(opened_at__isnull=False, closed_at__isnull=True).order_by("-opens_at").first()
        or rows.filter(opened_at__isnull=True).order_by("-opens_at").first()
        or rows.order_by("-closed_at").first()
    )
    return _window(row) if row else None


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
    ring_key = _ring_with_release(window, member_id, at)
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
        ring_key=ring_key,
        screen=screen.number,
        shown=screen.shown,
        expires_at=max(window.closes_at, at) + GRACE,
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
        return window is not None and bool(_ring_with_release(window, member_id, at))
    except NotAllowed:
        return False


def has_filled(release_id: int, member_id: int) -> bool:
    """Whether this member has handed in the report of a release."""
    return Report.objects.filter(pk=(bucket_of(member_id), release_id, member_id)).exists()


def own_cells(release_id: int, member_id: int) -> ReportCells | None:
    """What a member said in the report of a release, or None."""
    row = Report.objects.filter(pk=(bucket_of(member_id), release_id, member_id)).first()
    return _cells(row) if row else None


def tally_of(release_id: int) -> TallyView | None:
    """The tally of a release, or None as long as its report is not closed."""
    row = Tally.objects.filter(pk=release_id).first()
    return _tally(row) if row else None


def latest_tally(product_id: int) -> TallyView | None:
    """The tally that was written last."""
    row = Tally.objects.filter(product_id=product_id).order_by("-at", "-release_id").first()
    return _tally(row) if row else None


def tallied_release_ids(product_id: int, *, limit: int = 60) -> list[int]:
    """Releases with a tally, the last closed first."""
    rows = Tally.objects.filter(product_id=product_id).order_by("-at", "-release_id")
    return list(rows.values_list("release_id", flat=True)[:limit])


def repair_of(repair_id: int, *, viewer_id: int | None) -> RepairView:
    """One repair; private ones only for the change's makers and the owners, else `NotFound`."""
    row = Repair.objects.filter(pk=repair_id).prefetch_related("steps").first()
    if row is None or not (row.answered_at or _may_see_private(row, viewer_id)):
        raise NotFound(gettext_noop("There is no such repair, or it has not been answered yet."))
    return _repair(row)


def repairs_of_release(release_id: int, *, viewer_id: int | None) -> list[RepairView]:
    """The repairs that a release led to, as far as this person may see them."""
    rows = Repair.objects.filter(release_id=release_id).prefetch_related("steps").order_by("id")
    return [_repair(row) for row in rows if row.answered_at or _may_see_private(row, viewer_id)]


def latest_repair(product_id: int) -> RepairView | None:
    """The public repair that was opened last."""
    rows = Repair.objects.filter(product_id=product_id, answered_at__isnull=False)
    row = rows.prefetch_related("steps").order_by("-opened_at", "-id").first()
    return _repair(row) if row else None


def repairs_owed_by(member_id: int, product_id: int) -> list[RepairView]:
    """Repairs that this member may answer and that nobody has answered yet, or are not done."""
    rows = Repair.objects.filter(product_id=product_id).filter(
        Q(answered_at__isnull=True) | Q(done_at__isnull=True)
    )
    return [
        _repair(row)
        for row in rows.prefetch_related("steps").order_by("opened_at")
        if _may_see_private(row, member_id)
    ]


def reports_of_member(member_id: int) -> list[dict[str, object]]:
    """Every report of one person with its words, for their own export."""
    rows = Report.objects.filter(bucket=bucket_of(member_id), member_id=member_id)
    return [
        {
            "release_id": row.release_id,
            "mood": row.mood,
            "liked_most": row.best_id,
            "liked_least": row.worst_id,
            "wanted_item": row.wanted_item_id,
            "shown": row.shown,
            "untried": row.untried,
            "filled_at": row.filled_at.isoformat(),
        }
        for row in rows.order_by("filled_at")
    ]


def report_rows(release_id: int) -> Iterable[Mapping[str, Any]]:
    """The raw reports of a closed release, for export by the product's operator."""
    rows = Report.objects.filter(release_id=release_id).order_by("bucket", "member_id")
    return rows.values(
        "member_id",
        "ring_key",
        "mood",
        "shown",
        "untried",
        "best_id",
        "worst_id",
        "wanted_item_id",
        "filled_at",
        "changed_at",
    ).iterator(chunk_size=2000)


def judged_keys(release_id: int) -> dict[int, str]:
    """{change id: key in exchange files} of the judged changes of a release.

    A change that came with a hotfix carries that hotfix's version before its key.
    """
    window = Window.objects.filter(pk=release_id).first()
    changes = releases.changes_by_id(window.change_ids) if window else {}
    return {
        change.id: (
            change.key if change.release_id == release_id else f"{change.version}:{change.key}"
        )
        for change in changes.values()
    }


def words_of_release(release_id: int, change_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """{member id: {role: words}} of the cells of one release, for export by the operator."""
    words: dict[int, dict[str, str]] = {}
    for kind, ids in (("change", list(change_ids)), ("release", [release_id])):
        for author_id, role, text in remarks.cell_words_with_authors(kind, ids):
            words.setdefault(author_id, {})[role] = text
    return words


def figures_from_json(data: Mapping[str, Any]) -> Figures:
    """Read figures back from the form in which a tally stores them."""
    return Figures(
        **{
            **data,
            "changes": tuple(_change_figures(one) for one in data["changes"]),
            "ties": tuple(tuple(run) for run in data["ties"]),
            "not_ruled_out": tuple(data["not_ruled_out"]),
            "rings": tuple(
                RingFigures(
                    **{**one, "changes": tuple(_change_figures(each) for each in one["changes"])}
                )
                for one in data["rings"]
            ),
            "moods": tuple(
                MoodFigures(one["mood"], Share(**one["share"])) for one in data["moods"]
            ),
            "wanted": tuple(
                WantedFigures(one["item_id"], Share(**one["share"])) for one in data["wanted"]
            ),
            "team": tuple(_change_figures(one) for one in data["team"]),
        }
    )


def _change_figures(data: Mapping[str, Any]) -> ChangeFigures:
    return ChangeFigures(**{**data, "best": Share(**data["best"]), "worst": Share(**data["worst"])})


def _ring_with_release(window: Window, member_id: int, at: datetime) -> str:
    ring = products.ring_of(window.product_id, member_id)
    is_team = products.is_team(window.product_id, member_id)
    if ring is None and is_team:
        return "everyone"
    if ring is None:
        raise NotAllowed(
            gettext_noop(
                "The report was not opened, because you are in no ring of this product. "
                "Choose one on its page; you can leave it at any time."
            )
        )
    # History that was opened by hand has no roll-out of its own: it is out for everybody.
    reached = releases.roll_out_of(window.pk)
    if not is_team and reached and not (ring.key in reached and reached[ring.key] <= at):
        raise NotAllowed(
            gettext_noop(
                "The report was not opened, because your ring has not got this release yet. "
                "Only those who can have used it are asked."
            )
        )
    return ring.key


def _window(row: Window) -> WindowView:
    state = "scheduled"
    if row.opened_at is not None:
        state = "closed" if row.closed_at is not None else "open"
    counted = state != "scheduled"
    return WindowView(
        release_id=row.pk,
        product_id=row.product_id,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        state=state,
        n_reports=(
            Report.objects.filter(release_id=row.pk, is_team=False).count() if counted else 0
        ),
        n_eligible=_n_eligible(row) if counted else 0,
        change_ids=tuple(row.change_ids),
    )


def _n_eligible(row: Window) -> int:
    reached = releases.roll_out_of(row.pk)
    by_ring = products.n_ring_members(row.product_id)
    return sum(n for key, n in by_ring.items() if not reached or key in reached)


def _cells(row: Report) -> ReportCells:
    ids = [one for one in (row.best_id, row.worst_id) if one is not None]
    words = remarks.cell_words_by(row.member_id, "change", ids) if ids else {}
    wanted = (
        remarks.cell_words_by(row.member_id, "release", [row.release_id])
        if row.has_wanted_words
        else {}
    )
    return ReportCells(
        mood=row.mood,
        best=row.best_id,
        worst=row.worst_id,
        untried=tuple(row.untried),
        wanted_item=row.wanted_item_id,
        wanted=wanted.get((row.release_id, "wanted"), ""),
        why_best=words.get((row.best_id, "why_best"), "") if row.best_id else "",
        why_worst=words.get((row.worst_id, "why_worst"), "") if row.worst_id else "",
    )


def _tally(row: Tally) -> TallyView:
    release = releases.release_by_id(row.release_id)
    told = products.exposure_of(row.product_id, release.version)
    return TallyView(
        release_id=row.release_id,
        product_id=row.product_id,
        at=row.at,
        figures=figures_from_json(row.figures),
        n_exposed=max_week(told),
    )


def max_week(told: Iterable[Any]) -> int | None:
    """People who had a version: the fullest week's sum over rings and devices, None if untold."""
    weeks: dict[date, int] = {}
    for row in told:
        weeks[row.week] = weeks.get(row.week, 0) + row.n_people
    return max(weeks.values()) if weeks else None


def _may_see_private(row: Repair, viewer_id: int | None) -> bool:
    if viewer_id is None or not products.is_team(row.product_id, viewer_id):
        return False
    return (
        products.is_owner(row.product_id, viewer_id)
        or viewer_id in releases.change_of(row.change_id).maker_ids
    )


def _repair(row: Repair) -> RepairView:
    state = "private" if row.answered_at is None else "answered"
    return RepairView(
        id=row.pk,
        product_id=row.product_id,
        release_id=row.release_id,
        change_id=row.change_id,
        state="done" if row.done_at else state,
        kind=row.kind,
        p_last=row.p_last,
        hurt=row.hurt,
        answer=row.answer,
        due_on=row.due_on,
        opened_at=row.opened_at,
        answered_at=row.answered_at,
        answered_by_id=row.answered_by_id,
        done_at=row.done_at,
        steps=tuple(
            RepairStepView(step.pk, step.text, step.done_at)
            for step in sorted(row.steps.all(), key=lambda step: step.place)
        ),
    )

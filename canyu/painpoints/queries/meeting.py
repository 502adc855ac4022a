"""What there is to decide at the product meeting of a week: the same for its page and programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from canyu.painpoints.models import Cap
from canyu.painpoints.queries.pains import PointView, n_suggested, points_of
from canyu.painpoints.rules import USUAL_CAP, monday_of
from canyu.plan import queries as plan
from canyu.plan.queries import PlanItemView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.reports import queries as reports
from canyu.reports.queries import RepairView

OPEN = frozenset({"noticed", "digging", "planned", "back"})
TO_DECIDE = frozenset({"noticed", "digging", "back"})
N_PAINS = 6
N_RISING = 4
N_WANTED = 5
N_HURT = 3
N_NOES = 6
SOON = timedelta(days=14)
LATELY = timedelta(weeks=12)


@dataclass(frozen=True)
class Hurt:
    """A change of the last release that was liked least, and what is done about it."""

    change: ChangeView
    n_worst: int
    n_shown: int
    repair: RepairView | None


@dataclass(frozen=True)
class Wanted:
    """An item of the plan that reports wanted next, and the share (0 to 1) that did."""

    item: PlanItemView
    share: float


@dataclass(frozen=True)
class No:
    """What was said no to, and why: by language, or as one wrote it."""

    name: Mapping[str, str]
    reason: Mapping[str, str] | str
    on: date | None


@dataclass(frozen=True)
class LastRelease:
    """What the last release that was tallied said."""

    release: ReleaseView | None = None
    wanted: Sequence[Wanted] = ()
    hurt: Sequence[Hurt] = ()


@dataclass(frozen=True)
class Meeting:
    """One page for one hour."""

    week: date
    by_voices: Sequence[PointView]
    rising: Sequence[PointView]
    to_decide: Sequence[PointView]
    n_suggested: int
    last: LastRelease
    due: Sequence[PlanItemView]
    verified: Sequence[PointView]
    at_work: Sequence[PlanItemView]
    cap: int
    noes: Sequence[No]

    @property
    def is_full(self) -> bool:
        """Whether one must be finished before another is begun."""
        return len(self.at_work) >= self.cap


def meeting_of(product_id: int, *, viewer_id: int, at: datetime) -> Meeting:
    """Everything on the table this week, for somebody of the team."""
    items = plan.plan_of(product_id, today=at.date())
    # What was said no to stands among the noes; it would be decided again and again.
    noes = {one.id for one in items if one.state == "declined"}
    points = [one for one in points_of(product_id) if one.plan_item_id not in noes]
    by_voices = [one for one in points if one.state in OPEN]
    return Meeting(
        week=monday_of(at.date()),
        by_voices=by_voices[:N_PAINS],
        rising=_rising(points),
        to_decide=[one for one in by_voices if one.state in TO_DECIDE][:N_PAINS],
        n_suggested=n_suggested(product_id),
        last=_last_release(product_id, viewer_id, items),
        due=_due(items, at.date()),
        verified=_verified(points, at),
        at_work=[one for one in items if one.state == "doing"],
        cap=cap_of(product_id),
        noes=_noes(items, product_id),
    )


def cap_of(product_id: int) -> int:
    """Return how much a team lets itself have in work at once."""
    row = Cap.objects.filter(product_id=product_id).first()
    return row.most_at_once if row is not None else USUAL_CAP


def _rising(points: list[PointView]) -> list[PointView]:
    rising = [one for one in points if one.rise > 0]
    return sorted(rising, key=lambda one: (-one.rise, one.id))[:N_RISING]


def _verified(points: list[PointView], at: datetime) -> list[PointView]:
    """What the asking says since the last releases, the latest first."""
    since = at - LATELY
    told = [
        one
        for one in points
        if one.shipped_at is not None and one.shipped_at >= since and one.answer
    ]
    return sorted(told, key=lambda one: one.shipped_at or since, reverse=True)[:N_PAINS]


def _due(items: list[PlanItemView], today: date) -> list[PlanItemView]:
    due = [
        one
        for one in items
        if one.state in {"planned", "doing"} and one.due_on and one.due_on <= today + SOON
    ]
    return sorted(due, key=lambda one: (one.due_on or today, one.id))


def _noes(items: list[PlanItemView], product_id: int) -> list[No]:
    declined = [
        No(one.title, one.reason, one.changed_at.date()) for one in items if one.state == "declined"
    ]
    dismissed = [
        No(one.name, one.reason, one.decided_at.date() if one.decided_at else None)
        for one in points_of(product_id, standing="dismissed")
    ]
    found = [*declined, *dismissed]
    return sorted(found, key=lambda one: one.on or date.min, reverse=True)[:N_NOES]


def _last_release(product_id: int, viewer_id: int, items: list[PlanItemView]) -> LastRelease:
    tally = reports.latest_tally(product_id)
    if tally is None:
        return LastRelease()
    figures = tally.figures
    by_id = {one.id: one for one in items}
    wanted = [
        Wanted(by_id[one.item_id], one.share.share)
        for one in figures.wanted
        if one.item_id in by_id
    ]
    worst = sorted(figures.changes, key=lambda one: (-one.n_worst, one.change_id))[:N_HURT]
    changes = releases.changes_by_id(one.change_id for one in worst)
    repairs = {
        one.change_id: one
        for one in reports.repairs_of_release(tally.release_id, viewer_id=viewer_id)
    }
    hurt = [
        Hurt(changes[one.change_id], one.n_worst, one.n_shown, repairs.get(one.change_id))
        for one in worst
        if one.n_worst and one.change_id in changes
    ]
    return LastRelease(
        release=releases.release_by_id(tally.release_id),
        wanted=sorted(wanted, key=lambda one: (-one.share, one.item.id))[:N_WANTED],
        hurt=hurt,
    )

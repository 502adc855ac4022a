"""When a report is open, and how many have filled it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Sum

from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.reports.models import Count, Tally, Window


@dataclass(frozen=True)
class WindowView:
    """When the report of a release opens and closes, and how many have filled it.

    `state` is "scheduled", "open" or "closed"; one that `is_being_counted` is closed, and its tally
    comes in a moment. Turnout is all that is told before the close: `n_reports` people, of
    `n_eligible` members whose ring gets the release before the close; people of the team are in
    neither.
    """

    release_id: int
    product_id: int
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    state: str
    n_reports: int
    told_eligible: int | None
    change_ids: tuple[int, ...]
    is_being_counted: bool = False

    @property
    def n_eligible(self) -> int:
        """Asked of the store while it is open, since it costs more the more members there are."""
        return n_eligible_of(self.release_id) if self.told_eligible is None else self.told_eligible


def window_of(release_id: int) -> WindowView | None:
    """The report window of a release, or None where it has none."""
    row = _with_tallies().filter(pk=release_id).first()
    return _window(row) if row else None


def is_open(release_id: int) -> bool:
    """Whether the report of a release is open."""
    rows = Window.objects.filter(pk=release_id, opened_at__isnull=False, closed_at__isnull=True)
    return rows.exists()


def current_window(product_id: int) -> WindowView | None:
    """The window that matters now: the open one, else the next, else the last closed."""
    rows = _with_tallies().filter(product_id=product_id)
    row = (
        rows.filter(opened_at__isnull=False, closed_at__isnull=True).order_by("-opens_at").first()
        # One that never opened, though its hours went by, stands behind those that did.
        or rows.order_by("-opens_at").first()
    )
    return _window(row) if row else None


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


def uncounted() -> "QuerySet[Window]":
    """Windows of the reports that are closed and have no tally yet."""
    rows = Window.objects.filter(opened_at__isnull=False, closed_at__isnull=False)
    return rows.filter(~Exists(Tally.objects.filter(release_id=OuterRef("release_id"))))


def _with_tallies() -> "QuerySet[Window]":
    """All windows, each with `is_tallied`, in the same query."""
    tally = Tally.objects.filter(release_id=OuterRef("release_id"))
    return Window.objects.annotate(is_tallied=Exists(tally))


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
        n_reports=n_filled(row.pk) if counted else 0,
        told_eligible=row.n_eligible if counted else 0,
        change_ids=tuple(row.change_ids),
        is_being_counted=state == "closed" and not vars(row)["is_tallied"],
    )


def n_filled(release_id: int) -> int:
    """How many people filled a report, those of the team apart; costs the same for any number."""
    counts = Count.objects.filter(release_id=release_id, kind="reports", key__endswith="|0")
    return counts.aggregate(n=Sum("n"))["n"] or 0


def n_eligible_of(release_id: int) -> int:
    """How many members could answer now: people of rings that have the release, the team apart."""
    return _n_eligible(Window.objects.get(pk=release_id))


def _n_eligible(row: Window) -> int:
    return sum(_by_ring(row).values())


def n_eligible_by_ring(release_id: int) -> dict[str, int]:
    """{ring key: members who could answer now}, the team apart; only of rings that have it."""
    return _by_ring(Window.objects.get(pk=release_id))


def _by_ring(row: Window) -> dict[str, int]:
    reached = releases.roll_out_of(row.pk)
    n_by_ring = Counter(products.n_ring_members(row.product_id))
    team = products.team_member_ids(row.product_id)
    n_by_ring.subtract(products.ring_keys_of_members(row.product_id, team).values())
    return {
        key: n
        for key, n in n_by_ring.items()
        if not reached or (key in reached and reached[key] <= row.closes_at)
    }

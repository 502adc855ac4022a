"""After the change: whether the asking stopped."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.events import shown_of_product
from canyu.painpoints.events import PainVerified
from canyu.painpoints.models import Point
from canyu.painpoints.queries.heard import voices_in_point, voices_in_points
from canyu.painpoints.queries.history import (
    Weeks,
    dispersion_of,
    evidence_of,
    others_askers,
    weeks_of,
)
from canyu.painpoints.rules import monday_of, state_after
from canyu.painpoints.services.rows import move
from canyu.releases import queries as releases
from canyu.textmine.rates import weekly_voices
from canyu.textmine.verified import MOST_WEEKS_BEFORE, History, Ratio, Verified, verify

A_WEEK = timedelta(weeks=1)
MOST_NEAR = 10


def verify_due(*, at: datetime) -> int:
    """Look again at what shipped, once for each whole week; return at how many."""
    monday = monday_of(at.date())
    rows = Point.objects.filter(standing="accepted", shipped_at__isnull=False)
    due = [
        (point.product_id, point.pk)
        for point in rows.order_by("product_id", "id")
        if point.verified_at is None or point.verified_at.date() < monday
    ]
    spread: dict[int, float] = {}
    for product_id, point_id in due:
        if product_id not in spread:
            spread[product_id] = dispersion_of(product_id, at=at)
        _verify(point_id, spread[product_id], at)
    return len(due)


@transaction.atomic
def _verify(point_id: int, dispersion: float, at: datetime) -> None:
    point = Point.objects.select_for_update(no_key=True).get(pk=point_id)
    if point.shipped_at is None or point.first_at is None:
        return
    out_on = _out_everywhere_on(point).date()
    weeks = weeks_of(
        voices_in_point(point_id),
        point.product_id,
        at=at,
        since=monday_of(out_on) - MOST_WEEKS_BEFORE * A_WEEK,
    )
    weeks = _since_heard(weeks, point)
    point.verified_at = at
    if monday_of(out_on) in weeks.mondays:
        found = _found(point, weeks, weeks.mondays.index(monday_of(out_on)), dispersion)
        _write(point, found, weeks, at)
    point.save()
    journal.mark_changed(shown_of_product(point.product_id))


def _found(point: Point, weeks: Weeks, shipped: int, dispersion: float) -> Verified:
    claimed = None
    if point.claimed_at is not None:
        last = monday_of(point.claimed_at.date()) - A_WEEK
        claimed = weeks.mondays.index(last) if last in weeks.mondays else None
    return verify(
        History(weeks.askers, shipped, weeks.people if weeks.is_told else None),
        dispersion=dispersion,
        claimed_at=claimed,
        others=others_askers(point.product_id, evidence_of(point.pk), weeks.mondays),
        near=_near(point, weeks),
    )


def _write(point: Point, found: Verified, weeks: Weeks, at: datetime) -> None:
    point.figures = {
        "ratio": _figures(found.ratio),
        "back": _figures(found.back),
        "with_the_rest": found.with_the_rest,
        "rose": found.rose,
        "near": list(found.near),
        "n_weeks": len(weeks.mondays),
    }
    if found.answer in {"gone", "less"} and point.claimed_at is None:
        point.claimed_at = at
    elif found.answer == "came back":
        point.claimed_at = None
    if found.answer == point.answer:
        return
    # What came back stays so until something answers it again.
    if point.answer == "came back" and found.answer != "gone":
        return
    point.answer = found.answer
    move(point, state_after(found.answer, point.state), at)
    journal.publish(
        PainVerified(at=at, point_id=point.pk, product_id=point.product_id, answer=found.answer)
    )


def _figures(ratio: Ratio | None) -> dict[str, float | int | bool] | None:
    return None if ratio is None else asdict(ratio)


def _out_everywhere_on(point: Point) -> datetime:
    """Return when the last ring got what answers it: the weeks after that are compared."""
    shipped_at = point.shipped_at
    if shipped_at is None:
        msg = f"Pain point {point.pk} has not shipped."
        raise ValueError(msg)
    if point.change_id is None:
        return shipped_at
    release_id = releases.change_of(point.change_id).release_id
    return max([shipped_at, *releases.roll_out_of(release_id).values()])


def _since_heard(weeks: Weeks, point: Point) -> Weeks:
    """Leave out the weeks until the first asker's: that one holds somebody because it was chosen.

    Before it nobody can tell whether there was anything to ask about.
    """
    first = monday_of((point.first_at or point.found_at).date())
    kept = [at for at, monday in enumerate(weeks.mondays) if monday > first]
    return Weeks(
        tuple(weeks.mondays[at] for at in kept),
        tuple(weeks.askers[at] for at in kept),
        tuple(weeks.people[at] for at in kept),
    )


def _near(point: Point, weeks: Weeks) -> dict[int, tuple[int, ...]]:
    """Return what is asked beside it in its area: the trouble may have moved there."""
    if point.area_id is None or not weeks.mondays:
        return {}
    rows = Point.objects.filter(
        product_id=point.product_id,
        area_id=point.area_id,
        standing__in=("accepted", "suggested"),
    ).exclude(pk=point.pk)
    ids = list(rows.order_by("-n_voices", "id").values_list("id", flat=True)[:MOST_NEAR])
    first_day = weeks.mondays[0].toordinal()
    return {
        number: tuple(
            int(one)
            for one in weekly_voices(found.asked(), first_day=first_day, n_weeks=len(weeks.mondays))
        )
        for number, found in voices_in_points(ids).items()
    }

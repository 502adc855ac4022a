"""How many asked, week by week, and what there is to divide by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from canyu.painpoints.models import Evidence, Point, Wording
from canyu.painpoints.queries.heard import voices_in_points
from canyu.painpoints.rules import monday_of
from canyu.painpoints.voices import Voices
from canyu.products import queries as products
from canyu.textmine.rates import USUAL_DISPERSION, pooled_dispersion, weekly_voices

A_WEEK = timedelta(weeks=1)
MOST_WEEKS = 104
MOST_POOLED = 200


@dataclass(frozen=True)
class Weeks:
    """Whole weeks in order: their Mondays, and the askers of each; the running week is not one."""

    mondays: tuple[date, ...]
    askers: tuple[int, ...]
    people: tuple[int | None, ...]
    """How many people had the product, where somebody told."""

    @property
    def is_told(self) -> bool:
        """Whether the number of people is known in any week."""
        return any(self.people)


def weeks_of(voices: Voices, product_id: int, *, at: datetime, since: date) -> Weeks:
    """The weeks of one pain point from the week of `since` on, at most two years."""
    mondays = mondays_until(since, at)
    counts = weekly_voices(
        voices.asked(), first_day=mondays[0].toordinal() if mondays else 0, n_weeks=len(mondays)
    )
    people = products.people_by_week(product_id)
    return Weeks(
        mondays, tuple(int(one) for one in counts), tuple(people.get(one) for one in mondays)
    )


def mondays_until(since: date, at: datetime) -> tuple[date, ...]:
    """The Mondays of the whole weeks from that of a day on, up to a moment."""
    this = monday_of(at.date())
    first = max(monday_of(since), this - MOST_WEEKS * A_WEEK)
    return tuple(first + n * A_WEEK for n in range((this - first) // A_WEEK))


def others_askers(
    product_id: int, without: Collection[int], mondays: tuple[date, ...]
) -> tuple[int, ...]:
    """How many people asked for anything else, in these weeks."""
    rows = Wording.objects.filter(product_id=product_id, is_gone=False).exclude(pk__in=without)
    asked = [
        (at.date().toordinal(), member_id)
        for member_id, at in rows.filter(at__date__gte=mondays[0]).values_list("member_id", "at")
    ]
    counts = weekly_voices(asked, first_day=mondays[0].toordinal(), n_weeks=len(mondays))
    return tuple(int(one) for one in counts)


def dispersion_of(product_id: int, *, at: datetime) -> float:
    """How much weeks scatter beyond chance, over all pain points of a product, before shipping."""
    points = Point.objects.filter(
        product_id=product_id, standing__in=("suggested", "accepted"), first_at__isnull=False
    ).order_by("id")[:MOST_POOLED]
    known = {point.pk: point for point in points}
    found = voices_in_points(list(known))
    series, people = [], []
    for point_id, voices in found.items():
        point = known[point_id]
        first_at = point.first_at or at
        weeks = weeks_of(voices, product_id, at=point.shipped_at or at, since=first_at.date())
        series.append([float(one) for one in weeks.askers])
        people.append([float(one or 0) for one in weeks.people])
    if not series:
        return USUAL_DISPERSION
    is_told = any(any(row) for row in people)
    return pooled_dispersion(series, people if is_told else None)


def evidence_of(point_id: int) -> list[int]:
    """The wordings that a pain point stands on."""
    rows = Evidence.objects.filter(point_id=point_id).order_by("wording_id")
    return list(rows.values_list("wording_id", flat=True))

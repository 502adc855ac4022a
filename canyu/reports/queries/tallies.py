"""Tallies of closed releases."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.reports.figures import Figures, figures_from_json
from canyu.reports.models import Tally


@dataclass(frozen=True)
class TallyView:
    """The tally of a closed release; `n_exposed` is None where the product told nothing."""

    release_id: int
    product_id: int
    at: datetime
    figures: Figures
    n_exposed: int | None


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


def tallied_among(release_ids: Collection[int]) -> set[int]:
    """Those of these releases whose report is closed and counted; one query."""
    return set(Tally.objects.filter(pk__in=release_ids).values_list("pk", flat=True))


def tallied_after(release_id: int, *, limit: int) -> list[int]:
    """The next releases of all products with a tally, in the order of their ids."""
    rows = Tally.objects.filter(release_id__gt=release_id).order_by("release_id")
    return list(rows.values_list("release_id", flat=True)[:limit])


def max_week(told: Iterable[Any]) -> int | None:
    """People who had a version: the fullest week's sum over rings and devices, None if untold."""
    weeks: dict[date, int] = {}
    for row in told:
        weeks[row.week] = weeks.get(row.week, 0) + row.n_people
    return max(weeks.values()) if weeks else None


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

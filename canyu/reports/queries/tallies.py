"""Tallies of closed releases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.reports.models import Tally
from canyu.reports.tally import (
    ChangeFigures,
    Figures,
    MoodFigures,
    RingFigures,
    Share,
    WantedFigures,
)


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


def max_week(told: Iterable[Any]) -> int | None:
    """People who had a version: the fullest week's sum over rings and devices, None if untold."""
    weeks: dict[date, int] = {}
    for row in told:
        weeks[row.week] = weeks.get(row.week, 0) + row.n_people
    return max(weeks.values()) if weeks else None


def _change_figures(data: Mapping[str, Any]) -> ChangeFigures:
    return ChangeFigures(**{**data, "best": Share(**data["best"]), "worst": Share(**data["worst"])})


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

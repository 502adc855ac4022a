"""How changes were judged among the others of their weeks: runs of scores over the releases."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from canyu.reports.figures import Figures, figures_from_json
from canyu.reports.models import Tally
from canyu.reports.rules import FEWEST_TO_COMPARE, worth_of

MOST_WEEKS = 60


@dataclass(frozen=True)
class JudgedChange:
    """A change in the tally of a closed report.

    `worth` with its 95% interval is its score as a multiple of an even share: 1 where it is liked
    as much as the average of its week, 2 for twice that. All three are None where the report gave
    no scores: too few people judged, or fewer than three changes.
    """

    change_id: int
    release_id: int
    product_id: int
    closed_at: datetime
    n_judging: int
    n_changes: int
    worth: float | None
    low: float | None
    high: float | None


def judged_changes_in(
    product_ids: Collection[int], *, limit: int = MOST_WEEKS
) -> list[JudgedChange]:
    """Every change of the newest `limit` tallies of these products, the first closed first.

    One query. Within a report the changes come in the order of their ids, which ranks nobody.
    """
    rows = Tally.objects.filter(product_id__in=product_ids).order_by("-at", "-release_id")[:limit]
    return [
        one
        for row in reversed(list(rows))
        for one in sorted(
            _judged(row, figures_from_json(row.figures)), key=lambda one: one.change_id
        )
    ]


def _judged(row: Tally, figures: Figures) -> list[JudgedChange]:
    n_changes = len(figures.changes)
    is_scored = figures.is_enough and n_changes >= FEWEST_TO_COMPARE
    return [
        JudgedChange(
            change_id=one.change_id,
            release_id=row.release_id,
            product_id=row.product_id,
            closed_at=row.at,
            n_judging=figures.n_judging,
            n_changes=n_changes,
            worth=worth_of(one.score if is_scored else None, n_changes),
            low=worth_of(one.low if is_scored else None, n_changes),
            high=worth_of(one.high if is_scored else None, n_changes),
        )
        for one in figures.changes
    ]

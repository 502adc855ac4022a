"""What was chosen in closed reports: all together, and by some members. For who looks ahead."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from canyu.reports.figures import figures_from_json
from canyu.reports.models import Report, Tally
from canyu.reports.rules import bucket_of

MOST_WEEKS = 60


@dataclass(frozen=True)
class Chosen:
    """How many wanted each plan item next, and liked each change most, in one closed report."""

    release_id: int
    closed_at: datetime
    wanted: dict[int, int]
    liked: dict[int, int]


@dataclass(frozen=True)
class Choice:
    """What one member chose in one report."""

    release_id: int
    member_id: int
    ring_key: str
    wanted_id: int | None
    liked_id: int | None
    at: datetime


def chosen_in(product_id: int, *, limit: int = MOST_WEEKS) -> list[Chosen]:
    """The counts of the newest closed reports, the first closed first; one query."""
    rows = Tally.objects.filter(product_id=product_id).order_by("-at", "-release_id")[:limit]
    found = []
    for row in reversed(list(rows)):
        figures = figures_from_json(row.figures)
        found.append(
            Chosen(
                release_id=row.release_id,
                closed_at=row.at,
                wanted={one.item_id: one.share.n for one in figures.wanted},
                liked={one.change_id: one.n_best for one in figures.changes},
            )
        )
    return found


def choices_of(member_ids: Collection[int], release_ids: Collection[int]) -> list[Choice]:
    """What these members chose in these reports, those of the team left out.

    As many queries as buckets, whatever the number of members.
    """
    by_bucket: dict[int, list[int]] = defaultdict(list)
    for member_id in member_ids:
        by_bucket[bucket_of(member_id)].append(member_id)
    found = []
    for bucket, ids in sorted(by_bucket.items()):
        rows = Report.objects.filter(
            bucket=bucket, member_id__in=ids, release_id__in=release_ids, is_team=False
        ).order_by("release_id", "member_id")
        found += [
            Choice(*one)
            for one in rows.values_list(
                "release_id", "member_id", "ring_key", "wanted_item_id", "best_id", "changed_at"
            )
        ]
    return found

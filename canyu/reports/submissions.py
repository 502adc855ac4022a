"""A report on its way in, and what it adds to the counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from canyu.reports.rules import ReportCells
from canyu.reports.tokens import ReportToken

CountKey = tuple[str, str]
"""What is counted (see `KINDS`), and of which reports."""

KINDS = ("reports", "cells", "places", "hours", "moods", "wanted")


@dataclass(frozen=True)
class Submission:
    """What one member hands in, believed by its token.

    `edited` is the page's own order, milliseconds of the moment in which it was last changed: of
    two states of one report the newer stays, in whatever order they arrive. None takes this one
    for the newest. `base_revision` is the revision that the page showed; None does not ask.
    """

    told: ReportToken
    cells: ReportCells
    at: datetime
    edited: int | None = None
    base_revision: int | None = None


def counts_of(
    *,
    ring_key: str,
    is_team: bool,
    shown: Sequence[int],
    cells: ReportCells,
    filled_at: datetime,
) -> Counter[CountKey]:
    """Everything that one report is counted under; all its numbers are 1.

    Kinds, with the fields of their keys (joined by "|"):
    "reports" ring, team; "cells" ring, team, changes tried (ascending, by comma), best, worst, only
    where one is named; "places" team, how many were tried, "best" or "worst", place of it on the
    screen from 0; "hours" team, hour (UTC) of the first filling, best; "moods" ring, team, mood;
    "wanted" ring, team, plan item.
    """
    group = f"{ring_key}|{int(is_team)}"
    counts: Counter[CountKey] = Counter({("reports", group): 1})
    tried = [one for one in shown if one not in cells.untried]
    if cells.best is not None or cells.worst is not None:
        ids = ",".join(map(str, sorted(tried)))
        counts["cells", f"{group}|{ids}|{_text(cells.best)}|{_text(cells.worst)}"] = 1
    for role, chosen in (("best", cells.best), ("worst", cells.worst)):
        if chosen is not None:
            counts["places", f"{int(is_team)}|{len(tried)}|{role}|{tried.index(chosen)}"] = 1
    if cells.best is not None:
        hour = filled_at.astimezone(UTC).strftime("%Y-%m-%dT%H")
        counts["hours", f"{int(is_team)}|{hour}|{cells.best}"] = 1
    if cells.mood:
        counts["moods", f"{group}|{cells.mood}"] = 1
    if cells.wanted_item is not None:
        counts["wanted", f"{group}|{cells.wanted_item}"] = 1
    return counts


def _text(number: int | None) -> str:
    return "" if number is None else str(number)

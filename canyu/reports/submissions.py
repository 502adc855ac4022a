"""A report on its way in, and what it adds to the counts."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from msgspec import Struct

from canyu.reports.rules import ReportCells
from canyu.reports.tokens import ReportToken

CountKey = tuple[str, str]
"""What is counted (see `KINDS`), and of which reports."""

KINDS = ("reports", "cells", "places", "hours", "moods", "wanted")


class Submission(Struct, frozen=True):
    """What one member hands in, believed by its token.

    `edited` is the page's own order, milliseconds of the moment in which it was last changed: of
    two states of one report the newer stays, in whatever order they arrive. None takes this one
    for the newest. `base_revision` is the revision that the page showed; None does not ask.
    `is_checked` says that the cells are as `check_cells` returns them for what the token shows.
    """

    told: ReportToken
    cells: ReportCells
    at: datetime
    edited: int | None = None
    base_revision: int | None = None
    is_checked: bool = False


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
    return Counter(
        count_keys(
            ring_key=ring_key,
            is_team=is_team,
            shown=shown,
            untried=cells.untried,
            best=cells.best,
            worst=cells.worst,
            mood=cells.mood,
            wanted_item=cells.wanted_item,
            hour=hour_of(filled_at),
        )
    )


def count_keys(
    *,
    ring_key: str,
    is_team: bool,
    shown: Sequence[int],
    untried: Sequence[int],
    best: int | None,
    worst: int | None,
    mood: str,
    wanted_item: int | None,
    hour: str,
) -> list[CountKey]:
    """What one report is counted under, each key once; see `counts_of`."""
    team = 1 if is_team else 0
    whose = f"{ring_key}|{team}"
    keys: list[CountKey] = [("reports", whose)]
    if mood:
        keys.append(("moods", f"{whose}|{mood}"))
    if wanted_item is not None:
        keys.append(("wanted", f"{whose}|{wanted_item}"))
    if best is None and worst is None:
        return keys
    tried = tuple([one for one in shown if one not in untried]) if untried else tuple(shown)
    cells = f"{'' if best is None else best}|{'' if worst is None else worst}"
    keys.append(("cells", f"{whose}|{_ascending(tried)}|{cells}"))
    if best is not None:
        keys.append(("places", f"{team}|{len(tried)}|best|{tried.index(best)}"))
        keys.append(("hours", f"{team}|{hour}|{best}"))
    if worst is not None:
        keys.append(("places", f"{team}|{len(tried)}|worst|{tried.index(worst)}"))
    return keys


@lru_cache(maxsize=16_384)
def _ascending(ids: tuple[int, ...]) -> str:
    # A release has few screens, each in as many orders as there are.
    return ",".join(map(str, sorted(ids)))


def hour_of(moment: datetime) -> str:
    """The hour (UTC) of a moment, as its counts name it."""
    return _hour_text(int(moment.timestamp()) // 3600)


@lru_cache(maxsize=1024)
def _hour_text(hours: int) -> str:
    return datetime.fromtimestamp(hours * 3600, tz=UTC).strftime("%Y-%m-%dT%H")

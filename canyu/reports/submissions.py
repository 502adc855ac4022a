"""A report on its way in, and what it adds to the counts."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from msgspec import Struct

from canyu.reports.rules import ReportCells
from canyu.reports.tokens import ReportToken

CountKey = tuple[str, str]
"""What is counted (see `KINDS`), and of which reports."""

Mark = tuple[Any, ...]
"""The same before it is written out: a kind of `KINDS` and the fields of its key."""

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
    marks = marks_of(
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
    return Counter({count_key(mark): 1 for mark in marks})


def marks_of(
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
) -> list[Mark]:
    """What one report is counted under, each as its kind and the fields of its key.

    Equal marks have equal count keys. They are what is added up: of a million reports few differ
    in them, and only for those a key is written.
    """
    marks: list[Mark] = [("reports", ring_key, is_team)]
    if mood:
        marks.append(("moods", ring_key, is_team, mood))
    if wanted_item is not None:
        marks.append(("wanted", ring_key, is_team, wanted_item))
    if best is None and worst is None:
        return marks
    tried = [one for one in shown if one not in untried] if untried else shown
    marks.append(("cells", ring_key, is_team, tuple(sorted(tried)), best, worst))
    if best is not None:
        marks.append(("places", is_team, len(tried), "best", tried.index(best)))
        marks.append(("hours", is_team, hour, best))
    if worst is not None:
        marks.append(("places", is_team, len(tried), "worst", tried.index(worst)))
    return marks


def count_key(mark: Mark) -> CountKey:
    """The key under which the reports of this mark are counted."""
    return mark[0], "|".join([_TEXTS[type(field)](field) for field in mark[1:]])


def hour_of(moment: datetime) -> str:
    """The hour (UTC) of a moment, as its counts name it."""
    return _hour_text(int(moment.timestamp()) // 3600)


@lru_cache(maxsize=1024)
def _hour_text(hours: int) -> str:
    return datetime.fromtimestamp(hours * 3600, tz=UTC).strftime("%Y-%m-%dT%H")


_TEXTS: dict[type, Callable[[Any], str]] = {
    str: str,
    int: str,
    bool: lambda yes: str(int(yes)),
    tuple: lambda ids: ",".join(map(str, ids)),
    type(None): lambda _none: "",
}

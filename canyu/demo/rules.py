"""Where a journey in time leads, and how well an estimate agrees with the truth."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from canyu.demo.acts import FIRST_BATCH, Act

MOVES = ("friday", "open", "close", "next")
A_MOMENT = timedelta(minutes=5)


def moment_of(move: str, acts: Sequence[Act], *, now: datetime) -> datetime | None:
    """When a move leads to, always later than `now`; None where there is no such moment.

    "friday" leads to the next release, "open" and "close" to what is still ahead of the report
    of this week (from one release to the next), "next" to the open report of the next week.
    """
    friday = next((act.at for act in acts if is_weekly(act) and act.at > now), None)
    if move == "friday":
        return friday + A_MOMENT if friday else None
    if move == "next":
        return _first("open", acts, after=friday) if friday else None
    if move in {"open", "close"}:
        return _first(move, acts, after=now, before=friday)
    return None


def _first(
    what: str, acts: Sequence[Act], *, after: datetime, before: datetime | None = None
) -> datetime | None:
    for act in acts:
        if act.what == what and act.at > after and (before is None or act.at < before):
            # A little later: so that the first answers are in and the first figures stand.
            return act.at + A_MOMENT + (FIRST_BATCH if what == "open" else timedelta(0))
    return None


def is_weekly(act: Act) -> bool:
    """Whether a release of the train goes out."""
    return act.what == "publish" and not act.facts["is_hotfix"]


def version_at(acts: Sequence[Act], *, now: datetime) -> str:
    """The release of the train that is the newest by then; "" before the first."""
    told = [act for act in acts if is_weekly(act) and act.at <= now]
    return str(told[-1].facts["release"]["version"]) if told else ""


def ranks_of(values: Sequence[float]) -> list[float]:
    """Ranks from 1, the lowest first; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in order[start : end + 1]:
            ranks[place] = (start + end) / 2 + 1
        start = end + 1
    return ranks


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Spearman's rank correlation, -1 to 1; None for fewer than two or for constant values."""
    a, b = ranks_of(one), ranks_of(other)
    if len(a) < 2:
        return None
    mean = (len(a) + 1) / 2
    cross = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    spread = sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b)
    return cross / spread**0.5 if spread else None

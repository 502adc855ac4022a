"""Where a journey in time leads, and how well an estimate agrees with the truth."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from canyu.demo.acts import FIRST_BATCH, Act

MOVES = ("friday", "open", "close", "next")
A_MOMENT = timedelta(minutes=5)


def moment_of(move: str, acts: Sequence[Act], *, now: datetime) -> datetime | None:
    """When a move leads to, or None where the story has no such moment any more."""
    wanted = {"friday": "publish", "open": "open", "close": "close", "next": "open"}.get(move)
    earliest = now + timedelta(days=3) if move == "next" else now
    for act in acts:
        if act.what == wanted and not act.facts.get("is_hotfix") and act.at > earliest:
            # A little after: so that the first answers are in and the first figures stand.
            return act.at + (FIRST_BATCH + A_MOMENT if wanted == "open" else A_MOMENT)
    return None


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

"""Reports as the core takes them: rows of items, and how the screens showed them. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from canyu.bestworst import NOT_NAMED, NOT_SHOWN, Rows, make_rows
from canyu.bestworst import screen_size as size_of_screens
from canyu.reports.columns import NOTHING, Reports, coded, tried_of


@dataclass(frozen=True)
class Filled:
    """One report as the tally sees it; see `Reports` for what the fields say."""

    is_team: bool
    ring_key: str
    mood: str
    shown: tuple[int, ...]
    untried: tuple[int, ...]
    best: int | None
    worst: int | None
    wanted_item: int | None
    device: str = ""
    hour: int = 0
    joined_hour: int | None = None
    inviter_ids: tuple[int, ...] = ()


def reports_of(filled: Iterable[Filled]) -> Reports:
    """Return single reports as columns."""
    some = list(filled)
    shown = coded(tuple(map(int, one.shown)) for one in some)
    return Reports(
        is_team=np.array([one.is_team for one in some], dtype=np.bool_),
        ring=coded(one.ring_key for one in some),
        mood=coded(one.mood for one in some),
        device=coded(one.device for one in some),
        shown=shown,
        tried=tried_of(shown, coded(one.untried for one in some)),
        best=_ids(one.best for one in some),
        worst=_ids(one.worst for one in some),
        wanted=_ids(one.wanted_item for one in some),
        hour=_ids(one.hour for one in some),
        joined_hour=_ids(one.joined_hour for one in some),
        inviters=coded(one.inviter_ids for one in some),
    )


def _ids(values: Iterable[int | None]) -> NDArray[np.int64]:
    return np.array([NOTHING if one is None else one for one in values], dtype=np.int64)


def rows_for(reports: Reports, change_ids: Sequence[int]) -> Rows:
    """Return these reports, all of which compare, as rows: tried items in displayed order.

    Items are numbered as the changes come in `change_ids`. Raises ValueError for more changes
    than the core takes, and for a report on a change that is not among them.
    """
    used, place = np.unique(reports.tried.code, return_inverse=True)
    screens = [reports.tried.values[code] for code in used.tolist()]
    width = max(map(len, screens), default=1) or 1
    item_of = {change_id: item for item, change_id in enumerate(change_ids)}
    table = np.full((len(screens), width), NOT_SHOWN, dtype=np.int16)
    for row, screen in enumerate(screens):
        table[row, : len(screen)] = [_item(item_of, one) for one in screen]
    return make_rows(
        table[place],
        _items(reports.best, item_of),
        _items(reports.worst, item_of),
        n_items=len(change_ids),
    )


def _items(ids: NDArray[np.int64], item_of: dict[int, int]) -> NDArray[np.int16]:
    known, place = np.unique(ids, return_inverse=True)
    items = [NOT_NAMED if one == NOTHING else _item(item_of, one) for one in known.tolist()]
    return np.array(items, dtype=np.int16)[place]


def _item(item_of: dict[int, int], change_id: int) -> int:
    if change_id not in item_of:
        message = f"a report is about change {change_id}, must be about one of {list(item_of)}"
        raise ValueError(message)
    return item_of[change_id]


@dataclass(frozen=True)
class Exposed:
    """How the server's screens showed the changes.

    `reach` is the chance that a screen shows any one change; 1 where everybody saw all of them, or
    where the screens are not those of the server. `excess` says by how many people more than the
    design shows it each change was shown to.
    """

    reach: float
    excess: tuple[float, ...]


def exposed_on(reports: Reports, change_ids: Sequence[int]) -> Exposed:
    """Find out how screens were assigned from what was shown, the untried included.

    The cyclic design has as many screens as changes, all of one size. Reports that were brought
    in from elsewhere show other sets: then nothing is claimed of who could see what.
    """
    n_changes = len(change_ids)
    size = size_of_screens(n_changes) if n_changes >= 3 else n_changes  # noqa: PLR2004
    times = reports.shown.counts()
    sets = {frozenset(shown) for shown in times}
    is_assigned = len(sets) <= n_changes and all(len(one) == size for one in sets)
    if size == n_changes or not is_assigned:
        return Exposed(1.0, (0.0,) * n_changes)
    n_shown: Counter[int] = Counter()
    for shown, n in times.items():
        for one in shown:
            n_shown[one] += n
    expected = len(reports) * size / n_changes
    return Exposed(
        reach=size / n_changes,
        excess=tuple(max(0.0, n_shown[one] - expected) for one in change_ids),
    )

"""The column `shown`: screens as numbers, each different text taken apart once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst import MAX_ITEMS
from canyu.surveys.names import clipped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.surveys.faults import Faults

SEPARATOR = "|"


@dataclass(frozen=True, eq=False)
class Screens:
    """`items` by first appearance; `shown` (N, M) item numbers in displayed order, then -1.

    `sound` (N) says which rows have a screen that can be read.
    """

    items: tuple[str, ...]
    shown: NDArray[np.int64]
    sound: NDArray[np.bool_]


def read_screens(texts: list[str], lines: NDArray[np.int64], faults: Faults) -> Screens:
    """Read one screen a text; a screen that makes no sense is a fault of its line."""
    number = dict[str, int]()
    places = dict[str, int]()
    screens = list[list[int]]()
    problems = list[str | None]()
    for text in texts:
        if text not in places:
            places[text] = len(screens)
            names = [name.strip() for name in text.removesuffix(SEPARATOR).split(SEPARATOR)]
            problem = _problem(names)
            problems.append(problem)
            screens.append(
                [] if problem else [number.setdefault(name, len(number)) for name in names]
            )
    which = np.array([places[text] for text in texts], dtype=np.int64)
    for at in np.flatnonzero(np.array([problem is not None for problem in problems])[which]):
        faults.add(int(lines[at]), problems[which[at]] or "")
    return Screens(
        items=tuple(number),
        shown=_filled(screens)[which],
        sound=np.array([problem is None for problem in problems], dtype=np.bool_)[which],
    )


def _problem(names: list[str]) -> str | None:
    if names == [""]:
        return "shown is empty"
    if "" in names:
        return f"shown has an empty name among its {len(names)}"
    doubled = (
        next((name for name in names if names.count(name) > 1), None)
        if (len(set(names)) < len(names))
        else None
    )
    if doubled is not None:
        return f'"{clipped(doubled)}" is shown twice'
    if len(names) == 1:
        return (
            f'only one item is shown ("{clipped(names[0])}"); '
            f'a screen has at least two, separated by "{SEPARATOR}"'
        )
    if len(names) > MAX_ITEMS:
        return f"{len(names)} items are shown; at most {MAX_ITEMS} can be judged together"
    return None


def _filled(screens: list[list[int]]) -> NDArray[np.int64]:
    size = max(map(len, screens), default=1) or 1
    shown = np.full((len(screens), size), -1, dtype=np.int64)
    for place, screen in enumerate(screens):
        shown[place, : len(screen)] = screen
    return shown

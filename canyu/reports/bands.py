"""Bands: sets of people who may act as one, to be left out of a tally one at a time. Pure.

Rings and device lines are in it, and what accounts tell of how people came: by whose invitations,
and when. A band is a question to the figures, not a suspicion against anybody.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from canyu.reports.columns import NOTHING, Coded, Reports

RING, DEVICE, INVITED, JOINED_HOUR, JOINED_DAY = KINDS = (
    "ring",
    "device",
    "invited",
    "joined_hour",
    "joined_day",
)
MOST_OF_A_KIND = 10
"""Of device lines, trees and joined-together accounts the largest are asked about."""
FEWEST = 3
"""A smaller band decides nothing that k_flip does not see."""
FEWEST_NAMED = 5
"""Below so many people a band has no name, so that nobody is pointed at."""
HOURS_A_DAY = 24
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Band:
    """People of one kind, as a mask over the reports; `name` is "" where they are too few.

    A tree of invitations is named by a number only, the largest first: its root is a person.
    """

    kind: str
    name: str
    who: NDArray[np.bool_]

    @property
    def n(self) -> int:
        """How many people are in it."""
        return int(self.who.sum())


def bands_of(reports: Reports) -> list[Band]:
    """Every band among these people: all rings, and the ten largest of each other kind."""
    return [band for kind in KINDS for band in _bands(kind, reports)]


def _bands(kind: str, reports: Reports) -> Iterator[Band]:
    keys = _keys(kind, reports)
    sizes: Counter[Hashable] = Counter()
    for some, n in keys.counts().items():
        for key in some:
            sizes[key] += n
    # Equal sizes stand in the order of their keys: the same figures whenever they are computed.
    largest = sorted(sizes.items(), key=lambda one: (-one[1], str(one[0])))
    for place, (key, n) in enumerate(largest[: None if kind == RING else MOST_OF_A_KIND], 1):
        if n < FEWEST or n == len(reports):
            continue
        name = str(place) if kind == INVITED else _say(kind, key)
        who = keys.is_any(lambda some, key=key: key in some)  # type: ignore[misc]
        yield Band(kind, name if n >= FEWEST_NAMED else "", who)


def _keys(kind: str, reports: Reports) -> Coded[frozenset[Hashable]]:
    """Return of each report what it has in common with others of the kind: any number of keys."""
    if kind == RING:
        return reports.ring.recoded(lambda ring_key: frozenset({ring_key}))
    if kind == DEVICE:
        return reports.device.recoded(lambda line: frozenset({" ".join(line.split())} - {""}))
    if kind == INVITED:
        return reports.inviters.recoded(frozenset)
    hours, code = np.unique(reports.joined_hour, return_inverse=True)
    length = 1 if kind == JOINED_HOUR else HOURS_A_DAY
    joined = Coded(tuple(hours.tolist()), code.astype(np.int32))
    return joined.recoded(lambda hour: frozenset({hour // length} if hour != NOTHING else ()))


@cache
def _say(kind: str, key: Hashable) -> str:
    if kind == JOINED_HOUR:
        return f"{EPOCH + timedelta(hours=int(str(key))):%Y-%m-%d %H:00}"
    if kind == JOINED_DAY:
        return f"{EPOCH + timedelta(days=int(str(key))):%Y-%m-%d}"
    return str(key)

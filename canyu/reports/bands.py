"""Bands: sets of people who may act as one, to be left out of a tally one at a time. Pure.

Rings and device lines are in it, and what accounts tell of how people came: by whose invitations,
and when. A band is a question to the figures, not a suspicion against anybody.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from canyu.reports.answers import Filled

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


def bands_of(reports: Sequence[Filled]) -> list[Band]:
    """Every band among these people: all rings, and the ten largest of each other kind."""
    return [band for kind in KINDS for band in _bands(kind, reports)]


def _bands(kind: str, reports: Sequence[Filled]) -> Iterator[Band]:
    keys = [set(_keys(kind, report)) for report in reports]
    sizes = Counter(key for some in keys for key in some)
    # Equal sizes stand in the order of their keys: the same figures whenever they are computed.
    largest = sorted(sizes.items(), key=lambda one: (-one[1], str(one[0])))
    for place, (key, n) in enumerate(largest[: None if kind == RING else MOST_OF_A_KIND], 1):
        if n < FEWEST or n == len(reports):
            continue
        name = str(place) if kind == INVITED else _say(kind, key)
        who = np.array([key in some for some in keys], dtype=np.bool_)
        yield Band(kind, name if n >= FEWEST_NAMED else "", who)


def _keys(kind: str, report: Filled) -> Iterator[Hashable]:
    if kind == RING:
        yield report.ring_key
    elif kind == DEVICE and report.device.strip():
        yield " ".join(report.device.split())
    elif kind == INVITED:
        yield from report.inviter_ids
    elif report.joined_hour is not None and kind == JOINED_HOUR:
        yield report.joined_hour
    elif report.joined_hour is not None and kind == JOINED_DAY:
        yield report.joined_hour // HOURS_A_DAY


@cache
def _say(kind: str, key: Hashable) -> str:
    if kind == JOINED_HOUR:
        return f"{EPOCH + timedelta(hours=int(str(key))):%Y-%m-%d %H:00}"
    if kind == JOINED_DAY:
        return f"{EPOCH + timedelta(days=int(str(key))):%Y-%m-%d}"
    return str(key)

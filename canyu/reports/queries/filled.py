"""The reports of a release as its tally reads them, with how their people came."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from canyu.members import queries as members
from canyu.members.queries import Arrival
from canyu.reports.answers import Filled
from canyu.reports.models import Report

SECONDS_AN_HOUR = 3600
# Trees of invitations are followed so far up; beyond that they are one tree anyway.
MOST_GENERATIONS = 20


def filled_reports(release_id: int) -> list[Filled]:
    """Every report of a release, always in the same order."""
    rows = list(
        Report.objects.filter(release_id=release_id)
        .order_by("bucket", "member_id")
        .values_list(
            "member_id",
            "is_team",
            "ring_key",
            "mood",
            "shown",
            "untried",
            "best_id",
            "worst_id",
            "wanted_item_id",
            "device",
            "changed_at",
        )
    )
    arrivals = _arrivals(row[0] for row in rows)
    return [
        Filled(
            is_team=is_team,
            ring_key=ring_key,
            mood=mood,
            shown=tuple(shown),
            untried=tuple(untried),
            best=best,
            worst=worst,
            wanted_item=wanted_item,
            device=device,
            hour=_hour(changed_at),
            joined_hour=_joined_hour(arrivals.get(member_id)),
            inviter_ids=tuple(_inviters(member_id, arrivals)),
        )
        for (
            member_id,
            is_team,
            ring_key,
            mood,
            shown,
            untried,
            best,
            worst,
            wanted_item,
            device,
            changed_at,
        ) in rows
    ]


def _arrivals(member_ids: Iterable[int]) -> dict[int, Arrival]:
    """How these people came, and whoever invited them, upwards."""
    known: dict[int, Arrival] = {}
    wanted = set(member_ids)
    for _ in range(MOST_GENERATIONS):
        if not wanted:
            break
        found = members.arrivals_of(wanted)
        known.update(found)
        wanted = {
            one.inviter_id for one in found.values() if one.inviter_id is not None
        } - known.keys()
    return known


def _inviters(member_id: int, arrivals: dict[int, Arrival]) -> Iterator[int]:
    seen = {member_id}
    arrival = arrivals.get(member_id)
    while arrival is not None and arrival.inviter_id is not None:
        # An account that was there before may use a link of somebody that it invited.
        if arrival.inviter_id in seen:
            return
        seen.add(arrival.inviter_id)
        yield arrival.inviter_id
        arrival = arrivals.get(arrival.inviter_id)


def _joined_hour(arrival: Arrival | None) -> int | None:
    if arrival is None or arrival.joined_at is None:
        return None
    return _hour(arrival.joined_at)


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS_AN_HOUR

"""What waits for each of a product's team: for the person and the owners, and never a ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from canyu.members import queries as members
from canyu.members.queries import MemberView
from canyu.painpoints.queries.pains import PointView
from canyu.painpoints.queries.work import points_by_keeper
from canyu.products import queries as products
from canyu.topics.queries.work import WaitingTopic, topics_waiting_by_keeper

# A page that says more is read by nobody; what is left out is counted.
MOST_TOPICS = 2_000
MOST_POINTS = 500
MOST_LISTED = 20


@dataclass(frozen=True)
class Load:
    """What waits for one person of a team, the longest waiting first."""

    member: MemberView
    areas: tuple[str, ...]
    topics: tuple[WaitingTopic, ...]
    n_topics: int
    points: tuple[PointView, ...]
    n_points: int


def loads_of(product_id: int, *, at: datetime) -> list[Load]:
    """What waits for each of the team, in the order of their names; five queries."""
    team = products.team_of(product_id)
    topics = topics_waiting_by_keeper(product_id, at=at, limit=MOST_TOPICS)
    points = points_by_keeper(product_id, limit=MOST_POINTS)
    people = members.members_of({person.member_id for person in team})
    loads = [
        _load(people[one.member_id], one.areas, topics.get(one.member_id, ()), points)
        for one in team
        if one.member_id in people
    ]
    return sorted(loads, key=lambda load: (load.member.name.casefold(), load.member.id))


def _load(
    member: MemberView,
    areas: tuple[str, ...],
    topics: Sequence[WaitingTopic],
    points: dict[int | None, list[PointView]],
) -> Load:
    kept = points.get(member.id, ())
    return Load(
        member=member,
        areas=areas,
        topics=tuple(topics[:MOST_LISTED]),
        n_topics=len(topics),
        points=tuple(kept[:MOST_LISTED]),
        n_points=len(kept),
    )

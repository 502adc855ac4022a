"""Who had asked for something by a moment, by how topics stood together then."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from canyu.topics.models import Deed, Topic, Voice


@dataclass(frozen=True)
class AskingView:
    """One voice that is, or was, in a topic.

    `since` is from when it counts there: when it was given, or when its topic was merged, where
    that was only after the moment that was asked about.
    """

    topic_id: int
    given_in_id: int
    member_id: int
    at: datetime
    since: datetime
    is_author: bool


class Families:
    """Topics that were ever merged with one another, and how they stood at any moment."""

    def __init__(self, topic_ids: Collection[int]) -> None:
        """Read what these topics were merged with; one query for each step of the merges."""
        self._steps: dict[int, dict[int, tuple[datetime, int | None]]] = {}
        self._known = ahead = set(topic_ids)
        while ahead:
            rows = Deed.objects.filter(
                Q(topic_id__in=ahead) | Q(other_id__in=ahead), kind__in=("merged", "unmerged")
            ).order_by("at", "id")
            near: set[int] = set()
            for row in rows:
                into = row.other_id if row.kind == "merged" else None
                self._steps.setdefault(row.topic_id, {})[row.pk] = (row.at, into)
                near |= {row.topic_id, *([row.other_id] if row.other_id else [])}
            ahead = near - self._known
            self._known = self._known | ahead

    @property
    def known(self) -> frozenset[int]:
        """All of these topics."""
        return frozenset(self._known)

    def trees(self, topic_ids: Collection[int], at: datetime | None) -> dict[int, frozenset[int]]:
        """{topic: all that stood together with it} at a moment, or now."""
        roots = {one: self._root(one, at) for one in self._known}
        members: dict[int, set[int]] = {}
        for one, root in roots.items():
            members.setdefault(root, set()).add(one)
        return {one: frozenset(members[roots[one]]) for one in topic_ids}

    def merged_at(self, topic_id: int) -> datetime | None:
        """When a topic, or what it stands in, was merged the last time."""
        moments = []
        seen: set[int] = set()
        while topic_id not in seen:
            seen.add(topic_id)
            steps = self._steps_of(topic_id)
            if not steps or steps[-1][1] is None:
                break
            moments.append(steps[-1][0])
            topic_id = steps[-1][1]
        return max(moments, default=None)

    def _root(self, topic_id: int, at: datetime | None) -> int:
        seen: set[int] = set()
        while topic_id not in seen:
            seen.add(topic_id)
            steps = [into for moment, into in self._steps_of(topic_id) if not at or moment <= at]
            if not steps or steps[-1] is None:
                break
            topic_id = steps[-1]
        return topic_id

    def _steps_of(self, topic_id: int) -> Sequence[tuple[datetime, int | None]]:
        steps = self._steps.get(topic_id, {})
        return [steps[key] for key in sorted(steps, key=lambda one: (steps[one][0], one))]


def families_of(topic_ids: Collection[int]) -> Families:
    """How these topics stood together with others, at any moment."""
    return Families(topic_ids)


def askings_of(
    topic_ids: Collection[int], families: Families, *, until: datetime
) -> list[AskingView]:
    """Every voice of these topics that was given by a moment, by how they stood then, and now.

    What the team took off the pages asks for nothing. One query.
    """
    then = families.trees(topic_ids, until)
    now = families.trees(topic_ids, None)
    among = set().union(*then.values(), *now.values()) if topic_ids else set()
    rows = Voice.objects.filter(topic_id__in=among, at__lte=until, topic__hidden_at=None)
    by_topic: dict[int, list[tuple[int, datetime, bool]]] = {}
    told = rows.annotate(asker_id=F("topic__author_id")).order_by("id")
    for in_id, member_id, at, asker_id in told.values_list(
        "topic_id", "member_id", "at", "asker_id"
    ):
        by_topic.setdefault(in_id, []).append((member_id, at, asker_id == member_id))
    return [
        AskingView(
            topic_id=topic_id,
            given_in_id=in_id,
            member_id=member_id,
            at=at,
            since=at if in_id in then[topic_id] else families.merged_at(in_id) or at,
            is_author=is_author,
        )
        for topic_id in topic_ids
        for in_id in sorted(then[topic_id] | now[topic_id])
        for member_id, at, is_author in by_topic.get(in_id, ())
    ]


def solved_among(topic_ids: Collection[int]) -> Mapping[int, tuple[int, datetime, int | None]]:
    """{topic: (the remark that solved it, when that was said, by whom)}, of those not hidden."""
    rows = Topic.objects.filter(
        pk__in=topic_ids, solution__isnull=False, solved_at__isnull=False, hidden_at=None
    )
    return {
        row.pk: (row.solution_id, row.solved_at, row.solved_by_id)
        for row in rows
        if row.solution_id is not None and row.solved_at is not None
    }

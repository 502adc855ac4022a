"""What a line of a desk is, and which comes first. Values in, values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

KINDS = ("topic", "repair", "promise", "award", "draft", "pain")
# A repair that nobody answered is late when the next release is out.
REPAIR_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One thing that waits for somebody.

    `id` is of the topic, repair, plan item, award, change or pain point; `person_id` is for whom,
    where it is one person. `working_left` is the time until it is due as the team works, None
    where it is due by the clock on the wall, late, or not at all.
    """

    kind: str
    product_id: int
    id: int
    title: Mapping[str, str] | str
    since: datetime
    due_at: datetime | None = None
    working_left: timedelta | None = None
    person_id: int | None = None
    keeper_id: int | None = None
    """Who looks after it, where that is somebody else."""
    n_people: int = 0
    """Voices of a topic or pain point; never answers in a report."""
    rise: int = 0
    state: str = ""
    version: str = ""
    language: str = ""
    release_id: int = 0

    def is_late(self, at: datetime) -> bool:
        """Whether it should be done by then."""
        return self.due_at is not None and self.due_at < at


def in_order(lines: Iterable[Line]) -> list[Line]:
    """What is due first comes first; then what has no hour, by its kind, the oldest first."""
    return sorted(lines, key=_place_of)


def _place_of(line: Line) -> tuple[float, ...]:
    kind = KINDS.index(line.kind)
    if line.due_at is not None:
        return (0, line.due_at.timestamp(), kind, line.id)
    # Of pain points those that rise most come before those that are only old.
    return (1, kind, -line.rise, line.since.timestamp(), line.id)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day is over, where its product lives."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)

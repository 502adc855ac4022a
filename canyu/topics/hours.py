"""Working hours: when somebody may be expected to answer, in a product's own time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = timedelta(days=1)
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True)
class Hours:
    """From when to when people work, on which days (Monday is 0), in which zone."""

    zone: str
    opens_at: time = time(9)
    closes_at: time = time(18)
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY


# An unanswered question or trouble rises after one working day.
RISES_AFTER = timedelta(hours=9)


def rises_at(raised_at: datetime, *, hours: Hours, after: timedelta = RISES_AFTER) -> datetime:
    """The moment at which `after` of working time has passed since `raised_at`, in UTC.

    A day on which the clocks change is as long as it is. Nothing that works never comes: with no
    day of work, or a day that ends before it begins, all hours count.
    """
    if not hours.weekdays or hours.opens_at >= hours.closes_at:
        return raised_at.astimezone(UTC) + after
    left = after
    for begin, end in _spans(raised_at, hours):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise AssertionError  # pragma: no cover - there is always another week


def working_time(since: datetime, until: datetime, *, hours: Hours) -> timedelta:
    """How much working time lies between two moments; nothing where the second is earlier."""
    passed = timedelta()
    for begin, end in _spans(since, hours):
        if begin >= until:
            break
        passed += min(end, until.astimezone(UTC)) - begin
    return passed


def _spans(since: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Working hours from a moment on, in UTC: on the wall a day may be longer or shorter."""
    zone = _zone_of(hours.zone)
    since = since.astimezone(UTC)
    day = since.astimezone(zone).date() - DAY
    while True:
        if day.weekday() in hours.weekdays:
            begin, end = (_moment(day, one, zone) for one in (hours.opens_at, hours.closes_at))
            if end > since:
                yield max(begin, since), end
        day += DAY


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

"""The week of a train, and what a release may hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from canyu.journal.errors import gettext_noop
from canyu.releases.errors import ReleaseRefused
from canyu.releases.record_names import fault_of_version
from canyu.remarks.rules import clean_texts

LONGEST_VERSION = 64
LONGEST_KEY = 64
LONGEST_TEXT = 2_000
LONGEST_DETAIL = 20_000
LONGEST_NOTES = 200_000
MOST_CHANGES = 500
MOST_JUDGED = 60
WEEK = timedelta(days=7)
SHORTEST_OPEN = timedelta(hours=24)


@dataclass(frozen=True)
class Timetable:
    """When a product's releases leave, freeze and are judged. Weekdays: Monday is 0."""

    zone: str = "UTC"
    weekday: int = 4
    leaves_at: time = time(17, 0)
    n_freeze_hours: int = 24
    opens_on_publication: bool = False
    opens_weekday: int = 1
    opens_at: time = time(10, 0)
    closes_weekday: int = 2
    closes_at: time = time(10, 0)


@dataclass(frozen=True)
class MissedWeek:
    """A slot of the train that came and went without a release."""

    slot: datetime


def check_timetable(timetable: Timetable) -> Timetable:
    """Return the timetable, or raise `ReleaseRefused` naming what cannot be."""
    if timetable.zone not in available_timezones():
        raise ReleaseRefused(
            gettext_noop(
                "The train was not changed: “%(zone)s” is no time zone. "
                "Choose one such as Asia/Shanghai or Europe/Berlin."
            ),
            zone=timetable.zone[:60],
        )
    days = (timetable.weekday, timetable.opens_weekday, timetable.closes_weekday)
    if not all(0 <= day <= 6 for day in days):  # noqa: PLR2004
        raise ReleaseRefused(gettext_noop("The train was not changed: a week has seven days."))
    if not 0 <= timetable.n_freeze_hours <= 120:  # noqa: PLR2004
        raise ReleaseRefused(
            gettext_noop("The train was not changed: it can freeze 0 to 120 hours before leaving.")
        )
    return timetable


def next_moment(after: datetime, *, weekday: int, at: time, zone: str) -> datetime:
    """The first moment later than `after` that is this weekday and time on the wall clock there.

    The day is found on the wall clock, so a change to or from summer time moves nothing; a wall
    time that does not exist on that day is read as an hour later (PEP 495, fold 0).
    """
    place = ZoneInfo(zone)
    local = after.astimezone(place)
    day = local.date() + timedelta(days=(weekday - local.weekday()) % 7)
    # Compared in UTC: two times of one zone are compared by what stands on the wall.
    moment = datetime.combine(day, at, tzinfo=place).astimezone(UTC)
    if moment <= after.astimezone(UTC):
        moment = datetime.combine(day + WEEK, at, tzinfo=place).astimezone(UTC)
    return moment.astimezone(after.tzinfo)


def next_slot(timetable: Timetable, after: datetime) -> datetime:
    """When the train leaves next."""
    return next_moment(
        after, weekday=timetable.weekday, at=timetable.leaves_at, zone=timetable.zone
    )


def report_times(timetable: Timetable, published_at: datetime) -> tuple[datetime, datetime]:
    """When the report of a release opens and closes, by the train's own clock.

    One that opens with the publication is open for a day at least.
    """
    opens_at = published_at
    if not timetable.opens_on_publication:
        opens_at = next_moment(
            published_at,
            weekday=timetable.opens_weekday,
            at=timetable.opens_at,
            zone=timetable.zone,
        )
    closes_at = next_moment(
        opens_at + SHORTEST_OPEN if timetable.opens_on_publication else opens_at,
        weekday=timetable.closes_weekday,
        at=timetable.closes_at,
        zone=timetable.zone,
    )
    return opens_at, closes_at


def is_frozen(timetable: Timetable, at: datetime) -> bool:
    """Whether the next train is so near that only an owner may still change what it carries."""
    at = at.astimezone(UTC)
    return next_slot(timetable, at) - at <= timedelta(hours=timetable.n_freeze_hours)


def missed_weeks(
    timetable: Timetable, published: Iterable[datetime], *, since: datetime, until: datetime
) -> list[MissedWeek]:
    """Slots between `since` and `until` without a release from half a week before to after it."""
    moments = sorted(published)
    missed = []
    slot = next_slot(timetable, since - timedelta(seconds=1))
    while slot + WEEK / 2 <= until:
        if not any(slot - WEEK / 2 <= moment < slot + WEEK / 2 for moment in moments):
            missed.append(MissedWeek(slot))
        slot = next_slot(timetable, slot)
    return missed


def check_version(version: str) -> str:
    """Return the version trimmed, or raise `ReleaseRefused`."""
    version = version.strip()
    if fault_of_version(version) is not None:
        raise ReleaseRefused(
            gettext_noop(
                "The release was not saved: “%(version)s” cannot be a version. Use 1 to "
                "%(longest)s characters without slashes, such as 5.2 or 2026-11-20."
            ),
            version=version[:80],
            longest=LONGEST_VERSION,
        )
    return version


def check_texts(texts: Mapping[str, str], *, longest: int, needed: bool = False) -> dict[str, str]:
    """Return the texts without empty languages, or raise `ReleaseRefused`."""
    kept = clean_texts(texts)
    if needed and not kept:
        raise ReleaseRefused(
            gettext_noop(
                "The change was not saved: say in one line, in at least one language, "
                "what is different for the people who use it."
            )
        )
    for text in kept.values():
        if len(text) > longest:
            raise ReleaseRefused(
                gettext_noop(
                    "Nothing was saved: a text has %(n)s characters, and %(longest)s fit. "
                    "Please shorten it."
                ),
                status=413,
                n=len(text),
                longest=longest,
            )
    return kept


def check_publishable(n_changes: int, *, is_published: bool, without_maker: Sequence[str]) -> None:
    """Raise `ReleaseRefused` when a release cannot go out."""
    if is_published:
        raise ReleaseRefused(
            gettext_noop("Nothing was published: this release is already out."), status=409
        )
    if n_changes == 0:
        raise ReleaseRefused(
            gettext_noop(
                "Nothing was published: the release holds no change. Add at least one, "
                "or let this week be missed; the page will say so."
            )
        )
    if without_maker:
        raise ReleaseRefused(
            gettext_noop(
                "Nothing was published: “%(change)s” names no maker. "
                "People want to know whom to thank."
            ),
            change=without_maker[0][:120],
        )


def judged_changes(changes: Sequence[tuple[int, bool]]) -> tuple[int, ...]:
    """Which changes stand on the report, given (id, picked) in the order of the notes.

    Up to 60 all of them; beyond that the picked ones, filled up from the top where the team
    picked fewer than 60.
    """
    if len(changes) <= MOST_JUDGED:
        return tuple(change_id for change_id, _ in changes)
    first = sorted(changes, key=lambda change: not change[1])[:MOST_JUDGED]
    kept = {change_id for change_id, _ in first}
    return tuple(change_id for change_id, _ in changes if change_id in kept)

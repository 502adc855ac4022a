from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canyu.releases.errors import ReleaseRefused
from canyu.releases.rules import (
    LONGEST_VERSION,
    Timetable,
    check_publishable,
    check_texts,
    check_timetable,
    check_version,
    is_frozen,
    judged_changes,
    missed_weeks,
    next_moment,
    next_slot,
    report_times,
)

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
ZONES = ("UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
FRIDAY = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)

clock_times = st.times(timezones=st.none()).map(lambda one: one.replace(microsecond=0, second=0))
years = {"min_value": datetime(2000, 1, 2), "max_value": datetime(2040, 1, 1)}  # noqa: DTZ001
zones = st.sampled_from(ZONES)
# Moments are told in some zone, often the train's own, on both sides of a repeated hour.
moments = st.builds(
    lambda moment, zone, fold: moment.replace(tzinfo=ZoneInfo(zone), fold=fold),
    st.datetimes(**years),
    zones,
    st.integers(0, 1),
)


@given(moments, st.integers(0, 6), clock_times, zones)
@example(datetime(2026, 10, 25, 2, 15, tzinfo=BERLIN, fold=1), 6, time(2, 30), "Europe/Berlin")
@example(datetime(2026, 3, 29, 1, 59, tzinfo=BERLIN), 6, time(2, 30), "Europe/Berlin")
@example(FRIDAY, 4, time(17, 0), "UTC")
def test_the_next_moment_is_later_on_its_day_and_by_its_wall_clock(
    after: datetime, weekday: int, at: time, zone: str
) -> None:
    moment = next_moment(after, weekday=weekday, at=at, zone=zone)
    wall = moment.astimezone(ZoneInfo(zone))

    assert moment.astimezone(UTC) > after.astimezone(UTC)
    assert moment.astimezone(UTC) - after.astimezone(UTC) <= WEEK + 2 * HOUR
    assert wall.weekday() == weekday
    meant = datetime.combine(wall.date(), at, tzinfo=ZoneInfo(zone))
    exists = meant.astimezone(UTC).astimezone(ZoneInfo(zone)).time() == at
    if exists:
        assert wall.time() == at
    else:
        assert HOUR / 2 <= wall.replace(tzinfo=None) - meant.replace(tzinfo=None) <= HOUR


@pytest.mark.parametrize(
    ("zone", "before", "slot"),
    [
        # Berlin went from summer time to winter time on 25 October 2026, and back on 28 March 2027.
        (BERLIN, datetime(2026, 10, 23, 15, 0, tzinfo=UTC), datetime(2026, 10, 30, 16, tzinfo=UTC)),
        (BERLIN, datetime(2027, 3, 26, 16, 0, tzinfo=UTC), datetime(2027, 4, 2, 15, tzinfo=UTC)),
        (SHANGHAI, datetime(2026, 10, 23, 9, tzinfo=UTC), datetime(2026, 10, 30, 9, tzinfo=UTC)),
    ],
)
def test_the_train_leaves_at_five_on_the_wall_clock_all_year(
    zone: ZoneInfo, before: datetime, slot: datetime
) -> None:
    timetable = Timetable(zone=zone.key)

    assert next_slot(timetable, before) == slot
    assert before.astimezone(zone).hour == slot.astimezone(zone).hour == 17
    assert next_slot(timetable, before - timedelta(seconds=1)) == before


@pytest.mark.parametrize("zone", [UTC, SHANGHAI, BERLIN])
def test_by_default_a_report_opens_tuesday_at_ten_and_closes_wednesday_at_ten(
    zone: ZoneInfo,
) -> None:
    published_at = datetime(2026, 11, 20, 17, 0, tzinfo=zone)

    opens_at, closes_at = report_times(Timetable(zone=str(zone)), published_at)
    assert opens_at == datetime(2026, 11, 24, 10, 0, tzinfo=zone)
    assert closes_at == datetime(2026, 11, 25, 10, 0, tzinfo=zone)


def test_a_report_may_open_with_the_publication() -> None:
    timetable = Timetable(opens_on_publication=True)

    assert report_times(timetable, FRIDAY) == (FRIDAY, datetime(2026, 11, 25, 10, tzinfo=UTC))
    shortly_before = datetime(2026, 11, 25, 9, 59, tzinfo=UTC)
    assert report_times(timetable, shortly_before)[1] == datetime(2026, 12, 2, 10, tzinfo=UTC)


timetables = st.builds(
    Timetable,
    zone=zones,
    weekday=st.integers(0, 6),
    leaves_at=clock_times,
    n_freeze_hours=st.integers(0, 120),
    opens_on_publication=st.booleans(),
    opens_weekday=st.integers(0, 6),
    opens_at=clock_times,
    closes_weekday=st.integers(0, 6),
    closes_at=clock_times,
)


@given(timetables, moments)
def test_a_report_opens_at_or_after_the_publication_and_closes_later(
    timetable: Timetable, published_at: datetime
) -> None:
    opens_at, closes_at = (one.astimezone(UTC) for one in report_times(timetable, published_at))
    published_at = published_at.astimezone(UTC)

    assert check_timetable(timetable) is timetable
    assert published_at <= opens_at < closes_at
    assert opens_at - published_at <= WEEK + 2 * HOUR
    assert closes_at - opens_at <= WEEK + DAY + 2 * HOUR
    if timetable.opens_on_publication:
        assert closes_at - opens_at >= DAY


@pytest.mark.parametrize(
    ("hours_before", "frozen"), [(25, False), (24, True), (1, True), (0, False), (-1, False)]
)
def test_a_release_is_frozen_a_day_before_it_leaves(hours_before: int, *, frozen: bool) -> None:
    assert is_frozen(Timetable(), FRIDAY - hours_before * HOUR) is frozen


def test_a_freeze_counts_hours_and_not_what_the_wall_clock_says() -> None:
    # In the night to Sunday the hour from two to three comes twice.
    sunday = Timetable(zone="Europe/Berlin", weekday=6, leaves_at=time(12, 0), n_freeze_hours=12)
    early = datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN)

    assert not is_frozen(sunday, early)
    assert is_frozen(sunday, early + 2 * HOUR)


def test_a_train_without_a_freeze_is_never_frozen() -> None:
    assert not is_frozen(Timetable(n_freeze_hours=0), FRIDAY - timedelta(seconds=1))


def weeks_missed(published: list[datetime], n_weeks: int = 4) -> list[int]:
    """The numbers of the slots that passed without a release, the first is 0."""
    missed = missed_weeks(
        Timetable(), published, since=FRIDAY, until=FRIDAY + n_weeks * WEEK - HOUR
    )
    return [(one.slot - FRIDAY).days // 7 for one in missed]


@pytest.mark.parametrize(
    ("published", "missed"),
    [
        ([], [0, 1, 2, 3]),
        ([FRIDAY, FRIDAY + WEEK, FRIDAY + 2 * WEEK, FRIDAY + 3 * WEEK], []),
        ([FRIDAY, FRIDAY + 2 * WEEK + 3 * DAY], [1, 3]),
        # A day early and three days late still fill the slot.
        ([FRIDAY - DAY, FRIDAY + WEEK + 3 * DAY, FRIDAY + 2 * WEEK, FRIDAY + 3 * WEEK - DAY], []),
        # Two in one week do not make up for the next.
        ([FRIDAY, FRIDAY + DAY, FRIDAY + 2 * WEEK, FRIDAY + 3 * WEEK], [1]),
    ],
)
def test_a_week_without_a_release_is_missed(published: list[datetime], missed: list[int]) -> None:
    assert weeks_missed(published) == missed


def test_a_slot_is_not_missed_before_half_a_week_has_passed() -> None:
    def missed(until: datetime) -> int:
        return len(missed_weeks(Timetable(), [], since=FRIDAY, until=until))

    assert missed(FRIDAY + WEEK / 2 - HOUR) == 0
    assert missed(FRIDAY + WEEK / 2) == 1


@given(timetables, moments, st.integers(1, 60))
def test_slots_of_a_year_come_a_week_apart(
    timetable: Timetable, since: datetime, n_weeks: int
) -> None:
    slots = [
        one.slot for one in missed_weeks(timetable, [], since=since, until=since + n_weeks * WEEK)
    ]

    assert n_weeks - 1 <= len(slots) <= n_weeks
    for earlier, later in pairwise(one.astimezone(UTC) for one in slots):
        assert WEEK - 2 * HOUR <= later - earlier <= WEEK + 2 * HOUR


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"zone": "Mars/Olympus"}, "“Mars/Olympus” is no time zone"),
        ({"zone": "../../etc/passwd"}, "no time zone"),
        ({"zone": ""}, "no time zone"),
        ({"weekday": 7}, "seven days"),
        ({"opens_weekday": -1}, "seven days"),
        ({"closes_weekday": 9}, "seven days"),
        ({"n_freeze_hours": 121}, "0 to 120 hours"),
        ({"n_freeze_hours": -1}, "0 to 120 hours"),
    ],
)
def test_an_impossible_timetable_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(ReleaseRefused, match=why):
        check_timetable(Timetable(**wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize("version", ["5.2", " 5.2 ", "2026-11-20", "5.2 beta", "五"])
def test_a_version_is_kept_as_it_is_written(version: str) -> None:
    assert check_version(version) == version.strip()


@pytest.mark.parametrize(
    "version", ["", "  ", ".", "..", "a/b", "a\\b", "x" * 65, "5.2\x00", "a?b"]
)
def test_what_cannot_stand_in_an_address_is_no_version(version: str) -> None:
    with pytest.raises(ReleaseRefused, match="cannot be a version") as refusal:
        check_version(version)
    assert refusal.value.params["longest"] == LONGEST_VERSION


def test_texts_are_cleaned_and_measured() -> None:
    assert check_texts({"en": " New\r\n", "de": " "}, longest=3) == {"en": "New"}
    assert check_texts({}, longest=3) == {}
    with pytest.raises(ReleaseRefused, match="at least one language"):
        check_texts({"en": " "}, longest=3, needed=True)
    with pytest.raises(ReleaseRefused, match="4 characters, and 3 fit") as refusal:
        check_texts({"en": "News"}, longest=3)
    assert refusal.value.status == 413


def test_a_release_goes_out_once_with_changes_and_makers() -> None:
    check_publishable(1, is_published=False, without_maker=[])
    with pytest.raises(ReleaseRefused, match="already out") as refusal:
        check_publishable(1, is_published=True, without_maker=[])
    assert refusal.value.status == 409
    with pytest.raises(ReleaseRefused, match="holds no change"):
        check_publishable(0, is_published=False, without_maker=[])
    with pytest.raises(ReleaseRefused, match="“Dark mode” names no maker"):
        check_publishable(2, is_published=False, without_maker=["Dark mode"])


@given(st.lists(st.booleans(), max_size=222))
def test_at_most_sixty_are_judged_and_the_picked_come_first(picked: list[bool]) -> None:
    changes = list(enumerate(picked))
    judged = judged_changes(changes)

    assert len(judged) == min(60, len(changes))
    assert list(judged) == sorted(judged)
    left_out = [is_picked for change_id, is_picked in changes if change_id not in judged]
    if any(left_out):
        assert all(picked[change_id] for change_id in judged)
    if len(changes) <= 60:
        assert judged == tuple(range(len(changes)))


def test_where_too_few_are_picked_the_first_fill_up() -> None:
    changes = [(number, number in {70, 90}) for number in range(100)]

    assert judged_changes(changes) == (*range(58), 70, 90)

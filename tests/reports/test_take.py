"""One body for every report: what it keeps, what it refuses, and that counts are rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pytest_django import DjangoAssertNumQueries

from canyu.journal.errors import Refused
from canyu.members.services import deactivate_member
from canyu.remarks import queries as remarks
from canyu.remarks.models import Remark
from canyu.reports import queries, services
from canyu.reports.models import Count, Report
from canyu.reports.rules import ReportCells
from canyu.reports.services.recount import recount_reports
from canyu.reports.services.stored.rows import REPORTS, StoredReport
from canyu.reports.services.take import take_reports
from canyu.reports.submissions import Submission, counts_of
from canyu.reports.tokens import ReportToken
from tests.builders import FRIDAY, TUESDAY, WEDNESDAY, Town, make_people, open_week, publish

MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(town: Town) -> list[int]:
    return make_people(town.product, 4)


@pytest.fixture
def two_weeks(town: Town, people: list[int], week: int) -> tuple[int, int]:
    """The reports of two releases that are open at once."""
    other = publish(town, 3, version="5.3", at=FRIDAY + MINUTE)
    services.open_report(release_id=other, at=TUESDAY)
    return week, other


@pytest.fixture
def week(town: Town, people: list[int]) -> int:
    del people
    return open_week(town, 3)


def judged(week: int) -> tuple[int, ...]:
    window = queries.window_of(week)
    assert window is not None
    return window.change_ids


def told(week: int, member_id: int, *, ring: str = "weekly") -> ReportToken:
    return ReportToken(
        release_id=week,
        member_id=member_id,
        ring_key=ring,
        screen=0,
        shown=judged(week),
        expires_at=WEDNESDAY,
    )


def hands_in(
    week: int,
    member_id: int,
    cells: ReportCells,
    *,
    edited: int | None = None,
    base: int | None = None,
    ring: str = "weekly",
) -> Submission:
    return Submission(
        told(week, member_id, ring=ring), cells, at=TUESDAY, edited=edited, base_revision=base
    )


def row_of(week: int, member_id: int) -> Report:
    return Report.objects.get(release_id=week, member_id=member_id)


def counted(week: int, kind: str) -> dict[str, int]:
    rows = Count.objects.filter(release_id=week, kind=kind, n__gt=0)
    return dict(rows.values_list("key", "n"))


def test_many_are_kept_in_as_many_queries_as_one(
    week: int, people: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a, b, c = judged(week)
    alone = [hands_in(week, people[0], ReportCells(best=a))]
    others = [hands_in(week, one, ReportCells(best=b, worst=c)) for one in people[1:]]
    # A savepoint and its release, the windows, whose account was ended, the rows, their counts; on
    # SQLite also the number of the last row, to know which were there.
    n_queries = {"sqlite": 7, "postgresql": 6}[connection.vendor]
    with django_assert_num_queries(n_queries):
        assert take_reports(alone) == [1]
    with django_assert_num_queries(n_queries):
        outcomes = take_reports(others)
    assert outcomes == [1, 1, 1]
    assert counted(week, "reports") == {"weekly|0": 4}
    assert counted(week, "cells") == {
        f"weekly|0|{a},{b},{c}|{a}|": 1,
        f"weekly|0|{a},{b},{c}|{b}|{c}": 3,
    }


def test_many_change_their_minds_in_as_many_queries_as_one(
    week: int, people: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a, b, c = judged(week)
    take_reports([hands_in(week, one, ReportCells(best=a)) for one in people])
    again = [hands_in(week, one, ReportCells(best=b, worst=c)) for one in people]
    # Besides: the rows that were there, their words, and the rows as they are now. Nobody had words
    # that would have to go.
    n_queries = {"sqlite": 7 + 4, "postgresql": 6 + 3}[connection.vendor]
    with django_assert_num_queries(n_queries):
        assert take_reports(again[:1]) == [2]
    with django_assert_num_queries(n_queries):
        assert take_reports(again[1:]) == [2, 2, 2]
    assert counted(week, "cells") == {f"weekly|0|{a},{b},{c}|{b}|{c}": 4}


def test_what_is_written_is_what_the_table_holds() -> None:
    fields = Report._meta.local_concrete_fields
    assert {field.column for field in fields} == set(StoredReport._fields)
    assert Report._meta.db_table == REPORTS


def test_a_row_comes_back_as_it_was_written(week: int, people: list[int]) -> None:
    a, b, c = judged(week)
    at = datetime(2026, 11, 24, 18, 1, 2, 345678, tzinfo=timezone(timedelta(hours=8)))
    cells = ReportCells("sigh", b, None, (a,), None, "Room", "Quick", "")
    one = replace(
        hands_in(week, people[0], cells, edited=2**53),
        told=ReportToken(
            week, people[0], "beta", 5, (c, a, b), WEDNESDAY, True, '小米 "14"', "\\5.2'"
        ),
        at=at,
    )
    assert take_reports([one]) == [1]
    row = row_of(week, people[0])
    assert (row.revision, row.screen, row.shown, row.untried) == (1, 5, [c, a, b], [a])
    assert (row.ring_key, row.is_team, row.device, row.version) == (
        "beta",
        True,
        '小米 "14"',
        "\\5.2'",
    )
    assert (row.mood, row.best_id, row.worst_id, row.wanted_item_id) == ("sigh", b, None, None)
    assert (row.has_wanted_words, row.edited) == (True, 2**53)
    assert (row.filled_at, row.changed_at) == (at, at)
    # Read anew to be compared, it says the same; changed, it keeps the moment of the first.
    assert take_reports([replace(one, edited=None)]) == [1]
    later = replace(one, at=at + timedelta(hours=3), cells=replace(cells, mood="smile"))
    assert take_reports([later]) == [2]
    row = row_of(week, people[0])
    assert (row.filled_at, row.changed_at) == (at, at + timedelta(hours=3))
    assert counted(week, "hours") == {f"1|2026-11-24T10|{b}": 1}


def test_an_account_that_was_ended_writes_no_more(week: int, people: list[int]) -> None:
    page_of_before = [hands_in(week, one, ReportCells(mood="smile")) for one in people[:2]]
    deactivate_member(actor_id=people[0], member_id=people[0], at=TUESDAY)
    refusal, revision = take_reports(page_of_before)
    assert isinstance(refusal, Refused)
    assert (refusal.status, revision) == (403, 1)
    assert "account was ended" in str(refusal)
    assert list(Report.objects.values_list("member_id", flat=True)) == [people[1]]
    assert counted(week, "reports") == {"weekly|0": 1}


def test_the_same_report_again_is_one_report(week: int, people: list[int]) -> None:
    one = hands_in(week, people[0], ReportCells(mood="smile"), edited=5, base=0)
    assert take_reports([one]) == [1]
    assert take_reports([one, one]) == [1, 1]
    assert Report.objects.count() == 1
    assert counted(week, "moods") == {"weekly|0|smile": 1}


def test_the_newest_stays_whatever_arrives_last(week: int, people: list[int]) -> None:
    older = hands_in(week, people[0], ReportCells(mood="sigh"), edited=10)
    newer = hands_in(week, people[0], ReportCells(mood="scream"), edited=11)
    assert take_reports([newer, older]) == [1, 1]
    assert row_of(week, people[0]).mood == "scream"
    assert take_reports([older]) == [1]
    assert row_of(week, people[0]).mood == "scream"
    assert counted(week, "moods") == {"weekly|0|scream": 1}


def test_what_was_said_again_is_newer_than_what_came_late(week: int, people: list[int]) -> None:
    first = hands_in(week, people[0], ReportCells(mood="scream"), edited=10)
    between = hands_in(week, people[0], ReportCells(mood="sigh"), edited=11)
    again = hands_in(week, people[0], ReportCells(mood="scream"), edited=12)
    assert take_reports([first]) == [1]
    assert take_reports([again]) == [1]
    assert take_reports([between]) == [1]
    row = row_of(week, people[0])
    assert (row.mood, row.edited) == ("scream", 12)
    assert counted(week, "moods") == {"weekly|0|scream": 1}


def test_a_page_that_knows_less_than_what_is_stored_is_refused(
    week: int, people: list[int]
) -> None:
    first = hands_in(week, people[0], ReportCells(mood="sigh"), edited=10, base=0)
    other = hands_in(week, people[0], ReportCells(mood="smile"), edited=20, base=0)
    assert take_reports([first]) == [1]
    (refusal,) = take_reports([other])
    assert isinstance(refusal, Refused)
    assert "filled this report before" in str(refusal)
    assert row_of(week, people[0]).mood == "sigh"


def test_one_that_is_refused_leaves_no_trace_and_fails_no_other(
    week: int, people: list[int]
) -> None:
    a, b, _ = judged(week)
    outcomes = take_reports(
        [
            hands_in(week, people[0], ReportCells(best=a, worst=a)),
            hands_in(week, people[1], ReportCells(best=a, why_best="words " * 300)),
            replace(
                hands_in(week, people[2], ReportCells(best=a)),
                told=replace(told(week, people[2]), release_id=week + 1),
            ),
            hands_in(week, people[3], ReportCells(best=a, worst=b)),
        ]
    )
    assert [isinstance(one, Refused) for one in outcomes] == [True, True, True, False]
    assert list(Report.objects.values_list("member_id", flat=True)) == [people[3]]
    assert counted(week, "reports") == {"weekly|0": 1}


def test_after_the_close_none_is_taken(week: int, people: list[int]) -> None:
    services.close_report(release_id=week, at=WEDNESDAY)
    (refusal,) = take_reports([hands_in(week, people[0], ReportCells(mood="smile"))])
    assert isinstance(refusal, Refused)
    assert not Count.objects.exists()


def test_a_change_of_mind_moves_the_counts_and_the_words(week: int, people: list[int]) -> None:
    a, b, c = judged(week)
    take_reports([hands_in(week, people[0], ReportCells(best=a, worst=b, why_best="Quick."))])
    take_reports([hands_in(week, people[0], ReportCells(best=c, why_best="Calm."), ring="beta")])
    assert counted(week, "cells") == {f"beta|0|{a},{b},{c}|{c}|": 1}
    assert counted(week, "places") == {"0|3|best|2": 1}
    words = remarks.cell_words_by(people[0], "change", [a, b, c])
    assert words == {(c, "why_best"): "Calm."}


def test_what_is_counted_of_one_report() -> None:
    cells = ReportCells(mood="smile", best=7, worst=3, untried=(5,), wanted_item=40)
    found = counts_of(
        ring_key="beta", is_team=True, shown=(9, 5, 7, 3), cells=cells, filled_at=TUESDAY
    )
    assert found == {
        ("reports", "beta|1"): 1,
        ("cells", "beta|1|3,7,9|7|3"): 1,
        ("places", "1|3|best|1"): 1,
        ("places", "1|3|worst|2"): 1,
        ("hours", f"1|{TUESDAY:%Y-%m-%dT%H}|7"): 1,
        ("moods", "beta|1|smile"): 1,
        ("wanted", "beta|1|40"): 1,
    }


def test_a_miscount_is_found_and_mended_only_when_told(week: int, people: list[int]) -> None:
    take_reports([hands_in(week, people[0], ReportCells(mood="smile"))])
    assert recount_reports(release_id=week) == []
    Count.objects.filter(kind="moods").update(n=7)
    Count.objects.create(release_id=week, kind="moods", key="weekly|0|sigh", n=2)
    for _ in range(2):
        found = recount_reports(release_id=week)
        assert [(one.key, one.counted, one.in_rows) for one in found] == [
            ("weekly|0|sigh", 2, 0),
            ("weekly|0|smile", 7, 1),
        ]
    assert recount_reports(release_id=week, repair=True) == found
    assert recount_reports(release_id=week) == []
    assert counted(week, "moods") == {"weekly|0|smile": 1}


@dataclass(frozen=True)
class Step:
    """A submission by the places of who and what is in it."""

    who: int
    release: int
    best: int | None
    worst: int | None
    untried: int | None
    mood: str
    words: str
    ring: str
    order: tuple[int, ...]
    edited: int | None
    base: int | None


place = st.sampled_from([None, 0, 1, 2])
steps = st.builds(
    Step,
    who=st.integers(0, 3),
    release=st.integers(0, 1),
    best=place,
    worst=place,
    untried=place,
    mood=st.sampled_from(["", "smile", "sigh"]),
    words=st.sampled_from(["", "", "Quick.", "Calm."]),
    ring=st.sampled_from(["weekly", "beta"]),
    order=st.sampled_from([(0, 1, 2), (2, 0, 1)]),
    edited=st.one_of(st.none(), st.integers(1, 4)),
    base=st.sampled_from([None, None, None, 0, 1]),
)


def as_submission(step: Step, weeks: Sequence[int], people: Sequence[int]) -> Submission:
    week = weeks[step.release]
    changes = judged(week)

    def change(which: int | None) -> int | None:
        return None if which is None else changes[which]

    cells = ReportCells(
        mood=step.mood,
        best=change(step.best),
        worst=change(step.worst),
        untried=() if step.untried is None else (changes[step.untried],),
        wanted=step.words if step.who % 2 else "",
        why_best=step.words,
    )
    one = hands_in(
        week, people[step.who], cells, edited=step.edited, base=step.base, ring=step.ring
    )
    return replace(one, told=replace(one.told, shown=tuple(changes[n] for n in step.order)))


def kept(weeks: Sequence[int], people: Sequence[int]) -> list[object]:
    """All that stands of these people, counts included."""
    rows = Report.objects.order_by("release_id", "member_id")
    return [
        list(rows.values_list()),
        [queries.own_cells(week, one) for week in weeks for one in people],
        sorted(Count.objects.filter(n__gt=0).values_list("release_id", "kind", "key", "n")),
    ]


def forget_all() -> None:
    for model in (Report, Count, Remark):
        model.objects.all().delete()


@given(
    groups=st.lists(st.lists(steps, min_size=1, max_size=6), max_size=5),
    cuts=st.lists(st.integers(1, 6), min_size=30, max_size=30),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_they_are_grouped_the_same_stands(
    two_weeks: tuple[int, int],
    people: list[int],
    groups: Sequence[Sequence[Step]],
    cuts: Sequence[int],
) -> None:
    forget_all()
    whole = [[as_submission(one, two_weeks, people) for one in group] for group in groups]
    outcomes = [str(one) for group in whole for one in take_reports(group)]
    for week in two_weeks:
        assert recount_reports(release_id=week) == []
    found = kept(two_weeks, people)
    forget_all()
    rest = [one for group in whole for one in group]
    others: list[str] = []
    for size in cuts:
        others += map(str, take_reports(rest[:size]))
        rest = rest[size:]
    assert (others, kept(two_weeks, people)) == (outcomes, found)


simple_steps = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from([None, 0, 1, 2]),
            st.sampled_from([None, 0, 1, 2]),
            st.sampled_from(["", "smile", "sigh"]),
            st.sampled_from(["weekly", "beta"]),
            st.one_of(st.none(), st.integers(1, 4)),
        ),
        min_size=1,
        max_size=6,
    ),
    max_size=5,
)


@given(groups=simple_steps)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_rows_whatever_came(
    week: int,
    people: list[int],
    groups: Sequence[Sequence[tuple[int, int | None, int | None, str, str, int | None]]],
) -> None:
    Report.objects.all().delete()
    Count.objects.all().delete()
    changes = judged(week)
    newest: dict[int, tuple[int, str]] = {}
    for group in groups:
        submissions = []
        for who, best, worst, mood, ring, edited in group:
            cells = ReportCells(
                mood=mood,
                best=None if best is None else changes[best],
                worst=None if worst is None else changes[worst],
            )
            submissions.append(hands_in(week, people[who], cells, edited=edited, ring=ring))
        for one, outcome in zip(submissions, take_reports(submissions), strict=True):
            if isinstance(outcome, Refused):
                continue
            order = one.edited or int(TUESDAY.timestamp() * 1000)
            if order >= newest.get(one.told.member_id, (0, ""))[0]:
                newest[one.told.member_id] = (order, one.cells.mood)
    assert recount_reports(release_id=week) == []
    stored = dict(Report.objects.values_list("member_id", "mood"))
    assert stored == {who: mood for who, (_, mood) in newest.items()}
    total = Counter(row.ring_key for row in Report.objects.all())
    assert counted(week, "reports") == {f"{ring}|0": n for ring, n in total.items()}

"""One body for every report: what it keeps, what it refuses, and that counts are rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from canyu.journal.errors import Refused
from canyu.remarks import queries as remarks
from canyu.reports import queries, services
from canyu.reports.models import Count, Report
from canyu.reports.rules import ReportCells
from canyu.reports.services.recount import recount_reports
from canyu.reports.services.take import take_reports
from canyu.reports.submissions import Submission, counts_of
from canyu.reports.tokens import ReportToken
from tests.builders import TUESDAY, WEDNESDAY, Town, make_people, open_week

MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(town: Town) -> list[int]:
    return make_people(town.product, 4)


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


steps = st.lists(
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


@given(groups=steps)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
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

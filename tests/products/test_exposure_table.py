"""Reading how many people have which version."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.products.errors import ExposureRefused
from canyu.products.exposure_table import (
    MAX_ROWS,
    ExposureRow,
    check_rows,
    monday_of,
    read_exposure_csv,
)

RINGS = {"daily", "everyone"}
WORDS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=10)
ROWS = st.builds(
    ExposureRow,
    week=st.dates(min_value=date(2000, 1, 1)),
    ring_key=st.sampled_from(sorted(RINGS)),
    n_people=st.integers(0, 10**9),
    version=WORDS,
    device=WORDS,
)


def test_a_table_is_read() -> None:
    text = (
        "version,week,ring,device,n_people\r\n5.2,2026-11-20,everyone,Mi 2S,12000\r\n"
        '\r\n"5.2",2026-11-16, daily ,"A, B",7'
    )
    assert read_exposure_csv("\ufeff" + text) == [
        ExposureRow(date(2026, 11, 20), "everyone", 12000, "5.2", "Mi 2S", line=2),
        ExposureRow(date(2026, 11, 16), "daily", 7, "5.2", "A, B", line=4),
    ]


def test_columns_come_in_any_order_and_two_may_be_missing() -> None:
    (row,) = read_exposure_csv("N_people,ring,week\n3,daily,2026-11-16\n")
    assert row == ExposureRow(date(2026, 11, 16), "daily", 3, line=2)


@given(st.lists(ROWS, max_size=20))
def test_what_is_written_is_read_again(rows: list[ExposureRow]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("version", "week", "ring", "device", "n_people"))
    for row in rows:
        writer.writerow((row.version, row.week, row.ring_key, row.device, row.n_people))
    read = read_exposure_csv(out.getvalue())
    assert [(row.version, row.week, row.ring_key, row.device, row.n_people) for row in read] == [
        (row.version, row.week, row.ring_key, row.device, row.n_people) for row in rows
    ]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for table in (text, "week,ring,n_people\n" + text):
        try:
            rows = read_exposure_csv(table)
        except ExposureRefused as refusal:
            assert refusal.status == 400  # noqa: PT017 - either outcome is right
        else:
            assert all(row.line >= 1 for row in rows)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("20.11.2026,daily,5", "no date"),
        ("2026-02-30,daily,5", "no date"),
        ("2026-11-16,daily,-5", "no number"),
        ("2026-11-16,daily,5.0", "no number"),
        ("2026-11-16,daily,٣", "no number"),
        ("2026-11-16,daily," + "9" * 5000, "no number"),
        ("2026-11-16,daily", "2 cells"),
        ("2026-11-16,daily,5,6", "4 cells"),
    ],
)
def test_a_bad_line_is_named(line: str, why: str) -> None:
    table = f"week,ring,n_people\n2026-11-09,daily,5\n{line}\n"
    with pytest.raises(ExposureRefused, match="line 3") as refusal:
        read_exposure_csv(table)
    (problem,) = refusal.value.problems
    assert problem.line == 3
    assert why in str(problem.refusal)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "hello", "week,ring\n", "week,ring,n_people,week\n", "week,ring,n_people,colour\n",
     'week,ring,n_people\n"2026-11-16,daily,5', "week,ring,n_people\n\0"],
)  # fmt: skip
def test_what_is_no_such_table_is_refused(text: str) -> None:
    with pytest.raises(ExposureRefused, match="Nothing was recorded"):
        read_exposure_csv(text)


def test_too_long_a_table_is_refused() -> None:
    with pytest.raises(ExposureRefused) as refusal:
        read_exposure_csv("week,ring,n_people\n" + "2026-11-16,daily,5\n" * (MAX_ROWS + 1))
    assert refusal.value.status == 413


def test_all_bad_lines_are_told() -> None:
    with pytest.raises(ExposureRefused) as refusal:
        read_exposure_csv("week,ring,n_people\nx,daily,5\n2026-11-16,daily,5\n2026-11-16,daily,x")
    assert [problem.line for problem in refusal.value.problems] == [2, 4]


@given(st.dates())
def test_a_week_begins_on_monday(day: date) -> None:
    monday = monday_of(day)
    assert monday.weekday() == 0
    assert 0 <= (day - monday).days <= 6


def test_rows_are_checked_against_the_product() -> None:
    rows = [ExposureRow(date(2026, 11, 20), "daily", 5, " 5.2 ", line=9)]
    assert check_rows(rows, ring_keys=RINGS) == [
        ExposureRow(date(2026, 11, 16), "daily", 5, "5.2", line=9)
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (ExposureRow(date(2026, 11, 16), "nightly", 5), "no ring"),
        (ExposureRow(date(2026, 11, 16), "daily", -1), "below 0"),
        (ExposureRow(date(2026, 11, 16), "daily", 10**13), "below 0"),
        (ExposureRow(date(2026, 11, 16), "daily", 5, "a" * 65), "too long"),
        (ExposureRow(date(2026, 11, 22), "everyone", 5), "same as line 1"),
    ],
)
def test_a_row_that_cannot_be_is_named(row: ExposureRow, why: str) -> None:
    rows = [ExposureRow(date(2026, 11, 16), "everyone", 5), row]
    with pytest.raises(ExposureRefused, match=why) as refusal:
        check_rows(rows, ring_keys=RINGS)
    assert refusal.value.problems[0].line == 2

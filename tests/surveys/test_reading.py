"""From a file to rows: what is understood, what is filtered, and every fault by its line."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.surveys.asked import Asked, Targets
from canyu.surveys.errors import SurveyRefused
from canyu.surveys.reading import read_survey
from tests.surveys.made_up import HEADER, file_of, read

GOOD = "1,1,a|b|c,a,b"


def test_items_are_numbered_as_they_appear_and_order_is_kept() -> None:
    survey = read(file_of("x,1,b|a|c,c,b", "x,2,a|b,,a", "y,1,c|d,c,"))
    assert survey.items == ("b", "a", "c", "d")
    assert survey.rows.shown.tolist() == [[0, 1, 2], [1, 0, -1], [2, 3, -1]]
    assert survey.rows.best.tolist() == [2, -1, 2]
    assert survey.rows.worst.tolist() == [0, 1, -1]
    assert survey.rows.person is not None
    assert survey.rows.person.tolist() == [0, 0, 1]
    assert survey.lines.tolist() == [2, 3, 4]


def test_blanks_around_names_and_capitals_of_columns_do_not_matter() -> None:
    survey = read(file_of("1 , 1, a b | c|d ,c , a b", header="Respondent,TASK, Shown,Best,Worst "))
    assert survey.items == ("a b", "c", "d")
    assert survey.rows.best.tolist() == [1]


def test_any_script_and_any_width_of_screens() -> None:
    survey = read(file_of("1,1,绿茶|مشروب|чай,чай,绿茶", "2,1,绿茶|чай,绿茶,"))
    assert survey.items == ("绿茶", "مشروب", "чай")


def test_what_nobody_answered_is_counted_and_left_out() -> None:
    survey = read(file_of(GOOD, "2,1,a|b,,", "3,1,c|d,,"))
    assert len(survey.rows) == 1
    assert survey.n_unanswered == 2
    assert survey.items == ("a", "b", "c", "d")


def test_without_respondents_every_row_is_a_person() -> None:
    survey = read("shown,best,worst\na|b,a,b\na|b,a,b\n")
    assert survey.rows.n_persons == 2
    assert "person of its own" in survey.notes[0]


def test_where_keeps_rows_and_its_values_of_one_column_are_alternatives() -> None:
    text = file_of(
        "1,1,a|b,a,b,f,x", "2,1,a|b,a,b,f,y", "3,1,a|b,a,b,g,x", "4,1,e|b,e,,h,x",
        header=f"{HEADER},land,kind",
    )  # fmt: skip
    survey = read(text, where=(("land", "f"), ("land", "g"), ("kind", "x")))
    assert survey.lines.tolist() == [2, 4]
    assert survey.items == ("a", "b")


def test_what_is_filtered_away_may_have_faults() -> None:
    text = file_of("1,1,a|b,a,b", "1,2,a|b,z,b")
    assert len(read(text, where=(("task", "1"),)).rows) == 1


def test_weights_are_made_to_average_one_and_may_have_a_decimal_comma() -> None:
    rows = ["1;1;a|b;a;b;0,5", "2;1;a|b;b;a;1,5", "3;1;a|b;;;9"]
    header = f"{HEADER},weight".replace(",", ";")
    survey = read(file_of(*rows, header=header), weight="weight")
    assert survey.rows.weight.tolist() == [0.5, 1.5]


def test_a_weight_that_is_not_used_is_said() -> None:
    survey = read(file_of(f"{GOOD},2", header=f"{HEADER},weight"))
    assert survey.rows.weight.tolist() == [1.0]
    assert "--weight weight" in survey.notes[0]


def test_columns_that_are_asked_for_come_along() -> None:
    text = file_of(f"{GOOD},x,k", "2,1,a|b,a,,y,k", "3,1,a|b,,,z,k", header=f"{HEADER},land,kind")
    survey = read(text, by="land", rake=(Targets("kind", (("k", 1.0),)),))
    assert survey.columns["land"].values == ("x", "y")
    assert survey.columns["land"].code.tolist() == [0, 1]
    assert survey.columns["kind"].code.tolist() == [0, 0]


def test_repeated_tasks_are_said() -> None:
    assert "1 row repeat" in read(file_of(GOOD, GOOD, "2,1,a|b,a,")).notes[0]


WITH_WEIGHT = f"{HEADER},weight"

FAULTS = [
    ([GOOD, "2,1,a|b,c,b"], HEADER, {}, 'line 3: best is "c", which was not shown (a | b)'),
    (["2,1,a|b,a,z"], HEADER, {}, 'line 2: worst is "z", which was not shown (a | b)'),
    (["2,1,a|b,A,b"], HEADER, {}, 'best is "A", which was not shown'),
    (["1,1,a|b,a,a"], HEADER, {}, 'line 2: best and worst are both "a"'),
    (["1,1,a,a,"], HEADER, {}, 'line 2: only one item is shown ("a")'),
    (["1,1,,,"], HEADER, {}, "line 2: shown is empty"),
    (["1,1,a|b|a,a,"], HEADER, {}, 'line 2: "a" is shown twice'),
    (["1,1,a||b,a,"], HEADER, {}, "line 2: shown has an empty name"),
    (["1,1,a|b,a"], HEADER, {}, "line 2: it has 4 fields, and the header has 5"),
    (["1,1,a|b,a,b,c"], HEADER, {}, "line 2: it has 6 fields"),
    ([",1,a|b,a,b"], HEADER, {}, "line 2: the respondent is empty"),
    (["1,1,a|b,,"], HEADER, {}, "no row names a best or a worst"),
    ([], HEADER, {}, "no answers under it"),
    (["a|b"], "shown", {}, 'no columns best and worst; its columns are "shown"'),
    (["a|b,a"], "shown,best", {}, "no column worst"),
    (["a|b,a,b,c"], "shown,best,worst,best", {}, 'more than one column "best"'),
    ([f"{GOOD},nan"], WITH_WEIGHT, {"weight": "weight"}, 'line 2: the weight is "nan"'),
    ([f"{GOOD},-1"], WITH_WEIGHT, {"weight": "weight"}, 'line 2: the weight is "-1"'),
    ([f"{GOOD},inf"], WITH_WEIGHT, {"weight": "weight"}, 'line 2: the weight is "inf"'),
    ([f"{GOOD},much"], WITH_WEIGHT, {"weight": "weight"}, 'line 2: the weight is "much"'),
    ([f"{GOOD},"], WITH_WEIGHT, {"weight": "weight"}, 'line 2: the weight is ""'),
    ([f"{GOOD},0"], WITH_WEIGHT, {"weight": "weight"}, "all weights in the column weight are 0"),
    ([GOOD], HEADER, {"weight": "w"}, '--weight asks for the column "w", which the file has not'),
    ([GOOD], HEADER, {"by": "land"}, '--by asks for the column "land"'),
    ([GOOD], HEADER, {"where": (("land", "f"),)}, '--where asks for the column "land"'),
    ([GOOD], HEADER, {"where": (("task", "9"),)}, 'no row has task=9; the column holds "1"'),
    (["1,1," + "|".join(f"i{n}" for n in range(61)) + ",i0,"], HEADER, {}, "61 items are shown"),
    (
        ["1,1," + "|".join(f"i{n}" for n in range(60)) + ",i0,", "1,2,i0|i60,i60,"],
        HEADER, {}, "61 different items, and at most 60",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "header", "asked", "words"), FAULTS)
def test_a_fault_is_one_sentence(
    rows: list[str], header: str, asked: dict[str, object], words: str
) -> None:
    with pytest.raises(SurveyRefused) as refusal:
        read(file_of(*rows, header=header), **asked)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_of_many_faults_the_first_are_told_and_the_rest_counted() -> None:
    rows = [f"{n},1,a|b,{'z' if n > 10 else 'a'},b" for n in range(100)]
    rows[3] = "3,1,a|b"
    with pytest.raises(SurveyRefused) as refusal:
        read(file_of(*rows))
    lines = str(refusal.value).splitlines()
    assert lines[0] == "90 faults:"
    assert lines[1].startswith("  line 5: it has 3 fields")
    assert lines[2].startswith('  line 13: best is "z"')
    assert len(lines) == 7
    assert lines[-1] == "  and 85 more"


def test_60_items_are_read() -> None:
    names = [f"i{n}" for n in range(60)]
    assert read(file_of(f"1,1,{'|'.join(names)},i0,i59")).rows.n_items == 60


def test_a_hundred_thousand_rows_take_seconds() -> None:
    rng = np.random.default_rng(1)
    screens = rng.permuted(np.tile(np.arange(20), (100_000, 1)), axis=1)[:, :5]
    rows = [
        f"{n},1,{'|'.join(map(str, screen))},{screen[0]},{screen[1]}"
        for n, screen in enumerate(screens.tolist())
    ]
    text = file_of(*rows)
    started = time.process_time()
    survey = read(text)
    assert time.process_time() - started < 6
    assert len(survey.rows) == 100_000


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_survey(data, Asked())
    except SurveyRefused:
        return


FIELD = st.sampled_from(
    ["a", "b", "a|b", "a|b|c", "a|", "|", "", '"', " ", "1", "-1", "茶|a", "\n"]
)


@given(
    st.lists(st.lists(FIELD, min_size=0, max_size=7), max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from([{}, {"weight": "task"}, {"by": "task"}, {"where": (("task", "1"),)}]),
)
def test_any_table_is_read_or_refused(
    rows: list[list[str]], delimiter: str, asked: dict[str, object]
) -> None:
    text = "\n".join(delimiter.join(fields) for fields in [HEADER.split(","), *rows])
    try:
        survey = read(text, **asked)
    except SurveyRefused:
        return
    assert len(survey.rows) > 0

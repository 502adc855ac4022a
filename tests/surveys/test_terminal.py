"""The table: aligned in columns of any script, within its width, plain where it must be."""

from __future__ import annotations

import pytest

from canyu.surveys.names import width
from canyu.surveys.terminal import Look, text_of, wrapped
from tests.surveys.made_up import judge, made_survey

WIDE_NAMES = ("绿茶", "чай", "café au lait avec du sucre", "mint", "ウーロン茶", "a" * 200)


@pytest.mark.parametrize("columns", [10, 60, 80, 100, 300])
@pytest.mark.parametrize("items", [("green", "black", "white", "mint"), WIDE_NAMES])
def test_no_line_is_wider_than_the_terminal(columns: int, items: tuple[str, ...]) -> None:
    found = judge(made_survey(items=items), by="age")
    text = text_of(found, source="teas.csv", look=Look(columns=columns))
    assert max(map(width, text.splitlines())) <= max(columns, 60)


def test_columns_stand_under_one_another() -> None:
    found = judge(made_survey(items=WIDE_NAMES))
    lines = text_of(found, source="x", look=Look()).splitlines()
    table = lines[2:9]
    assert "95% interval" in table[0]
    assert len({width(line) for line in table}) == 1


def test_colour_and_signs_only_where_they_are_understood() -> None:
    found = judge(made_survey())
    assert "\x1b[" in text_of(found, source="x", look=Look(has_colour=True))
    plain = text_of(found, source="x", look=Look(is_unicode=False))
    assert plain.isascii()
    assert "\x1b" not in plain
    assert "o" in plain


def test_a_name_cannot_move_the_cursor() -> None:
    found = judge(made_survey(items=("a\x1b[2J", "b\u202e", "c", "d")), by="age")
    text = text_of(found, source="x\x1b[2J.csv", look=Look())
    assert all(character == "\n" or character.isprintable() for character in text)


def test_the_longest_interval_reaches_the_end_of_the_scale() -> None:
    found = judge(made_survey(spread=3.0))
    first = text_of(found, source="x", look=Look()).splitlines()[3]
    assert "●" in first


def test_words_are_broken_at_blanks_and_wide_words_anywhere() -> None:
    assert wrapped("one two three", 7) == "one two\nthree"
    assert wrapped("茶" * 5, 6) == "茶茶茶\n茶茶"
    assert wrapped("one two", 5, "- ") == "- one\n  two"


def test_groups_that_have_no_room_are_counted() -> None:
    rows = made_survey(n_people=400).splitlines()
    header, rest = rows[0], rows[1:]
    lands = [f"{row},land{int(row.split(',')[0][1:]) % 10}" for row in rest]
    found = judge("\n".join([f"{header},land", *lands]), by="land")
    text = text_of(found, source="x", look=Look(columns=60))
    assert "more groups stand in --json and --html" in text

"""Names on a line: of any script and width, never moving a cursor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.surveys.names import clipped, listed, padded, printable, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [("tea", 3), ("茶", 2), ("Ａ", 2), ("cafe\u0301", 4), ("चाय", 3), ("", 0), ("한국", 4)],
)
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_name_is_cut_at_columns() -> None:
    assert clipped("abcdef", 4) == "abc…"
    assert clipped("茶茶茶茶", 5) == "茶茶…"
    assert clipped("茶茶茶茶", 8) == "茶茶茶茶"


@pytest.mark.parametrize("name", ["a\x1b[31mb", "a\nb", "a\u202eb", "a\x9bb", "a\u2028b", "a\x00b"])
def test_nothing_moves_the_cursor(name: str) -> None:
    assert printable(name).isprintable()


def test_joined_letters_stay_joined() -> None:
    assert printable("ن\u200cم") == "ن\u200cم"


@given(st.text(), st.integers(2, 30))
def test_padding_and_clipping_agree_with_width(text: str, columns: int) -> None:
    shown = clipped(text, columns)
    assert width(shown) <= columns
    assert width(padded(shown, columns)) == columns
    assert width(padded(shown, columns, right=True)) == columns


def test_lists_are_sentences() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"], last="or") == "a or b"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdef"), most=4) == "a, b, c and 3 others"

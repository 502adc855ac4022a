"""Options, understood or refused before a file is read."""

from __future__ import annotations

import pytest

from canyu.surveys.asked import read_ghost, read_name, read_seed, read_targets, read_where


def test_names_are_read_as_those_of_files_are() -> None:
    assert read_name(" cafe\u0301 ") == "caf\u00e9"
    assert read_where("cafe\u0301=cafe\u0301") == ("caf\u00e9", "caf\u00e9")


def test_where_is_a_column_and_a_value() -> None:
    assert read_where("country=France") == ("country", "France")
    assert read_where(" a b = c=d ") == ("a b", "c=d")
    assert read_where("country=") == ("country", "")


@pytest.mark.parametrize("text", ["", "country", "=France"])
def test_half_a_where_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="COLUMN=VALUE"):
        read_where(text)


@pytest.mark.parametrize("text", ["0", "0.5", "2", "1e2", "0.001"])
def test_a_ghost_is_a_number(text: str) -> None:
    assert read_ghost(text) == float(text)


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "half", "", "1001", "1e-9"])
def test_a_mad_ghost_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither 0 nor a number"):
        read_ghost(text)


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "", "9" * 30])
def test_a_mad_seed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no whole number"):
        read_seed(text)


@pytest.mark.parametrize(
    "text", ["age=young:0.4,old:0.6", "age = young: 40 , old:60", "age=young:40%,old:60%"]
)
def test_targets_are_shares_or_percent(text: str) -> None:
    targets = read_targets(text)
    assert targets.column == "age"
    assert dict(targets.shares) == pytest.approx({"young": 0.4, "old": 0.6})


def test_a_value_may_hold_a_colon() -> None:
    assert read_targets("at=9:00:1").shares == (("9:00", 1.0),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("age", "COLUMN=VALUE:SHARE"),
        ("=young:1", "COLUMN=VALUE:SHARE"),
        ("age=", "not VALUE:SHARE"),
        ("age=young", "not VALUE:SHARE"),
        ("age=young:many", "not VALUE:SHARE"),
        ("age=young:-0.2,old:1.2", "not VALUE:SHARE"),
        ("age=young:0,old:1", "not VALUE:SHARE"),
        ("age=young:nan", "not VALUE:SHARE"),
        ("age=young:0.5,young:0.5", "twice"),
        ("age=young:0.4,old:0.5", "add up to 0.9"),
    ],
)
def test_mad_targets_are_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_targets(text)

"""The JSON: every field that docs/judge.md names, and never a NaN."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from canyu.surveys.asked import read_targets
from canyu.surveys.figures import json_of
from tests.surveys.made_up import file_of, judge, made_survey

DOC = Path(__file__).resolve().parents[2] / "docs" / "judge.md"

PROMISED = {
    "model", "ghost", "base", "n_answers", "n_respondents", "loglik", "loglik_null", "items",
    "award", "position", "weights", "segments", "notes",
}  # fmt: skip
OF_ITEMS = {
    "name", "shown", "best", "worst", "coef", "se_model", "se_robust", "score", "low", "high",
    "p_win", "appeal", "controversy",
}  # fmt: skip


def figures(text: str, **asked: object) -> dict[str, Any]:
    def refuse(word: str) -> float:
        raise AssertionError(word)

    found: dict[str, Any] = json.loads(json_of(judge(text, **asked)), parse_constant=refuse)
    return found


def fields_in(value: object) -> set[str]:
    """The names of all fields, however deep."""
    if isinstance(value, dict):
        return set(value).union(*map(fields_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(fields_in, value))
    return set()


def test_what_was_promised_is_there() -> None:
    found = figures(made_survey())
    assert set(found) >= PROMISED
    assert set(found["items"][0]) >= OF_ITEMS


def test_every_field_is_documented() -> None:
    text = DOC.read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_0-9]+)`", text))
    rake = (read_targets("age=young:50,old:50"),)
    assert fields_in(figures(made_survey(), by="age", rake=rake)) - documented == set()


@pytest.mark.parametrize(
    "rows",
    [
        ["1,1,a|b,a,b"],
        ["1,1,a|b,a,"],
        ["1,1,a|b,,b"],
        ["1,1,a|b,a,b", "1,2,c|d,c,d"],
        ["1,1,a|b,a,b", "2,1,a|b|c,,"],
        [f"{n},1,a|b|c,a,c" for n in range(500)],
    ],
)
@pytest.mark.parametrize("model", ["sequential", "maxdiff"])
def test_thin_and_lopsided_surveys_are_finite(rows: list[str], model: str) -> None:
    found = figures(file_of(*rows), model=model)
    for item in found["items"]:
        assert 0 <= item["low"] <= item["score"] <= item["high"] <= 100


def test_ascii_is_ascii() -> None:
    text = json_of(judge(made_survey(items=("绿茶", "чай", "a", "b"))), is_ascii=True)
    assert text.isascii()
    assert json.loads(text)["items"]

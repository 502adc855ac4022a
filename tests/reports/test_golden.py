"""What a tally says stays what it was: the figures of known weeks, to eight digits."""

import math
from collections.abc import Iterator
from typing import Any

import pytest

from tests.reports.golden import Week, stored, weeks

KNOWN = stored()


@pytest.mark.parametrize("week", list(weeks()), ids=lambda week: week.name)
def test_a_week_has_the_figures_that_it_had(week: Week) -> None:
    differing = list(_differences(week.name, KNOWN[week.name], week.figures()))
    assert differing == []


def test_no_week_is_forgotten() -> None:
    assert [week.name for week in weeks()] == list(KNOWN)


def _differences(path: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for name in one:
            yield from _differences(f"{path}.{name}", one[name], other[name])
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(f"{path}.{place}", left, right)
    elif isinstance(one, float) and isinstance(other, float):
        # Another processor may round otherwise; another code would say something else.
        if not math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9):
            yield f"{path}: {one} was, {other} is"
    elif one != other:
        yield f"{path}: {one} was, {other} is"

"""Real best-worst surveys with reference fits made in R, where they are at hand.

The files stand beside the repository, not in it: their licences differ from
ours. Each reference.json names the R versions and calls it was made with.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from canyu.bestworst import Answer

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Survey:
    """A survey's items, its rows as read, and R's fits of it."""

    items: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    reference: dict[str, Any]

    def answers(self, weights: dict[str, float] | None = None, **only: str) -> list[Answer]:
        """Return the rows with the values of `only` as answers, weighted by respondent."""
        number = {name: place for place, name in enumerate(self.items)}
        return [
            Answer(
                shown=tuple(number[name] for name in row["shown"].split("|")),
                best=number[row["best"]],
                worst=number[row["worst"]],
                weight=weights[row["respondent"]] if weights else 1.0,
            )
            for row in self.rows
            if all(row[field] == value for field, value in only.items())
        ]

    def fit(self, name: str) -> dict[str, Any]:
        """Return one of R's fits."""
        fit: dict[str, Any] = self.reference["fits"][name]
        return fit


def read_survey(folder: str, **only: str) -> Survey:
    """Read one survey, or skip the test where it is not at hand."""
    where = DATA / folder
    if not where.is_dir():
        pytest.skip(f"the survey {folder} is not at {where}: its golden numbers go unchecked")
    reference = json.loads((where / "reference.json").read_text(encoding="utf-8"))
    with (where / "reports.csv").open(encoding="utf-8", newline="") as file:
        rows = tuple(
            row
            for row in csv.DictReader(file)
            if all(row[field] == value for field, value in only.items())
        )
    return Survey(tuple(reference["items"]), rows, reference)


@pytest.fixture(scope="session")
def rice() -> Survey:
    """90 people, 7 screens of 4 of 7 properties of rice (R package support.BWS)."""
    return read_survey("bws-rice")


@pytest.fixture(scope="session")
def issues() -> Survey:
    """350 people, 13 screens of 4 of 13 issues (R package bwsTools)."""
    return read_survey("bws-issues")


@pytest.fixture(scope="session")
def breadwheat() -> Survey:
    """493 farmers, each one screen of 3 of 16 wheat varieties (R package gosset)."""
    return read_survey("bws-breadwheat", task="overall")

"""Surveys cut down to what a fit needs: counts of equal answers, and R's numbers for them.

The small files in `fixtures/` hold no person's traits. `python -m
tests.bestworst.golden` makes them again from the surveys, where these stand
beside the repository; a test says when they differ.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from canyu.bestworst import Answer, Cells, Rows, gather_cells, make_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bestworst.conftest import Survey

FIXTURES = Path(__file__).parent / "fixtures"

SOURCES = {
    "rice": (
        "90 people, 7 screens of 4 of 7 properties of rice: counts of equal answers in the survey "
        "ricebws1 of the R package support.BWS 0.4-6 by Hideo Aizaki. The design of the screens is "
        "crossdes::find.BIB(trt=7, b=7, k=4) after set.seed(8041). The survey itself, GPL (>= 2), "
        "is not here."
    ),
    "issues": (
        "350 people, 13 screens of 4 of 13 public issues: the survey vdata of the R package "
        "bwsTools 1.2.1.9000, MIT licence, copyright (c) 2019 Mark White, as numbers of equal "
        "answers."
    ),
    "breadwheat": (
        "493 farmers, each one screen of 3 of 16 wheat varieties, which was best and worst over "
        "all: counts of equal answers in the trial breadwheat of the R package gosset 1.3 by "
        "K. de Sousa, J. van Etten and D. Brown, MIT licence. J. van Etten et al. (2019), PNAS "
        "116(10):4194-4199."
    ),
}

KEPT = ("ref_item", "coef", "se_model", "se_cluster_respondent", "loglik_null", "loglik")


@dataclass(frozen=True)
class Golden:
    """One survey: its items, its cells as [shown, best, worst, n], R's fits, and what else."""

    items: tuple[str, ...]
    raw: dict[str, Any]

    def cells(self, segment: str | None = None) -> Cells:
        """Return all answers, or those of one segment, added up."""
        return gather_cells(self.answers(segment), n_items=len(self.items))

    def answers(self, segment: str | None = None) -> list[Answer]:
        """Return all answers, or those of one segment, equal ones together."""
        cells = self.raw["cells"]
        counts = self.raw["segments"][segment]["n"] if segment else [cell[3] for cell in cells]
        return [
            Answer(tuple(int(item) for item in shown.split()), best, worst)
            for (shown, best, worst, _), n in zip(cells, counts, strict=True)
            for _ in range(n)
        ]

    def weighted_cells(self) -> Cells:
        """Return all answers added up with the survey's weights."""
        cells = self.cells()
        place = {key: at for at, key in enumerate(self._keys())}
        keys = zip(cells.masks.tolist(), cells.best.tolist(), cells.worst.tolist(), strict=True)
        order = [place[key] for key in keys]
        weights = self.raw["weighted"]
        return replace(
            cells,
            sum_w=np.array(weights["sum_w"])[order],
            sum_w2=np.array(weights["sum_w2"])[order],
        )

    def rows(self) -> Rows:
        """Return the answers person by person, in the order of the survey."""
        person, number = zip(
            *((at, cell) for at, cells in enumerate(self.raw["persons"]) for cell in cells),
            strict=True,
        )
        table = [(shown.split(), best, worst) for shown, best, worst, _ in self.raw["cells"]]
        return make_rows(
            [[int(item) for item in table[cell][0]] for cell in number],
            [table[cell][1] for cell in number],
            [table[cell][2] for cell in number],
            n_items=len(self.items),
            person=list(person),
        )

    def fit(self, name: str) -> dict[str, Any]:
        """Return one of R's fits."""
        fit: dict[str, Any] = self.raw["fits"][name]
        return fit

    def _keys(self) -> Iterator[tuple[int, int, int]]:
        for shown, best, worst, _ in self.raw["cells"]:
            yield sum(1 << int(item) for item in shown.split()), best, worst


@cache
def read_golden(name: str) -> Golden:
    """Read one of the small files."""
    raw = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return Golden(tuple(raw["items"]), raw)


def condense(name: str, survey: Survey) -> dict[str, Any]:
    """Add up the answers of a survey and keep R's numbers for them."""
    number = {item: at for at, item in enumerate(survey.items)}
    keys = [
        (
            " ".join(map(str, sorted(number[item] for item in row["shown"].split("|")))),
            number[row["best"]],
            number[row["worst"]],
        )
        for row in survey.rows
    ]
    cells = sorted(set(keys))
    place = {key: at for at, key in enumerate(cells)}
    chosen = np.array([place[key] for key in keys])
    reference = survey.reference
    counts = reference["counts"]
    raw = {
        "source": SOURCES[name],
        "reference": reference["made_by"].split("; independent")[0],
        "items": list(survey.items),
        "counts": {
            item: [counts[item][kind] for kind in ("shown", "best", "worst")]
            for item in survey.items
        },
        "cells": [[*key, int((chosen == at).sum())] for at, key in enumerate(cells)],
        "fits": {fit: _kept(numbers) for fit, numbers in reference["fits"].items()},
    }
    if name == "issues":
        people: dict[str, list[int]] = {}
        for row, cell in zip(survey.rows, chosen.tolist(), strict=True):
            people.setdefault(row["respondent"], []).append(cell)
        raw["persons"] = list(people.values())
    if name == "rice":
        raw |= _weights_and_segments(survey, chosen, len(cells))
    return raw


def _weights_and_segments(survey: Survey, chosen: Any, size: int) -> dict[str, Any]:
    weighted, segments = survey.reference["weighted"], survey.reference["segments_chem"]
    weight = np.array([weighted["weights_by_respondent"][row["respondent"]] for row in survey.rows])
    sums = {
        f"sum_w{power}": np.bincount(chosen, weights=values, minlength=size).round(12).tolist()
        for power, values in (("", weight), ("2", weight**2))
    }
    chem = np.array([row["chem"] for row in survey.rows])
    return {
        "weighted": sums
        | {"fits": {fit: _kept(numbers) for fit, numbers in weighted["fits"].items()}},
        "segments": {
            f"chem{value}": {
                "n": np.bincount(chosen[chem == value], minlength=size).tolist(),
                "fit": _kept(segments[f"chem{value}"]),
            }
            for value in ("0", "1")
        },
    }


def _kept(fit: dict[str, Any]) -> dict[str, Any]:
    return {field: fit[field] for field in KEPT if field in fit}


def written(raw: dict[str, Any]) -> str:
    """Return a small file's text: one line for each cell, person and list of numbers."""

    def lines(value: Any, indent: int) -> str:
        if not _nested(value):
            return json.dumps(value, ensure_ascii=False)
        inside = " " * (indent + 1)
        entries = (
            [f"{json.dumps(key)}: {lines(entry, indent + 1)}" for key, entry in value.items()]
            if isinstance(value, dict)
            else [lines(entry, indent + 1) for entry in value]
        )
        opened, closed = ("{", "}") if isinstance(value, dict) else ("[", "]")
        body = (",\n" + inside).join(entries)
        return f"{opened}\n{inside}{body}\n{' ' * indent}{closed}"

    return lines(raw, 0) + "\n"


def _nested(value: Any) -> bool:
    inside = value.values() if isinstance(value, dict) else value
    return isinstance(value, (list, dict)) and any(isinstance(x, (list, dict)) for x in inside)


def main() -> None:
    """Write the small files again."""
    from tests.bestworst.conftest import read_survey  # noqa: PLC0415  # it needs pytest

    for name, only in (("rice", {}), ("issues", {}), ("breadwheat", {"task": "overall"})):
        text = written(condense(name, read_survey(f"bws-{name}", **only)))
        (FIXTURES / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

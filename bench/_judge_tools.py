"""The tools that are raced: each takes answers as they come and returns worths that sum to nought.

Each is called as its own documentation has it, on what it takes: choix on winners and losers, R on
one line for each item of each choice. What that takes to prepare is counted with the fit.
"""

import contextlib
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SCRIPT = str(Path(__file__).resolve().with_name("_judge_clogit.R"))


@dataclass(frozen=True, eq=False)
class Answers:
    """N answers: items shown (N, m), the best and the worst of each (N)."""

    n_items: int
    shown: NDArray[np.int8]
    best: NDArray[np.int8]
    worst: NDArray[np.int8]

    def first(self, n: int) -> "Answers":
        return Answers(self.n_items, self.shown[:n], self.best[:n], self.worst[:n])

    @property
    def masks(self) -> NDArray[np.uint64]:
        masks = np.zeros(len(self.best), dtype=np.uint64)
        for column in self.shown.T:
            masks |= np.uint64(1) << column.astype(np.uint64)
        return masks


def ours(answers: Answers, model: Any = "sequential") -> Array:
    """Rows are checked and added up, then fitted, both covariances included."""
    from canyu.bestworst import cells_of, fit, make_rows  # noqa: PLC0415

    rows = make_rows(answers.shown, answers.best, answers.worst, n_items=answers.n_items)
    return fit(cells_of(rows), model=model, ghost=0).coef


def scipy_on_rows(answers: Answers, *, errors: bool = True) -> Array:
    """The same likelihood with its gradient, vectorised over rows, climbed by L-BFGS.

    With `errors`, both covariances too, as ours has them.
    """
    from scipy.optimize import minimize  # noqa: PLC0415

    n, width = answers.shown.shape
    best, worst = answers.best.astype(np.intp), answers.worst.astype(np.intp)
    shown = answers.shown.astype(np.intp)
    left = shown[shown != best[:, None]].reshape(n, width - 1)
    target = np.bincount(best, minlength=answers.n_items) * 1.0
    target -= np.bincount(worst, minlength=answers.n_items)

    def fall(worth: Array) -> tuple[float, Array]:
        value, slope = -float(target @ worth), -target
        for sign, among in ((1, shown), (-1, left)):
            pull = np.exp(sign * worth)[among]
            total = pull.sum(axis=1)
            value += float(np.log(total).sum())
            pull /= total[:, None]
            slope = slope + sign * np.bincount(
                among.ravel(), weights=pull.ravel(), minlength=answers.n_items
            )
        return value / n, slope / n

    start = np.zeros(answers.n_items)
    found = minimize(
        fall, start, jac=True, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-8}
    )
    worth = found.x - found.x.mean()
    if errors:
        both_covariances(answers.n_items, worth, (best, shown), (worst, left))
    return worth


def both_covariances(
    n_items: int, worth: Array, *sides: tuple[NDArray[np.intp], NDArray[np.intp]]
) -> tuple[Array, Array]:
    """The inverse information and the sandwich, from one line for each row."""
    rows = np.arange(len(sides[0][0]))
    score = np.zeros((rows.size, n_items))
    information = np.zeros((n_items, n_items))
    for sign, (chosen, among) in zip((1, -1), sides, strict=True):
        chance = np.exp(sign * worth)[among]
        chance /= chance.sum(axis=1, keepdims=True)
        spread = np.zeros((rows.size, n_items))
        np.put_along_axis(spread, among, chance, axis=1)
        information += np.diag(spread.sum(axis=0)) - spread.T @ spread
        score -= sign * spread
        score[rows, chosen] += sign
    inverse = np.linalg.pinv(information)
    return inverse, inverse @ (score.T @ score) @ inverse


def choix_on_rows(answers: Answers) -> Array:
    """choix knows bests only."""
    import choix  # noqa: PLC0415

    best = answers.best.tolist()
    data = [
        (winner, tuple(item for item in shown if item != winner))
        for winner, shown in zip(best, answers.shown.tolist(), strict=True)
    ]
    return choix.ilsr_top1(answers.n_items, data, alpha=0.0)


def clogit_on_rows(answers: Answers, *, run: bool = True) -> tuple[Array, float]:
    """Best and worst as two strata of R's conditional logit; its own seconds come with the worths.

    R's start and its reading of the file are not counted.
    """
    with tempfile.TemporaryDirectory() as home:
        wide, said = Path(home) / "wide", Path(home) / "said"
        columns = np.column_stack([answers.best, answers.worst, answers.shown]).astype(np.int32)
        wide.write_bytes(columns.T.tobytes())
        shape = [str(size) for size in (*answers.shown.shape, answers.n_items)]
        command = ["Rscript", "--vanilla", SCRIPT, str(wide), str(said), *shape]
        if not run:
            os.execvp(command[0], command)  # noqa: S606
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds, *worths = (float(word) for word in said.read_text("utf-8").split())
    worth = np.array([*worths, 0.0])
    return worth - worth.mean(), seconds


def has_clogit() -> bool:
    with contextlib.suppress(OSError):
        asked = ["Rscript", "--vanilla", "-e", "library(survival)"]
        return not subprocess.run(asked, check=False, capture_output=True).returncode
    return False

"""What judge.py does in processes of their own: make answers, race tools, run one of them once."""

import importlib.metadata
import importlib.util
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

# Run as a program, it knows its neighbours and the package, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from numpy.typing import NDArray

from bench._judge_tools import (
    Answers,
    Array,
    choix_on_rows,
    clogit_on_rows,
    has_clogit,
    ours,
    scipy_on_rows,
)
from bench.judge import CHOIX, CLOGIT, COUNTERS, OURS, POLARS, SCIPY, SCIPY_BARE
from canyu.bestworst import Cells, cells_from_counts, cells_of_columns, fit, screens

OURS_BEST = "ours, best only"
OURS_MAXDIFF = "ours, maxdiff"
OURS_COLUMNS = "ours, sequential, from columns"
N_CLOGIT_LISTS = 5_000
N_SLOW, N_FAST = 3, 3
AT_A_TIME = 250_000

Timed = Callable[[], tuple[float, Array | None]]


def screens_of(case: str) -> tuple[int, int, NDArray[np.int64]]:
    """How many answers about how many items, and the screens they are drawn from."""
    if case == "fours":
        return 100_000, 20, np.array(list(combinations(range(20), 4)))
    if case == "lists":
        return 100_000, 20, np.arange(20)[None]
    if case == "cyclic20":
        return 1_000_000, 20, np.array(screens(20))
    n = 5_000_000 if case == "huge" else 1_000_000
    return n, 60, np.array(screens(60))[:, :5]


def make(case: str, where: str) -> None:
    """Draw answers from the best-then-worst model, a part at a time, and keep them in files."""
    n, n_items, blocks = screens_of(case)
    rng = np.random.default_rng(20)
    truth = rng.normal(scale=0.75, size=n_items)
    shown = np.empty((n, blocks.shape[1]), dtype=np.int8)
    best, worst = np.empty((2, n), dtype=np.int8)
    for start in range(0, n, AT_A_TIME):
        part = slice(start, start + AT_A_TIME)
        seen = rng.permuted(blocks[rng.integers(len(blocks), size=len(best[part]))], axis=1)
        liked = (truth[seen] + rng.gumbel(size=seen.shape)).argmax(axis=1)[:, None]
        pull = rng.gumbel(size=seen.shape) - truth[seen]
        np.put_along_axis(pull, liked, -np.inf, axis=1)
        shown[part] = seen
        best[part] = np.take_along_axis(seen, liked, axis=1).ravel()
        worst[part] = np.take_along_axis(seen, pull.argmax(axis=1)[:, None], axis=1).ravel()
    for name, values in (("shown", shown), ("best", best), ("worst", worst)):
        np.save(f"{where}.{name}.npy", values)


def read(case: str, where: str) -> Answers:
    columns = [np.load(f"{where}.{name}.npy") for name in ("shown", "best", "worst")]
    return Answers(screens_of(case)[1], *columns)


def race(case: str, where: str, rounds: int) -> dict[str, Any]:
    """Run all tools in turn, `rounds` times; return seconds and how far each is off ours."""
    answers = read(case, where)
    runs: dict[str, Timed] = {}
    notes: dict[str, str] = {}
    missing: dict[str, str] = {}
    for tool, note, run in entries(case, answers):
        notes[tool] = note
        if isinstance(run, str):
            missing[tool] = run
        else:
            runs[tool] = run
    seconds: dict[str, list[float]] = {tool: [] for tool in runs}
    worths: dict[str, Array | None] = {}
    for tool, run in runs.items():
        # The first time pays for imports and for memory from the system.
        if tool not in {CHOIX, CLOGIT}:
            run()
    for turn in range(rounds):
        for tool, run in runs.items():
            for _ in range(int(turn < N_SLOW) if tool in {CHOIX, CLOGIT} else N_FAST):
                took, worths[tool] = run()
                seconds[tool].append(took)
    found: dict[str, Any] = {tool: {"missing": why} for tool, why in missing.items()}
    for tool in runs:
        few = tool == CLOGIT and case == "lists"
        found[tool] = {
            "seconds": seconds[tool],
            "scale": len(answers.best) / N_CLOGIT_LISTS if few else 1,
            "note": notes[tool],
            "off": off(worths[tool], answers, tool, worths, few=few),
        }
    return {tool: found[tool] for tool in notes}


def off(
    worth: Array | None,
    answers: Answers,
    tool: str,
    worths: dict[str, Array | None],
    *,
    few: bool,
) -> float | None:
    """The largest difference between a tool's worths and ours of the same model and answers."""
    if worth is None or tool in {OURS, OURS_BEST, OURS_MAXDIFF}:
        return None
    own = worths[OURS_BEST] if tool == CHOIX else worths[OURS]
    if few:
        own = ours(answers.first(N_CLOGIT_LISTS))
    return float(np.abs(worth - own).max()) if own is not None else None


def entries(case: str, answers: Answers) -> Iterator[tuple[str, str, Timed | str]]:
    """Each tool with a note and how to time it, or why it cannot be."""
    yield OURS, "rows to fit", timed(lambda: ours(answers))
    masks = answers.masks
    if case.startswith("cyclic"):
        yield (
            OURS_COLUMNS,
            "masks, best and worst to fit",
            timed(lambda: fit(columns_of(answers, masks), ghost=0).coef),
        )
    cells = columns_of(answers, masks)
    yield COUNTERS, f"{len(cells):,} counters to fit", timed(lambda: refit(cells))
    if case.startswith("cyclic"):
        yield POLARS, *polars_entry(answers, masks)
        return
    yield OURS_BEST, "rows to fit", timed(lambda: ours(answers, "best"))
    yield OURS_MAXDIFF, "rows to fit", timed(lambda: ours(answers, "maxdiff"))
    yield SCIPY, "sequential, both covariances as ours", timed(lambda: scipy_on_rows(answers))
    bare = timed(lambda: scipy_on_rows(answers, errors=False))
    yield SCIPY_BARE, "sequential, no errors", bare
    absent = "is not installed: make bench-judge installs it"
    yield (
        CHOIX,
        "best only, no errors; ratio to ours of both",
        timed(lambda: choix_on_rows(answers)) if has("choix") else absent,
    )
    few = answers.first(N_CLOGIT_LISTS) if case == "lists" else answers
    note = f"sequential; {len(few.best):,} answers, times {len(answers.best) // len(few.best)}"
    lacking = "is not installed: apt-get install r-base-core r-cran-survival"
    yield CLOGIT, note, clogit_entry(few) if has_clogit() else lacking


def columns_of(answers: Answers, masks: Any) -> Cells:
    return cells_of_columns(masks, answers.best, answers.worst, n_items=answers.n_items)


def refit(cells: Cells) -> Array:
    """From counters as a table would hand them over, weights and all."""
    counters = (cells.masks, cells.best, cells.worst, cells.n, cells.sum_w, cells.sum_w2)
    return fit(cells_from_counts(*counters, n_items=cells.n_items), ghost=0).coef


def polars_entry(answers: Answers, masks: Any) -> tuple[str, Timed | str]:
    if not has("polars"):
        return "", "is not installed: make bench-judge installs it"
    import polars as pl  # noqa: PLC0415

    table = pl.DataFrame({"mask": masks, "best": answers.best, "worst": answers.worst})

    def group() -> None:
        table.group_by("mask", "best", "worst").len()

    return f"one group_by of these columns, {pl.thread_pool_size()} threads", timed(group)


def clogit_entry(answers: Answers) -> Timed:
    def run() -> tuple[float, Array]:
        worth, seconds = clogit_on_rows(answers)
        return seconds, worth

    return run


def timed(work: Callable[[], Array | None]) -> Timed:
    def run() -> tuple[float, Array | None]:
        begun = time.perf_counter()
        found = work()
        return time.perf_counter() - begun, found

    return run


def once(tool: str, case: str, where: str) -> None:
    """Run one tool and nothing else, so that the memory of this process is its own."""
    answers = read(case, where)
    if tool == CLOGIT:
        clogit_on_rows(answers, run=False)
    elif tool == COUNTERS:
        refit(columns_of(answers, answers.masks))
    else:
        {
            OURS: ours,
            OURS_BEST: lambda found: ours(found, "best"),
            OURS_MAXDIFF: lambda found: ours(found, "maxdiff"),
            SCIPY: scipy_on_rows,
            SCIPY_BARE: lambda found: scipy_on_rows(found, errors=False),
            CHOIX: choix_on_rows,
        }[tool](answers)


def versions() -> str:
    """One line that says what is being raced."""
    found = [f"Python {platform.python_version()}", f"numpy {np.__version__}"]
    others = (name for name in ("scipy", "choix", "polars") if has(name))
    found += [f"{name} {importlib.metadata.version(name)}" for name in others]
    return ", ".join(found)


def has(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def main() -> None:
    match sys.argv[1:]:
        case ["versions"]:
            print(versions())
        case ["make", case, where]:
            make(case, where)
        case ["race", case, where, rounds]:
            print(json.dumps(race(case, where, int(rounds))))
        case ["once", tool, case, where]:
            once(tool, case, where)


if __name__ == "__main__":
    main()

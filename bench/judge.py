"""The judge: how fast and how small are its fits, beside the tools that others would take?

    make bench-judge        (or: .venv/bin/python bench/judge.py [--rounds 5])

Runs all tools on the same simulated answers, one after another and that again and again (the slow
ones in three rounds only, the quick ones three times a round), and takes medians. Ratios of one run
are what counts; times are this machine's. All must find the same worths.

Peak memory is that of a process of its own, which reads the answers, fits, and does nothing else.
Fails where a ratio, a time or a memory that the project promises is not reached. choix and polars
come from requirements/bench.txt and R's survival from Debian; a tool that is missing is said to be.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CALLS = str(ROOT / "bench" / "_judge_calls.py")
# One thread each for sums of matrices; polars keeps all the threads that it likes.
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

OURS = "ours, sequential"
COUNTERS = "ours, from counters"
SCIPY = "scipy L-BFGS on rows"
SCIPY_BARE = "scipy, worths only"
CHOIX = "choix ilsr_top1"
CLOGIT = "R survival::clogit"
POLARS = "polars group_by"

# At least so many times as slow as ours on screens of four; on full lists, more than there.
TIMES_SLOWER = {SCIPY: 5, CHOIX: 40, CLOGIT: 200}
MOST_OF_POLARS = 5.0
MOST_COUNTER_MS = 10.0
MOST_MB = {"fours": 200, "huge": 1000}
# Others stop when they are near enough; R prints and reads its numbers.
SAME_WORTHS = 1e-4

TITLES = {
    "fours": "A. 100,000 answers, 20 items, screens of 4 drawn from all 4,845",
    "lists": "B. 100,000 answers, 20 items, all 20 shown",
    "cyclic20": "C. 1,000,000 answers, 20 items, 20 cyclic screens of 5",
    "cyclic60": "C. 1,000,000 answers, 60 items, 60 cyclic screens of 5",
    "huge": "D. 5,000,000 answers, 60 items, 60 cyclic screens of 5",
}


@dataclass(frozen=True)
class Demand:
    """Something promised, what was found, and whether it holds."""

    words: str
    holds: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each tool runs")
    rounds = parser.parse_args().rounds
    begun = time.perf_counter()
    demands: list[Demand] = []
    with tempfile.TemporaryDirectory() as home:
        print(call("versions"), flush=True)
        for case, title in TITLES.items():
            where = str(Path(home) / case)
            print(f"\n{title}  (load {os.getloadavg()[0]:.1f})", flush=True)
            call("make", case, where)
            raced = {} if case == "huge" else json.loads(call("race", case, where, str(rounds)))
            demands += show(case, raced, peaks(case, where, raced))
    print()
    for demand in demands:
        print(f"{'ok    ' if demand.holds else 'FAILED'}  {demand.words}")
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{time.perf_counter() - begun:.0f} s in all; load of the machine {load}")
    return 0 if all(demand.holds for demand in demands) else 1


def call(*words: str) -> str:
    """Do one thing in a process of its own; return what it said."""
    done = subprocess.run(
        [sys.executable, CALLS, *words],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **ALONE},
    )
    return done.stdout.strip()


def peaks(case: str, where: str, raced: dict[str, Any]) -> dict[str, float]:
    """Peak memory in MB of each tool that ran, and of ours on the largest case.

    This process stays small, because a child's peak counts what it is born with.
    """
    ran = [tool for tool, one in raced.items() if tool != POLARS and "missing" not in one]
    tools = ran if case == "fours" else [OURS]
    found = {}
    for tool in tools:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, CALLS, "once", tool, case, where],
            env={**os.environ, **ALONE},
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{tool} did not complete: {TITLES[case]}")
        found[tool] = usage.ru_maxrss / 1024
        if case == "huge":
            print(f"completes in {time.perf_counter() - begun:.1f} s, start and reading included")
    return found


def show(case: str, raced: dict[str, Any], memory: dict[str, float]) -> list[Demand]:
    """Print a table of one case; return what was promised of it."""
    print(f"{'':34}{'median':>11} {'fastest':>11} {'ratio':>9} {'peak MB':>8} {'off by':>8}")
    reference = raced.get(OURS)
    for tool, found in raced.items():
        if "missing" in found:
            print(f"{tool:34}{found['missing']}")
            continue
        times = [one * found["scale"] for one in found["seconds"]]
        ratio = median(times) / median(reference["seconds"]) if reference else 0
        peak = f"{memory[tool]:8.0f}" if tool in memory else " " * 8
        off = f"{found['off']:8.0e}" if found["off"] is not None else " " * 8
        print(
            f"{tool:34}{milliseconds(median(times))} {milliseconds(min(times))} "
            f"{ratio:9,.1f} {peak} {off}  {found['note']}"
        )
    if not raced:
        for tool, peak in memory.items():
            print(f"{tool:34}{'':33}{peak:8.0f}")
    return demands_of(case, raced, memory)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:8,.1f} ms"


def demands_of(case: str, raced: dict[str, Any], memory: dict[str, float]) -> list[Demand]:
    found = []
    took = {
        tool: median(one["seconds"]) * one["scale"]
        for tool, one in raced.items()
        if "missing" not in one
    }
    if case in {"fours", "lists"}:
        for tool, least in TIMES_SLOWER.items():
            if tool in took:
                ratio = took[tool] / took[OURS]
                words = f"{TITLES[case][:1]}: {tool} takes {ratio:,.0f} times as long as ours"
                found.append(Demand(f"{words} (at least {least})", ratio >= least))
    if POLARS in took:
        for tool, seconds in took.items():
            if tool.startswith(OURS):
                ratio = seconds / took[POLARS]
                words = f"{case}: {tool} takes {ratio:.2f} times as long as {POLARS}"
                found.append(
                    Demand(f"{words} (below {MOST_OF_POLARS:.0f})", ratio < MOST_OF_POLARS)
                )
        ms = took[COUNTERS] * 1e3
        words = f"{case}: {COUNTERS} takes {ms:.1f} ms (below {MOST_COUNTER_MS:.0f})"
        found.append(Demand(words, ms < MOST_COUNTER_MS))
    if case in MOST_MB:
        peak, most = memory[OURS], MOST_MB[case]
        found.append(Demand(f"{case}: {OURS} needs {peak:.0f} MB (below {most})", peak < most))
    off = [one["off"] for one in raced.values() if one.get("off") is not None]
    if off:
        words = f"{case}: no worth differs by more than {max(off):.0e} (at most {SAME_WORTHS:.0e})"
        found.append(Demand(words, max(off) <= SAME_WORTHS))
    return found


if __name__ == "__main__":
    sys.exit(main())

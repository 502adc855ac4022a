"""Run all tests again and again on both stores, and say what came of it.

`soak.py [MINUTES] [what pytest takes]`: a run that has begun in that time is finished; without a
number it is an hour. Each run draws more and other examples for the property tests, and kills
servers more often. Two lines at the end stand in a table of docs/benchmarks.md.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

COMMAND = [sys.executable, "-m", "tests.stores", "-q", "--hypothesis-profile=soak"]
HOUR = 60.0
COUNTED = re.compile(r"(\d+) (passed|failed|errors?)\b")


def read_counts(line: str) -> Counter[str]:
    """Read pytest's last line: "3 failed, 12 passed in 4.0s"."""
    if " in " not in line:
        return Counter()
    return Counter({what.rstrip("s"): int(n) for n, what in COUNTED.findall(line)})


def run_once(number: int, words: list[str], kills: Path) -> tuple[int, Counter[str]]:
    """Run all tests once; return the exit code, and how many passed and failed on both stores."""
    own = {"CANYU_TEST_STORES": "sqlite,postgresql", **os.environ, "SOAK_KILLS": str(kills)}
    command = [*COMMAND, f"--hypothesis-seed={number}", *words]
    counts: Counter[str] = Counter()
    with subprocess.Popen(command, env=own, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None  # noqa: S101 - it is a pipe
        for line in tests.stdout:
            print(line, end="", flush=True)
            counts += read_counts(line)
    return tests.returncode, counts


def main(words: list[str]) -> int:
    """Return 0 when every run passed; the first that does not is the last."""
    minutes = float(words.pop(0)) if words and words[0].replace(".", "", 1).isdigit() else HOUR
    began = time.monotonic()
    n_runs, code, counts = 0, 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        kills = Path(folder) / "kills"
        kills.touch()
        while code == 0 and (n_runs == 0 or time.monotonic() < began + 60 * minutes):
            code, more = run_once(n_runs, words, kills)
            counts += more
            n_runs += 1
        n_kills = kills.stat().st_size
    if code:
        print(f"Run {n_runs} failed; the same again: --hypothesis-seed={n_runs - 1}")
    n_failed = counts["failed"] + counts["error"]
    print("| runs | tests passed | servers killed | failures | minutes |")
    took = (time.monotonic() - began) / 60
    print(f"| {n_runs} | {counts['passed']:,} | {n_kills:,} | {n_failed} | {took:.0f} |")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run the tests on SQLite, then whatever touches the store on a PostgreSQL started for them.

`python -m tests.stores [what pytest takes]`. CANYU_TEST_STORES chooses: `sqlite`, `postgresql`, or
both, separated by a comma; then the journeys and the demo run on PostgreSQL too, which a short run
leaves out: pages and services, of which both are made, are tested on both stores. It fails where
PostgreSQL cannot be had.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from tests.postgres import PostgresMissing, running

STORES = ("sqlite", "postgresql")
LEFT_OUT = ("tests/journeys", "tests/demo")
# One more than there are processors, since some tests wait for a server or a browser. In the order
# in which they are collected, which begins with the long ones.
N_AT_ONCE = str((os.cpu_count() or 1) + 1)
SHARED = ("-n", N_AT_ONCE, "--dist", "loadfile", "--no-loadscope-reorder")
PYTEST = (sys.executable, "-m", "pytest", *SHARED)
# Files that take long, in two processes that each take the next file: a long one at the end would
# leave one of them idle.
LONG_FIRST = (
    "journeys/test_one_week.py",
    "config/test_faults_nodes.py",
    "config/test_close_faults.py",
    "config/test_door_process.py",
    "config/test_rush.py",
    "config/test_faults_disk.py",
    "bestworst/test_coverage.py",
    "config/test_nodes.py",
    "config/test_backup.py",
    "config/test_faults.py",
    "config/test_durability.py",
    "config/test_bucket.py",
    "config/test_faults_clock.py",
    "config/test_door.py",
    "config/test_files_in_and_out.py",
    "config/test_serve.py",
    "config/test_kill.py",
    "config/test_recount.py",
    "demo/test_making.py",
    "demo/test_travel.py",
    "journeys/test_real_week.py",
    "config/test_command.py",
    "house/test_stores.py",
    "house/test_prepare.py",
    "channels/test_import_services.py",
    "web/test_bad_input.py",
    "web/test_reports.py",
    "bestworst/test_verdict.py",
    "bestworst/test_fit.py",
    "web/test_silence.py",
    "api/test_writing.py",
    "surveys/test_command.py",
)
# pytest's code for "nothing was chosen": a narrowed run may have nothing that touches the store.
NOTHING_CHOSEN = 5


def chosen() -> list[str]:
    """The stores that are asked for, in the order in which they are tested."""
    told = os.environ.get("CANYU_TEST_STORES", "").replace(",", " ").split() or STORES
    if strange := set(told) - set(STORES):
        msg = f"CANYU_TEST_STORES knows {' and '.join(STORES)}, not {', '.join(sorted(strange))}."
        raise SystemExit(msg)
    return [store for store in STORES if store in told]


def short_words(store: str) -> list[str]:
    """What pytest is told of a store when no tests were asked for."""
    if store == "sqlite" or os.environ.get("CANYU_TEST_STORES"):
        return []
    return [f"--ignore={one}" for one in LEFT_OUT]


def is_any_test(word: str) -> bool:
    """Whether pytest would take this word for tests, and not for an option."""
    return Path(word.partition("::")[0]).exists()


def run_on(store: str, words: Sequence[str]) -> int:
    """Run pytest on one store; return its exit code."""
    # Whoever wants no bytecode would have hundreds of processes compile the same modules.
    left_out = {"CANYU_DATABASE", "PYTHONDONTWRITEBYTECODE"}
    own = {name: text for name, text in os.environ.items() if name not in left_out}
    # Threads for matrices would wait in a circle for processors that other tests use.
    own.setdefault("OPENBLAS_NUM_THREADS", "1")
    if store == "sqlite":
        return _pytest(words, own)
    try:
        with running() as server:
            return _pytest(words, {**own, "CANYU_DATABASE": server.address("canyu")})
    except PostgresMissing as problem:
        print(problem, file=sys.stderr)
        return 1


def _pytest(words: Sequence[str], environment: dict[str, str]) -> int:
    with subprocess.Popen([*PYTEST, *words], env=environment) as tests:
        while True:
            try:
                return tests.wait()
            except KeyboardInterrupt:
                # pytest has it too, and ends by itself.
                continue
            except SystemExit:
                tests.terminate()
                raise


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(words: Sequence[str]) -> int:
    """Return 0 when the tests passed on every store that was asked for."""
    signal.signal(signal.SIGTERM, _stop)
    codes, lines = [], []
    for store in chosen():
        began = time.monotonic()
        print(f"--- {store}", flush=True)
        narrowed = any(map(is_any_test, words))
        codes.append(run_on(store, words if narrowed else [*short_words(store), *words]))
        word = {0: "passed", NOTHING_CHOSEN: "nothing to run"}.get(codes[-1], "FAILED")
        lines.append(f"{store}: {word} in {time.monotonic() - began:.0f} s")
        if codes[-1] == int(signal.SIGINT):
            break
    print("\n".join(lines), flush=True)
    if all(code == NOTHING_CHOSEN for code in codes):
        return NOTHING_CHOSEN
    return next((code for code in codes if code not in {0, NOTHING_CHOSEN}), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

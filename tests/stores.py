"""Run the tests on SQLite, and beside them whatever touches the store on a PostgreSQL of their own.

`python -m tests.stores [what pytest takes]`. CANYU_TEST_STORES chooses: `sqlite`, `postgresql`, or
both, separated by a comma; then all that touches the store runs on PostgreSQL. A short run leaves
out the journeys, the demo, and pages that ask a PostgreSQL nothing that other tests do not ask it
(docs/ladder.md). What the second says is shown after the first. It fails where PostgreSQL cannot be
had.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from tests.config.warm import PARENT, waiting_parent
from tests.postgres import PostgresMissing, running

STORES = ("sqlite", "postgresql")
# The first of these know of no store; the pages ask what services and other pages ask too.
LEFT_OUT = (
    *("tests/bestworst", "tests/textmine", "tests/surveys"),
    *("tests/journeys", "tests/demo"),
    "tests/web/test_cards.py",
    "tests/web/test_context.py",
    "tests/web/test_errors.py",
    "tests/web/test_files.py",
    "tests/web/test_home.py",
    "tests/web/test_middleware.py",
    "tests/web/test_plan.py",
    "tests/web/test_releases.py",
    "tests/web/test_remarks.py",
    "tests/web/test_repairs.py",
    "tests/web/test_report_page_cache.py",
    "tests/web/test_reports.py",
    "tests/web/test_request.py",
    "tests/web/test_results.py",
    "tests/web/test_runs.py",
    "tests/web/test_silence.py",
    "tests/web/test_team_drafts.py",
    "tests/web/test_team_owners.py",
    "tests/web/test_typing.py",
    "tests/web/test_unsent.py",
    "tests/web/test_uploads.py",
    "tests/web/test_wall.py",
    "tests/web/test_week.py",
)
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
    narrowed = any(map(is_any_test, words))
    told = {one: words if narrowed else [*short_words(one), *words] for one in chosen()}
    with ExitStack() as stack:
        if not narrowed and PARENT not in os.environ:
            # Else each process of each store would start one of its own.
            os.environ[PARENT] = str(stack.enter_context(waiting_parent()))
        codes = list(map(_told_of, told, told.values())) if len(told) == 1 else side_by_side(told)
    if all(code == NOTHING_CHOSEN for code in codes):
        return NOTHING_CHOSEN
    return next((code for code in codes if code not in {0, NOTHING_CHOSEN}), 0)


def _told_of(store: str, words: Sequence[str]) -> int:
    began = time.monotonic()
    print(f"--- {store}", flush=True)
    code = run_on(store, words)
    word = {0: "passed", NOTHING_CHOSEN: "nothing to run"}.get(code, "FAILED")
    print(f"{store}: {word} in {time.monotonic() - began:.0f} s", flush=True)
    return code


def side_by_side(told: Mapping[str, Sequence[str]]) -> list[int]:
    """Run each store by a command of its own, all at once; return their exit codes.

    One after the other would leave processors idle at the end of each, and while its servers wait.
    """
    at_once = ("-n", str(os.cpu_count() or 1))
    with ExitStack() as stack:
        later = {one: stack.enter_context(tempfile.TemporaryFile("w+")) for one in list(told)[1:]}
        running = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.stores", *at_once, *words],
                    env={**os.environ, "CANYU_TEST_STORES": store},
                    stdout=later.get(store),
                    stderr=subprocess.STDOUT if store in later else None,
                )
            )
            for store, words in told.items()
        ]
        codes = [_code_of(running[0], running)]
        for one, said in zip(running[1:], later.values(), strict=True):
            codes.append(_code_of(one, running))
            said.seek(0)
            shutil.copyfileobj(said, sys.stdout)
            sys.stdout.flush()
    return codes


def _code_of(one: subprocess.Popen[bytes], running: Sequence[subprocess.Popen[bytes]]) -> int:
    while True:
        try:
            return one.wait()
        except KeyboardInterrupt:
            # They have it too, and end by themselves.
            continue
        except SystemExit:
            for each in running:
                each.terminate()
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run the tests on SQLite, then the rooms that write on a PostgreSQL started for them.

`python -m tests.stores [what pytest takes]`. CANYU_TEST_STORES chooses: `sqlite`, `postgresql`, or
both, separated by a comma; then all that touches the store runs on PostgreSQL, pages, commands and
journeys too, for which a short run has no time. It fails where PostgreSQL cannot be had.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

from tests.postgres import PostgresMissing, running

STORES = ("sqlite", "postgresql")
ROOMS = (
    "journal",
    "members",
    "products",
    "intake",
    "remarks",
    "topics",
    "plan",
    "releases",
    "reports",
    "awards",
    "credits",
    "channels",
)
PYTEST = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile")
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
    """What runs on a store when neither tests nor stores were asked for."""
    if store == "sqlite" or os.environ.get("CANYU_TEST_STORES"):
        return []
    return [f"tests/{room}" for room in ROOMS]


def run_on(store: str, words: Sequence[str]) -> int:
    """Run pytest on one store; return its exit code."""
    # Whoever wants no bytecode would have hundreds of processes compile the same modules.
    left_out = {"CANYU_DATABASE", "PYTHONDONTWRITEBYTECODE"}
    own = {name: text for name, text in os.environ.items() if name not in left_out}
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
        codes.append(run_on(store, words or short_words(store)))
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

"""Run all tests again and again for an hour, on both stores; stop at the first run that fails.

`SOAK_MINUTES` says how long instead. Each run draws other examples for the property tests, and
kills what it kills 50 times instead of 5.
"""

import os
import subprocess
import sys
import time

COMMAND = [sys.executable, "-m", "tests.stores", "-q", "--hypothesis-profile=soak"]


def main() -> int:
    """Return 0 when every run passed."""
    asked = {"CANYU_TEST_STORES": "sqlite,postgresql", "CANYU_TEST_KILLS": "50"}
    stores = {**asked, **os.environ}
    until = time.monotonic() + 60 * float(os.environ.get("SOAK_MINUTES", "60"))
    n_runs = 0
    while n_runs == 0 or time.monotonic() < until:
        seed = str(n_runs)
        status = subprocess.run(
            [*COMMAND, f"--hypothesis-seed={seed}"], env=stores, check=False
        ).returncode
        if status:
            print(f"Run {n_runs + 1} failed; the same again: --hypothesis-seed={seed}")
            return status
        n_runs += 1
    print(f"{n_runs} runs passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How long do ten years of real releases take to import, and is the second time without effect?

    python bench/antd_history.py

Converts the history (see bench/antd_convert.py), reads it twice into a fresh database with the
command `canyu`, and fails where the first time takes a minute or the second says anything new.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT_SECONDS = 60


def canyu(home: str, *arguments: str) -> str:
    """Run the command in a home of its own; return what it printed, or end as it ended."""
    done = subprocess.run(
        [sys.executable, "-m", "canyu.config.command", *arguments],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "CANYU_HOME": home, "DJANGO_SETTINGS_MODULE": "canyu.config.settings"},
    )
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.strip()


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        history = str(Path(home) / "antd.jsonl")
        converted = subprocess.run(
            [sys.executable, str(ROOT / "bench" / "antd_convert.py"), history], check=False
        )
        if converted.returncode:
            return converted.returncode
        canyu(home, "product", "antd", "--name", "Ant Design", "--owner", "bench")
        counts, seconds = [], []
        for _time in ("first", "second"):
            begun = time.perf_counter()
            said = canyu(home, "import", "releases", history, "--product", "antd")
            seconds.append(time.perf_counter() - begun)
            print(f"{seconds[-1]:5.1f} s  {said}")
            counts.append(re.findall(r"\d+", said.replace(",", "")))
    first, second = counts
    is_whole = first[0] == second[2] == "592" and second[0] == second[1] == "0"
    return 0 if is_whole and seconds[0] < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())

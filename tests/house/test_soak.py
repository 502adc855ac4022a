"""scripts/soak.py: what came of the runs is counted from what pytest said and what was killed."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.house.reading import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import soak


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("3655 passed in 406.91s (0:06:46)\n", {"passed": 3655}),
        ("1 failed, 12 passed, 3 deselected in 4.00s\n", {"failed": 1, "passed": 12}),
        ("2 passed, 1 error in 4.00s\n", {"passed": 2, "error": 1}),
        ("1 failed, 1 passed, 2 errors in 4.00s\n", {"failed": 1, "passed": 1, "error": 2}),
        ("........................ [ 98%]\n", {}),
        ("sqlite: passed in 395 s\n", {}),
    ],
)
def test_the_last_line_of_a_run_is_counted(line: str, counts: dict[str, int]) -> None:
    assert soak.read_counts(line) == Counter(counts)


def test_kills_are_counted(tmp_path: Path) -> None:
    counted = tmp_path / "kills"
    counted.touch()
    program = """
import os, signal, subprocess, sys
import tests.conftest
for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as one:
        os.killpg(one.pid, how)
"""
    subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "SOAK_KILLS": str(counted), "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=60,
    )
    assert counted.read_bytes() == b"kk"

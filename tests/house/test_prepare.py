"""scripts/prepare.sh: what is missing is said in one sentence, and the second time is quick."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.reading import ROOT

TOOLS = ("sh", "dirname", "basename", "cat", "cksum", "mkdir", "rm", "cp", "chmod", "find")
TOOLS += ("grep", "sed", "sort", "tail")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone as far as prepare.sh reads it, with a PATH that holds no Python."""
    place = tmp_path / "a clone"
    shutil.copytree(ROOT / "scripts", place / "scripts", ignore=lambda *_: ["__pycache__"])
    shutil.copytree(ROOT / "requirements", place / "requirements")
    (place / "bin").mkdir()
    for tool in TOOLS:
        (place / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return place


def give_python(checkout: Path, answer: str) -> None:
    """Put a python3 on the PATH that is a few lines of shell."""
    program = checkout / "bin" / "python3"
    program.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    program.chmod(0o755)


def prepare(
    checkout: Path, kind: str = "run", **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", checkout / "scripts" / "prepare.sh", kind],
        env={"PATH": str(checkout / "bin"), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def one_sentence(said: subprocess.CompletedProcess[str]) -> str:
    assert said.returncode == 1
    lines = said.stderr.splitlines()
    assert len(lines) == 1, said.stderr
    assert lines[0].endswith(".")
    return lines[0]


def test_no_python_is_one_sentence(checkout: Path) -> None:
    words = one_sentence(prepare(checkout))
    assert "no Python was found" in words
    assert "apt install python3" in words


def test_an_old_python_is_one_sentence_with_its_version(checkout: Path) -> None:
    give_python(checkout, 'case "$2" in *exit*) exit 1;; *) echo 3.9.18;; esac')
    words = one_sentence(prepare(checkout))
    assert "needs Python 3.11 and only Python 3.9.18 was found" in words
    assert not (checkout / ".venv").exists()


def test_a_python_that_makes_no_environments_is_one_sentence(checkout: Path) -> None:
    give_python(checkout, f'case "$2" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"')
    assert "apt install python3-venv" in one_sentence(prepare(checkout))


def test_a_missing_network_is_one_sentence(checkout: Path) -> None:
    give_python(checkout, f'exec {sys.executable} "$@"')
    said = prepare(
        checkout,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_FIND_LINKS="",
        PIP_RETRIES="0",
        PIP_CACHE_DIR=str(checkout / "cache"),
    )
    words = one_sentence(said)
    assert "did not answer" in words
    assert "var/log/prepare.log" in words
    assert "1/4 Python 3." in said.stdout
    assert (checkout / "var/log/prepare.log").stat().st_size > 0
    # What failed is not taken for done.
    assert not (checkout / ".venv/prepared/run.txt").exists()


def test_an_unknown_word_is_refused(checkout: Path) -> None:
    assert "run and dev" in one_sentence(prepare(checkout, "everything"))


def test_a_prepared_clone_is_ready_at_once() -> None:
    """The demo's second start must be quick, and this stands before it."""
    if not (ROOT / ".venv/prepared/dev.txt").exists():
        pytest.skip("the tests were started without make")
    started = time.monotonic()
    said = subprocess.run(
        ["/bin/sh", ROOT / "scripts/prepare.sh", "dev"], capture_output=True, check=False
    )
    assert said.returncode == 0
    assert said.stdout == b""
    # Measured 0.03 s; the rest is for a busy machine.
    assert time.monotonic() - started < 2

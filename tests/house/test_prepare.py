"""scripts/prepare.sh: what is missing is said in one sentence, and the second time is quick."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pip
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


def give_program(checkout: Path, name: str, answer: str) -> None:
    """Put a program on the PATH that is a few lines of shell."""
    program = checkout / "bin" / name
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
    give_program(checkout, "python3", 'case "$2" in *exit*) exit 1;; *) echo 3.9.18;; esac')
    words = one_sentence(prepare(checkout))
    assert "needs Python 3.11 and only Python 3.9.18 was found" in words
    assert not (checkout / ".venv").exists()


def test_a_python_that_makes_no_environments_is_one_sentence(checkout: Path) -> None:
    give_program(
        checkout, "python3", f'case "$2" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"'
    )
    assert "apt install python3-venv" in one_sentence(prepare(checkout))


# Makes an environment as this Python does, and lends it this one's pip: unpacking one of its own
# takes ten times as long.
LENDS_PIP = f"""
case "$2" in
venv)
    {sys.executable} "$@" --without-pip &&
        for place in "$4"/lib/python*/site-packages; do
            exec {sys.executable} -c 'import os, sys; os.symlink(*sys.argv[1:])' \\
                {Path(pip.__file__).parent} "$place/pip"
        done
    ;;
*) exec {sys.executable} "$@" ;;
esac
"""


def test_a_missing_network_is_one_sentence(checkout: Path) -> None:
    give_program(checkout, "python3", LENDS_PIP)
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
    assert "run, dev, bench, s3 and english" in one_sentence(prepare(checkout, "everything"))


def ask_for(checkout: Path, what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", checkout / "scripts" / "tools.sh", what],
        env={"PATH": str(checkout / "bin")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_no_chromium_where_there_is_no_debian_is_one_sentence(checkout: Path) -> None:
    words = one_sentence(ask_for(checkout, "browser"))
    assert "Chromium is missing, and this is no Debian" in words
    assert "apt install chromium fonts-noto-cjk" in words


def test_no_chromium_and_no_right_to_install_it_is_one_sentence(checkout: Path) -> None:
    give_program(checkout, "apt-get", "exit 0")
    give_program(checkout, "id", "echo 1000")
    words = one_sentence(ask_for(checkout, "browser"))
    assert "only root may install it" in words
    assert "apt install chromium fonts-noto-cjk" in words


def test_a_debian_that_cannot_be_reached_is_one_sentence(checkout: Path) -> None:
    give_program(checkout, "id", "echo 0")
    give_program(checkout, "env", 'shift; exec "$@"')
    give_program(checkout, "apt-get", "echo 'E: no route'; exit 100")
    words = one_sentence(ask_for(checkout, "gettext"))
    assert "Debian's packages could not be installed (E: no route)" in words


def test_chromium_is_installed_where_that_is_allowed(checkout: Path) -> None:
    give_program(checkout, "id", "echo 0")
    give_program(checkout, "env", 'shift; exec "$@"')
    give_program(checkout, "apt-get", f'echo "$@" >>"{checkout}/asked"')
    assert ask_for(checkout, "browser").returncode == 0
    asked = (checkout / "asked").read_text(encoding="utf-8").splitlines()
    assert asked[0] == "update"
    assert asked[1].split()[0] == "install"
    assert {"chromium-headless-shell", "fonts-noto-cjk"} <= set(asked[1].split())


def test_where_there_is_none_without_a_window_the_usual_one_does(checkout: Path) -> None:
    give_program(checkout, "id", "echo 0")
    give_program(checkout, "env", 'shift; exec "$@"')
    give_program(
        checkout,
        "apt-get",
        f'echo "$@" >>"{checkout}/asked"; case "$*" in *headless*) exit 100;; esac',
    )
    assert ask_for(checkout, "browser").returncode == 0
    assert ask_for(checkout, "browser").returncode == 0
    asked = (checkout / "asked").read_text(encoding="utf-8").splitlines()
    wanted = [set(line.split()) & {"chromium", "chromium-headless-shell"} for line in asked]
    # It is not looked for a second time.
    assert wanted[1::2] == [{"chromium-headless-shell"}, {"chromium"}, {"chromium"}]


def test_what_is_there_is_not_installed_again(checkout: Path) -> None:
    give_program(checkout, "chromium", "exit 0")
    give_program(checkout, "xgettext", "exit 0")
    for what in ("browser", "gettext"):
        said = ask_for(checkout, what)
        assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def is_prepared() -> bool:
    """Whether nothing is to be done: else it would be done under the tests that are running."""
    for name in ("run.txt", "dev.txt"):
        lock, stamp = ROOT / "requirements" / name, ROOT / ".venv" / "prepared" / name
        with lock.open("rb") as told:
            said = subprocess.run(["cksum"], stdin=told, capture_output=True, text=True, check=True)
        if not stamp.exists() or stamp.read_text("utf-8") != f"{said.stdout.strip()} {ROOT}\n":
            return False
    return True


def test_a_prepared_clone_is_ready_at_once() -> None:
    """The demo's second start must be quick, and this stands before it."""
    if not is_prepared():
        pytest.skip("the tests were started without make")
    started = time.monotonic()
    said = subprocess.run(
        ["/bin/sh", ROOT / "scripts/prepare.sh", "dev"], capture_output=True, check=False
    )
    assert said.returncode == 0
    assert said.stdout == b""
    # Measured 0.03 s; the rest is for a busy machine.
    assert time.monotonic() - started < 2

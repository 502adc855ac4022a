"""What a process that writes does when it, or whoever started it, ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from canyu.intake.outcomes import Failure, Group
from canyu.intake.writer import Writer
from tests.intake.scribe import NO


class Desk:
    """A writer with its file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "book"
        self.groups: list[Group] = []
        command = [sys.executable, "-m", "tests.intake.scribe", str(self.file)]
        self.writer = Writer(command, self.groups.append)

    def lines(self) -> list[str]:
        return self.file.read_text("ascii").split()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.writer.close()


def test_another_process_writes_and_ends_with_us(desk: Desk) -> None:
    assert desk.writer([b"a", b"no", b"b"]) == [1, NO, 2]
    assert desk.writer([b"c"]) == [3]
    assert [one.size for one in desk.groups] == [3, 1]
    desk.writer.close()
    assert desk.writer._process.returncode == 0
    assert desk.lines() == ["a", "b", "c", "closed"]


def test_a_copy_of_this_process_writes_just_as_well(tmp_path: Path) -> None:
    file = tmp_path / "book"
    # Of a process without threads, as a server is while it loads.
    code = f"""
import sys; from pathlib import Path
from canyu.intake.writer import Writer, fork, write_what_comes
from tests.intake.scribe import Scribe
kept = open({str(tmp_path / "kept")!r}, "w")
first = fork(lambda number: write_what_comes(number, Scribe(Path({str(file)!r}))))
writer = Writer([sys.executable, "-m", "tests.intake.scribe", {str(file)!r}], print, first=first)
told = writer([b"a"])
held = [str(one.readlink()) for one in Path(f"/proc/{{first[0].pid}}/fd").iterdir()]
print(told, [one for one in held if "kept" in one])
print(writer([b"die"]), first[0].wait(9), writer([b"b"]))
writer.close(); print(first[0].poll())
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = [one for one in said.stdout.splitlines() if not one.startswith("Group(")]
    assert lines == ["[1] []", "[Failure(is_unsure=True)] -9 [2]", "-9"]
    assert file.read_text("ascii").split() == ["a", "b", "closed"]


def test_what_stops_us_does_not_stop_it(desk: Desk) -> None:
    assert desk.writer([b"a"]) == [1]
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(desk.writer._process.pid, number)
    assert desk.writer([b"b"]) == [2]


def test_one_that_ended_is_started_again(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    assert desk.writer([b"a"]) == [1]
    # Nobody knows what it had done before it died.
    assert desk.writer([b"b", b"die"]) == [Failure(is_unsure=True)] * 2
    desk.writer._process.wait(10)
    assert desk.writer([b"c"]) == [2]
    desk.writer._process.kill()
    desk.writer._process.wait(10)
    assert desk.writer([b"d"]) == [3]
    assert desk.lines() == ["a", "c", "d"]
    assert caplog.text.count("starting anew") == 2


def test_it_does_not_outlive_whoever_started_it(tmp_path: Path) -> None:
    file = tmp_path / "book"
    code = (
        "import os, sys; from canyu.intake.writer import Writer\n"
        f"w = Writer([sys.executable, '-m', 'tests.intake.scribe', {str(file)!r}], print)\n"
        "w([b'a']); w._wire.sendall(__import__('canyu.intake.wire').intake.wire.message_of([b'b']))"
        "; os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False)
    assert ended.returncode == -signal.SIGKILL
    until = time.monotonic() + 10
    # What it had been sent is written all the same.
    while file.read_text("ascii").split() != ["a", "b", "closed"]:
        assert time.monotonic() < until
        time.sleep(0.02)

"""The command `canyu` as a person runs it: a process of its own on a folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.config.warm import WarmProcess, run_warm
from tests.places import variables_of

COMMAND = (sys.executable, "-m", "canyu.config.command")
SOON = 60


def environment(home: Path, **more: str) -> dict[str, str]:
    """This one's environment without what is told to Canyu."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("CANYU_")}
    own.pop("DJANGO_SETTINGS_MODULE", None)
    mine = {"CANYU_HOME": str(home), "PYTHONWARNINGS": "error", **variables_of(home)}
    return {**own, **mine, **more}


def canyu(home: Path, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    told, own = [*map(str, words)], environment(home, **more)
    if not any(name.startswith("PYTHON") for name in more):
        return run_warm(told, own, timeout=SOON)
    return subprocess.run(
        [*COMMAND, *told], env=own, capture_output=True, text=True, check=False, timeout=SOON
    )


def run_program(home: Path, program: str, *words: object, **more: str) -> str:
    """What a program in Python wrote that is at home in Canyu, and did all it was asked."""
    own = environment(home, DJANGO_SETTINGS_MODULE="canyu.config.settings", **more)
    return done(run_warm([*map(str, words)], own, timeout=SOON, program=program))


def done(said: subprocess.CompletedProcess[str]) -> str:
    """What a command wrote that did all it was asked."""
    assert said.returncode == 0, said.stderr
    return said.stdout


def refused(said: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a command that did not do what it was asked."""
    assert said.returncode == 1, said.stderr
    assert "Traceback" not in said.stderr
    (line,) = said.stderr.splitlines()
    command, _, sentence = line.partition(": ")
    assert command.startswith("canyu ")
    return sentence


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_dead(pids: list[int], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while any(map(is_alive, pids)):
        assert time.monotonic() < until, f"{pids} live on"
        time.sleep(0.05)


@contextmanager
def as_in_a_terminal() -> Iterator[None]:
    """What is started here hears Ctrl-C.

    A shell that runs the tests in the background has them ignore it, and they hand that down.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Running:
    """A `canyu serve` or `canyu demo` that answers, in a session of its own as in a terminal."""

    process: "subprocess.Popen[bytes] | WarmProcess"

    def __init__(
        self,
        home: Path,
        port: int,
        command: str = "serve",
        variables: Mapping[str, str] = {},
        *,
        is_true_start: bool = False,
    ) -> None:
        self.port = port
        home.parent.mkdir(exist_ok=True)
        self._said = home.parent / f"{command}-{port}.out"
        with (
            self._said.open("a") as out,
            (home.parent / f"{command}.err").open("a") as err,
            as_in_a_terminal(),
        ):
            words, own = [command, "--port", str(port)], environment(home, **variables)
            self.process = (
                subprocess.Popen(
                    [*COMMAND, *words], env=own, stdout=out, stderr=err, start_new_session=True
                )
                if is_true_start
                else WarmProcess(words, own, out, err, start_new_session=True)
            )

    @property
    def words(self) -> str:
        """What it printed so far."""
        return self._said.read_text(encoding="utf-8")

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + SOON
        while not self.get("/healthz").endswith("ok"):
            assert self.process.poll() is None, self.words
            assert time.monotonic() < until, self.words
            time.sleep(0.05)

    def get(self, path: str, language: str = "en") -> str:
        """The answer to one plain request, head and body; "" where nobody answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=20) as wire:
                wire.sendall(
                    f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                    f"Accept-Language: {language}\r\nConnection: close\r\n\r\n".encode()
                )
                parts = iter(lambda: wire.recv(65536), b"")
                return b"".join(parts).decode()
        except OSError:
            return ""

    def link(self) -> str:
        """The start link that it printed, as a path."""
        found = re.search(r"http://127\.0\.0\.1:\d+(/start/\S+/)", self.words)
        return found[1] if found else ""

    def stop(self, how: signal.Signals = signal.SIGTERM, *, whole_group: bool = False) -> int:
        """Ask it to stop; return its exit code, once every process of it is gone."""
        family = children_of(self.process.pid)
        assert family, "the pages are served by a process of their own"
        if whole_group:
            os.killpg(self.process.pid, how)
        else:
            self.process.send_signal(how)
        code = self.process.wait(timeout=30)
        wait_until_dead(family)
        return code


@contextmanager
def serving(
    home: Path,
    command: str = "serve",
    *,
    port: int = 0,
    is_waited_for: bool = True,
    is_true_start: bool = False,
    **variables: str,
) -> Iterator[Running]:
    """A server that answers; whatever the test does to it, nothing of it stays.

    With `is_true_start` it reads all of its libraries itself, as when a person starts it.
    """
    running = Running(home, port or free_port(), command, variables, is_true_start=is_true_start)
    try:
        if is_waited_for:
            running.wait()
        yield running
    finally:
        family = children_of(running.process.pid)
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()
        wait_until_dead(family)

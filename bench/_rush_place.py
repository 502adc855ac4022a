"""A home with an open report, bodies for it, and the servers that stand on it."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import psycopg

from bench._rush_bodies import SLUG, VERSION, changelog

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
SOON = 60
KEY = "for the rush of the bench only, and longer than fifty characters are"


@dataclass
class Place:
    """One store with an open report, and the bodies that were not sent yet."""

    home: Path
    database: str
    bodies: Path
    starts: list[int]
    n_used: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """What programs on this store are told."""
        own = {name: text for name, text in os.environ.items() if not name.startswith("CANYU_")}
        own |= {"CANYU_HOME": str(self.home), "CANYU_SECRET_KEY": KEY, "PYTHONPATH": str(ROOT)}
        return own | ({"CANYU_DATABASE": self.database} if self.database else {})

    @property
    def offset(self) -> int:
        """Where in the file the next body begins."""
        return self.starts[self.n_used % len(self.starts)]

    def ask(self, question: str) -> int:
        """One number from the store."""
        if self.database:
            with psycopg.connect(self.database, autocommit=True) as session:
                found = session.execute(question).fetchone()
        else:
            store = sqlite3.connect(self.home / "canyu.sqlite3", timeout=30)
            found = store.execute(question).fetchone()
            store.close()
        return int(found[0]) if found else 0

    def n_bytes(self) -> int:
        """What the store takes on disk, all tables and indexes."""
        if self.database:
            return self.ask("SELECT pg_database_size(current_database())")
        self.ask("PRAGMA wal_checkpoint(TRUNCATE)")
        return sum(one.stat().st_size for one in self.home.glob("canyu.sqlite3*"))


def make_place(folder: Path, *, n_people: int, database: str = "") -> Place:
    """A product, a release, its open report, and bodies."""
    folder.mkdir()
    place = Place(folder / "home", database, folder / "bodies", [])
    notes = folder / "CHANGELOG.md"
    notes.write_text(changelog(), encoding="utf-8")
    canyu(place, "product", SLUG, "--name", "Rush", "--owner", "yun")
    canyu(place, "import", "releases", str(notes), "--product", SLUG)
    canyu(place, "open", VERSION, "--product", SLUG)
    run(place, "bench._rush_bodies", str(place.bodies), "--people", str(n_people))
    sizes = [len(line) for line in place.bodies.open("rb")]
    place.starts = [0, *accumulate(sizes)][:-1]
    return place


def canyu(place: Place, *words: str) -> str:
    """Run one command of Canyu."""
    return run(place, "canyu.config.command", *words)


def run(place: Place, module: str, *words: str) -> str:
    """Run a module; what it wrote. Ends the benchmark where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env=place.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        message = f"{module} {' '.join(words)} failed: {done.stderr[-2000:]}"
        raise SystemExit(message)
    return done.stdout


@dataclass(frozen=True)
class Server:
    """One of ours that runs."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What it has used of the processors so far, all its processes."""
        return cpu_of(self.pid)


@contextmanager
def serving(place: Place, what: str) -> Iterator[Server]:
    """`canyu serve` or `canyu door`, with the addresses of the bench."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = (place.home.parent / f"{what}.log").open("ab")
    with (
        log,
        subprocess.Popen(
            [sys.executable, "-m", "bench._rush_server", what, "--port", str(port)],
            env=place.environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            _wait(port, process)
            yield Server(port, process.pid)
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=SOON)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + SOON
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz"):
            return
        time.sleep(0.05)
    message = "a server did not start"
    raise SystemExit(message)


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process and all below it, those that ended included."""
    below: dict[int, list[int]] = {}
    times: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            one = int(stat.parent.name)
            below.setdefault(int(fields[1]), []).append(one)
            times[one] = sum(map(int, fields[11:15])) / TICKS
    found, left = 0.0, [pid]
    while left:
        one = left.pop()
        found += times.get(one, 0.0)
        left += below.get(one, [])
    return found


def postgres_settings() -> Mapping[str, str]:
    """What differs from the server of the tests: all that makes it durable, as Debian has it."""
    return {
        "fsync": "on",
        "full_page_writes": "on",
        "max_connections": "100",
        "max_wal_size": "1GB",
        "checkpoint_timeout": "5min",
        "autovacuum": "on",
        "jit": "on",
        "wal_level": "replica",
        "max_wal_senders": "10",
    }

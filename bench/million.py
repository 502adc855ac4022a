"""A million reports through HTTP, then the close: all of them, once, in flat memory.

    python bench/million.py [--reports 1000000] [--store sqlite|postgresql]

Starts `canyu serve` (and `canyu door` where there is one) on a store of its own, opens a release
of ten changes with `canyu open` and hands in everybody's report; one of twenty people changes their
mind, and whoever is refused for the moment comes again. Meanwhile it looks at the memory of every
process each second. Then `canyu close`. Fails where a report that was acknowledged is not a row,
where the tally is not what the rows say by SQL and by `canyu check --recount` and what the crowd
said, where memory of a process grew by more than a tenth from the second tenth of the rush to the
last, or where the results page takes a fifth longer than that of a release with 1,000 reports.
"""

import argparse
import http.client
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

# Run as a program, it knows its neighbours and the package, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg

from bench._load import Handed, Target, hand_in, parts
from tests.postgres import running

COMMAND = (sys.executable, "-m", "canyu.config.command")
KEY = "a key of the benchmark, longer than fifty characters as all keys are"
BIG, SMALL, N_SMALL = "2.0.0", "1.0.0", 1_000
N_CHANGES, N_SENDERS, N_WIRES = 10, 2, 64
N_PAGES = 40
MOST_GROWTH, MOST_LONGER = 0.10, 0.20
SAFE = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on"}


@dataclass
class Store:
    """Where this run keeps everything."""

    home: Path
    address: str = ""

    def environment(self) -> dict[str, str]:
        """What a `canyu` of this run is told."""
        own = {name: text for name, text in os.environ.items() if not name.startswith("CANYU_")}
        own |= {"CANYU_HOME": str(self.home), "CANYU_SECRET_KEY": KEY}
        return own | ({"CANYU_DATABASE": self.address} if self.address else {})

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """The rows of one question."""
        if self.address:
            with psycopg.connect(self.address) as session:
                return session.execute(question).fetchall()
        with closing(sqlite3.connect(self.home / "canyu.sqlite3", timeout=60)) as file:
            return file.execute(question).fetchall()

    def canyu(self, *words: str) -> str:
        """What a command said, which must have done all it was asked."""
        said = subprocess.run(
            [*COMMAND, *words], env=self.environment(), capture_output=True, text=True, check=False
        )
        if said.returncode:
            message = f"canyu {' '.join(words)}: {said.stdout}{said.stderr}"
            raise RuntimeError(message)
        return said.stdout

    def size(self) -> int:
        """Bytes on disk of the reports, as far as the store tells."""
        if self.address:
            return int(self.ask("SELECT pg_database_size(current_database())")[0][0])
        return sum(one.stat().st_size for one in self.home.glob("canyu.sqlite3*"))


@dataclass
class Memory:
    """What each process held, second by second, in MB: its own pages, without mapped files."""

    roots: Mapping[str, int]
    seen: dict[str, list[float]] = field(default_factory=dict)
    is_over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look each second until it is over."""
        while not self.is_over.wait(1.0):
            for name, root in self.roots.items():
                for place, pid in enumerate([root, *_children_of(root)]):
                    held = _own_megabytes(pid)
                    if held:
                        self.seen.setdefault(f"{name} {place}", []).append(held)

    def grown(self) -> dict[str, tuple[float, float]]:
        """Of each process the means of the second tenth and of the last."""
        found = {}
        for name, held in self.seen.items():
            tenth = max(len(held) // 10, 1)
            found[name] = (
                statistics.fmean(held[tenth : 2 * tenth] or held),
                statistics.fmean(held[-tenth:]),
            )
        return found


def main() -> int:
    """Run it all; say what was found, a line of JSON each, and a summary."""
    asked = arguments()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "home"
        store = Store(home)
        if asked.store == "postgresql":
            server = stack.enter_context(running(**SAFE))
            with psycopg.connect(server.address(), autocommit=True) as session:
                session.execute("CREATE DATABASE million")
            store.address = server.address("million")
        make_product(store, home.parent)
        pages, door, roots = stack.enter_context(serving(store))
        faults = rush(store, pages, door, roots, asked.reports)
    for fault in faults:
        print(f"FAIL {fault}")
    print(f"{asked.reports:,} reports on {asked.store}: {'wrong' if faults else 'right'}")
    return 1 if faults else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--reports", type=int, default=1_000_000)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


def rush(store: Store, pages: int, door: int, roots: Mapping[str, int], n_people: int) -> list[str]:
    """Hand in, close and look; return what is wrong."""
    store.canyu("open", SMALL, "--product", "lumen")
    handed = push(store, door, SMALL, N_SMALL)
    store.canyu("close", SMALL, "--product", "lumen")
    store.canyu("open", BIG, "--product", "lumen")
    before, memory = store.size(), Memory(roots)
    watcher = threading.Thread(target=memory.watch, daemon=True)
    watcher.start()
    begun = time.perf_counter()
    handed = push(store, door, BIG, n_people)
    seconds = time.perf_counter() - begun
    memory.is_over.set()
    watcher.join()
    say(
        rush="handed in",
        people=handed.n_people,
        acknowledged=handed.n_acknowledged,
        sent_again=handed.n_refused,
        seconds=round(seconds, 1),
        a_second=round(handed.n_acknowledged / seconds),
        half_within_ms=round(statistics.median(handed.milliseconds or [0]), 1),
        bytes_a_report=round((store.size() - before) / n_people),
    )
    faults = [f"the door said {one}" for one in handed.strange[:5]]
    faults += check_memory(memory)
    close(store)
    faults += check_counts(store, handed, n_people)
    return [*faults, *check_pages(pages)]


def push(store: Store, port: int, version: str, n_people: int) -> Handed:
    """Let everybody hand in their report, by a few processes."""
    release_id = _id(store, version)
    ((told,),) = store.ask(
        f"SELECT change_ids FROM reports_window WHERE release_id = {release_id}"  # noqa: S608 - ours
    )
    target = Target(
        port=port,
        key=KEY.encode(),
        release_id=release_id,
        change_ids=tuple(told if isinstance(told, list) else json.loads(told)),
        expires_at=datetime.now(tz=UTC) + timedelta(hours=12),
    )
    handed = Handed()
    with ProcessPoolExecutor(N_SENDERS) as pool:
        some = parts(n_people, N_SENDERS)
        for one in pool.map(hand_in, [target] * N_SENDERS, some, [N_WIRES] * N_SENDERS):
            handed.add(one)
    return handed


def close(store: Store) -> None:
    """Close the large one, in a process that is measured."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "close", BIG, "--product", "lumen"],
        env=store.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    said = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    say(
        close=said.strip(),
        seconds=round(time.perf_counter() - begun, 1),
        cpu_seconds=round(used.ru_utime + used.ru_stime, 1),
        peak_mb=round(used.ru_maxrss / 1024),
    )


def check_memory(memory: Memory) -> Iterator[str]:
    """Yield every process that grew."""
    for name, (early, late) in memory.grown().items():
        say(memory=name, second_tenth_mb=round(early, 1), last_tenth_mb=round(late, 1))
        if late > early * (1 + MOST_GROWTH):
            yield f"{name} grew from {early:.0f} to {late:.0f} MB"


def check_counts(store: Store, handed: Handed, n_people: int) -> Iterator[str]:
    """Yield every number of which rows, tally, counters and crowd do not say the same."""
    rows: Counter[str] = Counter()
    of_it = f"FROM reports_report WHERE release_id = {_id(store, BIG)}"
    ((n_rows,),) = store.ask(f"SELECT count(*) {of_it}")
    for kind, column in (("best", "best_id"), ("worst", "worst_id"), ("mood", "mood")):
        for value, n in store.ask(f"SELECT {column}, count(*) {of_it} GROUP BY {column}"):
            if value not in (None, ""):
                rows[f"{kind} {value}"] = n
    ((told,),) = store.ask(
        f"SELECT figures FROM reports_tally WHERE release_id = {_id(store, BIG)}"  # noqa: S608
    )
    figures = told if isinstance(told, dict) else json.loads(told)
    tally: Counter[str] = Counter()
    for one in figures["changes"]:
        tally[f"best {one['change_id']}"] = one["n_best"]
        tally[f"worst {one['change_id']}"] = one["n_worst"]
    for one in figures["moods"]:
        tally[f"mood {one['mood']}"] = one["share"]["n"]
    say(rows=n_rows, tally=figures["n_reports"], crowd=handed.n_people, said=dict(handed.truth))
    if not n_rows == figures["n_reports"] == handed.n_people == n_people:
        yield f"{n_people} were to come, {handed.n_people} did, {n_rows} are rows"
    yield from (
        f"{name}: {rows[name]} rows, {n} said so"
        for name, n in handed.truth.items()
        if rows[name] != n
    )
    yield from (
        f"{name}: {tally[name]} in the tally, {n} said so"
        for name, n in handed.truth.items()
        if tally[name] != n
    )
    recounted = store.canyu("check", "--recount")
    if f"lumen {BIG}: {n_people} reports, and the counts are theirs" not in recounted:
        yield f"the recount says otherwise: {recounted}"


def check_pages(port: int) -> Iterator[str]:
    """Yield where the results of many take longer than those of a thousand, asked in turn."""
    took: dict[str, list[float]] = {SMALL: [], BIG: []}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as wire:
        for turn in range(N_PAGES + 2):
            for version, times in took.items():
                begun = time.perf_counter()
                wire.request("GET", f"/p/lumen/releases/{version}/results/")
                answer = wire.getresponse()
                answer.read()
                if answer.status != 200:
                    yield f"the results of {version} answer {answer.status}"
                if turn > 1:
                    times.append(1000 * (time.perf_counter() - begun))
    small, big = (statistics.median(times) for times in took.values())
    say(
        results_page_ms={"at 1,000": round(small, 2), "at all": round(big, 2)},
        ratio=round(big / small, 3),
    )
    if big > small * (1 + MOST_LONGER):
        yield f"the results of many take {big:.1f} ms, those of a thousand {small:.1f} ms"


def make_product(store: Store, folder: Path) -> None:
    """A product with two releases of ten changes."""
    store.canyu("product", "lumen", "--name", "Lumen", "--owner", "yun")
    lines = ["# Changelog", ""]
    for version, day in ((BIG, "2026-10-02"), (SMALL, "2026-09-25")):
        lines += [f"## [{version}] - {day}", "### Added"]
        lines += [f"- Change {number} of {version}" for number in range(1, N_CHANGES + 1)]
    changelog = folder / "CHANGELOG.md"
    changelog.write_text("\n".join(lines) + "\n", encoding="utf-8")
    store.canyu("import", "releases", str(changelog), "--product", "lumen")


@contextmanager
def serving(store: Store) -> Iterator[tuple[int, int, dict[str, int]]]:
    """Run the pages, and the door beside them where it is a command; yield ports and processes."""
    pages, door = _free_port(), _free_port()
    words = {"serve": ("serve", "--port", str(pages))}
    has_door = (Path(__file__).parents[1] / "canyu/config/commands/door_.py").exists()
    if has_door:
        words["door"] = ("door", "--host", "127.0.0.1", "--port", str(door))
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, some in words.items():
            started[name] = subprocess.Popen(
                [*COMMAND, *some], env=store.environment(), stdout=subprocess.DEVNULL
            )
        for port in (pages, door) if has_door else (pages,):
            _wait_for(port)
        roots = {name: process.pid for name, process in started.items()}
        yield pages, door if has_door else pages, roots
    finally:
        for process in started.values():
            process.terminate()
        for process in started.values():
            process.wait(timeout=60)


def say(**told: object) -> None:
    """Print one line of JSON."""
    print(json.dumps(told, ensure_ascii=False), flush=True)


def _id(store: Store, version: str) -> int:
    ((found,),) = store.ask(f"SELECT id FROM releases_release WHERE version = '{version}'")  # noqa: S608
    return int(found)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _children_of(pid: int) -> Sequence[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [int(one) for one in told]


def _own_megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024


if __name__ == "__main__":
    sys.exit(main())

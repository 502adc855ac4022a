"""The rush: how many reports a second are acknowledged, beside a server that writes none?

    make bench-rush        (or: .venv/bin/python bench/rush.py [--seconds 3] [--pairs 5])

wrk holds 256 connections and sends each person's report once, some twice with another mind. Each
run at the door is followed by one at `/null` of the same process, which reads the body and answers
the same without writing; the median of their ratios is what counts. Everything of Canyu runs
beside it: pages, their worker, and a PostgreSQL of its own (fsync on, Debian's settings). Then the
door's process once more while wrk reads pages as fast as it can, and the same write by an ordinary
view with the ORM. Fails where a ratio that the project promises is not reached, a report was
refused, or the counts are not those of the rows.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

# Run as a program, it knows its neighbours and the package, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._rush_bodies import SLUG, VERSION
from bench._rush_place import Place, Server, cpu_of, make_place, postgres_settings, serving
from bench._rush_server import NULL
from bench._rush_wrk import Run, Wrk, result_of
from tests.postgres import PostgresMissing, running

DOOR, ORM = "/door/report", "/orm"
PAGES = ["/", f"/p/{SLUG}/", f"/p/{SLUG}/releases/", f"/p/{SLUG}/releases/{VERSION}/"]
LEAST_ALONE, LEAST_EMBEDDED, LEAST_TIMES_ORM, LEAST_UNDER_PAGES = 0.45, 0.25, 10.0, 0.5
PER = 100_000


@dataclass
class Found:
    """What was measured on one kind of server and store."""

    name: str
    demanded: float
    doors: list[Run] = field(default_factory=list)
    nulls: list[Run] = field(default_factory=list)
    orms: list[Run] = field(default_factory=list)
    # Pairs of the door without and with pages under load, and what the pages did meanwhile.
    calm: list[Run] = field(default_factory=list)
    busy: list[Run] = field(default_factory=list)
    pages: list[Run] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    n_bytes: float = 0.0
    is_whole: bool = False

    @property
    def ratio(self) -> float:
        return ratio_of(self.doors, self.nulls)

    @property
    def n_no(self) -> int:
        return sum(
            one.n_no for one in (*self.doors, *self.nulls, *self.orms, *self.calm, *self.busy)
        )


def ratio_of(ours: list[Run], theirs: list[Run]) -> float:
    """Median of the ratios of runs that followed one another."""
    return median(
        one.per_second / other.per_second for one, other in zip(ours, theirs, strict=True)
    )


def rate(runs: list[Run]) -> float:
    """The median, never 0: one that took nothing is told by its refusals."""
    return max(0.1, median(one.per_second for one in runs))


class Rush:
    """Runs wrk against the servers of one place."""

    def __init__(self, wrk: Wrk, place: Place, seconds: int) -> None:
        self._wrk, self._place, self._seconds = wrk, place, seconds

    def post(self, server: Server, path: str) -> Run:
        """Send bodies that were not sent yet; those for NULL are not used up."""
        place = self._place
        run = self._wrk.post(server.port, path, place.bodies, place.offset, self._seconds)
        if path != NULL:
            place.n_used += run.n_sent
        return run

    def pair(self, found: Found, server: Server) -> None:
        """One run at the door and one at null, one after the other."""
        found.doors.append(self.post(server, DOOR))
        found.nulls.append(self.post(server, NULL))

    def beside_pages(self, found: Found, door: Server, pages: Server) -> None:
        """One run at the door alone, and one while pages are read as fast as they come."""
        found.calm.append(self.post(door, DOOR))
        reading = self._wrk.load_pages(pages.port, PAGES, self._seconds)
        found.busy.append(self.post(door, DOOR))
        found.pages.append(result_of(reading))

    def costs(
        self, found: Found, turn: Callable[[], None], cpus: dict[str, Callable[[], float]]
    ) -> None:
        """What `turn` costs in processor time and on disk, per report that it had acknowledged."""
        place, n_before, bytes_before = self._place, len(found.doors), self._place.n_bytes()
        before = {name: cpu() for name, cpu in cpus.items()}
        rows_before = place.ask("SELECT count(*) FROM reports_report")
        turn()
        n_yes = sum(one.n_yes for one in found.doors[n_before:])
        found.cpu = {name: (cpu() - before[name]) * PER / n_yes for name, cpu in cpus.items()}
        n_rows = place.ask("SELECT count(*) FROM reports_report") - rows_before
        found.n_bytes = (place.n_bytes() - bytes_before) / n_rows


def measure_alone(found: Found, wrk: Wrk, place: Place, asked: argparse.Namespace, pg: int) -> None:
    """The door as a process of its own, with the pages and their worker beside it."""
    rush = Rush(wrk, place, asked.seconds)
    with serving(place, "serve") as pages, serving(place, "door") as door:
        Rush(wrk, place, 1).pair(Found("to get warm", 0), door)
        cpus = {"door": door.cpu_seconds} | ({"PostgreSQL": lambda: cpu_of(pg)} if pg else {})
        # The runs at null would be counted to the door.
        rush.costs(found, lambda: found.doors.append(rush.post(door, DOOR)), cpus)
        found.doors.clear()
        for _ in range(asked.pairs):
            rush.pair(found, door)
        for _ in range(max(1, asked.pairs // 2)):
            rush.beside_pages(found, door, pages)
        # Last: what wrk gave up of these still waits for the store, and would hold the door up.
        found.orms += [rush.post(pages, ORM) for _ in range(max(1, asked.pairs // 2))]
    finish(found, place)


def measure_embedded(found: Found, wrk: Wrk, place: Place, asked: argparse.Namespace) -> None:
    """Rung 0: the door in the process of the pages."""
    rush = Rush(wrk, place, asked.seconds)
    with serving(place, "serve") as pages:
        Rush(wrk, place, 1).pair(Found("to get warm", 0), pages)
        rush.costs(
            found, lambda: found.doors.append(rush.post(pages, DOOR)), {"door": pages.cpu_seconds}
        )
        found.doors.clear()
        for _ in range(asked.pairs):
            rush.pair(found, pages)
    finish(found, place)


def finish(found: Found, place: Place) -> None:
    """Look whether the counts are those of the rows."""
    counted = place.ask("SELECT coalesce(sum(n), 0) FROM reports_count WHERE kind = 'reports'")
    found.is_whole = counted == place.ask("SELECT count(*) FROM reports_report") > 0
    say(f"{found.name}: {rate(found.doors):,.0f} acknowledged a second, {found.ratio:.2f} of null")


@contextmanager
def postgres() -> Iterator[tuple[str, int]]:
    """The address of an empty database, and the pid of its server."""
    try:
        with running(**postgres_settings()) as server:
            assert server.process is not None
            yield server.address("postgres"), server.process.pid
    except PostgresMissing as problem:
        raise SystemExit(str(problem)) from problem


def table(found: list[Found]) -> None:
    print("\n| | acknowledged/s | null/s | ratio | demanded | p50 | p50 null | p99 | p99 null |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for one in found:
        times = [median(run.p50 for run in runs) for runs in (one.doors, one.nulls)]
        times += [median(run.p99 for run in runs) for runs in (one.doors, one.nulls)]
        cells = " | ".join(f"{ms:.0f} ms" for ms in times)
        print(
            f"| {one.name} | {rate(one.doors):,.0f} | {rate(one.nulls):,.0f} | **{one.ratio:.2f}** "
            f"| {one.demanded} | {cells} |"
        )
    print("\n| own process on | by the ORM/s | door/ORM | pages under load: kept | pages/s |")
    print("| --- | --- | --- | --- | --- |")
    for one in (one for one in found if one.orms):
        print(
            f"| {one.name} | {rate(one.orms):,.0f} | **{rate(one.doors) / rate(one.orms):.1f}** "
            f"| **{ratio_of(one.busy, one.calm):.2f}** | {rate(one.pages):,.0f} |"
        )
    print("\n| cost | bytes on disk a report | CPU seconds for 100,000 reports |")
    print("| --- | --- | --- |")
    for one in found:
        cpu = ", ".join(f"{name} {seconds:.1f}" for name, seconds in one.cpu.items())
        print(f"| {one.name} | {one.n_bytes:,.0f} | {cpu} |")


def faults(found: list[Found]) -> Iterator[str]:
    """What was promised and is not so."""
    for one in found:
        if one.ratio < one.demanded:
            yield f"{one.name}: {one.ratio:.2f} of null, {one.demanded} is demanded"
        if one.n_no:
            yield f"{one.name}: {one.n_no} reports were refused or not answered"
        if not one.is_whole:
            yield f"{one.name}: the counts are not those of the rows"
        if one.orms and rate(one.doors) < LEAST_TIMES_ORM * rate(one.orms):
            yield f"{one.name}: less than {LEAST_TIMES_ORM:g} times an ordinary transaction"
        if one.busy and ratio_of(one.busy, one.calm) < LEAST_UNDER_PAGES:
            yield f"{one.name}: keeps less than half while pages are under full load"


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=3, help="of one run of wrk (%(default)s)")
    parser.add_argument("--pairs", type=int, default=5, help="runs of each kind (%(default)s)")
    parser.add_argument("--people", type=int, default=0, help="bodies that are made")
    asked = parser.parse_args()
    # More than a machine of two cores can take in all runs; past the end they begin again.
    n_people = asked.people or (2 * asked.pairs + 2) * asked.seconds * 8_000
    found: list[Found] = []
    with tempfile.TemporaryDirectory(prefix="canyu-rush-") as folder:
        wrk = Wrk(Path(folder))
        with postgres() as (address, pid):
            place = make_place(Path(folder) / "postgres", n_people=n_people, database=address)
            found.append(Found("own process, PostgreSQL", LEAST_ALONE))
            measure_alone(found[-1], wrk, place, asked, pid)
        place = make_place(Path(folder) / "sqlite", n_people=n_people)
        found.append(Found("own process, SQLite", LEAST_ALONE))
        measure_alone(found[-1], wrk, place, asked, 0)
        place = make_place(Path(folder) / "embedded", n_people=n_people)
        found.append(Found("in the process of the pages, SQLite", LEAST_EMBEDDED))
        measure_embedded(found[-1], wrk, place, asked)
    table(found)
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"\n{os.cpu_count()} cores; load of the machine {load}")
    wrong = list(faults(found))
    for one in wrong:
        print(f"NOT REACHED {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""The door of a real server, before the pages and as a process of its own, and what befalls it."""

import json
import os
import random
import resource
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from canyu.reports.tokens import ReportToken, seal_token
from tests.config.rush import DOOR, N_SENDERS, Crowd, open_report
from tests.config.shell import Running, canyu, children_of, done, serving, wait_until_dead
from tests.places import ask, copy_home

SOON, N_IDLE, N_SLOW = 20, 1_000, 30
KINDS = ("serve", "door")
HEAD = f"POST {DOOR} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
# An address of somebody, past a proxy of ours.
SCHOOL = "X-Forwarded-For: 9.9.9.9\r\n"


@dataclass(frozen=True)
class Answer:
    status: int
    head: str
    detail: str


class Knocker:
    """Asks one server in its own words, with tokens that it takes for good."""

    def __init__(self, home: Path, server: Running) -> None:
        self.home, self.server = home, server
        ((release_id, shown),) = ask(
            home, "SELECT release_id, change_ids FROM reports_window WHERE closed_at IS NULL"
        )
        self._told = ReportToken(
            release_id=release_id,
            member_id=0,
            ring_key="everyone",
            screen=0,
            shown=tuple(json.loads(shown) if isinstance(shown, str) else shown),
            expires_at=datetime.now(UTC) + timedelta(hours=1),
        )
        self._key = (home / "secret.key").read_text(encoding="ascii").strip().encode()
        self._n_people = 50_000

    def token(self, member_id: int = 0, **more: object) -> str:
        """A token of somebody who has not been here."""
        self._n_people += 1
        told = replace(self._told, member_id=member_id or self._n_people, **more)  # type: ignore[arg-type]
        return seal_token(told, key=self._key)

    def report(self, **more: object) -> bytes:
        return json.dumps({"token": self.token(), "mood": "smile", **more}).encode()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=SOON)

    def knock(self, body: bytes, head: str = HEAD, wire: socket.socket | None = None) -> Answer:
        """Send a report, on a connection of its own or on one that is there."""
        with ExitStack() as used:
            wire = wire or used.enter_context(closing(self.connect()))
            wire.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            return answer_on(wire)

    def says_yes(self) -> None:
        asked = time.monotonic()
        assert self.knock(self.report()).status == 200
        assert time.monotonic() - asked < SOON / 2


def answer_on(wire: socket.socket) -> Answer:
    said = b""
    while b"\r\n\r\n" not in said:
        part = wire.recv(65_536)
        assert part, said
        said += part
    head, _, body = said.partition(b"\r\n\r\n")
    lines = head.decode().lower()
    length = int(lines.partition("content-length: ")[2].split()[0])
    while len(body) < length:
        body += wire.recv(65_536)
    detail = json.loads(body).get("detail", "") if body.startswith(b"{") else ""
    return Answer(int(lines.split()[1]), lines, detail)


@pytest.fixture(scope="module", params=KINDS)
def at(
    request: pytest.FixtureRequest, opened_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Knocker]:
    """A server whose report is open; whatever was done to it, the counts are those of the rows."""
    home = tmp_path_factory.mktemp(request.param) / "home"
    copy_home(opened_home, home)
    with serving(home, request.param, CANYU_PROXIES="1") as server:
        yield Knocker(home, server)
        assert server.stop() == 0
    ((n_rows,),) = ask(home, "SELECT count(*) FROM reports_report")
    said = done(canyu(home, "check", "--recount"))
    assert f"lumen 1.1.0: {n_rows} reports, and the counts are theirs" in said


# The store has no part in it.
@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("head", "status"),
    [
        (HEAD.replace("POST", "GET"), 405),
        (HEAD.replace("POST", "DELETE"), 405),
        (HEAD.replace("application/json", "text/plain"), 415),
        (f"{HEAD}Origin: https://elsewhere.example\r\n", 403),
        (f"{HEAD}Origin: http://127.0.0.1\r\n", 200),
        (HEAD, 200),
    ],
)
def test_what_is_wrong_around_a_body(at: Knocker, head: str, status: int) -> None:
    answer = at.knock(at.report(), head)
    assert answer.status == status
    assert "cache-control: no-store" in answer.head
    assert answer.detail.endswith("." if status != 200 else "")


def test_tokens_that_are_none(at: Knocker) -> None:
    forged = json.dumps({"token": at.token()[:-4] + "AAAA", "mood": "smile"}).encode()
    assert at.knock(forged).status == 400
    gone = at.token(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert at.knock(json.dumps({"token": gone, "mood": "smile"}).encode()).status == 410
    ((not_open,),) = ask(at.home, "SELECT id FROM releases_release WHERE version = '1.0.0'")
    other = at.token(release_id=not_open)
    answer = at.knock(json.dumps({"token": other, "mood": "smile"}).encode())
    assert answer.status == 409
    assert "not open" in answer.detail


def test_nothing_is_elsewhere(at: Knocker) -> None:
    assert at.knock(at.report(), HEAD.replace(DOOR, "/door/other")).status in {403, 404}
    assert at.server.get("/door/other").startswith("HTTP/1.1 404 ")


def test_half_a_request_holds_up_nobody(at: Knocker) -> None:
    with ExitStack() as open_ones:
        for words in ("PO", HEAD, f"{HEAD}Content-Length: 4"):
            for _ in range(N_SLOW):
                wire = open_ones.enter_context(closing(at.connect()))
                wire.sendall(words.encode())
        at.says_yes()
    at.says_yes()


def test_a_slow_client_is_waited_for_and_holds_up_nobody(at: Knocker) -> None:
    body = at.report()
    with ExitStack() as open_ones:
        slow = [open_ones.enter_context(closing(at.connect())) for _ in range(N_SLOW)]
        for wire in slow:
            wire.sendall(f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body[:40])
        at.says_yes()
        slow[0].sendall(body[40:])
        assert answer_on(slow[0]).status == 200
        # The others leave in the middle.
    at.says_yes()


def test_ten_megabytes_are_not_read(at: Knocker) -> None:
    before = memory_of(at.server)
    with closing(at.connect()) as wire:
        wire.sendall(f"{HEAD}Content-Length: 10485760\r\n\r\n".encode())
        assert answer_on(wire).status == 413
    with closing(at.connect()) as wire:
        wire.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
        try:
            for _ in range(160):
                wire.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")
            assert answer_on(wire).status == 411
        except OSError:
            # It was said and the wire cut before all was sent.
            pass
    at.says_yes()
    assert memory_of(at.server) - before < 8 * 1024


def memory_of(server: Running) -> int:
    """Kilobytes of the process that serves."""
    (pid,) = children_of(server.process.pid)
    said = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(said.partition("VmRSS:")[2].split()[0])


def test_a_thousand_that_only_hold_the_line(at: Knocker) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4_096), hard))
    try:
        with ExitStack() as idle:
            for _ in range(N_IDLE):
                idle.enter_context(closing(at.connect()))
            at.says_yes()
            assert at.server.get("/healthz").endswith("ok")
        at.says_yes()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_flood_from_one_account_waits_and_a_school_does_not(at: Knocker) -> None:
    loud = at.token(49_999)
    with closing(at.connect()) as wire:
        statuses = []
        for edited in range(25):
            body = json.dumps({"token": loud, "mood": "smile", "edited": edited}).encode()
            answer = at.knock(body, HEAD + SCHOOL, wire)
            statuses.append(answer.status)
        assert statuses[:20] == [200] * 20
        assert answer.status == 429
        assert "retry-after: " in answer.head
        # The same address, and other people.
        for _ in range(200):
            assert at.knock(at.report(), HEAD + SCHOOL, wire).status == 200


def test_a_closed_report_takes_nothing(home: Path) -> None:
    open_report(home, 1)
    with serving(home, "door") as server:
        at = Knocker(home, server)
        at.says_yes()
        done(canyu(home, "close", "1.1.0", "--product", "lumen"))
        answer = at.knock(at.report())
        assert answer.status == 409
        assert "closed" in answer.detail
        assert server.stop() == 0
    assert ask(home, "SELECT count(*) FROM reports_report") == [(1,)]


def test_told_to_stop_the_door_answers_all_that_it_took(home: Path) -> None:
    crowd = Crowd(open_report(home, 400))
    # The pages serve the same store meanwhile.
    with serving(home), serving(home, "door") as door:
        with crowd.sending(door.port):
            crowd.wait_for(300)
            assert door.stop() == 0
        assert crowd.check_stored(home) == 0
    assert f"{crowd.n_people} reports, and" in done(canyu(home, "check", "--recount"))


def test_killed_in_a_rush_the_door_keeps_what_it_acknowledged(home: Path) -> None:
    crowd = Crowd(open_report(home, 400))
    seed = random.randrange(1_000_000)
    print(f"killed at moments drawn from the seed {seed}")
    moments = random.Random(seed)
    for turn in range(3):
        with serving(home, "door") as door, crowd.sending(door.port):
            crowd.wait_for(50)
            time.sleep(moments.uniform(0, 0.3))
            family = children_of(door.process.pid)
            if turn == 0:
                os.killpg(door.process.pid, signal.SIGKILL)
            else:
                # The one that supervises, then the one that serves.
                os.kill((door.process.pid, family[0])[turn - 1], signal.SIGKILL)
            door.process.wait(timeout=SOON)
            wait_until_dead(family)
        assert crowd.check_stored(home) <= N_SENDERS * 3
    ((n_stored,),) = ask(home, "SELECT count(*) FROM reports_report")
    assert f"lumen 1.1.0: {n_stored} reports, and" in done(canyu(home, "check", "--recount"))


@pytest.mark.parametrize("kind", KINDS)
def test_killed_in_a_rush_who_writes_is_there_again(home: Path, kind: str) -> None:
    crowd = Crowd(open_report(home, 400))
    with serving(home, kind) as server:
        (serves,) = children_of(server.process.pid)
        with crowd.insisting(server.port):
            for n in (50, 150, 250):
                crowd.wait_for(n)
                (writes,) = children_of(serves)
                os.kill(writes, signal.SIGKILL)
            crowd.wait_for(400)
        assert server.stop() == 0
    crowd.check_stored(home)
    assert "lumen 1.1.0: 400 reports, and" in done(canyu(home, "check", "--recount"))
    log = (home.parent / f"{kind}.err").read_text(encoding="utf-8")
    assert log.count("starting anew") == 3


# The store has no part in it.
@pytest.mark.sqlite
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGHUP])
def test_it_says_where_it_is_and_stops(home: Path, how: signal.Signals) -> None:
    with serving(home, "door", is_true_start=True) as door:
        assert door.words == f"Reports are taken at http://127.0.0.1:{door.port}{DOOR}\n"
        assert door.get("/readyz").endswith("ok")
        assert "canyu_intake_waiting 0.0" in door.get("/metrics")
        assert door.stop(how) == 0
    assert (home.parent / "door.err").read_text(encoding="utf-8") == ""

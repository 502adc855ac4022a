"""A crowd of any size at a door: every body follows from the number of its member."""

import hashlib
import json
import random
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import permutations

from canyu.bestworst import screens
from canyu.reports.tokens import ReportToken, seal_token

MOODS = ("", "scream", "smile", "shrug", "sigh")
RINGS = ("everyone", "everyone", "everyone", "weekly", "weekly", "daily")
FIRST_MEMBER = 1_000_000
CHANGES_MIND = 20
"""One of so many people hands in a second report, which is the one that counts."""
WAITS = 0.05
RECEIVED = 65_536


@dataclass(frozen=True)
class Target:
    """What the reports are about, and where they go."""

    port: int
    key: bytes
    release_id: int
    change_ids: tuple[int, ...]
    expires_at: datetime


@dataclass
class Handed:
    """What was acknowledged, and how; `truth` counts what the last report of each person says."""

    n_people: int = 0
    n_acknowledged: int = 0
    n_refused: int = 0
    strange: list[str] = field(default_factory=list)
    truth: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    def add(self, other: "Handed") -> None:
        """Add what another process handed in."""
        self.n_people += other.n_people
        self.n_acknowledged += other.n_acknowledged
        self.n_refused += other.n_refused
        self.strange += other.strange
        self.truth += other.truth
        self.milliseconds += other.milliseconds


class Crowd:
    """Makes the reports of members."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._screens = screens(len(target.change_ids))
        self._orders = list(permutations(range(len(self._screens[0]))))

    def n_reports(self, member: int) -> int:
        """How many reports this member hands in, one after the other."""
        return 2 if member % CHANGES_MIND == 0 else 1

    def cells(self, member: int, turn: int) -> dict[str, object]:
        """The cells of one report; changes that come early are liked more."""
        drawn = hashlib.blake2b(f"{member} {turn}".encode(), digest_size=16).digest()
        shown = self.shown(member)
        # Of three drawn places on the screen the change that comes first of all is the best.
        size = len(shown)
        rank = self._target.change_ids.index
        best = min((shown[drawn[place] % size] for place in (0, 1, 2)), key=rank)
        rest = [one for one in shown if one != best]
        worst = max((rest[drawn[place] % (size - 1)] for place in (3, 4)), key=rank)
        untried = [one for one in rest if one != worst and drawn[5] < 30][:1]
        cells: dict[str, object] = {"mood": MOODS[drawn[6] % len(MOODS)], "best": best}
        if drawn[7] > 25:
            cells["worst"] = worst
        if untried:
            cells["untried"] = untried
        return cells

    def shown(self, member: int) -> tuple[int, ...]:
        """The screen of one member, in an order of its own."""
        drawn = hashlib.blake2b(f"screen {member}".encode(), digest_size=4).digest()
        chosen = self._screens[drawn[0] % len(self._screens)]
        order = self._orders[int.from_bytes(drawn[1:]) % len(self._orders)]
        return tuple(self._target.change_ids[chosen[place]] for place in order)

    def request(self, member: int, turn: int) -> bytes:
        """One request, head and body."""
        token = ReportToken(
            release_id=self._target.release_id,
            member_id=FIRST_MEMBER + member,
            ring_key=RINGS[member % len(RINGS)],
            screen=0,
            shown=self.shown(member),
            expires_at=self._target.expires_at,
        )
        sealed = seal_token(token, key=self._target.key)
        body = json.dumps({"token": sealed, "edited": turn + 1, **self.cells(member, turn)})
        return (
            f"POST /door/report HTTP/1.1\r\nHost: 127.0.0.1:{self._target.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def tell(self, truth: Counter[str], member: int) -> None:
        """Add what the last report of a member says to the truth."""
        cells = self.cells(member, self.n_reports(member) - 1)
        truth[f"best {cells['best']}"] += 1
        if "worst" in cells:
            truth[f"worst {cells['worst']}"] += 1
        if cells["mood"]:
            truth[f"mood {cells['mood']}"] += 1


class Wire:
    """One connection that stays open, and the report that is on it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = self._connect()
        self.member = self.turn = 0
        self.sent_at = 0.0
        self._came = b""

    def send(self, request: bytes) -> None:
        """Send one request; the answer to the one before must be there."""
        self._came = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def answer(self) -> int | None:
        """The status, once all of the answer has come; 0 where the connection broke."""
        try:
            part = self.socket.recv(RECEIVED)
        except OSError:
            return 0
        self._came += part
        head, found, body = self._came.partition(b"\r\n\r\n")
        if not part and not found:
            return 0
        if not found:
            return None
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        return int(head[9:12]) if len(body) >= length else None

    def reconnect(self) -> None:
        """Begin anew after a connection broke."""
        self.socket.close()
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        wire = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return wire


def hand_in(target: Target, members: Sequence[int], n_wires: int) -> Handed:
    """Hand in the reports of these members over so many connections; each until it is taken."""
    crowd, handed = Crowd(target), Handed()
    waiting: deque[int] = deque(members)
    with selectors.DefaultSelector() as selector:
        late: list[tuple[float, Wire]] = []
        for _ in range(min(n_wires, len(waiting))):
            wire = Wire(target.port)
            selector.register(wire.socket, selectors.EVENT_READ, wire)
            _begin(wire, crowd, waiting)
        while selector.get_map():
            for key, _ in selector.select(timeout=WAITS):
                _hear(key.data, selector, crowd, handed, waiting, late)
            now = time.perf_counter()
            for at, wire in [one for one in late if one[0] <= now]:
                late.remove((at, wire))
                wire.send(crowd.request(wire.member, wire.turn))
    return handed


def _begin(wire: Wire, crowd: Crowd, waiting: "deque[int]") -> None:
    wire.member, wire.turn = waiting.popleft(), 0
    wire.send(crowd.request(wire.member, 0))


def _hear(
    wire: Wire,
    selector: selectors.BaseSelector,
    crowd: Crowd,
    handed: Handed,
    waiting: "deque[int]",
    late: list[tuple[float, Wire]],
) -> None:
    status = wire.answer()
    if status is None:
        return
    if status == 200:
        handed.n_acknowledged += 1
        if handed.n_acknowledged % 50 == 0:
            handed.milliseconds.append(1000 * (time.perf_counter() - wire.sent_at))
        if wire.turn + 1 < crowd.n_reports(wire.member):
            wire.turn += 1
            wire.send(crowd.request(wire.member, wire.turn))
            return
        handed.n_people += 1
        crowd.tell(handed.truth, wire.member)
    elif status in {0, 503}:
        handed.n_refused += 1
        if status == 0:
            selector.unregister(wire.socket)
            wire.reconnect()
            selector.register(wire.socket, selectors.EVENT_READ, wire)
        late.append((time.perf_counter() + random.uniform(WAITS, 4 * WAITS), wire))
        return
    else:
        handed.strange.append(f"{status} for member {wire.member}")
    if waiting:
        _begin(wire, crowd, waiting)
    else:
        selector.unregister(wire.socket)
        wire.socket.close()


def parts(n: int, n_parts: int, first: int = 0) -> Iterator[range]:
    """Members `first` to `first` + n - 1 in parts, each with people from all over."""
    for part in range(n_parts):
        yield range(first + part, first + n, n_parts)

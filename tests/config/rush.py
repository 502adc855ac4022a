"""Many people who hand in their reports at the door of a real server, over HTTP."""

import http.client
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.config.shell import (
    Running,
    canyu,
    children_of,
    done,
    run_program,
    wait_until_dead,
)
from tests.places import ask

DOOR = "/door/report"
MOODS = ("scream", "smile", "shrug", "sigh")
N_SENDERS = 8
# A loop of kills is short in a usual run; `make soak` asks for long ones.
N_KILLS = 50 if os.environ.get("SOAK_KILLS") else 5
# Said where nobody knows whether it was written; all else that is no yes says that it was not.
UNCERTAIN = "not certain"
FIRST_MEMBER = 5_000
# These people have no accounts: the token is what the door believes.
MAKE_TOKENS = """
import json, sys, django
django.setup()
from datetime import timedelta
from canyu.journal.clock import now
from canyu.products.queries import product_ids_by_slug
from canyu.releases.queries import release_of
from canyu.reports.queries import window_of
from canyu.reports.tokens import ReportToken, seal_token, signing_key
release_id = release_of(product_ids_by_slug()["lumen"], "1.1.0").id
shown = tuple(window_of(release_id).change_ids)
first, n, until = int(sys.argv[1]), int(sys.argv[2]), now() + timedelta(hours=1)
def token(member):
    told = ReportToken(release_id, member, "everyone", 0, shown, until)
    return seal_token(told, key=signing_key())
print(json.dumps([token(member) for member in range(first, first + n)]))
"""


def open_report(home: Path, n_people: int, **variables: str) -> list[str]:
    """Open the report of 1.1.0; return a token for each of so many people."""
    done(canyu(home, "open", "1.1.0", "--product", "lumen", **variables))
    return make_tokens(home, n_people, **variables)


def make_tokens(home: Path, n_people: int, **variables: str) -> list[str]:
    """A token of the report of 1.1.0, which is open, for each of so many people."""
    said = run_program(home, MAKE_TOKENS, FIRST_MEMBER, n_people, **variables)
    return [str(token) for token in json.loads(said)]


def kill(server: Running) -> None:
    """End every process of a server at once, as a loss of power would."""
    family = children_of(server.process.pid)
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    wait_until_dead(family)


def counts_are_rows(home: Path, **variables: str) -> None:
    """Prove that the counts of 1.1.0 are those of the reports that are stored."""
    ((n_stored,),) = ask(home, "SELECT count(*) FROM reports_report")
    said = done(canyu(home, "check", "--recount", **variables))
    assert f"lumen 1.1.0: {n_stored} reports, and the counts are theirs" in said


def random_moments() -> random.Random:
    """Moments for a kill; what draws them is printed, so that a failure can be looked into."""
    seed = random.randrange(1_000_000)
    print(f"killed at moments drawn from the seed {seed}")
    return random.Random(seed)


class Crowd:
    """Senders that go through the people again and again, each time with another mind."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._alone = threading.Lock()
        self._turn = 0
        # By member: the highest order that was sent, and that was acknowledged.
        self.sent: dict[int, int] = {}
        self.acknowledged: dict[int, int] = {}
        self.n_acknowledged = 0
        # By member: each order of which it was said that it was not stored.
        self.refused: dict[int, set[int]] = {}
        self.n_refused = 0
        # Each sentence that came with a refusal, and whether it came with a time to come back.
        self.refusals: set[tuple[str, bool]] = set()
        self.strange: list[str] = []
        self._is_over = threading.Event()

    @contextmanager
    def sending(self, port: int) -> Iterator[None]:
        """Send until nobody answers; ends when the server has gone."""
        with self._senders(lambda: self._send_until_gone(port)):
            yield

    @contextmanager
    def insisting(self, *ports: int) -> Iterator[None]:
        """Send to any of these, whoever answers or not, until the end of the `with`."""
        self._is_over.clear()
        with self._senders(lambda: self._insist(ports)):
            try:
                yield
            finally:
                self._is_over.set()

    @contextmanager
    def _senders(self, work: Callable[[], None]) -> Iterator[None]:
        senders = [threading.Thread(target=work, daemon=True) for _ in range(N_SENDERS)]
        for one in senders:
            one.start()
        yield
        for one in senders:
            one.join(timeout=45)
            assert not one.is_alive()

    def wait_for(self, n: int) -> None:
        """Until so many more are acknowledged."""
        wanted = self.n_acknowledged + n
        self._wait_until(lambda: self.n_acknowledged >= wanted)

    def wait_for_refusals(self, n: int) -> None:
        """Until so many more are told that nothing was stored."""
        wanted = self.n_refused + n
        self._wait_until(lambda: self.n_refused >= wanted)

    def _wait_until(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + 60
        while not is_so():
            assert not self.strange, self.strange
            assert time.monotonic() < until
            time.sleep(0.005)

    def _send_until_gone(self, port: int) -> None:
        door = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            # A server that stops may say so.
            while self._send(door, *self._next()):
                pass
        except (OSError, http.client.HTTPException):
            # The server has gone before it answered: nothing was promised.
            return
        finally:
            door.close()

    def _insist(self, ports: Sequence[int]) -> None:
        # Any request to any node, as a proxy would have it.
        doors = [http.client.HTTPConnection("127.0.0.1", port, timeout=40) for port in ports]
        while not self._is_over.is_set():
            place, edited = self._next()
            while not (self._send_again(random.choice(doors), place, edited)):
                # The page waits longer; it has all evening.
                if self._is_over.wait(0.02):
                    break
        for door in doors:
            door.close()

    def _send_again(self, door: http.client.HTTPConnection, place: int, edited: int) -> bool:
        try:
            return self._send(door, place, edited)
        except (OSError, http.client.HTTPException):
            door.close()
            return False

    def _next(self) -> tuple[int, int]:
        """Whose turn it is, and which of their minds they have now."""
        with self._alone:
            edited, place = divmod(self._turn, len(self._tokens))
            self._turn += 1
            self.sent[FIRST_MEMBER + place] = edited + 1
        return place, edited + 1

    def _send(self, door: http.client.HTTPConnection, place: int, edited: int) -> bool:
        """Send a report; return whether it was taken."""
        member = FIRST_MEMBER + place
        body = {
            "token": self._tokens[place],
            "mood": MOODS[edited % len(MOODS)],
            "edited": edited,
        }
        door.request("POST", DOOR, json.dumps(body), {"Content-Type": "application/json"})
        answer = door.getresponse()
        said = answer.read().decode()
        with self._alone:
            if answer.status == 200:
                self.acknowledged[member] = max(edited, self.acknowledged.get(member, 0))
                self.n_acknowledged += 1
                self.refused.get(member, set()).discard(edited)
            elif answer.status == 503:
                sentence = str(json.loads(said)["detail"])
                self.refusals.add((sentence, answer.headers["Retry-After"] is not None))
                if UNCERTAIN not in sentence:
                    self.refused.setdefault(member, set()).add(edited)
                    self.n_refused += 1
            elif answer.status != 429 or answer.headers["Retry-After"] is None:
                # Who was refused comes back at once here, and then is told to come less often.
                self.strange.append(f"{answer.status} {said}")
        return bool(answer.status == 200)

    @property
    def n_people(self) -> int:
        """How many people had an acknowledgement."""
        return len(self.acknowledged)

    def check_stored(self, home: Path) -> int:
        """Prove that all that was acknowledged is stored; return how many were stored besides.

        The key of a report is its member's, so that each is there once or not at all.
        """
        assert self.strange == []
        question = "SELECT member_id, edited, mood FROM reports_report"
        stored = {member: (edited, mood) for member, edited, mood in ask(home, question)}
        n_besides = len(stored.keys() - self.acknowledged.keys())
        for member, edited in self.acknowledged.items():
            assert member in stored, f"the acknowledged report of {member} is lost"
            kept, mood = stored[member]
            assert edited <= kept <= self.sent[member]
            assert mood == MOODS[kept % len(MOODS)]
            n_besides += kept > edited
        return n_besides

    def check_refused(self, home: Path) -> None:
        """Prove that nothing is stored of which it was said that it was not."""
        assert any(self.refused.values())
        stored = dict(ask(home, "SELECT member_id, edited FROM reports_report"))
        for member, refused in self.refused.items():
            assert stored.get(member) not in refused

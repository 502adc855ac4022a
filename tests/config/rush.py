"""Many people who hand in their reports at the door of a real server, over HTTP."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.config.shell import canyu, done, environment
from tests.places import ask

DOOR = "/door/report"
MOODS = ("scream", "smile", "shrug", "sigh")
N_SENDERS = 8
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


def open_report(home: Path, n_people: int) -> list[str]:
    """Open the report of 1.1.0; return a token for each of so many people."""
    done(canyu(home, "open", "1.1.0", "--product", "lumen"))
    said = subprocess.run(
        [sys.executable, "-c", MAKE_TOKENS, str(FIRST_MEMBER), str(n_people)],
        env=environment(home, DJANGO_SETTINGS_MODULE="canyu.config.settings"),
        capture_output=True,
        text=True,
        check=True,
    )
    return [str(token) for token in json.loads(said.stdout)]


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
        self.strange: list[str] = []

    @contextmanager
    def sending(self, port: int) -> Iterator[None]:
        """Send until nobody answers; ends when the server has gone."""
        senders = [
            threading.Thread(target=self._send, args=(port,), daemon=True) for _ in range(N_SENDERS)
        ]
        for one in senders:
            one.start()
        yield
        for one in senders:
            one.join(timeout=30)
            assert not one.is_alive()

    def wait_for(self, n: int) -> None:
        """Until so many more are acknowledged."""
        wanted, until = self.n_acknowledged + n, time.monotonic() + 60
        while self.n_acknowledged < wanted:
            assert not self.strange, self.strange
            assert time.monotonic() < until
            time.sleep(0.005)

    def _send(self, port: int) -> None:
        door = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            while self._send_one(door):
                pass
        except (OSError, http.client.HTTPException):
            # The server has gone before it answered: nothing was promised.
            return
        finally:
            door.close()

    def _send_one(self, door: http.client.HTTPConnection) -> bool:
        with self._alone:
            edited, place = divmod(self._turn, len(self._tokens))
            self._turn += 1
            member, edited = FIRST_MEMBER + place, edited + 1
            self.sent[member] = edited
        body = {
            "token": self._tokens[place],
            "mood": MOODS[edited % len(MOODS)],
            "edited": edited,
        }
        door.request("POST", DOOR, json.dumps(body), {"Content-Type": "application/json"})
        answer = door.getresponse()
        said = answer.read().decode()
        with self._alone:
            if answer.status != 200:
                # A server that stops may say so; anything else is a fault.
                if answer.status != 503:
                    self.strange.append(f"{answer.status} {said}")
                return False
            self.acknowledged[member] = max(edited, self.acknowledged.get(member, 0))
            self.n_acknowledged += 1
        return True

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

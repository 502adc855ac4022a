"""What was acknowledged survives a kill in the middle of everything."""

import json
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

from bench._crowd import Asker
from tests.config.shell import canyu, children_of, done, run_program, serving, wait_until_dead
from tests.places import IS_POSTGRES

N_PEOPLE, N_BEFORE_THE_KILL, N_THREADS = 60, 20, 4
REPORT = "/products/lumen/releases/1.1.0/report"
MAKE_PEOPLE = f"""
import json, django
django.setup()
from django.db import transaction
from canyu.journal.clock import now
from canyu.members.services import make_key, register_member
from canyu.products.queries import product_ids_by_slug
from canyu.products.services import choose_ring
product_id, at, keys = product_ids_by_slug()["lumen"], now(), []
with transaction.atomic():
    for number in range({N_PEOPLE}):
        one = register_member(handle=f"reader-{{number}}", password=None, at=at)
        choose_ring(actor_id=one, product_id=product_id, ring_key="everyone", at=at)
        keys.append(make_key(actor_id=one, name="program", at=at))
print(json.dumps(keys))
"""


def make_people(home: Path) -> list[str]:
    return [str(key) for key in json.loads(run_program(home, MAKE_PEOPLE))]


def test_no_acknowledged_report_is_lost(home: Path) -> None:
    keys = make_people(home)
    done(canyu(home, "open", "1.1.0", "--product", "lumen"))
    acknowledged: dict[str, int] = {}
    enough = threading.Event()

    def fill(key: str) -> None:
        try:
            with Asker(address) as asker:
                screen = asker.ask("GET", REPORT, key=key)
                best = screen["changes"][0]["id"]
                body = {"token": screen["token"], "mood": "smile", "best": best}
                asker.ask("PUT", REPORT, key=key, body=body)
        except (OSError, HTTPException):
            # Killed before it answered: nothing was promised.
            return
        acknowledged[key] = best
        if len(acknowledged) >= N_BEFORE_THE_KILL:
            enough.set()

    with serving(home) as server, ThreadPoolExecutor(N_THREADS) as crowd:
        address = f"127.0.0.1:{server.port}"
        filling = [crowd.submit(fill, key) for key in keys]
        assert enough.wait(timeout=60)
        family = children_of(server.process.pid)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        wait_until_dead(family)
        for one in filling:
            one.result()
    assert N_BEFORE_THE_KILL <= len(acknowledged) < N_PEOPLE

    looked = done(canyu(home, "check"))
    assert ("keeps what was acknowledged" if IS_POSTGRES else "holds together (ok)") in looked
    with serving(home) as server, Asker(f"127.0.0.1:{server.port}") as asker:
        turnout = asker.ask("GET", "/products/lumen/releases/1.1.0/turnout")
        # Each of the threads may have had one on its way that was stored and not answered.
        assert len(acknowledged) <= turnout["n_reports"] <= len(acknowledged) + N_THREADS
        for key, best in acknowledged.items():
            assert asker.ask("GET", REPORT, key=key)["cells"]["best"] == best
        assert server.stop() == 0

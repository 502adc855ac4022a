"""The machine's clock is set back an hour while Canyu runs, and nobody notices."""

import time
from http.client import HTTPConnection
from pathlib import Path

from tests.config.rush import Crowd, counts_are_rows, make_tokens, open_report
from tests.config.shell import Running, canyu, done, run_program, serving
from tests.places import ask

HOUR = 3600
SOON = 60
MAKE_SESSION = """
import django
django.setup()
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from canyu.journal.clock import now
from canyu.members.services import register_member
member = get_user_model().objects.get(pk=register_member(handle="vera", password=None, at=now()))
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(member.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = member.get_session_auth_hash()
session.save()
print(session.session_key)
"""


def make_session(home: Path) -> str:
    """Sign somebody in; return what their browser keeps."""
    return run_program(home, MAKE_SESSION).strip()


def is_signed_in(server: Running, session: str) -> bool:
    """Whether a page for members is shown, and not the one for signing in."""
    wire = HTTPConnection("127.0.0.1", server.port, timeout=20)
    wire.request("GET", "/notices/", headers={"Cookie": f"canyu_session={session}"})
    answer = wire.getresponse()
    answer.read()
    wire.close()
    assert answer.status in {200, 302}
    return answer.status == 200


def n_deliveries(home: Path, condition: str) -> int:
    return int(ask(home, f"SELECT count(*) FROM journal_delivery WHERE {condition}")[0][0])  # noqa: S608


def test_a_clock_that_is_set_back_an_hour(home: Path, tmp_path: Path) -> None:
    step = tmp_path / "step"
    step.write_text("0", encoding="utf-8")
    settings = {"DJANGO_SETTINGS_MODULE": "tests.config.stepping", "CANYU_TEST_STEP": str(step)}
    done(canyu(home, "open", "1.0.0", "--product", "lumen"))
    done(canyu(home, "close", "1.0.0", "--product", "lumen"))
    session = make_session(home)
    with serving(home, **settings) as server:
        crowd = Crowd(open_report(home, 30))
        with crowd.insisting(server.port):
            crowd.wait_for(60)
        assert is_signed_in(server, session)
        assert not is_signed_in(server, "nobody")
        step.write_text(str(-HOUR), encoding="utf-8")
        # More than one person may send at once: whoever was let in before is not locked out now.
        with crowd.insisting(server.port):
            crowd.wait_for(120)
        assert is_signed_in(server, session)
        # What nobody has told yet is told, though its hour is an hour away again.
        ask(home, "UPDATE journal_delivery SET done_at = NULL")
        until = time.monotonic() + SOON
        while n_deliveries(home, "done_at IS NULL"):
            assert time.monotonic() < until
            time.sleep(0.1)
        closed = "SELECT count(*) FROM reports_window WHERE closed_at IS NOT NULL"
        # Several rounds of the worker, to which the hour of 1.0.0 has not come yet.
        assert ask(home, closed) == [(1,)]
        done(canyu(home, "close", "1.1.0", "--product", "lumen"))
        late = Crowd(make_tokens(home, 1))
        with late.insisting(server.port):
            until = time.monotonic() + SOON
            while not late.strange and time.monotonic() < until:
                time.sleep(0.05)
        assert late.strange[0].startswith("409 ")
        assert server.stop() == 0
    crowd.check_stored(home)
    assert ask(home, closed) == [(2,)]
    counts_are_rows(home)

"""`canyu serve` on PostgreSQL: several nodes, and a server that goes away and comes back."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest

from canyu.config.store import SPARE_CONNECTIONS
from tests.config.shell import canyu, done, environment, free_port, refused, serving
from tests.house.reading import ROOT
from tests.postgres import Postgres, running

pytestmark = pytest.mark.postgresql
KEY = "the same on every node, and longer than fifty characters are"


@pytest.fixture
def server() -> Iterator[Postgres]:
    """One that a test may kill."""
    with running() as server:
        with psycopg.connect(server.address(), autocommit=True) as session:
            session.execute("CREATE DATABASE say")
        yield server


def commands_of_the_page(server: Postgres, folder: Path, ports: tuple[int, int]) -> str:
    """What the page says to type for two nodes on one machine, in a place of the tests."""
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    block = page.partition("Two on one machine, to try it:")[2].split("```")[1].removeprefix("sh\n")
    for said, meant in {
        "postgresql://canyu:password@127.0.0.1:5432/canyu": f"'{server.address('say')}'",
        "/srv/": f"{folder}/",
        "8001": str(ports[0]),
        "8002": str(ports[1]),
    }.items():
        assert said in block
        block = block.replace(said, meant)
    return block


def answer_of(port: int, path: str) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return f"HTTP/1.1 {answer.status} "
    except OSError:
        return ""


def test_two_nodes_by_the_commands_of_the_page(server: Postgres, tmp_path: Path) -> None:
    ports = (free_port(), free_port())
    out = tmp_path / "out"
    with out.open("w") as said:
        shell = subprocess.Popen(
            ("sh", "-c", commands_of_the_page(server, tmp_path, ports)),
            env={
                **environment(tmp_path),
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            },
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + 60
        while not all(answer_of(port, "/readyz") for port in ports):
            assert time.monotonic() < until, out.read_text(encoding="utf-8")
            time.sleep(0.1)
        # Either printed the link, the newest is good, and it is good at both.
        links = re.findall(r"(/start/\S+/)", out.read_text(encoding="utf-8"))
        assert any(all(status(answer_of(port, one)) == "200" for port in ports) for one in links)
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
        until = time.monotonic() + 10
        while n_sessions(server) and time.monotonic() < until:
            time.sleep(0.1)


def status(answer: str) -> str:
    return answer.split(" ")[1] if answer else ""


def n_sessions(server: Postgres) -> int:
    with psycopg.connect(server.address("say")) as session:
        found = session.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'canyu'"
        ).fetchone()
    return int(found[0]) if found else 0


def test_two_nodes_start_at_once_on_an_empty_database(server: Postgres, tmp_path: Path) -> None:
    variables = {"CANYU_DATABASE": server.address("say"), "CANYU_SECRET_KEY": KEY}
    with (
        serving(tmp_path / "a" / "home", is_waited_for=False, **variables) as one,
        serving(tmp_path / "b" / "home", **variables) as other,
    ):
        one.wait()
        # One has made the newest link, and it is good at both.
        good = [link for link in (one.link(), other.link()) if status(one.get(link)) == "200"]
        assert len(good) == 1
        assert status(other.get(good[0])) == "200"
        assert one.stop() == 0
        assert status(other.get("/")) == "200"
        assert other.stop() == 0


def test_a_node_uses_no_more_connections_than_it_may(server: Postgres, tmp_path: Path) -> None:
    home = tmp_path / "node" / "home"
    with serving(home, CANYU_DATABASE=server.address("say")) as node:
        with ThreadPoolExecutor(24) as crowd:
            answers = list(crowd.map(node.get, ["/account/sign-in/", node.link()] * 24))
        assert {status(answer) for answer in answers} == {"200"}
        # Eight threads, what a pool has beside them, and scheduled work in the other process.
        assert 1 <= n_sessions(server) <= 8 + SPARE_CONNECTIONS + 1
        assert node.stop() == 0
    assert n_sessions(server) == 0


def test_pages_come_back_with_their_database(server: Postgres, tmp_path: Path) -> None:
    home = tmp_path / "node" / "home"
    with serving(home, CANYU_DATABASE=server.address("say")) as node:
        link = node.link()
        assert status(node.get(link)) == "200"
        server.kill()
        server.start()
        assert [status(node.get(link)) for _turn in range(12)] == ["200"] * 12
        assert node.stop() == 0


def test_commands_say_what_is_wrong_with_a_database(server: Postgres, tmp_path: Path) -> None:
    home = tmp_path / "home"
    known = server.address("say")
    said = refused(canyu(home, "link", "yun", CANYU_DATABASE=server.address("nope")))
    assert "createdb" in said
    looked = canyu(home, "check", CANYU_DATABASE=known)
    assert looked.returncode == 1
    assert "say on " in looked.stdout
    assert "holds nothing yet" in looked.stdout
    words = ("product", "lumen", "--name", "Lumen", "--owner", "yun")
    done(canyu(home, *words, CANYU_DATABASE=known))
    assert "keeps what was acknowledged" in done(canyu(home, "check", CANYU_DATABASE=known))
    with psycopg.connect(known, autocommit=True) as session:
        session.execute("ALTER DATABASE say SET synchronous_commit = off")
    looked = canyu(home, "check", CANYU_DATABASE=known)
    assert "FAIL say on " in looked.stdout
    assert "synchronous_commit" in looked.stdout
    server.kill()
    assert "cannot be reached" in refused(canyu(home, "link", "yun", CANYU_DATABASE=known))
    assert (
        "FAIL the database cannot be reached" in canyu(home, "check", CANYU_DATABASE=known).stdout
    )

"""`canyu serve` starts, answers, and stops without leaving anything behind."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.config.shell import (
    canyu,
    children_of,
    free_port,
    refused,
    serving,
    wait_until_dead,
)

# Promised is five seconds on a machine that does nothing else.
SLOWNESS = 3


@pytest.mark.sqlite
def test_a_first_start_prints_the_link_that_makes_the_first_owner(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    with serving(home, is_true_start=True) as server:
        assert f"Canyu is at http://127.0.0.1:{server.port}/" in server.words
        assert server.link()
        assert " 200 " in server.get(server.link()).splitlines()[0]
        assert " 4" in server.get("/start/no-such-link/").splitlines()[0]
        assert server.stop() == 0
    # Nobody has used it: the next start prints another one.
    with serving(home) as server:
        assert server.link()
        assert server.stop(signal.SIGINT) == 0


@pytest.mark.sqlite
def test_an_owned_one_prints_no_link_and_has_no_demo(home: Path) -> None:
    with serving(home) as server:
        assert server.link() == ""
        for path in ("/demo/truth/", "/demo/travel/", "/demo/as/"):
            assert " 404 " in server.get(path).splitlines()[0]
        # The terminal was closed.
        assert server.stop(signal.SIGHUP) == 0


@pytest.mark.sqlite
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_all_of_it_is_asked(home: Path, how: signal.Signals) -> None:
    # Ctrl-C in a terminal reaches every process, and so does a service manager.
    with serving(home, is_true_start=how is signal.SIGINT) as server:
        asked = time.monotonic()
        assert server.stop(how, whole_group=True) == 0
        assert time.monotonic() - asked < 5 * SLOWNESS


def test_killed_it_leaves_the_port_and_the_next_start_goes_on(home: Path) -> None:
    with serving(home) as server:
        family = children_of(server.process.pid)
        assert family
        server.process.kill()
        server.process.wait()
        wait_until_dead(family, seconds=5)
    with serving(home, port=server.port) as again:
        assert again.stop() == 0


def test_pages_that_end_by_themselves_end_it_with_a_sentence(home: Path) -> None:
    with serving(home) as server:
        (pages,) = children_of(server.process.pid)
        os.kill(pages, signal.SIGKILL)
        assert server.process.wait(timeout=20) == 1
    said = (home.parent / "serve.err").read_text(encoding="utf-8")
    assert "ended by itself" in said
    assert "Traceback" not in said


def test_a_busy_port_is_one_sentence_and_names_another(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = refused(canyu(home, "serve", "--port", port))
    assert f"port {port} on 127.0.0.1 cannot be used" in sentence
    assert f"--port {port + 1}" in sentence


@pytest.mark.parametrize(("port", "word"), [(0, "no port"), (65536, "no port"), (-1, "no port")])
def test_no_port_is_one_sentence(home: Path, port: int, word: str) -> None:
    assert word in refused(canyu(home, "serve", "--port", port))


def test_an_address_of_another_machine_is_one_sentence(home: Path) -> None:
    sentence = refused(canyu(home, "serve", "--host", "192.0.2.1", "--port", 65535))
    assert "cannot be used" in sentence
    assert "65536" not in sentence


def test_it_is_never_the_demo(home: Path) -> None:
    sentence = refused(canyu(home, "serve", "--port", free_port(), CANYU_DEMO="1"))
    assert "CANYU_DEMO" in sentence
    assert "canyu demo" in sentence


# tests/config/test_nodes.py does so on a PostgreSQL.
@pytest.mark.sqlite
def test_two_first_starts_at_once_agree_on_one_key_and_one_database(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with (
        serving(home, is_waited_for=False) as one,
        serving(home) as other,
    ):
        one.wait()
        # They share key and store: the newest link, and only that one, is good at the other too.
        answers = [other.get(one.link()), one.get(other.link())]
        assert sorted(answer.split()[1] for answer in answers) == ["200", "403"]
        assert one.stop() == 0
        assert other.stop() == 0

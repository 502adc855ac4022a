"""The whole story, up to where a visitor arrives: the product found pains of every state."""

import time
from pathlib import Path

import pytest
from hypothesis import settings as examples

from tests.config.shell import serving
from tests.places import ask, copy_home

STATES = {"noticed", "digging", "planned", "shipped", "verified", "back"}
ANSWERS = {"gone", "too early", "came back"}
AN_HOUR = 3_600


@pytest.mark.sqlite
@pytest.mark.skipif(examples().max_examples < 200, reason="makes the whole town: `make soak` does")
def test_a_visitor_finds_pains_of_every_state(tmp_path: Path, migrated_home: Path) -> None:
    home = tmp_path / "home"
    copy_home(migrated_home, home)
    with serving(home, "demo", is_waited_for=False) as town:
        until = time.monotonic() + AN_HOUR
        while "Open http" not in town.words:
            assert town.process.poll() is None, town.words
            assert time.monotonic() < until
            time.sleep(1)
        page = town.get("/p/lumen/pains/")
    found = ask(home, "SELECT state, answer FROM painpoints_point")
    assert {state for state, _ in found} == STATES
    assert {answer for _, answer in found} >= ANSWERS
    assert "Came back" in page

"""A town of which programs ask, on Tuesday at ten unless a test goes elsewhere."""

from typing import Any

import pytest

from tests import builders
from tests.api.programs import Program, program_of, set_clock
from tests.builders import TUESDAY, Town, make_member

town = builders.town
on_disk = builders.on_disk


@pytest.fixture(autouse=True)
def _tuesday(settings: Any) -> None:
    settings.CANYU_CLOCK = "tests.api.programs.read_clock"
    set_clock(TUESDAY)


@pytest.fixture
def stranger(db: None) -> Program:
    return Program()


@pytest.fixture
def owner(town: Town) -> Program:
    return program_of(town.owner)


@pytest.fixture
def member(town: Town) -> Program:
    """In no ring and no team."""
    return program_of(make_member("su"))

"""A small town, made once by the command and copied for each test."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

# Loaded here, while the demo is off: the product's own addresses must not hold the demo's.
from tests.config.shell import canyu, done
from tests.demo import urls
from tests.demo.small_story import write_story
from tests.places import FILE, IS_POSTGRES, copy_database, copy_home, made_once


@pytest.fixture(scope="session")
def story_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_story(tmp_path_factory.mktemp("story") / "story.json")


@pytest.fixture(scope="session")
def town_home(
    migrated_home: Path, tmp_path_factory: pytest.TempPathFactory, story_file: Path
) -> Path:
    """The folder of a town that a visitor may arrive in."""

    def make(home: Path) -> None:
        copy_home(migrated_home, home)
        said = canyu(home, "demo", "--make-only", CANYU_STORY=str(story_file), PYTHONHASHSEED="1")
        assert "The town is there" in done(said)
        if not IS_POSTGRES:
            # One file: what lies beside it is written into it.
            with closing(sqlite3.connect(home / FILE)) as store:
                store.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    return made_once(tmp_path_factory, "town", make)


def copy_town(town_home: Path, place: Path) -> str:
    """Make a copy for one test; return its name for Django."""
    if IS_POSTGRES:
        return copy_database(town_home, place)
    shutil.copy(town_home / FILE, place)
    return str(place)


@pytest.fixture
def town(
    db: None, settings: Any, tmp_path: Path, town_home: Path, story_file: Path
) -> Iterator[None]:
    """That town as the store of this test, on its clock and with the demo's addresses."""
    settings.CANYU_DEMO = True
    settings.CANYU_CLOCK = "canyu.demo.clock.now"
    settings.CANYU_STORY = story_file
    settings.ROOT_URLCONF = urls.__name__
    usual = connections["default"]
    name = usual.settings_dict["NAME"]
    usual.settings_dict["NAME"] = copy_town(town_home, tmp_path / "town.sqlite3")
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    usual.settings_dict["NAME"] = name
    connections["default"] = usual

"""A folder with a product and two releases of the past, made once and copied."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import places
from tests.config.shell import canyu, done
from tests.places import copy_home
from tests.postgres import Postgres, running

CHANGELOG = """# Changelog

## [1.1.0] - 2026-10-02
### Added
- Dark pages by @ana
- Pages that turn
### Fixed
- A crash when closing

## [1.0.0] - 2026-09-25
### Added
- The first page
"""


def make_product(home: Path) -> Path:
    """Put a product and two releases of the past into a home."""
    home.parent.mkdir(parents=True, exist_ok=True)
    done(canyu(home, "product", "lumen", "--name", "Lumen", "--owner", "yun"))
    changelog = home.parent / "CHANGELOG.md"
    changelog.write_text(CHANGELOG, encoding="utf-8")
    assert "2 new" in done(canyu(home, "import", "releases", changelog, "--product", "lumen"))
    return home


@pytest.fixture(scope="session")
def prepared_home(migrated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(home: Path) -> None:
        copy_home(migrated_home, home)
        make_product(home)

    return places.made_once(tmp_path_factory, "prepared", make)


@contextmanager
def own_server(folder: Path, disk: Path | None = None, **settings: str) -> Iterator[Postgres]:
    """A PostgreSQL that a test may treat badly; homes in this folder are on it meanwhile."""
    with running(disk, **settings) as server, pytest.MonkeyPatch.context() as patched:
        patched.setenv("CANYU_DATABASE", server.address())
        yield server
        places.forget(folder)


@pytest.fixture(scope="session")
def opened_home(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the report of its newest release open."""

    def make(home: Path) -> None:
        copy_home(prepared_home, home)
        done(canyu(home, "open", "1.1.0", "--product", "lumen"))

    return places.made_once(tmp_path_factory, "opened", make)


@pytest.fixture
def home(prepared_home: Path, tmp_path: Path) -> Path:
    """What a test may spoil."""
    place = tmp_path / "home"
    copy_home(prepared_home, place)
    return place

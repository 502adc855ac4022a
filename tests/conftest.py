"""What every test may count on: no trace of the one before, and cheap passwords.

It also chooses: without CANYU_DATABASE all tests run, on SQLite; with it those that touch the
store, on PostgreSQL. Those that are about one of the two are marked.
"""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.signals import connection_created
from django.test.utils import override_settings
from django.utils import translation
from hypothesis import settings as examples

from canyu.painpoints.queries.index import indexes
from canyu.painpoints.services.grouping import _held
from canyu.painpoints.services.wordings import _all_encoded
from canyu.web.shared import shared
from tests import places
from tests.config import shell
from tests.house.schema import watch_places
from tests.migrated import fill_store, make_home
from tests.stores import LONG_FIRST

# How long an example takes says something about the machine only. On CI the same examples are
# drawn each time, so that a change is judged by what it changed; `make soak` draws more, and new.
examples.register_profile("here", deadline=None, print_blob=True, max_examples=20)
examples.register_profile("soak", parent=examples.get_profile("here"), max_examples=200)
examples.register_profile("ci", parent=examples.get_profile("here"), derandomize=True)
USUAL = "ci" if os.environ.get("CI") else "here"
# The second time they are drawn it is for the store's sake.
examples.register_profile("again", parent=examples.get_profile(USUAL), max_examples=8)
examples.load_profile("again" if places.IS_POSTGRES else USUAL)

IN_THE_STORE = {"db", "transactional_db", "site"}
BY_CANYU = ("canyu", "serving", "environment")


def _watch(connection: BaseDatabaseWrapper, **_more: Any) -> None:
    if watch_places not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch_places)


connection_created.connect(_watch)
if places.IS_POSTGRES:
    DatabaseOperations.sql_flush = places.empty_tables  # type: ignore[method-assign]


def touches_store(item: pytest.Item) -> bool:
    """Whether a test reads or writes a database of ours, in this process or by `canyu`."""
    if item.get_closest_marker("django_db") or IN_THE_STORE & set(
        getattr(item, "fixturenames", ())
    ):
        return True
    module = getattr(item, "module", None)
    return any(getattr(module, name, None) is getattr(shell, name) for name in BY_CANYU)


def runs_here(item: pytest.Item) -> bool:
    """Whether a test says something on the store of this run."""
    if places.IS_POSTGRES:
        return not item.get_closest_marker("sqlite") and (
            item.get_closest_marker("postgresql") is not None or touches_store(item)
        )
    return not item.get_closest_marker("postgresql")


def _count_kills(event: str, told: tuple[Any, ...]) -> None:
    if event == "os.killpg" and told[1] == signal.SIGKILL:
        with Path(KILLS).open("ab") as counted:
            counted.write(b"k")


# What `make soak` tells at its end.
KILLS = os.environ.get("SOAK_KILLS", "")
if KILLS:
    sys.addaudithook(_count_kills)


def _order(item: pytest.Item) -> int:
    place = item.nodeid.removeprefix("tests/").partition("::")[0]
    return LONG_FIRST.index(place) if place in LONG_FIRST else len(LONG_FIRST)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what says nothing on this store."""
    here = [item for item in items if runs_here(item)]
    if len(here) < len(items):
        kept = set(here)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = here
    items.sort(key=_order)


def pytest_collection_finish() -> None:
    """Leave out of every look for garbage what stays to the end, and look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Give Django, which makes the store of the tests next, one that was migrated already."""
    with django_db_blocker.unblock():
        filled = fill_store(tmp_path_factory)
    yield
    if filled is not None:
        filled.close()


@pytest.fixture(scope="session")
def migrated_home(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first start leaves of a store: where that start is not what is tested."""
    with django_db_blocker.unblock():
        return make_home(tmp_path_factory)


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """The folder of a test; databases of homes in it go with it."""
    yield tmp_path
    places.forget(tmp_path)


@pytest.fixture(scope="session")
def _places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    # Hardly any test writes a file, and making a folder for each takes as long as many a test.
    all_places = tmp_path_factory.getbasetemp()
    return (all_places / f"place{number}" for number in count())


@pytest.fixture(scope="session", autouse=True)
def _quick_ways() -> Iterator[None]:
    # A slow hash guards people, not tests; and most of these have no store for what is counted:
    # tests/web/test_limits.py is about the one that nodes share.
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    ):
        yield


@pytest.fixture(autouse=True)
def _own_place(settings: Any, _places: Iterator[Path]) -> None:
    settings.CANYU_HOME = next(_places)
    settings.MEDIA_ROOT = settings.CANYU_HOME / "pictures"
    # A page answered in Chinese leaves its language to the thread, and so to the next test.
    translation.activate("en")
    # What the sign-in library counted against one test is no fault of the next.
    cache.clear()
    # Tests take back what they wrote, and the next one gets the same ids and versions.
    _held.clear()
    _all_encoded.clear()
    indexes.clear()
    shared.clear()

"""The tables of a store: made by the migrations once a run, copied by all who share the tests."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from tests import places


def make_home(factory: pytest.TempPathFactory) -> Path:
    """A home with the tables and nothing in them, which nobody uses: to be copied."""
    return places.made_once(factory, "migrated", _migrate)


def fill_store(factory: pytest.TempPathFactory) -> sqlite3.Connection | None:
    """Have Django find the store of the tests migrated; called before it makes that store.

    A store in memory is there as long as the connection that is returned.
    """
    home = make_home(factory)
    usual = connections["default"]
    if places.IS_POSTGRES:
        usual.settings_dict["TEST"]["TEMPLATE"] = places.name_of(home)
        return None
    filled = sqlite3.connect(usual.creation._get_test_db_name(), uri=True)
    with closing(sqlite3.connect(home / places.FILE)) as made:
        made.backup(filled)
    return filled


def _migrate(home: Path) -> None:
    home.mkdir(parents=True)
    usual = connections["default"]
    name = usual.settings_dict["NAME"]
    if places.IS_POSTGRES:
        places.variables_of(home)
        usual.settings_dict["NAME"] = places.name_of(home)
    else:
        usual.settings_dict["NAME"] = str(home / places.FILE)
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    finally:
        usual.close()
        if places.IS_POSTGRES:
            usual.close_pool()  # type: ignore[attr-defined]
        usual.settings_dict["NAME"] = name

"""Where a `canyu` of a test keeps its rows: a file in its home, or a database of its own."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

IS_POSTGRES = bool(os.environ.get("CANYU_DATABASE"))
FILE = "canyu.sqlite3"
# Homes whose databases were made by this process.
_made: dict[Path, str] = {}


def variables_of(home: Path) -> dict[str, str]:
    """What a `canyu` with this home is told of its store, which is made where it is missing."""
    if not IS_POSTGRES:
        return {}
    home = home.absolute()
    if home not in _made:
        _make(name_of(home), template="template0")
        _made[home] = name_of(home)
    return {"CANYU_DATABASE": _address(_made[home])}


def name_of(home: Path) -> str:
    """The database of a home that keeps one of its own."""
    return f"home_{hashlib.sha256(str(home.absolute()).encode()).hexdigest()[:20]}"


def copy_home(one: Path, other: Path) -> None:
    """Make another home like this one, which nobody uses at the moment."""
    shutil.copytree(one, other, dirs_exist_ok=True)
    if IS_POSTGRES:
        _made[other.absolute()] = copy_database(one, other)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A home that one of the processes of this run makes, and all of them copy."""
    ours = factory.getbasetemp()
    # Each process that shares the tests has a folder of its own in that of the run.
    folder = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / "homes" / name
    folder.mkdir(parents=True, exist_ok=True)
    home, is_made = folder / "home", folder / "made"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_made.exists():
            shutil.rmtree(home, ignore_errors=True)
            make(home)
            is_made.touch()
        elif IS_POSTGRES:
            _made[home.absolute()] = name_of(home)
    return home


def share_database(one: Path, other: Path) -> None:
    """Let both homes be nodes on one PostgreSQL."""
    variables_of(one)
    _made[other.absolute()] = _made[one.absolute()]


def copy_database(one: Path, other: Path) -> str:
    """Make a database for `other` like that of `one`; return its name."""
    variables_of(one)
    name = name_of(other)
    _make(name, template=_made[one.absolute()])
    _made[other.absolute()] = name
    return name


def forget(folder: Path) -> None:
    """Drop the databases of all homes in this folder."""
    gone = [home for home in _made if home.is_relative_to(folder.absolute())]
    for home in gone:
        _ask_server(f'DROP DATABASE IF EXISTS "{_made.pop(home)}" WITH (FORCE)')


def ask(home: Path, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement in the store of this home; return its rows. Values stand as `?`."""
    if not IS_POSTGRES:
        with closing(sqlite3.connect(home / FILE)) as store, store:
            return store.execute(question, values).fetchall()
    with psycopg.connect(variables_of(home)["CANYU_DATABASE"]) as session:
        cursor = session.execute(
            question.replace("?", "%s") if values else question, values or None
        )
        return cursor.fetchall() if cursor.description else []


def empty_tables(operations: Any, style: object, tables: Sequence[str], **_told: bool) -> list[str]:
    """How Django empties a PostgreSQL after a test whose writing stays.

    By rows: cutting off ninety tables and their indexes takes the server a quarter of a second,
    and most of them are empty.
    """
    names = [operations.quote_name(table) for table in tables]
    rows = [f"DELETE FROM {name}" for name in names]  # noqa: S608 - Django's own tables
    # What points at what does not matter where all of it goes.
    return ["SET LOCAL session_replication_role = replica", *rows] if rows else []


def _address(name: str) -> str:
    told = conninfo_to_dict(os.environ["CANYU_DATABASE"])
    rest = "&".join(f"{key}={told[key]}" for key in ("host", "port") if key in told)
    return f"postgresql://{told.get('user', '')}@/{name}?{rest}"


def _make(name: str, *, template: str) -> None:
    _ask_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    # Copied file by file: these are small, and it is the quicker way then.
    _ask_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')


def _ask_server(statement: str) -> None:
    with psycopg.connect(_address("postgres"), autocommit=True) as session:
        session.execute(statement)

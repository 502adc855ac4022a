"""The store as of one moment, in a file, while everybody goes on writing; and back again."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

from canyu.config.command import CommandFailed
from canyu.config.store import PLACES

Rows = dict[str, int]
Ask = Callable[[str], Sequence[Sequence[Any]]]
SQLITE_SECONDS = 60
DEBIAN = Path("/usr/lib/postgresql")


def take_snapshot(target: Path) -> tuple[Rows, list[tuple[str, str]]]:
    """Copy the store into `target`; return rows by table and migrations, as the copy has them.

    Nobody waits for it, and the copy is whole by itself. Raises `CommandFailed`.
    """
    if connection.vendor == "postgresql":
        return _dump_postgres(target)
    return _copy_sqlite(Path(connection.settings_dict["NAME"]), target)


def check_snapshot(target: Path) -> tuple[Rows, list[tuple[str, str]]]:
    """Prove that a copied SQLite holds together; return what `take_snapshot` does.

    Raises `CommandFailed`.
    """
    with closing(sqlite3.connect(target)) as copied:
        try:
            (verdict,) = copied.execute("PRAGMA integrity_check(1)").fetchone()
            # It may be anybody's, and these would run with our queries. We make none.
            ((n_strange,),) = copied.execute(
                "SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')"
            )
            verdict = "it has triggers or views" if n_strange else verdict
            if verdict == "ok":
                return _rows_in(lambda question: copied.execute(question).fetchall(), SQLITE_TABLES)
        except sqlite3.DatabaseError as problem:
            verdict = str(problem)
    msg = f"the copy of the database is not in order ({verdict}). Nothing was kept of it."
    raise CommandFailed(msg)


def is_store_empty() -> bool:
    """Whether the database that the settings name has no table."""
    return not connection.introspection.table_names()


def load_postgres(dump: Path) -> tuple[Rows, list[tuple[str, str]]]:
    """Fill the empty database of the settings, wholly or not at all; raises `CommandFailed`."""
    _run_postgres(
        [
            *("pg_restore", "--exit-on-error", "--single-transaction"),
            *("--no-owner", "--no-privileges", str(dump)),
        ],
        option="--dbname",
    )
    with connection.cursor() as cursor:
        return _rows_in(lambda question: _answer(cursor, question), POSTGRES_TABLES)


# ---------------------------------------------------------------------------------- both

SQLITE_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)
POSTGRES_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema()"
)


def _rows_in(ask: Ask, tables: str) -> tuple[Rows, list[tuple[str, str]]]:
    names = sorted(str(name) for (name,) in ask(tables))
    rows = {}
    for name in names:
        quoted = name.replace('"', '""')
        ((rows[name],),) = ask(f'SELECT count(*) FROM "{quoted}"')  # noqa: S608 - a quoted name
    if "django_migrations" not in rows:
        return rows, []
    return rows, sorted((app, name) for app, name in ask("SELECT app, name FROM django_migrations"))


# ---------------------------------------------------------------------------------- SQLite


def _copy_sqlite(source: Path, target: Path) -> tuple[Rows, list[tuple[str, str]]]:
    # In one step: in several it would begin anew with every commit of somebody else, and in a
    # rush never end. It reads as of one moment, and in WAL mode nobody waits for a reader.
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True)) as live,
        closing(sqlite3.connect(target)) as copied,
    ):
        live.execute(f"PRAGMA busy_timeout={SQLITE_SECONDS * 1000}")
        live.backup(copied, pages=-1)
        # One file by itself: no log beside it.
        copied.execute("PRAGMA journal_mode=DELETE")
    return check_snapshot(target)


# ---------------------------------------------------------------------------------- PostgreSQL


def _dump_postgres(target: Path) -> tuple[Rows, list[tuple[str, str]]]:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            # Counted and dumped as of the same moment.
            ((moment,),) = _answer(cursor, "SELECT pg_export_snapshot()")
            found = _rows_in(lambda question: _answer(cursor, question), POSTGRES_TABLES)
            _run_postgres(
                [
                    *("pg_dump", "--format=custom", "--no-owner", "--no-privileges"),
                    *(f"--snapshot={moment}", f"--file={target}"),
                ],
                option="--dbname",
            )
        finally:
            cursor.execute("ROLLBACK")
    # Reads and unpacks all of it, and writes it nowhere.
    _run_postgres(["pg_restore", f"--file={os.devnull}", str(target)])
    return found


def _answer(cursor: Any, question: str) -> Sequence[Sequence[Any]]:  # noqa: ANN401 - Django's
    cursor.execute(question)
    rows: Sequence[Sequence[Any]] = cursor.fetchall()
    return rows


def _run_postgres(words: Sequence[str], *, option: str = "") -> None:
    """Run one of PostgreSQL's programs; `option` is the one that takes the database's address."""
    major, _minor = connection.get_database_version()
    program = find_program(words[0], int(major))
    address, environment = _address() if option else ("", os.environ)
    told = [option, address] if option else []
    try:
        subprocess.run(  # noqa: S603 - a program that we found, and no shell
            [program, *told, *words[1:]],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            text=True,
        )
    except subprocess.CalledProcessError as problem:
        said = (problem.stderr.strip().splitlines() or ["it said nothing"])[0]
        msg = f"{program.name} did not do its part ({said}). Nothing was kept of it."
        raise CommandFailed(msg) from problem


def _address() -> tuple[str, Mapping[str, str]]:
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - only who uses it pays for it

    store = connection.settings_dict
    told = {name: store.get(ours) for name, ours in PLACES.items()}
    # What CANYU_DATABASE says behind its question mark; a pool is ours.
    told |= {name: value for name, value in store["OPTIONS"].items() if name != "pool"}
    password = told.pop("password") or ""
    said = make_conninfo(**{name: value for name, value in told.items() if value})
    # What a program is called with can be read by everybody on the machine.
    return said, {**os.environ, **({"PGPASSWORD": password} if password else {})}


def find_program(name: str, major: int) -> Path:
    """Find a program of PostgreSQL, at least as new as the server; the nearest, if several.

    Raises `CommandFailed`.
    """
    folders = [*DEBIAN.glob("*/bin")]
    if on_path := shutil.which(name):
        folders.append(Path(on_path).parent)
    found = sorted(
        (version, folder / name)
        for folder in folders
        if (folder / name).exists()
        for version in [_version_of(folder / name)]
        if version >= major
    )
    if found:
        return found[0][1]
    msg = (
        f"nothing was done, because {name} of PostgreSQL {major} or newer is not on this machine. "
        f"Install it (on Debian: apt install postgresql-client-{major}) and try again."
    )
    raise CommandFailed(msg)


def _version_of(program: Path) -> int:
    said = subprocess.run(  # noqa: S603 - a program that we found, and no shell
        [program, "--version"], capture_output=True, check=False, text=True
    ).stdout
    return int(found[1]) if (found := re.search(r"(\d+)(\.|devel|beta|rc|\s|$)", said)) else 0

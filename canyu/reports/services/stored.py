"""The few statements that a rush is made of, in SQL that both stores understand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection, models

from canyu.reports.models import Count, Report

T_ = TypeVar("T_")
Key = tuple[int, int, int]
KEY = ("bucket", "release_id", "member_id")
# SQLite takes 32,766 values in one statement, PostgreSQL 65,535.
MOST_VALUES = 30_000


def insert_reports(rows: Sequence[Report]) -> set[Key]:
    """Insert reports; return the keys of those that were not there yet. The others stay as is."""
    inserted: set[Key] = set()
    fields = Report._meta.local_concrete_fields  # noqa: SLF001 - how Django names columns
    for part in _parts(rows, len(fields)):
        values = [[_stored(field, row) for field in fields] for row in part]
        inserted.update(
            _run(
                f"INSERT INTO {_table(Report)} ({_columns(fields)}) VALUES {{values}} "  # noqa: S608
                f"ON CONFLICT ({_names(KEY)}) DO NOTHING RETURNING {_names(KEY)}",
                values,
            )
        )
    return inserted


def update_reports(rows: Sequence[Report]) -> None:
    """Write rows that are there, by their keys, as few statements as fit."""
    fields = Report._meta.local_concrete_fields  # noqa: SLF001 - how Django names columns
    changed = [_columns([field]) for field in fields if field.name not in KEY]
    sets = ", ".join(f"{one} = excluded.{one}" for one in changed)
    for part in _parts(rows, len(fields)):
        values = [[_stored(field, row) for field in fields] for row in part]
        _run(
            f"INSERT INTO {_table(Report)} ({_columns(fields)}) VALUES {{values}} "  # noqa: S608
            f"ON CONFLICT ({_names(KEY)}) DO UPDATE SET {sets} RETURNING 1",
            values,
        )


def add_counts(added: Mapping[tuple[int, str, str], int]) -> None:
    """Add to the counts, in one order everywhere, so that two nodes never wait for one another."""
    values = [[*key, n] for key, n in sorted(added.items()) if n]
    key = ("release_id", "kind", "key")
    for part in _parts(values, 4):
        _run(
            f"INSERT INTO {_table(Count)} ({_names((*key, 'n'))}) VALUES {{values}} "  # noqa: S608
            f"ON CONFLICT ({_names(key)}) "
            f"DO UPDATE SET n = {_table(Count)}.n + excluded.n RETURNING 1",
            part,
        )


def _run(statement: str, values: Sequence[Sequence[Any]]) -> list[Any]:
    row = "(" + ", ".join(["%s"] * len(values[0])) + ")"
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(values=", ".join([row] * len(values))),
            [value for one in values for value in one],
        )
        return list(cursor.fetchall())


def _parts(rows: Sequence[T_], width: int) -> Iterable[Sequence[T_]]:
    size = MOST_VALUES // width
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _stored(field: "models.Field[Any, Any]", row: models.Model) -> object:
    return field.get_db_prep_save(getattr(row, field.attname), connection)


def _table(model: type[models.Model]) -> str:
    return _name(model._meta.db_table)  # noqa: SLF001 - how Django names tables


def _columns(fields: "Iterable[models.Field[Any, Any]]") -> str:
    return _names(str(field.column) for field in fields)


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(_name, names))


def _name(name: str) -> str:
    return connection.ops.quote_name(name)

"""What a table must keep to that may one day be spread over many machines by its bucket.

A machine then holds some of 64 buckets, so that a key, a number or a reference that means something
on all machines together cannot be. Each function returns what is wrong, in words.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models

from tests.house.reading import PACKAGE, imports_of

BUCKET, MEMBER = "bucket", "member_id"
# The tables that grow with members times releases and are written in the rush.
SHARDED = ("reports.Report",)
CLOCKS = re.compile(
    r"\bnow\s*\(\)|\bcurrent_(?:timestamp|time|date)\b|\blocaltime(?:stamp)?\b|"
    r"\b(?:clock|statement|transaction)_timestamp\b|\b(?:datetime|julianday|unixepoch)\s*\(",
    re.IGNORECASE,
)
# Whoever copies a store means all rows; and SQLite, which is never spread, numbers them by itself.
MAY_ASK_ALL = {"config/snapshot.py", "reports/services/stored/sqlite.py"}


# ------------------------------------------------------------------------------ models


def model_problems(model: type[models.Model]) -> list[str]:
    """What Django is told of a table."""
    meta = model._meta
    keys = [tuple(one) for one in meta.unique_together]
    keys += [
        (*one.fields, *(str(each) for each in one.expressions))
        for one in meta.constraints
        if isinstance(one, models.UniqueConstraint)
    ]
    key = [field.attname for field in meta.pk_fields]
    return [
        *_key_problems(key),
        *(f"the unique key {one} has no bucket" for one in keys if BUCKET not in one),
        *(problem for field in meta.local_concrete_fields for problem in _field_problems(field)),
        *(f"{name} points at its rows" for name in _pointers(model)),
    ]


def _key_problems(key: list[str]) -> Iterator[str]:
    if key[:1] != [BUCKET]:
        yield f"the primary key {key} does not begin with the bucket"
    if MEMBER not in key:
        yield f"the primary key {key} has no member"


def _field_problems(field: "models.Field[Any, Any]") -> Iterator[str]:
    if isinstance(field, models.AutoField):
        yield f"{field.name} is numbered by one machine"
    elif field.unique:
        yield f"{field.name} is unique without a bucket"
    if isinstance(field, models.ForeignKey) and field.db_constraint:
        yield f"{field.name} is a reference that a machine would have to prove"
    if isinstance(getattr(field, "db_default", None), models.Func):
        yield f"{field.name} is filled in by each machine for itself"


def _pointers(model: type[models.Model]) -> list[str]:
    relations = model._meta.get_fields(include_hidden=True)
    return [str(one) for one in relations if one.auto_created and not one.concrete]


# ------------------------------------------------------------------------------ tables


def table_problems(table: str) -> list[str]:
    """What the store has of a table."""
    with connection.cursor() as cursor:
        keys = connection.introspection.get_constraints(cursor, table)
        pointing = [
            f"{other} points at its rows"
            for other in connection.introspection.table_names(cursor)
            for _, pointed_at, *_ in connection.introspection.get_relations(cursor, other).values()
            if pointed_at == table
        ]
        key, numbered = _primary_key(cursor, table), _numbered(cursor, table)
    return [
        *_key_problems(key),
        *(f"{one} is numbered by one machine" for one in numbered),
        *(
            f"the unique key {name} has no bucket"
            for name, one in keys.items()
            if one["unique"] and BUCKET not in (one["columns"] or ())
        ),
        *(
            f"{name} is a reference that a machine would have to prove"
            for name, one in keys.items()
            if one["foreign_key"]
        ),
        *pointing,
    ]


def _primary_key(cursor: Any, table: str) -> list[str]:
    """Its columns in the order of the key, which is not that of the table."""
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM pragma_table_info(%s) WHERE pk > 0 ORDER BY pk", [table])
    else:
        cursor.execute(
            "SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(number, place)"
            " JOIN pg_attribute a ON a.attnum = k.number"
            " WHERE i.indrelid = %s::regclass AND i.indisprimary AND a.attrelid = i.indrelid"
            " ORDER BY k.place",
            [table],
        )
    return [name for (name,) in cursor.fetchall()]


def _numbered(cursor: Any, table: str) -> list[str]:
    if connection.vendor == "sqlite":
        # A key of one whole number is the number of the row, which SQLite gives.
        cursor.execute(
            "SELECT min(name) FROM pragma_table_info(%s) WHERE pk > 0 "
            "HAVING count(*) = 1 AND lower(min(type)) = 'integer'",
            [table],
        )
    else:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s"
            " AND (is_identity = 'YES' OR column_default LIKE 'nextval(%%')",
            [table],
        )
    return [name for (name,) in cursor.fetchall()]


# -------------------------------------------------------------------------- statements


def upsert_problems(tree: ast.Module) -> list[str]:
    """Moments that a machine would read from its own clock, where the same row may come twice."""
    words = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    upserts = any("ON CONFLICT" in one.upper() for one in words) or any(
        isinstance(node, ast.keyword) and node.arg in {"update_conflicts", "ignore_conflicts"}
        for node in ast.walk(tree)
    )
    if not upserts:
        return []
    found = [f"its SQL says {hit[0]}" for one in words if (hit := CLOCKS.search(one))]
    if "django.db.models.functions.Now" in imports_of(tree):
        found.append("it knows Now()")
    return found


def place_problem(statement: str, table: str) -> str | None:
    """A question that only every machine together could answer: it names no release and no member.

    Reports of one release are asked for at its close, those of one member by the bucket.
    """
    if not re.match(r"\s*(SELECT|UPDATE|DELETE)\b", statement, re.IGNORECASE):
        return None
    if f'"{table}"' not in statement:
        return None
    # What rows are compared with: constants, or a table of keys.
    where = " ".join(re.split(r"\b(?:WHERE|ON|USING)\b", statement)[1:])
    names = {table, *re.findall(rf'"{table}" (?:AS )?"?([A-Z]\d+|[a-z]\b)"?', statement)}
    called = "|".join(rf'"?{re.escape(name)}"?' for name in sorted(names))
    column = rf'(?:{called})\."\w+"'
    # Singly, or several in parentheses, as PostgreSQL compares a whole key.
    compared = re.findall(rf"(?:{column}(?:, )?)+\)?\s*(?:=|IN\b)", where)
    asked = {name for one in compared for name in re.findall(r'\."(\w+)"', one)}
    for keys in re.findall(r"\bUSING \(([^)]*)\)", statement):
        asked |= set(re.findall(r'"(\w+)"', keys))
    if "release_id" in asked or {BUCKET, MEMBER} <= asked:
        return None
    return f"asks {table} without a release, or a bucket and a member: {statement}"


def watch_places(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001 - how Django calls it
    context: Any,
) -> Any:
    """Refuse a question of the product's that names no place. Tests may ask what they like."""
    for label in SHARDED:
        problem = place_problem(sql, apps.get_model(label)._meta.db_table)
        if problem and (asker := asked_by()):
            msg = f"canyu/{asker} {problem}"
            raise AssertionError(msg)
    return execute(sql, params, many, context)


def asked_by() -> str | None:
    """The module of ours that is asking; None for tests, migrations and copies of everything."""
    frame = sys._getframe(1)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE):
            name = path.relative_to(PACKAGE).as_posix()
            return None if name in MAY_ASK_ALL or "migrations" in path.parts else name
        if path.is_relative_to(PACKAGE.parent / "tests") and path != Path(__file__):
            return None
        frame = frame.f_back  # type: ignore[assignment]
    return None

"""Only services write. Everybody else asks a service, which checks, writes and publishes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.reading import PACKAGE, imports_any, modules, place_of, tree_of

# On a manager or a query set these write, whatever it is called.
ROW_WRITES = {
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "get_or_create",
    "update_or_create",
}
# On anything in a file that knows Django, these are taken for a write to a row.
OBJECT_WRITES = {"save", "delete", "save_base"}
ASKS = {"objects", "_default_manager", "_base_manager", "filter", "exclude", "all", "using"}

# "file:line's call": why it is no write to a table.
TOLD: dict[str, str] = {}


def chain_of(node: ast.expr) -> list[str]:
    """The names along `a.b(c).d`, from the left."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            if isinstance(node, ast.Name):
                names.append(node.id)
            return names[::-1]


def writes_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each call that writes, with its line."""
    knows_django = imports_any(tree, "django", "allauth")
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        # The asynchronous twins are named with an `a` before.
        verb = node.func.attr
        verbs = {verb, verb.removeprefix("a")}
        chain = chain_of(node.func.value)
        is_row_write = bool(verbs & ROW_WRITES) and bool(ASKS & set(chain))
        is_object_write = knows_django and bool(verbs & OBJECT_WRITES)
        if is_row_write or is_object_write:
            yield node.lineno, ".".join([*chain, verb])


def is_service(path: Path) -> bool:
    return path.stem == "services" or "services" in path.relative_to(PACKAGE).parts


def test_only_services_write() -> None:
    found = [
        f"{place_of(path)}:{line}: {call}"
        for path in modules()
        if not is_service(path)
        for line, call in writes_in(tree_of(path))
        if f"{place_of(path)}: {call}" not in TOLD
    ]
    assert found == []


def test_services_are_seen_to_write() -> None:
    """If this finds nothing, the test above looks for the wrong thing."""
    services = [path for path in modules() if is_service(path)]
    assert sum(1 for path in services for _ in writes_in(tree_of(path))) > 10


@pytest.mark.parametrize(
    "line",
    [
        "Topic.objects.create(title='a')",
        "Topic.objects.filter(pk=1).update(title='a')",
        "Topic.objects.all()[:3].delete()",
        "topic.voices.filter(pk=1).adelete()",
        "Topic._base_manager.bulk_create([])",
        "topic.save()",
        "form.save()",
        "topic.delete()",
    ],
)
def test_a_write_is_seen(line: str) -> None:
    assert list(writes_in(ast.parse(f"from django import db\n{line}")))


@pytest.mark.parametrize("line", ["seen.update(more)", "counts.create()", "Topic.objects.all()"])
def test_what_is_no_write_is_let_be(line: str) -> None:
    assert not list(writes_in(ast.parse(f"from django import db\n{line}")))

"""Each room has its card, and only the files that every room has."""

import ast
from pathlib import Path

import pytest

from tests.house.reading import CORES, EDGES, PACKAGE, imports_any, place_of, rooms, tree_of

LAYERS = ("services", "queries", "models", "apps")
NAMED = {*LAYERS, "rules", "events", "errors", "migrations", "__init__"}
BANNED = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "tools"}

# Files that are neither of the named ones nor pure, and why.
TOLD = {
    "journal/clock": "reads which clock the settings name",
    "journal/permits": "signs with the product's key what a page may follow",
    "reports/tokens": "signs screens with the product's key",
}

DOMAIN_ROOMS = [room for room in rooms() if room not in EDGES | CORES]


def card_problem(tree: ast.Module) -> str | None:
    card = ast.get_docstring(tree)
    if not card:
        return "has no card: a docstring in __init__.py"
    if len(card.splitlines()) < 2:
        return "has a card of one line: say what it owns and what it never does"
    words = card.lower()
    if "own" not in words or ("never" not in words and " no " not in words):
        return "has a card that does not say what it owns and what it never does"
    return None


def file_problem(path: Path, room: str, tree: ast.Module) -> str | None:
    """A file of another name must be pure: values in, values out."""
    if path.stem in NAMED or f"{room}/{path.stem}" in TOLD:
        return None
    own = [f"canyu.{room}.{layer}" for layer in LAYERS]
    if imports_any(tree, "django", "allauth", "ninja", *own):
        return "is no named file of a room, so it may import neither Django nor the room's layers"
    return None


def files_of(room: str) -> list[Path]:
    """The room's own modules; packages such as services/ are judged by the import contract."""
    return sorted((PACKAGE / room).glob("*.py"))


@pytest.mark.parametrize("room", rooms())
def test_every_room_has_its_card(room: str) -> None:
    assert card_problem(tree_of(PACKAGE / room / "__init__.py")) is None


@pytest.mark.parametrize("room", DOMAIN_ROOMS)
def test_a_room_holds_only_the_files_that_rooms_have(room: str) -> None:
    problems = [
        f"{place_of(path)} {problem}"
        for path in files_of(room)
        if (problem := file_problem(path, room, tree_of(path)))
    ]
    assert problems == []


@pytest.mark.parametrize("room", DOMAIN_ROOMS)
def test_a_room_has_no_folders_but_those_of_its_layers(room: str) -> None:
    folders = {path.parent.name for path in (PACKAGE / room).glob("*/*.py")}
    assert folders <= {"services", "queries", "models", "migrations"}


def test_no_module_is_named_for_nothing_in_particular() -> None:
    found = [
        place_of(path)
        for path in PACKAGE.rglob("*.py")
        if BANNED & {path.stem, *path.relative_to(PACKAGE).parts[:-1]}
    ]
    assert found == []


def test_what_is_told_is_still_there() -> None:
    assert [name for name in TOLD if not (PACKAGE / f"{name}.py").exists()] == []


# ------------------------------------------------------------- the tests can fail


def test_a_missing_or_thin_card_is_seen() -> None:
    assert card_problem(ast.parse("import os")) is not None
    assert card_problem(ast.parse('"""Topics."""')) is not None
    assert card_problem(ast.parse('"""Topics.\n\nWhat members raised.\n"""')) is not None
    assert card_problem(ast.parse('"""Topics.\n\nIt owns topics, never words."""')) is None


@pytest.mark.parametrize(
    "line",
    [
        "from django.db import models",
        "import django.utils.timezone",
        "from canyu.topics import services",
        "from canyu.topics.models import Topic",
    ],
)
def test_an_impure_file_of_another_name_is_seen(line: str) -> None:
    tree = ast.parse(line)
    assert file_problem(Path("likeness.py"), "topics", tree) is not None
    assert file_problem(Path("services.py"), "topics", tree) is None

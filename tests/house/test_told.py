"""Whatever a service changes gives pages another version, or it is said here why it need not."""

import ast
from pathlib import Path

from tests.house.reading import PACKAGE, modules, tree_of
from tests.house.test_writers import is_service, writes_in

TELLS = {"publish", "mark_changed"}
# Rooms whose tables no shared page shows.
APART = {"demo", "channels", "config", "journal", "pictures"}
# "room: function": why no page that is kept shows what it writes.
NEEDS_NONE = {
    "credits: drop_undue": "whoever calls it publishes",
    "credits: hear_member_deactivated": "a suggestion, which is on the team's page only",
    "credits: leave_me_alone": "a person's own wish, which no kept page shows",
    "credits: take_away": "whoever calls it publishes",
    "members: claim_place": "a link's places; whoever calls it publishes",
    "members: member_by_key": "the day on which a key was used",
    "painpoints: add_evidence": "whoever calls it, the worker, marks or publishes",
    "painpoints: held_grouping": "how far the clusters are, which no page shows",
    "painpoints: new_point": "whoever calls it, the worker, marks or publishes",
    "painpoints: note_shown": "counts that no page keeps",
    "painpoints: renew": "whoever calls it, the worker, marks or publishes",
    "painpoints: take_earlier": "how far the worker is; what it takes is marked",
    "painpoints: write_places": "in which cluster a text is, which no page shows",
    "releases: draft_release": "a draft, which is on the team's pages only",
    "releases: pick_judged": "taken over when the report opens, which is a fact",
    "releases: put_change": "a draft",
    "releases: remove_change": "a draft",
    "releases: remove_draft": "a draft",
    "remarks: hand_over_remarks": "whoever calls it publishes",
    "remarks: move_flags": "whoever calls it publishes",
    "remarks: see_words": "a person's own mark",
    "topics: count_voices": "whoever calls it publishes",
    "topics: drop_voices": "whoever calls it publishes",
    "topics: mark_answered": "whoever calls it publishes",
    "topics: write_deed": "whoever calls it publishes",
    "topics: follow_topic": "a person's own wish",
    "topics: forget_wish": "a person's own wish",
    "topics: mute_topic": "a person's own wish",
    "topics: plan_rise": "a moment to come, which no page shows",
    "topics: plan_rises": "moments to come",
}


def functions_of(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)}


def calls_in(node: ast.AST) -> set[str]:
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            called = one.func
            found.add(
                called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            )
    return found


def reached(name: str, functions: dict[str, ast.FunctionDef]) -> set[str]:
    """A function and those of its room that it calls, directly or not."""
    seen: set[str] = set()
    left = [name]
    while left:
        one = left.pop()
        if one in functions and one not in seen:
            seen.add(one)
            left += calls_in(functions[one])
    return seen


def silent_writers() -> set[str]:
    silent = set()
    for room in sorted(one.name for one in PACKAGE.iterdir() if one.is_dir()):
        if room in APART:
            continue
        services = [path for path in modules(PACKAGE / room) if is_service(path)]
        functions = {name: node for path in services for name, node in functions_of(path).items()}
        for name in functions:
            group = [functions[one] for one in reached(name, functions)]
            body = [*ast.parse("import django").body, *group]
            wraps = ast.Module(body=body, type_ignores=[])
            writes = any(True for _ in writes_in(wraps))
            tells = TELLS & set().union(*(calls_in(one) for one in group))
            if not name.startswith("_") and writes and not tells:
                silent.add(f"{room}: {name}")
    return silent


def test_whatever_a_service_changes_gives_another_version() -> None:
    assert silent_writers() == set(NEEDS_NONE)

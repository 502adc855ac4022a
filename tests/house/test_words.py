"""One word for one thing: the words that we never say stand in no name of ours.

Names are rooms, modules, URLs and their names, models, tables and events. What may be said all
the same stands in allowed_words.txt with its reason.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from canyu.journal.events import DomainEvent
from tests.house.reading import PACKAGE, modules, rooms, tree_of

ALLOWED = Path(__file__).with_name("allowed_words.txt")

NEVER = frozenset(
    """
    project schedule cron backlog roadmap assignee drop deploy feature commit group channel survey
    feedback form rating result points karma badge post ticket issue vote like cluster module tag
    coin user challenge signal hook
    """.split()  # noqa: SIM905 - a list of words is read as one
)
# A core may say what it computes, and web may hold forms: both are words of their trade.
TRADE = {("module", "textmine"): {"cluster"}, ("module", "web"): {"form"}}


def words_in(name: str) -> list[str]:
    """The words of a CamelCase, snake_case, kebab-case or dotted name, in lower case."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return [word.lower() for word in re.findall(r"[A-Za-z]+", spaced)]


def never_said_in(name: str) -> set[str]:
    """The words of the list in a name, in the singular or, where that is meant, the plural."""
    words = set(words_in(name))
    return {never for never in NEVER if {never, f"{never}s"} & words}


@cache
def allowed() -> frozenset[tuple[str, str]]:
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    entries = [line.split(maxsplit=2) for line in lines if line and not line.startswith("#")]
    assert all(len(entry) == 3 for entry in entries), "each needs a word, a place and a reason"
    return frozenset((place, singular(word)) for word, place, _ in entries)


def singular(word: str) -> str:
    return word if word in NEVER else word.removesuffix("s")


def faults(names: Iterable[tuple[str, str]]) -> list[str]:
    """`kind/name: word` for each word that may not stand there."""
    return sorted(
        f"{kind}/{name}: {word}"
        for kind, name in set(names)
        for word in never_said_in(name)
        if (f"{kind}/{name}", word) not in allowed()
        and word not in TRADE.get((kind, name.split(".")[0]), ())
    )


def module_names() -> Iterator[tuple[str, str]]:
    for path in modules():
        inside = path.relative_to(PACKAGE).with_suffix("")
        # The room's own name is judged once, as a room.
        if len(inside.parts) > 1 and inside.name != "__init__":
            room, *rest = inside.parts
            # Django's folder, and its files are named for it.
            if "templatetags" in rest:
                continue
            if never_said_in(" ".join(rest)):
                yield "module", f"{room}.{'.'.join(rest)}"


def model_names() -> Iterator[tuple[str, str]]:
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("canyu."):
            yield "model", model.__name__
            # Django puts the room's name before; that one is judged as a room.
            yield "table", model._meta.db_table.removeprefix(f"{model._meta.app_label}_")


def event_names() -> Iterator[tuple[str, str]]:
    """Read from the text, because an event that nobody imports yet is an event too."""
    for path in modules():
        if path.stem == "events" or "events" in path.relative_to(PACKAGE).parts:
            for node in ast.walk(tree_of(path)):
                if isinstance(node, ast.ClassDef):
                    yield "event", node.name


def url_names(
    patterns: Iterable[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[tuple[str, str]]:
    """Routes and names of pages and endpoints that are ours; a library keeps its own."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from url_names(pattern.url_patterns, route)
        elif pattern.callback.__module__.startswith("canyu."):
            yield "url", re.sub(r"<\w+:\w+>|<\w+>", "", route)
            if pattern.name:
                yield "url", pattern.name


def test_rooms() -> None:
    assert faults(("room", room) for room in rooms()) == []


def test_modules() -> None:
    assert faults(module_names()) == []


def test_models_and_tables() -> None:
    names = list(model_names())
    assert ("model", "Topic") in names
    assert faults(names) == []


def test_events() -> None:
    names = list(event_names())
    assert len(names) > 10
    assert faults(names) == []


def test_events_are_facts() -> None:
    """An event says what happened, so its name ends in a verb in the past."""
    names = {name for _, name in event_names()} - {DomainEvent.__name__}
    past = re.compile(
        r"(ed|Set|Sent|Given|Left|Met|Taken|Put|Kept|Written|Made|Done|Said|Told|Chosen|Won|Found|Begun|Held|Lost|Seen|Shown|Gone|Forgotten|Hidden|Withdrawn|Rose)$"
    )
    assert sorted(name for name in names if not past.search(name)) == []


def test_urls() -> None:
    names = list(url_names())
    assert len(names) > 5
    assert faults(names) == []


def test_what_is_allowed_is_used() -> None:
    """An entry for a name that is gone would let it come back unseen."""
    names = {
        f"{kind}/{name}"
        for kind, name in [
            *(("room", room) for room in rooms()),
            *module_names(),
            *model_names(),
            *event_names(),
            *url_names(),
        ]
    }
    assert {place for place, _ in allowed()} - names == set()


# ------------------------------------------------------------- the tests can fail


@pytest.mark.parametrize(
    "name",
    ["ProjectOpened", "project_list", "topics.tags", "UserHTTPKey", "r/<id>/feedback/", "vote-up"],
)
def test_a_word_is_seen(name: str) -> None:
    assert faults([("model", name)])


@pytest.mark.parametrize(
    "name", ["PainPoint", "likeness", "platform", "Postponed", "information", "dropdown"]
)
def test_a_part_of_a_word_is_let_be(name: str) -> None:
    assert faults([("model", name)]) == []


def test_an_allowed_word_is_allowed_in_its_place_only() -> None:
    assert faults([("room", "channels")]) == []
    assert faults([("model", "channels")]) == ["model/channels: channel"]

"""What the product can be told is documented, and what is documented exists."""

import argparse
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from canyu.config.command import COMMANDS
from tests.house.reading import ROOT, modules

SETTING = re.compile(r"\bCANYU_[A-Z][A-Z_]*[A-Z]\b")
# Made by the settings themselves: nobody sets them.
DERIVED = {"CANYU_CLOCK", "CANYU_DOOR", "CANYU_LIVE"}


def settings_in(text: str) -> set[str]:
    return set(SETTING.findall(text))


def below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of a command's own commands, by name."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= action.choices
    return found


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """The long options that a command takes, those of its own commands included."""
    own = {option for action in parser._actions for option in action.option_strings}
    own = {option for option in own if option.startswith("--") and option != "--help"}
    return own.union(*(options_of(sub) for sub in below(parser).values()))


@cache
def parser_of(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(name)
    import_module(f"canyu.config.commands.{name.replace('-', '_')}_").add_arguments(parser)
    return parser


def spoken_commands() -> list[str]:
    """Each command as a person types it: `canyu serve`, `canyu import releases`."""
    return [
        spoken
        for name in COMMANDS
        for spoken in [f"canyu {name} {sub}" for sub in below(parser_of(name))] or [f"canyu {name}"]
    ]


def undocumented(names: list[str], text: str) -> list[str]:
    return [name for name in names if not re.search(rf"`{re.escape(name)}[` ]", text)]


def read_doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_command_is_documented() -> None:
    assert undocumented(spoken_commands(), read_doc("commands.md")) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented(name: str) -> None:
    section = read_doc("commands.md").partition(f"## `canyu {name}")[2].partition("\n## ")[0]
    assert section
    assert sorted(options_of(parser_of(name)) - set(re.findall(r"--[a-z-]+", section))) == []


def test_the_commands_that_were_promised_are_there() -> None:
    promised = {"serve", "demo", "import", "open", "close", "export", "check"}
    assert promised <= set(COMMANDS)
    assert {"canyu import releases", "canyu import reports"} <= set(spoken_commands())


def test_every_documented_command_exists() -> None:
    said = set(re.findall(r"`canyu ([a-z-]+)", read_doc("commands.md")))
    assert said - set(COMMANDS) == set()


def test_every_setting_is_documented_and_exists() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in modules())
    in_code = settings_in(text) - DERIVED
    assert len(in_code) > 5
    in_doc = settings_in(read_doc("settings.md")) - DERIVED
    assert in_code ^ in_doc == set()


def test_every_target_of_make_is_helped() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    helped = set(re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE))
    assert {"demo", "test", "check", "bench", "format"} <= targets
    assert targets - helped == set()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=lambda path: path.stem
)
def test_a_decision_has_its_four_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^## (\w+)", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
        "Alternatives",
    ]
    assert path.name in read_doc("decisions/README.md")


def links_in(text: str) -> list[str]:
    """The files that a page points to, without addresses elsewhere and places on the page."""
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    return [
        target.partition("#")[0]
        for target in targets
        if not re.match(r"[a-z]+:|#", target) and target.partition("#")[0]
    ]


@pytest.mark.parametrize(
    "path",
    sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [link for link in links_in(text) if not (path.parent / link).exists()] == []


# ------------------------------------------------------------- the tests can fail


def test_what_is_missing_is_seen() -> None:
    assert undocumented(["canyu serve", "canyu open"], "`canyu serve --port N`") == ["canyu open"]
    assert undocumented(["canyu import releases"], "`canyu import`") == ["canyu import releases"]
    assert settings_in('os.environ["CANYU_HOME"] CANYU_') == {"CANYU_HOME"}
    parser = argparse.ArgumentParser()
    parser.add_subparsers().add_parser("releases").add_argument("--format")
    assert list(below(parser)) == ["releases"]
    assert options_of(parser) == {"--format"}
    assert links_in("[a](b.md#c) [d](#e) [f](https://example.org)") == ["b.md"]

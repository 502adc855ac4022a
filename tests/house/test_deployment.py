"""The page about running Canyu for others names only what there is."""

import argparse
import re
from importlib import import_module

import pytest

from canyu.config.command import COMMANDS
from canyu.config.door import PATH
from canyu.config.live import PATH as LIVE
from canyu.config.metrics import Metrics
from canyu.config.watch import PATHS
from tests.house.reading import ROOT, modules
from tests.house.test_docs import options_of, parser_of, settings_in

PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
# As a person or a unit types it: `canyu serve --port 8001`, also behind a path or settings.
NAMES = "|".join(COMMANDS)
SPOKEN = re.compile(rf"(?:^|[ `/])canyu ((?:{NAMES})\b[^`\n']*)", re.MULTILINE)
# As the unit and the shell name them; PostgreSQL and nginx have options of their own.
OPTION = re.compile(r"--[a-z][a-z-]*")


def spoken() -> list[str]:
    return [one.strip() for one in SPOKEN.findall(PAGE)]


def test_there_is_something_to_look_at() -> None:
    assert {"serve", "backup", "restore", "check"} <= {
        one.split(maxsplit=1)[0].strip(".,") for one in spoken()
    }


@pytest.mark.parametrize("words", spoken())
def test_every_option_of_a_command_exists(words: str) -> None:
    name = words.split(maxsplit=1)[0].strip(".,:;")
    assert set(OPTION.findall(words)) <= options_of(parser_of(name))


def test_every_canyu_that_is_called_is_a_command() -> None:
    called = re.findall(r"^(?:[A-Z_]+=\S+ )*canyu (\S+)", PAGE, re.MULTILINE)
    called += re.findall(r"\.venv/bin/canyu (\S+)", PAGE)
    assert len(called) >= 4
    assert set(called) <= set(COMMANDS)


def test_every_setting_exists() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in modules())
    assert settings_in(PAGE) - settings_in(text) == set()
    assert len(settings_in(PAGE)) > 7


def test_every_address_exists() -> None:
    named = set(re.findall(r"`(/[a-z]+)`", PAGE))
    assert named >= PATHS
    assert f"location = {PATH} " in PAGE
    assert f"location = {LIVE} {{\n        proxy_buffering off;" in PAGE


def test_every_figure_is_told_and_explained() -> None:
    told = Metrics().told().decode()
    in_code = set(
        re.findall(r"^# TYPE (canyu_\w+) (?:counter|gauge|histogram)$", told, re.MULTILINE)
    )
    in_code = {name for name in in_code if not name.endswith("_created")}
    explained = set(re.findall(r"^\| `(canyu_\w+)`", PAGE, re.MULTILINE))
    assert in_code == explained


def test_a_wrong_option_is_seen() -> None:
    parser = argparse.ArgumentParser()
    import_module("canyu.config.commands.backup_").add_arguments(parser)
    assert not {"--nope"} <= options_of(parser)
    assert SPOKEN.findall("ExecStart=/opt/bin/canyu serve --nope 3\n") == ["serve --nope 3"]

"""The import contract of pyproject.toml holds, and breaks where it should."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.reading import ROOT

LINT = Path(sys.executable).parent / "lint-imports"

# file, line added to it, the contract that must break.
BREACHES = [
    ("journal/rules.py", "import canyu.topics.events", "Rooms import only"),
    ("web/urls.py", "import canyu.api", "Rooms import only"),
    ("kitchen/__init__.py", "", "Rooms import only"),
    ("plan/queries.py", "import canyu.plan.services", "Inside a room"),
    ("plan/rules.py", "import canyu.plan.models", "Inside a room"),
    ("plan/services.py", "import canyu.members.models", "tables are its own"),
    ("plan/rules.py", "import django.db", "no framework"),
    ("plan/errors.py", "import django.utils.translation", "no framework"),
    ("bestworst/counts.py", "import django", "Cores know"),
    ("bestworst/counts.py", "import random", "Cores know"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-logo", "--no-cache", "--config", ROOT / "pyproject.toml"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with nothing in it but the rooms' files and what they import."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(
        ROOT / "canyu",
        folder / "canyu",
        ignore=lambda _, names: [
            name for name in names if "." in name and not name.endswith(".py")
        ],
    )
    return folder


def test_the_house_keeps_its_contract(house: Path) -> None:
    said = lint(house)
    assert said.returncode == 0, said.stdout[-3000:]
    assert "0 broken" in said.stdout


@pytest.mark.parametrize(("name", "line", "contract"), BREACHES)
def test_a_breach_is_seen(house: Path, name: str, line: str, contract: str) -> None:
    path = house / "canyu" / name
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        said = lint(house)
    finally:
        if before is None:
            shutil.rmtree(path.parent)
        else:
            path.write_text(before, encoding="utf-8")
    assert said.returncode == 1, said.stdout[-3000:]
    broken = [line for line in said.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(contract in line for line in broken), broken

"""What the house tests read of the repository: its files, its rooms, its code as syntax trees."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "canyu"

# Rooms at the edge speak with people, programs and the machine, and hold what these need.
EDGES = {"channels", "web", "api", "demo", "config"}
CORES = {"bestworst", "textmine"}


def rooms() -> list[str]:
    """Every package directly in canyu."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def modules(under: Path = PACKAGE) -> list[Path]:
    """Every Python file that a person wrote, migrations left out."""
    return sorted(path for path in under.rglob("*.py") if "migrations" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(tree: ast.Module) -> set[str]:
    """The full names that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imports_any(tree: ast.Module, *packages: str) -> bool:
    """Whether a module imports one of these packages or something in them."""
    return any(
        name == package or name.startswith(f"{package}.")
        for name in imports_of(tree)
        for package in packages
    )


@cache
def committed_files() -> tuple[Path, ...]:
    """Every file that git knows, or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def place_of(path: Path) -> str:
    """A file's path as a person names it."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()

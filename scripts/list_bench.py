"""List the benchmarks: one file in bench/ is one command, its docstring says of what."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def subject_of(path: Path) -> str:
    """The first line of a program's docstring."""
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return words.partition("\n")[0]


def main() -> None:
    """Print each benchmark with the command that runs it."""
    programs = sorted(
        path for path in (ROOT / "bench").glob("*.py") if not path.name.startswith("_")
    )
    if not programs:
        print("bench/ holds no benchmark yet.")
    for path in programs:
        print(f".venv/bin/python bench/{path.name}\n    {subject_of(path)}")


if __name__ == "__main__":
    main()

"""Pain points: how often is "gone" or "came back" said falsely? And, of marked sets, the rest.

    .venv/bin/python bench/pain.py [FOLDER] [--histories 400] [--seed 1]

Prints the table of bench/asking.py as Markdown: pains of 10, 30 and 100 voices, looked at once four
weeks after, and each week for half a year. Where FOLDER holds marked sets (each a folder with
posts.jsonl.gz), what bench/similar.py and bench/clusters.py print of each follows.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.asking import measure

HEAD = (
    "pain",
    "interval holds the truth",
    "false “gone”, 4 weeks",
    "false “less”, 4 weeks",
    "ever false “gone”, half a year",
    "ever false “less”, half a year",
    "false “came back” of claimed",
    "return found of claimed",
)
SETS = ("dup-askubuntu", "dup-lcqmc", "dup-banking77")


def row_of(words: str, row: dict[str, Any]) -> tuple[str, ...]:
    at_once = row["nothing changed, 4 weeks"]
    ever = row["nothing changed, ever in 26 weekly looks"]
    fell = row["fell by 90%, ever in 26 weekly looks"]
    back = row["fell by 90%, came back in week 14"]
    shares = (
        row["coverage"]["1.0"],
        at_once.get("gone", 0.0),
        at_once.get("less", 0.0),
        ever["gone"],
        ever["less"],
        fell["came back of claimed"],
        back["came back of claimed"],
    )
    return (words, *(f"{share:.1%}" for share in shares))


def main() -> int:
    parser = argparse.ArgumentParser(description="False claims after shipping, as a table.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--histories", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}")
    for words, row in measure(asked.histories, asked.seed).items():
        print(f"| {' | '.join(row_of(words, row))} |", flush=True)
    found = [asked.folder / name for name in SETS] if asked.folder else []
    for folder in found:
        if not (folder / "posts.jsonl.gz").exists():
            continue
        for program in ("similar.py", "clusters.py"):
            print(f"\n{program} {folder.name}", flush=True)
            where = Path(__file__).with_name(program)
            subprocess.run([sys.executable, where, folder], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

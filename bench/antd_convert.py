"""Turn the history of Ant Design's changelog into Canyu's JSON Lines.

    python bench/antd_convert.py OUT.jsonl

Reads the parsed changelog (its SOURCE.md names origin and licence) from `../shared/data` beside the
repository, or from `data` under the folder that CANYU_SHARED names. Nothing of it is kept here.
"""

import csv
import gzip
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Run as a program, it knows the package that it stands beside, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from canyu.channels.imports.body import showable
from canyu.channels.imports.jsonlines import release_line
from canyu.releases.records import ReleaseRecord

KIND_OF_TYPE = {
    "feature": "new",
    "fix": "fixed",
    "style": "better",
    "refactor": "better",
    "performance": "better",
    "a11y": "better",
    "locale": "better",
    "typescript": "better",
    "docs": "better",
    "bundle": "better",
    "token": "better",
    "deprecate": "changed",
    "breaking": "changed",
    "warning": "other",
    "other": "other",
    "": "other",
}
TOPIC_URL = "https://github.com/ant-design/ant-design/issues/"
# A parent bullet that is the name of a component, and not a sentence over its parts.
AREA = re.compile(r"(?!.*(?:修复|新增|调整|升级|添加|优化))[^。，：！？,:!?]{1,20}")
ORNAMENT = re.compile(r"^[^\w]+|\*\*|`")


def history_folder() -> Path:
    """Return the folder of the parsed changelog, whether it is there or not."""
    shared = os.environ.get("CANYU_SHARED")
    root = Path(shared) if shared else Path(__file__).resolve().parents[2] / "shared"
    return root / "data" / "antd_changelog"


def convert(folder: Path) -> Iterator[ReleaseRecord]:
    """Yield every release, oldest first; those without a day come before all others."""
    entries: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with gzip.open(folder / "entries.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            entries[entry["version"]].append(entry)
    with (folder / "releases.csv").open(encoding="utf-8", newline="") as rows:
        days = {row["version"]: row["date"] for row in csv.DictReader(rows)}
    # The file lists each branch newest first, so that reversing it keeps the order within a day.
    oldest_first = list(reversed(days))
    oldest_first.sort(key=lambda version: days[version])
    for version in oldest_first:
        day = days[version]
        yield ReleaseRecord.from_json(
            {
                "version": version,
                "published_at": f"{day}T09:00:00Z" if day else None,
                "changes": [change_of(entry) for entry in entries.pop(version, [])],
            },
            where=version,
        )
    if entries:
        message = f"entries of versions that are not in releases.csv: {', '.join(entries)}"
        raise ValueError(message)


def change_of(entry: dict[str, Any]) -> dict[str, Any]:
    """Return one entry in the JSON form of a change."""
    parent = line_of(entry["component"])
    area = ORNAMENT.sub("", parent)
    is_area = AREA.fullmatch(area) is not None
    return {
        "key": str(entry["seq"]),
        "kind": KIND_OF_TYPE[entry["type"]],
        "text": {"zh-hans": line_of(entry["text_zh"]), "en": line_of(entry["text_en"])},
        "detail": {"zh-hans": parent} if parent and not is_area else {},
        "area": area if is_area else "",
        "makers": [{"handle": handle} for handle in entry["authors"]],
        "topics": [{"key": f"#{number}", "url": TOPIC_URL + number} for number in entry["prs"]],
    }


def line_of(text: str) -> str:
    """Return a text as one line that can be shown."""
    return " ".join(showable(text).split())


def main(arguments: list[str]) -> int:
    folder = history_folder()
    if len(arguments) != 1:
        print("Name the file to write: python bench/antd_convert.py OUT.jsonl", file=sys.stderr)
        return 2
    if not folder.is_dir():
        print(
            f"There is no {folder}. Set CANYU_SHARED to the folder that holds data/.",
            file=sys.stderr,
        )
        return 1
    n_releases = n_changes = 0
    with Path(arguments[0]).open("w", encoding="utf-8", newline="\n") as out:
        for release in convert(folder):
            out.write(release_line(release) + "\n")
            n_releases += 1
            n_changes += len(release.changes)
    print(f"{n_releases:,} releases with {n_changes:,} changes written to {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

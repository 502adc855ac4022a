"""Posts of any folder: posts.jsonl.gz, whatever rows it has."""

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Read:
    """A row: its id as it was told, what is asked by, the rest, and its group if it has one."""

    id: str
    title: str
    body: str
    group: str | None


def read_posts(folder: Path) -> list[Read]:
    """Return the rows that have a text, in their order; others are counted on standard error."""
    found, odd = [], 0
    for row in _rows(folder):
        post = _read(row)
        if post is None:
            odd += 1
        else:
            found.append(post)
    if odd:
        print(f"{odd} rows have no title or text, and are left out", file=sys.stderr)
    return found


def _rows(folder: Path) -> Iterator[object]:
    packed, plain = folder / "posts.jsonl.gz", folder / "posts.jsonl"
    if not packed.exists() and not plain.exists():
        msg = f"{folder} has no posts.jsonl.gz: name a folder that has."
        raise SystemExit(msg)
    with gzip.open(packed, "rb") if packed.exists() else plain.open("rb") as lines:
        for line in lines:
            if not line.strip():
                continue
            try:
                yield json.loads(line.decode("utf-8", "replace"))
            except ValueError:
                yield None


def _read(row: object) -> Read | None:
    if not isinstance(row, dict):
        return None
    title, text, body = (_told(row.get(name)) for name in ("title", "text", "body"))
    if not body and title:
        body = text
    title = title or text or body[:300]
    if not title:
        return None
    group = row.get("group")
    return Read(_told(row.get("id")), title, body, None if group is None else _told(group))


def _told(value: object) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

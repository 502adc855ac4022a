"""Files that can only be read as a whole: their lines together, up to a limit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from canyu.channels.imports.findings import Problem

WHOLE_MOST: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Whole:
    """The text of a file, and the problem of each line that could not be read (and is empty)."""

    text: str
    unreadable: dict[int, Problem]


def whole_of(
    lines: Iterable[str | Problem], *, source: str, most: int = WHOLE_MOST
) -> Whole | Problem:
    """Gather lines; a problem instead where they are more than `most` characters."""
    kept: list[str] = []
    unreadable: dict[int, Problem] = {}
    size = 0
    for number, line in enumerate(lines, 1):
        if isinstance(line, Problem):
            unreadable[number] = line
            kept.append("")
            continue
        size += len(line) + 1
        if size > most:
            return Problem(
                source,
                0,
                f"The file has more than {most:,} characters. Split it, or use JSON Lines,"
                " which may be of any length.",
            )
        kept.append(line.removesuffix("\n").removesuffix("\r"))
    return Whole("\n".join(kept), unreadable)

"""Names that people gave, made fit for a line of text: of any script, and of any width."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 60
_JOINERS = "\u200c\u200d"
_MOVING = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}


def clipped(name: str, longest: int = _LONGEST) -> str:
    """Return `name` on one line, without control characters, cut at `longest` columns."""
    shown = printable(name)
    if width(shown) <= longest:
        return shown
    kept, used = "", 0
    for character in shown:
        used += width(character)
        if used > longest - 1:
            break
        kept += character
    return kept.rstrip() + "…"


@lru_cache(maxsize=4096)
def printable(name: str) -> str:
    """Replace what would move a cursor or turn the direction of a line."""
    if name.isascii() and name.isprintable():
        return name
    return "".join(_fit(character) for character in name)


def width(text: str) -> int:
    """How many columns of a terminal `text` takes: two for a wide character of East Asia."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Fill `text` up with blanks to `columns` columns of a terminal."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def listed(names: tuple[str, ...] | list[str], *, last: str = "and", most: int = 12) -> str:
    """Return `a, b and c`; of more than `most`, how many others there are."""
    shown = [clipped(name) for name in names]
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(shown) - most + 1} others"]
    if not shown[1:]:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def quoted(names: Iterable[str]) -> list[str]:
    """Put quotation marks around names, so that blanks in them are seen."""
    return [f'"{clipped(name)}"' for name in names]


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fit(character: str) -> str:
    kind = unicodedata.category(character)
    if character in _JOINERS or kind not in _MOVING:
        return character
    return " " if kind == "Zs" or character.isspace() else "\ufffd"

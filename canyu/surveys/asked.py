"""What is asked of a survey: the options of `canyu judge`, understood before any file is read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from math import isfinite

MODELS = ("sequential", "maxdiff", "best", "worst")
_WHOLES = (1.0, 100.0)
_SLACK = 0.005
_LONGEST_SEED = 20
_WEAKEST_GHOST, _STRONGEST_GHOST = 0.001, 1000


@dataclass(frozen=True, slots=True)
class Targets:
    """Shares of the values of one column among the people the survey should stand for."""

    column: str
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that can be asked. `where` pairs of one column are alternatives."""

    model: str = "sequential"
    ghost: float = 0.5
    base: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    by: str | None = None
    weight: str | None = None
    rake: tuple[Targets, ...] = field(default=())
    seed: int = 0


def read_name(text: str) -> str:
    """Read the name of a column or an item as the file's are read: letters composed, trimmed."""
    return unicodedata.normalize("NFC", text).strip()


def read_where(text: str) -> tuple[str, str]:
    """Read `COLUMN=VALUE`. Raises ValueError with a sentence."""
    column, equals, value = unicodedata.normalize("NFC", text).partition("=")
    if not equals or not column.strip():
        message = f'"{text}" is not COLUMN=VALUE, such as country=France'
        raise ValueError(message)
    return column.strip(), value.strip()


def read_ghost(text: str) -> float:
    """Read the ghost's strength. Raises ValueError with a sentence."""
    try:
        ghost = float(text)
    except ValueError:
        ghost = -1.0
    if ghost != 0 and not _WEAKEST_GHOST <= ghost <= _STRONGEST_GHOST:
        message = f'"{text}" is neither 0 nor a number from {_WEAKEST_GHOST} to {_STRONGEST_GHOST}'
        raise ValueError(message)
    return ghost


def read_seed(text: str) -> int:
    """Read the seed of the draws. Raises ValueError with a sentence."""
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST_SEED):
        message = f'"{text}" is no whole number of at least 0'
        raise ValueError(message)
    return int(text)


def read_targets(text: str) -> Targets:
    """Read `COLUMN=VALUE:SHARE,VALUE:SHARE`, in shares of 1 or in percent.

    Raises ValueError with a sentence.
    """
    column, equals, rest = unicodedata.normalize("NFC", text).partition("=")
    column = column.strip()
    if not equals or not column:
        message = f'"{text}" is not COLUMN=VALUE:SHARE,VALUE:SHARE, such as age=young:0.4,old:0.6'
        raise ValueError(message)
    shares = dict[str, float]()
    for piece in rest.split(","):
        value, colon, number = piece.rpartition(":")
        value, share = value.strip(), _share(number)
        if not colon or share is None:
            message = f'"{piece.strip()}" in the targets of {column} is not VALUE:SHARE'
            raise ValueError(message)
        if value in shares:
            message = f'the targets of {column} give "{value}" twice'
            raise ValueError(message)
        shares[value] = share
    total = sum(shares.values())
    whole = next((whole for whole in _WHOLES if abs(total / whole - 1) <= _SLACK), None)
    if whole is None:
        message = f"the targets of {column} add up to {total:g}; they must add up to 1, or to 100 %"
        raise ValueError(message)
    return Targets(column, tuple((value, share / total) for value, share in shares.items()))


def _share(text: str) -> float | None:
    """Return a share above nought, or None."""
    try:
        share = float(text.strip().removesuffix("%"))
    except ValueError:
        return None
    return share if isfinite(share) and share > 0 else None

"""How sure it is that two posts say the same."""

from __future__ import annotations


def likeness(lexical: float, cosine: float | None) -> float:
    return 0.0

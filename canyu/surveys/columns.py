"""Columns of groups: which value each answered screen has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Column:
    """One column of groups: its different values, and for each row which of them it has."""

    name: str
    values: tuple[str, ...]
    code: NDArray[np.int64]

    def kept(self, which: NDArray[np.bool_]) -> Column:
        """Return it for these rows alone, without values that none of them has."""
        codes, code = np.unique(self.code[which], return_inverse=True)
        return Column(self.name, tuple(self.values[at] for at in codes), code.astype(np.int64))


def column_of(name: str, texts: list[str]) -> Column:
    """Number the values by first appearance."""
    values = tuple(dict.fromkeys(texts))
    number = {value: at for at, value in enumerate(values)}
    return Column(name, values, np.array([number[text] for text in texts], dtype=np.int64))

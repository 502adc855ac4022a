"""Make the table of base blocks again: python -m canyu.bestworst.designs [n_items ...]."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.designs import (
    BASE_BLOCKS,
    BaseBlock,
    screen_size,
    search_base_block,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED = 2013
TRIES = 400


def make_block(n_items: int) -> BaseBlock:
    """Search the base block for `n_items` items, from a seed of its own."""
    rng = np.random.default_rng([SEED, n_items])
    return search_base_block(n_items, screen_size(n_items), rng, TRIES)


def main(arguments: Sequence[str]) -> int:
    """Write the table, or the lines asked for, as Python to standard output.

    Takes about 20 seconds. Returns 1 when a line differs from the stored one,
    2 when an argument is not a number of items with a stored block.
    """
    known = {str(n_items): n_items for n_items in BASE_BLOCKS}
    strange = [argument for argument in arguments if argument not in known]
    if strange:
        sys.stderr.write(
            f"There is no base block for {strange[0]}; "
            f"ask for numbers of items from {min(BASE_BLOCKS)} to {max(BASE_BLOCKS)}.\n"
        )
        return 2
    different = []
    sys.stdout.write("BASE_BLOCKS: dict[int, BaseBlock] = {\n")
    for n_items in [known[argument] for argument in arguments] or list(BASE_BLOCKS):
        block = make_block(n_items)
        sys.stdout.write(f"    {n_items}: BaseBlock({block.items}, {block.efficiency}),\n")
        sys.stdout.flush()
        if block != BASE_BLOCKS[n_items]:
            different.append(n_items)
    sys.stdout.write("}\n")
    if different:
        sys.stderr.write(f"Differs from canyu/bestworst/designs/blocks.py at {different}.\n")
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

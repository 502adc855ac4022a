"""Which items a person is shown: fixed cyclic screens.

Up to seven items everybody sees all. Beyond, a base block {a_1 .. a_m} makes
the J screens {(a_1 + i) .. (a_m + i) mod J}: every item is shown equally often
and stands once in every position, each pair meets nearly equally often, and
there are only J sets to add answers up by.
"""

from canyu.bestworst.designs.blocks import BASE_BLOCKS, BaseBlock
from canyu.bestworst.designs.cyclic import (
    MAX_SCREENED,
    MIN_SCREENED,
    efficiency,
    screen_size,
    screens,
)
from canyu.bestworst.designs.search import search_base_block

__all__ = [
    "BASE_BLOCKS",
    "MAX_SCREENED",
    "MIN_SCREENED",
    "BaseBlock",
    "efficiency",
    "screen_size",
    "screens",
    "search_base_block",
]

"""The stored base blocks; `python -m canyu.bestworst.designs` makes this table."""

from __future__ import annotations

from typing import NamedTuple


class BaseBlock(NamedTuple):
    """A base block and its efficiency, rounded to four digits."""

    items: tuple[int, ...]
    efficiency: float


BASE_BLOCKS: dict[int, BaseBlock] = {
    8: BaseBlock((0, 1, 2, 3, 5), 0.9981),
    9: BaseBlock((0, 1, 2, 3, 6), 0.9957),
    10: BaseBlock((0, 1, 2, 3, 6), 0.9965),
    11: BaseBlock((0, 1, 2, 4, 7), 1.0),
    12: BaseBlock((0, 1, 2, 4, 7), 0.9965),
    13: BaseBlock((0, 1, 2, 4, 7), 0.9942),
    14: BaseBlock((0, 1, 2, 4, 9), 0.9926),
    15: BaseBlock((0, 1, 2, 4, 10), 0.9924),
    16: BaseBlock((0, 1, 2, 5, 8), 0.9926),
    17: BaseBlock((0, 1, 3, 7, 8), 0.9931),
    18: BaseBlock((0, 1, 2, 5, 11), 0.9941),
    19: BaseBlock((0, 1, 2, 6, 9), 0.9958),
    20: BaseBlock((0, 1, 2, 5, 14), 0.9929),
    21: BaseBlock((0, 1, 4, 14, 16), 1.0),
    22: BaseBlock((0, 1, 3, 7, 12), 0.9929),
    23: BaseBlock((0, 1, 3, 8, 14), 0.9957),
    24: BaseBlock((0, 1, 3, 11, 20), 0.9944),
    25: BaseBlock((0, 1, 3, 15, 21), 0.9925),
    26: BaseBlock((0, 1, 3, 7, 12), 0.9907),
    27: BaseBlock((0, 1, 3, 7, 18), 0.9896),
    28: BaseBlock((0, 1, 3, 13, 24), 0.9878),
    29: BaseBlock((0, 1, 3, 7, 21), 0.986),
    30: BaseBlock((0, 1, 3, 12, 25), 0.985),
    31: BaseBlock((0, 1, 3, 7, 15), 0.9843),
    32: BaseBlock((0, 1, 3, 7, 15), 0.9829),
    33: BaseBlock((0, 1, 3, 13, 29), 0.9817),
    34: BaseBlock((0, 1, 3, 7, 23), 0.9812),
    35: BaseBlock((0, 1, 3, 13, 30), 0.9801),
    36: BaseBlock((0, 1, 9, 11, 15), 0.9793),
    37: BaseBlock((0, 1, 3, 11, 17), 0.9786),
    38: BaseBlock((0, 1, 3, 7, 27), 0.977),
    39: BaseBlock((0, 1, 14, 18, 24), 0.9777),
    40: BaseBlock((0, 1, 3, 11, 17, 36), 0.9926),
    41: BaseBlock((0, 1, 3, 17, 32, 36), 0.992),
    42: BaseBlock((0, 1, 3, 11, 16, 20), 0.9921),
    43: BaseBlock((0, 1, 3, 7, 15, 20), 0.991),
    44: BaseBlock((0, 1, 3, 7, 16, 21), 0.9903),
    45: BaseBlock((0, 1, 3, 26, 30, 35), 0.9899),
    46: BaseBlock((0, 1, 3, 7, 16, 21), 0.9894),
    47: BaseBlock((0, 1, 3, 7, 12, 29), 0.9886),
    48: BaseBlock((0, 1, 4, 20, 31, 43), 0.9883),
    49: BaseBlock((0, 1, 3, 10, 14, 29), 0.9879),
    50: BaseBlock((0, 1, 3, 11, 18, 24), 0.9875),
    51: BaseBlock((0, 1, 3, 10, 14, 35), 0.9869),
    52: BaseBlock((0, 1, 4, 6, 25, 41), 0.9864),
    53: BaseBlock((0, 1, 3, 23, 42, 47), 0.9861),
    54: BaseBlock((0, 1, 4, 11, 13, 37), 0.9858),
    55: BaseBlock((0, 1, 3, 11, 23, 40), 0.9854),
    56: BaseBlock((0, 1, 3, 16, 27, 50), 0.9849),
    57: BaseBlock((0, 1, 3, 12, 20, 27), 0.9848),
    58: BaseBlock((0, 1, 3, 16, 33, 53), 0.9843),
    59: BaseBlock((0, 1, 3, 23, 29, 47), 0.9839),
    60: BaseBlock((0, 2, 15, 29, 34, 37), 0.984),
}

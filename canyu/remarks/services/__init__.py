"""Writing, changing, removing, flagging and hiding remarks. Callers decide who may."""

from canyu.remarks.services.moderate import (
    flag_words,
    hide_remark,
    move_flags,
    settle_flags,
    show_remark,
)
from canyu.remarks.services.see import see_words
from canyu.remarks.services.write import (
    CellWords,
    change_remark,
    forget_remarks,
    hand_over_remarks,
    keep_cell_words,
    remove_remark,
    write_remark,
)

__all__ = [
    "CellWords",
    "change_remark",
    "flag_words",
    "forget_remarks",
    "hand_over_remarks",
    "hide_remark",
    "keep_cell_words",
    "move_flags",
    "remove_remark",
    "see_words",
    "settle_flags",
    "show_remark",
    "write_remark",
]

"""Recording who asked, who helped, who made; marks, entries by hand, and making it anew."""

from canyu.credits.services.credit import (
    credit_release,
    hear_pain_answered,
    hear_release_published,
)
from canyu.credits.services.enter import enter_credit, withdraw_credit
from canyu.credits.services.mark import mark_remark, unmark_remark
from canyu.credits.services.past import NotedRecord, note_past
from canyu.credits.services.recompute import Mended, recompute_credits, recompute_release
from canyu.credits.services.show import come_by_card, show_card, take_back_card

__all__ = [
    "Mended",
    "NotedRecord",
    "come_by_card",
    "credit_release",
    "enter_credit",
    "hear_pain_answered",
    "hear_release_published",
    "mark_remark",
    "note_past",
    "recompute_credits",
    "recompute_release",
    "show_card",
    "take_back_card",
    "unmark_remark",
    "withdraw_credit",
]

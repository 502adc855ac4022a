"""Recording who asked, who helped, who made; marks, entries by hand, and making it anew."""

from canyu.credits.services.credit import (
    credit_release,
    hear_pain_answered,
    hear_release_published,
)
from canyu.credits.services.enter import enter_credit, withdraw_credit
from canyu.credits.services.leads import (
    answer_invitation,
    hear_member_deactivated,
    invite_lead,
    leave_me_alone,
    look_at_product,
    look_for_leads,
    pass_lead,
)
from canyu.credits.services.mark import mark_remark, unmark_remark
from canyu.credits.services.past import NotedRecord, note_past
from canyu.credits.services.recompute import (
    Mended,
    hear_speaker_identified,
    recompute_credits,
    recompute_release,
)
from canyu.credits.services.show import come_by_card, show_card, take_back_card

__all__ = [
    "Mended",
    "NotedRecord",
    "answer_invitation",
    "come_by_card",
    "credit_release",
    "enter_credit",
    "hear_member_deactivated",
    "hear_pain_answered",
    "hear_release_published",
    "hear_speaker_identified",
    "invite_lead",
    "leave_me_alone",
    "look_at_product",
    "look_for_leads",
    "mark_remark",
    "note_past",
    "pass_lead",
    "recompute_credits",
    "recompute_release",
    "show_card",
    "take_back_card",
    "unmark_remark",
    "withdraw_credit",
]

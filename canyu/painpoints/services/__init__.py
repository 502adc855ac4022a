"""Writing wordings and pain points."""

from canyu.painpoints.services.decide import (
    accept_point,
    add_topic_to_point,
    answer_proposal,
    dismiss_point,
    join_points,
    rename_point,
    split_point,
)
from canyu.painpoints.services.find import find_points
from canyu.painpoints.services.follow import (
    bind_point,
    cap_of,
    change_point,
    note_dig,
    notice_point,
    plan_point,
    set_cap,
)
from canyu.painpoints.services.keep_up import (
    hear_remark_made_other,
    hear_topic_made_other,
    hear_voice_counted,
)
from canyu.painpoints.services.night import work_nights
from canyu.painpoints.services.ship import (
    ask_askers,
    hear_plan_item_moved,
    hear_release_published,
    say_whether_gone,
)
from canyu.painpoints.services.verify import verify_due
from canyu.painpoints.services.wordings import (
    hear_remark_written,
    hear_report_closed,
    hear_topic_raised,
    place_new,
    take_wording,
)

__all__ = [
    "accept_point",
    "add_topic_to_point",
    "answer_proposal",
    "ask_askers",
    "bind_point",
    "cap_of",
    "change_point",
    "dismiss_point",
    "find_points",
    "hear_plan_item_moved",
    "hear_release_published",
    "hear_remark_made_other",
    "hear_remark_written",
    "hear_report_closed",
    "hear_topic_made_other",
    "hear_topic_raised",
    "hear_voice_counted",
    "join_points",
    "note_dig",
    "notice_point",
    "place_new",
    "plan_point",
    "rename_point",
    "say_whether_gone",
    "set_cap",
    "split_point",
    "take_wording",
    "verify_due",
    "work_nights",
]

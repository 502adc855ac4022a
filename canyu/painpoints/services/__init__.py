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
from canyu.painpoints.services.earlier import take_earlier
from canyu.painpoints.services.find import find_points
from canyu.painpoints.services.follow import (
    bind_point,
    change_point,
    note_dig,
    notice_point,
    plan_point,
    set_cap,
)
from canyu.painpoints.services.hear import (
    hear_remark,
    hear_report_closed,
    hear_speaker_identified,
    hear_topic,
    hear_voice_counted,
)
from canyu.painpoints.services.look import note_joined, note_opened, note_posted, note_shown
from canyu.painpoints.services.night import work_nights
from canyu.painpoints.services.ship import (
    ask_askers,
    hear_plan_item_moved,
    hear_release_published,
    say_whether_gone,
)
from canyu.painpoints.services.verify import verify_due
from canyu.painpoints.services.wordings import place_new, take_wording, trace_wordings

__all__ = [
    "accept_point",
    "add_topic_to_point",
    "answer_proposal",
    "ask_askers",
    "bind_point",
    "change_point",
    "dismiss_point",
    "find_points",
    "hear_plan_item_moved",
    "hear_release_published",
    "hear_remark",
    "hear_report_closed",
    "hear_speaker_identified",
    "hear_topic",
    "hear_voice_counted",
    "join_points",
    "note_dig",
    "note_joined",
    "note_opened",
    "note_posted",
    "note_shown",
    "notice_point",
    "place_new",
    "plan_point",
    "rename_point",
    "say_whether_gone",
    "set_cap",
    "split_point",
    "take_earlier",
    "take_wording",
    "trace_wordings",
    "verify_due",
    "work_nights",
]

"""All that can be done in the forum. Each verb is one transaction."""

from canyu.topics.services.comment import (
    comment_on_topic,
    flag_in_topic,
    hide_remark,
    show_remark,
)
from canyu.topics.services.edit_topic import edit_topic
from canyu.topics.services.follow import follow_topic, forget_wish, mute_topic
from canyu.topics.services.give_voice import add_voice, withdraw_voice
from canyu.topics.services.hand_over import forget_words, hand_over_words
from canyu.topics.services.merge import merge_topics, move_topic, unmerge_topic
from canyu.topics.services.moderate import (
    hide_topic,
    hide_voice_words,
    show_topic,
    show_voice_words,
)
from canyu.topics.services.raise_topic import plan_rise, plan_rises, raise_topic
from canyu.topics.services.set_status import give_keeper, lock_topic, set_status, ship_topics
from canyu.topics.services.solve import raise_unanswered, reopen_topic, solve_topic

__all__ = [
    "add_voice",
    "comment_on_topic",
    "edit_topic",
    "flag_in_topic",
    "follow_topic",
    "forget_wish",
    "forget_words",
    "give_keeper",
    "hand_over_words",
    "hide_remark",
    "hide_topic",
    "hide_voice_words",
    "lock_topic",
    "merge_topics",
    "move_topic",
    "mute_topic",
    "plan_rise",
    "plan_rises",
    "raise_topic",
    "raise_unanswered",
    "reopen_topic",
    "set_status",
    "ship_topics",
    "show_remark",
    "show_topic",
    "show_voice_words",
    "solve_topic",
    "unmerge_topic",
    "withdraw_voice",
]

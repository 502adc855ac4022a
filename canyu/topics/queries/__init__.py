"""Reading topics: one, lists, voices, merges, the past, and how long people wait."""

from canyu.topics.queries.help import AnswerClock, answer_clock
from canyu.topics.queries.lists import (
    Sieve,
    TopicPage,
    topic_ids_by_key,
    topics_asked_by,
    topics_hidden,
    topics_in,
    topics_kept_by,
    topics_like,
    topics_of,
    topics_risen,
    topics_waiting,
    versions_named,
)
from canyu.topics.queries.past import DeedView, EditionView, deeds_of, editions_of
from canyu.topics.queries.people import (
    topics_looked_after_by,
    topics_raised_by,
    traces_in_topics,
)
from canyu.topics.queries.trees import standing_ids, tree_ids
from canyu.topics.queries.views import (
    TopicView,
    area_ids_of_topics,
    topic_of,
    topics_after,
    topics_by_id,
    topics_flagged,
)
from canyu.topics.queries.voices import (
    Listeners,
    VoiceView,
    has_voice,
    listeners_of,
    n_solved_by,
    voice_of,
    voices_for,
    voices_given_in,
    wish_of,
)

__all__ = [
    "AnswerClock",
    "DeedView",
    "EditionView",
    "Listeners",
    "Sieve",
    "TopicPage",
    "TopicView",
    "VoiceView",
    "answer_clock",
    "area_ids_of_topics",
    "deeds_of",
    "editions_of",
    "has_voice",
    "listeners_of",
    "n_solved_by",
    "standing_ids",
    "topic_ids_by_key",
    "topic_of",
    "topics_after",
    "topics_asked_by",
    "topics_by_id",
    "topics_flagged",
    "topics_hidden",
    "topics_in",
    "topics_kept_by",
    "topics_like",
    "topics_looked_after_by",
    "topics_of",
    "topics_raised_by",
    "topics_risen",
    "topics_waiting",
    "traces_in_topics",
    "tree_ids",
    "versions_named",
    "voice_of",
    "voices_for",
    "voices_given_in",
    "wish_of",
]

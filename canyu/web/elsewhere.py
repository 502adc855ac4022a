"""Where what stands on the page of a topic was said, if that was elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from canyu.channels.queries import Whereabouts, whereabouts_in
from canyu.topics.queries import VoiceView
from canyu.web.cards import RemarkCard


@dataclass(frozen=True)
class Elsewhere:
    """Where people in a topic spoke, by person and by remark; their first word counts."""

    of_people: dict[int, Whereabouts]
    of_remarks: dict[int, Whereabouts]


def elsewhere_in(
    topic_ids: Iterable[int], voices: Sequence[VoiceView], thread: Sequence[RemarkCard]
) -> Elsewhere:
    """One query, and none where everybody speaks for themselves."""
    cards = [card for top in thread for card in (top, *top.replies)]
    is_any = any(one.posted_by_id for one in voices) or any(
        not card.author.has_joined for card in cards
    )
    of_people: dict[int, Whereabouts] = {}
    of_remarks: dict[int, Whereabouts] = {}
    for one in whereabouts_in(topic_ids) if is_any else ():
        if one.remark_id is not None:
            of_remarks.setdefault(one.remark_id, one)
        elif one.member_id is not None:
            of_people.setdefault(one.member_id, one)
    return Elsewhere(of_people, of_remarks)

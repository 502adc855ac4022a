"""Whom pain points hear: the people in wordings, and when."""

from collections.abc import Collection

from canyu.painpoints.models import Evidence, Wording
from canyu.painpoints.voices import Heard, Voices, voices_in
from canyu.topics import queries as topics
from canyu.topics.queries import VoiceView


def heard_in(wording_ids: Collection[int]) -> list[Heard]:
    """Everybody in these wordings: who wrote them, and the "me too" of topics. Two queries."""
    rows = Wording.objects.filter(pk__in=wording_ids, is_gone=False).order_by("id")
    found = [Heard(row.pk, row.member_id, row.at, row.text, is_own=True) for row in rows]
    topic_of = {row.subject_id: row.pk for row in rows if row.kind == "topic"}
    authors = {(row.subject_id, row.member_id) for row in rows if row.kind == "topic"}
    found += [
        _voice(topic_of[one.topic_id], one)
        for one in (topics.voices_for(topic_of) if topic_of else [])
        if (one.topic_id, one.member_id) not in authors
    ]
    return found


def _voice(wording_id: int, voice: VoiceView) -> Heard:
    # What was brought from elsewhere may have been sent round there.
    text = voice.words if voice.posted_by_id is not None else ""
    return Heard(wording_id, voice.member_id, voice.at, text, is_own=bool(text))


def voices_in_points(point_ids: Collection[int]) -> dict[int, Voices]:
    """{point: its voices}; three queries whatever their number."""
    rows = Evidence.objects.filter(point_id__in=point_ids).values_list("point_id", "wording_id")
    wordings: dict[int, set[int]] = {point_id: set() for point_id in point_ids}
    for point_id, wording_id in rows:
        wordings[point_id].add(wording_id)
    every = heard_in(set().union(*wordings.values()) if wordings else set())
    return {
        point_id: voices_in(one for one in every if one.wording_id in own)
        for point_id, own in wordings.items()
    }


def voices_in_point(point_id: int) -> Voices:
    """The voices of one pain point."""
    return voices_in_points([point_id])[point_id]

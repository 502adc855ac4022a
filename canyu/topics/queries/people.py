"""What the room knows of one person, for their own export."""

from django.db.models import Q

from canyu.topics.models import Deed, Edition, Follow, Topic, Voice


def topics_raised_by(member_id: int) -> list[dict[str, object]]:
    """Everything one person raised or joined, for their own export."""
    rows = Voice.objects.filter(member_id=member_id).select_related("topic").order_by("id")
    return [
        {
            "topic_id": row.topic_id,
            "kind": row.topic.kind,
            "title": row.topic.title,
            "words": row.topic.words if row.topic.author_id == member_id else row.words,
            "raised_by_me": row.topic.author_id == member_id,
            "status": row.topic.status,
            "at": row.at.isoformat(),
            "posted_by": row.posted_by_id,
            "heard_in": row.heard_in,
        }
        for row in rows
    ]


def topics_looked_after_by(member_id: int) -> list[dict[str, object]]:
    """Topics that one person of a team keeps or gave their status, for their own export."""
    rows = Topic.objects.filter(Q(keeper_id=member_id) | Q(status_by_id=member_id)).order_by("id")
    return [
        {
            "topic_id": row.pk,
            "title": row.title,
            "kept_by_me": row.keeper_id == member_id,
            "status_by_me": row.status_by_id == member_id,
            "status": row.status,
            "reason": row.reason if row.status_by_id == member_id else "",
        }
        for row in rows
    ]


def traces_in_topics(member_id: int) -> dict[str, list[dict[str, object]]]:
    """What one person changed, did, solved, wished and posted for others, for their own export."""
    own = Q(changed_by_id=member_id) | Q(topic__author_id=member_id)
    return {
        "topics_said_before": [
            {
                "topic_id": row.topic_id,
                "title": row.title,
                "words": row.words,
                "changed_by_me": row.changed_by_id == member_id,
            }
            for row in Edition.objects.filter(own).order_by("id")
        ],
        "done_to_topics": [
            {"topic_id": row.topic_id, "what": row.kind, "words": row.words}
            for row in Deed.objects.filter(actor_id=member_id).order_by("id")
        ],
        "topics_solved": [
            {"topic_id": row.pk, "remark_id": row.solution_id}
            for row in Topic.objects.filter(solved_by_id=member_id).order_by("id")
        ],
        "topics_followed_or_muted": [
            {"topic_id": row.topic_id, "is_muted": row.is_muted}
            for row in Follow.objects.filter(member_id=member_id).order_by("id")
        ],
        "topics_posted_for_others": [
            {"topic_id": row.pk, "heard_in": row.heard_in}
            for row in Topic.objects.filter(posted_by_id=member_id).order_by("id")
        ],
        "voices_posted_for_others": [
            {"topic_id": row.topic_id, "words": row.words, "heard_in": row.heard_in}
            for row in Voice.objects.filter(posted_by_id=member_id).order_by("id")
        ],
    }

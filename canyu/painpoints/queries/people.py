"""What one person said, and did about pain points, for their own export."""

from typing import Any

from django.db.models import Q

from canyu.painpoints.models import Asked, Decision, DigNote, Point, Proposal, Wording


def pains_of_person(member_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything of this room that speaks of one person, as JSON values."""
    return {
        "wordings": [
            {"kind": row.kind, "text": row.text, "at": row.at.isoformat()}
            for row in Wording.objects.filter(member_id=member_id).order_by("id")
        ],
        "pain_points": [
            {
                "name": row.name,
                "kept_by_me": row.keeper_id == member_id,
                "decided_by_me": row.decided_by_id == member_id,
            }
            for row in Point.objects.filter(
                Q(keeper_id=member_id) | Q(decided_by_id=member_id)
            ).order_by("id")
        ],
        "decisions": [
            {"verb": row.verb, "reason": row.reason, "at": row.at.isoformat()}
            for row in Decision.objects.filter(actor_id=member_id).order_by("id")
        ],
        "dug": [
            {"kind": row.kind, "words": row.words, "at": row.at.isoformat()}
            for row in DigNote.objects.filter(author_id=member_id).order_by("id")
        ],
        "proposals_answered": [
            {"kind": row.kind, "answer": row.answer}
            for row in Proposal.objects.filter(answered_by_id=member_id).order_by("id")
        ],
        "asked_whether_gone": [
            {"answer": row.answer, "at": row.asked_at.isoformat()}
            for row in Asked.objects.filter(member_id=member_id).order_by("id")
        ],
    }

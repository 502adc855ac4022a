"""What one person said elsewhere, and did with what others said, for their own export."""

from typing import Any

from canyu.channels.models import Guest, Reply, Saying, Sheet


def elsewhere_of_person(member_id: int) -> dict[str, list[dict[str, Any]]]:
    """All that this room knows of a person elsewhere, as JSON values; no words of others."""
    guests = Guest.objects.select_related("origin")
    said = Saying.objects.filter(guest__member_id=member_id).select_related("origin")
    return {
        "known_as": [
            {
                "name": row.name,
                "address": row.address,
                "kind": row.origin.kind,
                "where": row.origin.name,
                "how_linked": row.how_linked,
            }
            for row in guests.filter(member_id=member_id).order_by("id")
        ],
        "said": [
            {
                "where": row.origin.name,
                "text": row.text,
                "said_at": row.said_at.isoformat() if row.said_at else None,
                "fate": row.fate,
                "reason": row.reason,
            }
            for row in said.order_by("id")
        ],
        "people_linked": [
            {"at": row.linked_at.isoformat() if row.linked_at else None}
            for row in guests.filter(linked_by_id=member_id).order_by("id")
        ],
        "words_brought": [
            {"way": row.way, "at": row.brought_at.isoformat()}
            for row in Saying.objects.filter(brought_by_id=member_id).order_by("id")
        ],
        "words_placed": [
            {"fate": row.fate, "at": row.fated_at.isoformat() if row.fated_at else None}
            for row in Saying.objects.filter(fated_by_id=member_id).order_by("id")
        ],
        "tables_brought": [
            {"name": row.name, "at": row.at.isoformat()}
            for row in Sheet.objects.filter(brought_by_id=member_id).order_by("id")
        ],
        "answers_carried": [
            {"kind": row.kind, "at": row.carried_at.isoformat() if row.carried_at else None}
            for row in Reply.objects.filter(carried_by_id=member_id).order_by("id")
        ],
    }

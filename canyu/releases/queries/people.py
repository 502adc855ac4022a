"""What one person did for releases, for their own export."""

from canyu.releases.models import ChangeMaker, Release


def changes_made_for_export(member_id: int) -> list[dict[str, object]]:
    """Every change that names this person as a maker, history and drafts too."""
    rows = ChangeMaker.objects.filter(member_id=member_id).select_related("change__release")
    return [
        {
            "change_id": row.change_id,
            "release_id": row.change.release_id,
            "version": row.change.release.version,
            "text": row.change.text,
        }
        for row in rows.order_by("id")
    ]


def releases_begun_by(member_id: int) -> list[dict[str, object]]:
    """Every release that this person began to write."""
    rows = Release.objects.filter(made_by_id=member_id).order_by("id")
    return [
        {"release_id": row.pk, "version": row.version, "at": row.made_at.isoformat()}
        for row in rows
    ]

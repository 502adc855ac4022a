"""Writing how far somebody has looked."""

from datetime import datetime

from django.db import transaction

from canyu.remarks.models import Seen


@transaction.atomic
def see_words(*, member_id: int, up_to: int, at: datetime) -> None:
    """Remember that a member has seen what is new up to this remark; it never goes back."""
    Seen.objects.get_or_create(member_id=member_id, defaults={"at": at})
    row = Seen.objects.select_for_update(no_key=True).get(member_id=member_id)
    if up_to > row.up_to:
        row.up_to, row.at = up_to, at
        row.save(update_fields=["up_to", "at"])

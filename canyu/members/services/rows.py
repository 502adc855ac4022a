"""Finding the rows that the services write."""

from canyu.journal.errors import NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.members.models import Member


def member_for_update(member_id: int) -> Member:
    """Return an active member, locked until the transaction ends; raise `NotFound`."""
    member = (
        Member.objects.select_for_update(no_key=True).filter(pk=member_id, is_active=True).first()
    )
    if member is None:
        raise NotFound(_("There is no such member."))
    return member

"""Who runs this machine."""

from datetime import datetime

from django.db import transaction

from canyu.journal.services import publish
from canyu.members.events import OperatorMade
from canyu.members.services.rows import member_for_update


def make_operator(*, member_id: int, at: datetime) -> None:
    """Make a member operator; a second time changes nothing. Raises `NotFound`.

    Only for the machine's own command line: whoever can type there runs the machine already.
    """
    with transaction.atomic():
        member = member_for_update(member_id)
        if member.is_operator:
            return
        member.is_operator = True
        member.save(update_fields=["is_operator"])
        publish(OperatorMade(at=at, member_id=member_id))

"""People of other places: who they are here, whose account they turn out to have, forgetting."""

from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from canyu.channels.errors import SayingRefused
from canyu.channels.events import GuestForgotten, GuestLinked
from canyu.channels.models import Guest, Saying
from canyu.channels.services.claims import claim_in
from canyu.channels.services.team import check_team
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.journal.services import publish
from canyu.members import queries as members
from canyu.members import services as people
from canyu.products import queries as products
from canyu.topics import services as forum

_N_SIGNS = 16


def stand_in_of(guest: Guest, *, at: datetime) -> int:
    """Return who a guest is here: a person without an account, made with their first word.

    In the transaction that places what they said.
    """
    row = Guest.objects.select_for_update(no_key=True, of=("self",)).select_related("origin")
    locked = row.get(pk=guest.pk)
    if locked.member_id is None:
        locked.member_id = people.find_or_add_person(
            handle=_handle_of(locked), name=_name_of(locked), at=at
        )
        locked.save(update_fields=["member"])
    return locked.member_id


@transaction.atomic
def link_guest(*, actor_id: int, product_id: int, guest_id: int, handle: str, at: datetime) -> None:
    """Say whose account a guest has: the team may, and it is written down who did.

    What they said so far is that member's from now on, and counts once with what the member said
    here. Raises `NotFound`, `NotAllowed`.
    """
    check_team(product_id, actor_id)
    member = members.member_by_handle(handle.strip().lstrip("@"))
    if not member.has_joined:
        raise NotAllowed(
            gettext_noop("Nothing was linked: “%(handle)s” has no account here."),
            handle=member.handle,
        )
    if products.is_team(product_id, member.id):
        raise NotAllowed(
            gettext_noop(
                "Nothing was linked: words of somebody of the team would be answers. "
                "They can say it here themselves."
            )
        )
    guest = _guest(product_id, guest_id)
    if _has_account(guest.member_id):
        raise SayingRefused(
            gettext_noop("Nothing was linked: this person has an account here already."),
            status=409,
        )
    _link(guest, member.id, actor_id=actor_id, how="team", at=at)


def claim_by_code(*, saying_id: int, at: datetime) -> bool:
    """Link whoever said a member's code to that member; return whether it was done.

    In the transaction that took the word, which then is nothing but that. A code is good once,
    and for nobody who has an account, or would answer as the team.
    """
    rows = Saying.objects.select_related("guest__origin")
    saying = rows.get(pk=saying_id)
    claim = claim_in(saying.text, at=at)
    guest = saying.guest
    if claim is None or _has_account(guest.member_id):
        return False
    member_id, mark = claim
    member = members.members_of([member_id]).get(member_id)
    if member is None or not member.is_active or products.is_team(saying.product_id, member_id):
        return False
    # Whoever reads the code in the chat and says it too comes second.
    if Guest.objects.select_for_update(no_key=True).filter(claim=mark).exists():
        return False
    guest.claim = mark
    guest.save(update_fields=["claim"])
    _link(guest, member_id, actor_id=None, how="code", at=at)
    Saying.objects.filter(pk=saying_id).update(fate="claim", fated_at=at)
    return True


@transaction.atomic
def forget_guest(*, actor_id: int, product_id: int, guest_id: int, at: datetime) -> None:
    """Forget a person of another place: name, address and all that they said, here too.

    A topic of theirs that others joined stays, without their words. What a member with an account
    said here is theirs, and stays. The team may. Doing it twice is `NotFound`.
    """
    check_team(product_id, actor_id)
    guest = _guest(product_id, guest_id)
    stand_in = None if _has_account(guest.member_id) else guest.member_id
    Saying.objects.filter(guest=guest).delete()
    guest.delete()
    if stand_in is not None:
        forum.forget_words(member_id=stand_in, at=at)
        people.forget_member(actor_id=stand_in, member_id=stand_in, at=at)
    publish(GuestForgotten(at=at, product_id=product_id, actor_id=actor_id))


def _link(guest: Guest, member_id: int, *, actor_id: int | None, how: str, at: datetime) -> None:
    before, guest.member_id = guest.member_id, member_id
    guest.how_linked, guest.linked_by_id, guest.linked_at = how, actor_id, at
    guest.save(update_fields=["member", "how_linked", "linked_by", "linked_at"])
    if before is not None and before != member_id:
        forum.hand_over_words(from_id=before, to_id=member_id, at=at)
        people.forget_member(actor_id=before, member_id=before, at=at)
    publish(
        GuestLinked(
            at=at,
            guest_id=guest.pk,
            product_id=guest.origin.product_id,
            member_id=member_id,
            actor_id=actor_id,
        )
    )


def _has_account(member_id: int | None) -> bool:
    return member_id is not None and members.member_of(member_id).has_joined


def _guest(product_id: int, guest_id: int) -> Guest:
    rows = Guest.objects.select_for_update(no_key=True, of=("self",)).select_related("origin")
    row = rows.filter(pk=guest_id, origin__product_id=product_id).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such person."))
    return row


def _handle_of(guest: Guest) -> str:
    # Keyed, so that nobody can make an account that words of somebody else would fall to.
    told = f"{guest.origin_id} {guest.key} {guest.pk}"
    return f"guest-{salted_hmac('canyu.channels.guest', told).hexdigest()[:_N_SIGNS]}"


def _name_of(guest: Guest) -> str:
    if guest.name and not guest.origin.hides_names:
        return guest.name
    mark = salted_hmac("canyu.channels.name", str(guest.pk)).hexdigest()[:4]
    return f"{guest.origin.name or guest.origin.kind} · {mark}"

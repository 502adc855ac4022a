"""Writing into the ledger by hand: never without a trace."""

from datetime import datetime

from django.db import transaction

from canyu.credits.errors import CreditRefused
from canyu.credits.events import CreditEntered
from canyu.credits.models import Credit, Entry, Named
from canyu.credits.queries.credits import person_of
from canyu.credits.rules import ASKING, Who, check_role, check_why
from canyu.credits.services.rows import add_missing, check_owner, take_away
from canyu.journal import services as journal
from canyu.journal.errors import NotFound, gettext_noop
from canyu.members import queries as members
from canyu.products.services import hold_product
from canyu.releases import queries as releases


@transaction.atomic
def enter_credit(
    *, actor_id: int, change_id: int, who: Who, role: str, why: str, at: datetime
) -> int:
    """Name somebody for a change that is out; return the entry. Owners may, and not themselves.

    What they wrote, when and why stays to be read by everybody, and is kept whenever the ledger is
    made anew. Raises `CreditRefused`, `NotAllowed`, `NotFound`.
    """
    return _enter(actor_id, change_id, who, role, why, at, is_withdrawn=False)


@transaction.atomic
def withdraw_credit(
    *, actor_id: int, change_id: int, who: Who, role: str, why: str, at: datetime
) -> int:
    """Say that somebody is not to be named for a change; return the entry. As `enter_credit`."""
    return _enter(actor_id, change_id, who, role, why, at, is_withdrawn=True)


def _enter(
    actor_id: int,
    change_id: int,
    who: Who,
    role: str,
    why: str,
    at: datetime,
    *,
    is_withdrawn: bool,
) -> int:
    check_role(role)
    kept = check_why(why)
    change = releases.change_of(change_id)
    check_owner(change.product_id, actor_id)
    if who.member_id == actor_id and not is_withdrawn:
        raise CreditRefused(
            gettext_noop(
                "Nothing was changed: nobody writes credits for themself. Ask another owner."
            )
        )
    _check_there(who, change.product_id)
    hold_product(change.product_id)
    has_credit = Credit.objects.filter(change_id=change_id, **person_of(who)).filter(
        role__in=ASKING if role in ASKING else (role,)
    )
    if has_credit.exists() != is_withdrawn:
        raise CreditRefused(
            gettext_noop("Nothing was changed: the credits say so already."), status=409
        )
    entry = Entry.objects.create(
        product_id=change.product_id,
        change_id=change_id,
        member_id=who.member_id or None,
        named_id=who.named_id or None,
        role=role,
        is_withdrawn=is_withdrawn,
        why=kept,
        actor_id=actor_id,
        at=at,
    )
    if is_withdrawn:
        take_away(has_credit.values_list("pk", flat=True))
    else:
        add_missing(releases.release_by_id(change.release_id), at=at)
    journal.publish(
        CreditEntered(
            at=at,
            entry_id=entry.pk,
            change_id=change_id,
            product_id=change.product_id,
            actor_id=actor_id,
        )
    )
    return entry.pk


def _check_there(who: Who, product_id: int) -> None:
    if who.named_id and not Named.objects.filter(pk=who.named_id, product_id=product_id).exists():
        raise NotFound(gettext_noop("Nothing was changed: there is no such person."))
    if not who.named_id:
        members.member_of(who.member_id)

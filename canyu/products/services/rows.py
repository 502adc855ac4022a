"""Finding the rows that the services write, and who may write them."""

from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.members.queries import member_of
from canyu.members.rules import storable
from canyu.products.models import Product, Ring, TeamMember
from canyu.products.rules import check_may_write_team


def hold_product(product_id: int) -> None:
    """Let nobody else hold this product until the caller's transaction ends; raise `NotFound`.

    For whoever numbers things within a product, or looks whether a name is free in it.
    """
    product_for_update(product_id)


def product_for_update(product_id: int) -> Product:
    """Return a product, locked until the transaction ends; raise `NotFound`."""
    row = Product.objects.select_for_update(no_key=True).filter(pk=product_id).first()
    if row is None:
        raise NotFound(_("There is no such product."))
    return row


def product_for_owner(product_id: int, actor_id: int) -> Product:
    """Return a product, locked, if the actor decides for it; raise `NotFound`, `NotAllowed`."""
    product = product_for_update(product_id)
    stay = team_stay(product_id, actor_id)
    check_may_write_team(
        is_owner=stay is not None and stay.role == TeamMember.OWNER,
        is_operator=is_operator(actor_id),
    )
    return product


def is_operator(member_id: int) -> bool:
    """Whether a member runs this machine."""
    try:
        member = member_of(member_id)
    except NotFound:
        return False
    return member.is_operator and member.is_active


def check_member(member_id: int) -> None:
    """Raise `NotFound` unless there is such a member, who has not left."""
    if not member_of(member_id).is_active:
        raise NotFound(_("There is no such member."))


def check_team(product_id: int, actor_id: int) -> None:
    """Raise `NotAllowed` unless the actor is in the team."""
    if team_stay(product_id, actor_id) is None:
        raise NotAllowed(_("Nothing was changed: only the product's team can do this."))


def team_stay(product_id: int, member_id: int) -> TeamMember | None:
    """Return the stay of a member who is in the team now."""
    rows = TeamMember.objects.filter(product_id=product_id, member_id=member_id, left_at=None)
    return rows.first()


def ring_row(product_id: int, ring_key: str) -> Ring:
    """Return a ring of a product; raise `NotFound`."""
    row = Ring.objects.filter(product_id=product_id, key=storable(ring_key)).first()
    if row is None:
        raise NotFound(_("There is no such ring in this product."))
    return row

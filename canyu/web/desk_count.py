"""How much waits on one's desk: what the head of a page says to those of a team."""

from django.http import HttpRequest

from canyu.desks.queries import desk_of
from canyu.journal import clock
from canyu.journal import queries as journal
from canyu.journal.events import EVERYTHING, PEOPLE, TALK, shown_of_product
from canyu.products import queries as products
from canyu.web.shared import QUARTER, shared


def n_on_desk(request: HttpRequest, member_id: int) -> int:
    """How many lines a member's desk has; two queries while nothing changes, once a request."""
    known: int | None = getattr(request, "n_on_desk", None)
    if known is None:
        known = _n_on_desk(member_id)
        request.n_on_desk = known  # type: ignore[attr-defined]  # ours, of this request only
    return known


def _n_on_desk(member_id: int) -> int:
    at = clock.now()
    ids = products.product_ids_of_team(member_id)
    names = [EVERYTHING, PEOPLE, TALK, *(shown_of_product(one) for one in ids)]
    # A draft gives pages no other version: what is in one is counted within a quarter of an hour.
    version = f"{journal.version_of(names)}.{int(at.timestamp()) // QUARTER}"
    return shared.get(("desk", member_id), version, lambda: len(desk_of(member_id, at=at).lines))

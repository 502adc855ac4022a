"""How often one member may write; those who came lately less often (docs/decisions/0022)."""

from allauth.core import ratelimit
from django.http import HttpRequest

from canyu.journal import clock
from canyu.members import queries as members
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.topics.rules import limit_for, too_fast
from canyu.web.request import signed_in_id_of


def check_pace(request: HttpRequest, product: ProductView, act: str) -> None:
    """Count one "topic", "remark", "voice" or "flag"; raise `TopicRefused` beyond the limit."""
    member_id = signed_in_id_of(request)
    name = limit_for(
        act,
        joined_at=members.profile_of(member_id).joined_at,
        is_team=products.is_team(product.id, member_id),
        at=clock.now(),
    )
    if name and not ratelimit.consume(request, action=name, key=str(member_id)):
        raise too_fast()

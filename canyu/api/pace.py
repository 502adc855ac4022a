"""How often one member may write, counted together with what they write on the pages."""

from allauth.core import ratelimit
from django.http import HttpRequest

from canyu.api.keys import member_of
from canyu.journal import clock
from canyu.members import queries as members
from canyu.products import queries as products
from canyu.topics.rules import limit_for, too_fast


def check_pace(request: HttpRequest, product_id: int, act: str) -> None:
    """Count one "topic" or "voice"; raise `TopicRefused` beyond the limit."""
    member_id = member_of(request)
    name = limit_for(
        act,
        joined_at=members.profile_of(member_id).joined_at,
        is_team=products.is_team(product_id, member_id),
        at=clock.now(),
    )
    if name and not ratelimit.consume(request, action=name, key=str(member_id)):
        raise too_fast()

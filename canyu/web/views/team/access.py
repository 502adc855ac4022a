"""Who comes to the pages of a product's team."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.members.queries import member_of
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.web.request import load_product, require_member, signed_in_id_of

Rest = ParamSpec("Rest")
TeamView = Callable[Concatenate[HttpRequest, ProductView, Rest], HttpResponse]


def team_page(view: TeamView[Rest]) -> Callable[Concatenate[HttpRequest, str, Rest], HttpResponse]:
    """Let the product's team in, and the operator, who can give a lost product an owner again."""

    @wraps(view)
    def guarded(
        request: HttpRequest, slug: str, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponse:
        product = load_product(request, slug)
        member_id = signed_in_id_of(request)
        if not (products.is_team(product.id, member_id) or member_of(member_id).is_operator):
            raise NotAllowed(gettext_noop("This page is for the team of this product."))
        return view(request, product, *args, **kwargs)

    # Django gives the slug by name; the types speak of places only.
    by_place = cast("Callable[Concatenate[HttpRequest, str, Rest], HttpResponse]", guarded)
    return require_member(by_place)


def decides(product: ProductView, request: HttpRequest) -> bool:
    """Whether the person who asks decides for the product: an owner, or the operator."""
    member_id = signed_in_id_of(request)
    return products.is_owner(product.id, member_id) or member_of(member_id).is_operator

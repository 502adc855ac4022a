"""What the frame of every page needs to know."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from canyu.channels.queries import n_unread_notices
from canyu.members.queries import MemberView, view_of
from canyu.products.queries import ProductView, is_team, products_for
from canyu.web.desk_count import n_on_desk
from canyu.web.request import member_id_of
from canyu.web.templatetags.canyu_tags import face_url
from canyu.web.zone import zone_of

# Label and page; each page takes the slug of the product.
PRODUCT_PAGES = (
    (_("This week"), "product"),
    (_("Releases"), "releases"),
    (_("Results"), "latest_results"),
    (_("Topics"), "topics"),
    (_("Plan"), "plan"),
    (_("Wall"), "wall"),
)
TEAM_PAGE = (_("Team"), "team")


@dataclass(frozen=True)
class NavEntry:
    """One way in the head of a page."""

    label: str
    url: str
    current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the frame; what costs a query is asked for only when it is shown.

    Templates call functions that they find in the context, so a function is a value that waits.
    """
    known = cast("ProductView | None", getattr(request, "product", None))
    product = cache(lambda: known or _only(request))
    return {
        "product": product,
        "home_url": cache(lambda: _home_of(product())),
        "nav": cache(lambda: nav_of(shown, request) if (shown := product()) else []),
        "me": cache(lambda: me_of(request)),
        "me_url": cache(lambda: address_of("member", me.handle) if (me := me_of(request)) else ""),
        "me_face": cache(lambda: face_url(me) if (me := me_of(request)) else ""),
        "here": request.get_full_path(),
        "n_unread": cache(lambda: _n_unread(request)),
        "is_at_desk": cache(lambda: _is_team(product(), request)),
        "n_on_desk": cache(lambda: n_on_desk(request, member_id_of(request) or 0)),
        "zone": cache(lambda: zone_of(shown.id) if (shown := product()) else ""),
        "notices_url": address_of("notices"),
        "sign_in_url": sign_in_url_of(request),
        "demo_bar": settings.CANYU_DEMO,
    }


def _home_of(product: ProductView | None) -> str:
    return address_of("product", product.slug) if product else "/"


def _only(request: HttpRequest) -> ProductView | None:
    """Return the product where there is only one: then pages of members belong to it as well."""
    found = products_for(member_id_of(request))
    return found[0] if len(found) == 1 else None


def nav_of(product: ProductView, request: HttpRequest) -> list[NavEntry]:
    """Return the ways between the pages of a product; the one that the request is on is current."""
    return nav_for(product, request.path, is_team=_is_team(product, request))


def _is_team(product: ProductView | None, request: HttpRequest) -> bool:
    """Whether who asks is of the product's team; one query a request."""
    if product is None:
        return False
    known: dict[int, bool] = request.__dict__.setdefault("is_team_of", {})
    if product.id not in known:
        known[product.id] = is_team(product.id, member_id_of(request))
    return known[product.id]


def nav_for(product: ProductView, path: str, *, is_team: bool) -> list[NavEntry]:
    """Return the same for whoever is known already to be of the team, or not."""
    pages = [*PRODUCT_PAGES, TEAM_PAGE] if is_team else PRODUCT_PAGES
    found = [(label, address_of(name, product.slug)) for label, name in pages]
    ways = [(label, url) for label, url in found if url]
    runs, results = (address_of(name, product.slug) for name in ("runs", "latest_results"))
    # Runs of scores are read as a part of the results.
    here = path.replace(runs, results, 1) if runs else path
    on = max((url for _label, url in ways if here.startswith(url)), key=len, default="")
    return [NavEntry(str(label), url, current=url == on) for label, url in ways]


def me_of(request: HttpRequest) -> MemberView | None:
    """Return the member who asks, as pages show them; None for a stranger."""
    return view_of(request.user) if request.user.is_authenticated else None


def _n_unread(request: HttpRequest) -> int:
    member_id = member_id_of(request)
    return n_unread_notices(member_id) if member_id is not None else 0


def sign_in_url_of(request: HttpRequest) -> str:
    """Return where "Sign in" leads, and from there back to this page."""
    sign_in = reverse("account_login")
    # Back to a form that was sent, or to signing in itself, would lead nowhere.
    if request.method != "GET" or request.path.startswith(reverse("mfa_index")):
        return sign_in
    return f"{sign_in}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"


def address_of(name: str, *args: str) -> str:
    """Return the address of a page, "" where this Canyu has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""

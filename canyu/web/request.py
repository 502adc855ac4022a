"""What a view knows of the person who asks, and of the product that it is about."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from canyu.journal.errors import NotAllowed
from canyu.journal.errors import gettext_noop as _
from canyu.products.queries import ProductView, check_seen, product_of
from canyu.web.views.errors import way_back

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


class ProductRequest(HttpRequest):
    """A request to a page of one product; `load_product` makes it one."""

    product: ProductView


def member_id_of(request: HttpRequest) -> int | None:
    """Return the id of the member who asks, None for a stranger."""
    return request.user.pk if request.user.is_authenticated else None


def signed_in_id_of(request: HttpRequest) -> int:
    """Return the id of the member who asks; raise `NotAllowed` for a stranger."""
    member_id = member_id_of(request)
    if member_id is None:
        raise NotAllowed(_("Nothing was done: you are not signed in. Sign in, then try again."))
    return member_id


def language_of(request: HttpRequest) -> str:
    """Return the language in which this page is answered: one of the keys of `LANGUAGES`."""
    language = (getattr(request, "LANGUAGE_CODE", "") or translation.get_language() or "").lower()
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def language_chosen_in(request: HttpRequest) -> str:
    """Return the language that was chosen in this browser, "" if none was: the browser's own."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "").lower()
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def choose_in_browser(response: HttpResponse, language: str) -> None:
    """Let this browser follow a choice just made: "" is what the browser itself asks for.

    For the page where members choose for good; otherwise an older choice in the head would win.
    """
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


def require_member(view: View[Rest]) -> View[Rest]:
    """Send strangers to sign in, and then back: to the page, or to the form that they sent."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        is_page = request.method in {"GET", "HEAD"}
        return redirect_to_login(request.get_full_path() if is_page else way_back(request) or "/")

    return guarded


def load_product(request: HttpRequest, slug: str) -> ProductView:
    """Return the product of a page and tell the page's frame of it.

    Raises `NotFound` if there is none that this person may see.
    """
    product = product_of(slug, member_id_of(request))
    tell_product(request, product)
    return product


def tell_product(request: HttpRequest, product: ProductView) -> None:
    """Tell the page's frame which product it is about.

    Raises `NotFound` if this person may not see it.
    """
    check_seen(product, member_id_of(request))
    cast("ProductRequest", request).product = product

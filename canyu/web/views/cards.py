"""Cards: showing friends what one brought about, and coming by such a card."""

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canyu.credits.queries.cards import CardView, card_of, guests_of
from canyu.credits.services import show_card, take_back_card
from canyu.journal import clock
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.products.queries import visible_product
from canyu.web import accounts
from canyu.web.card_picture import TALL_SHAPE, WIDE_SHAPE, draw_card
from canyu.web.card_png import has_signs, png_of, tag_of_picture
from canyu.web.card_words import ShownCard, file_address, shown_card
from canyu.web.forms.posts import SeeOther
from canyu.web.request import (
    language_of,
    member_id_of,
    require_member,
    signed_in_id_of,
    tell_product,
)
from canyu.web.typed import number_in
from canyu.web.views.files import FILE_POLICY

FILE = re.compile(r"(en|zh-hans)(-tall)?\.(svg|png)")
TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@require_safe
def card_page(request: HttpRequest, token: str, language: str = "") -> HttpResponse:
    """Show a card to whoever may see its product; with a language in its address, in that."""
    if language:
        if language not in dict(settings.LANGUAGES):
            raise NotFound(gettext_noop("There is no such page."))
        translation.activate(language)
        request.LANGUAGE_CODE = language
    shown = _shown(request, card_of(token))
    tell_product(request, shown.product)
    answer = render(request, "web/cards/card.html", _context(request, shown))
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _shown(request: HttpRequest, card: CardView) -> ShownCard:
    return shown_card(card, visible_product(card.product_id, member_id_of(request)))


def _context(request: HttpRequest, shown: ShownCard) -> dict[str, Any]:
    token, language = shown.card.token, language_of(request)
    is_mine = shown.card.member.id == member_id_of(request)

    def whole(address: str) -> str:
        return request.build_absolute_uri(address)

    def file(ending: str, *, is_tall: bool = False) -> str:
        return file_address(token, language=language, ending=ending, is_tall=is_tall)

    return {
        "shown": shown,
        # Whoever chooses a language in the head comes back to the page that follows that choice.
        "here": reverse("card", args=[token]),
        "is_mine": is_mine,
        "guests": guests_of(shown.card.member.id) if is_mine else None,
        "svg_url": file("svg"),
        "svg_tall_url": file("svg", is_tall=True),
        "png_url": file("png") if has_signs() else "",
        "png_tall_url": file("png", is_tall=True) if has_signs() else "",
        "whole_png_url": whole(file("png")) if has_signs() else "",
        "whole_url": whole(reverse("card_in", args=[token, language])),
        "others": [
            (reverse("card_in", args=[token, code]), code)
            for code, _name in settings.LANGUAGES
            if code != language
        ],
        "is_open": settings.CANYU_SIGNUP != "invited",
        "is_for_anybody": shown.product.visibility == "open",
    }


@require_safe
def card_file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Serve a card's picture. A copy may be kept, and is asked for each time: it may be gone."""
    found = FILE.fullmatch(name)
    if found is None:
        raise NotFound(gettext_noop("There is no such picture."))
    language, is_tall, ending = found.groups()
    with translation.override(language):
        shown = _shown(request, card_of(token))
        svg = draw_card(shown.words, TALL_SHAPE if is_tall else WIDE_SHAPE)
    if ending == "png" and not has_signs():
        raise NotFound(
            gettext_noop(
                "This machine has no fonts to draw the picture with. The card is there as SVG, and"
                " whoever runs the machine can install a font such as Noto Sans CJK."
            )
        )
    etag = tag_of_picture(svg, ending)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        made = png_of(svg) if ending == "png" else svg.encode()
        answer = HttpResponse(made, content_type=TYPES[ending])
    is_open = shown.product.visibility == "open"
    answer["ETag"] = etag
    answer["Cache-Control"] = f"{'public' if is_open else 'private'}, no-cache"
    answer["Content-Security-Policy"] = f"{FILE_POLICY}; img-src data:; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Language"] = language
    return answer


@require_POST
@require_member
def show(request: HttpRequest) -> HttpResponse:
    """Make the card of one's part in a change."""
    change_id = number_in(request.POST.get("change", ""))
    if change_id is None:
        raise NotFound(gettext_noop("There is no such change."))
    token = show_card(actor_id=signed_in_id_of(request), change_id=change_id, at=clock.now())
    return SeeOther(reverse("card", args=[token]))


@require_POST
@require_member
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """Show a card no more."""
    take_back_card(actor_id=signed_in_id_of(request), token=token, at=clock.now())
    messages.success(request, _("The card is gone, and its address says so."))
    return redirect("member", handle=request.user.get_username())


@require_POST
def come(request: HttpRequest, token: str) -> HttpResponse:
    """Remember that somebody comes by a card, until they have an account; they were told."""
    shown = _shown(request, card_of(token))
    if member_id_of(request) is not None:
        return SeeOther(shown.change_url)
    if settings.CANYU_SIGNUP == "invited":
        raise NotAllowed(
            gettext_noop(
                "A card opens no door here: accounts are made by invitation. Ask whoever showed"
                " you the card, or somebody on the team, for a link."
            )
        )
    request.session[accounts.CARD_TOKEN] = token
    return SeeOther(reverse("account_signup"))


@require_POST
def come_alone(request: HttpRequest) -> HttpResponse:
    """Forget by which card somebody comes; making an account works the same."""
    request.session.pop(accounts.CARD_TOKEN, None)
    return SeeOther(reverse("account_signup"))


urlpatterns = [
    path("cards/", show, name="card_show"),
    path("cards/alone/", come_alone, name="card_alone"),
    path("cards/<str:token>/", card_page, name="card"),
    path("cards/<str:token>/back/", take_back, name="card_back"),
    path("cards/<str:token>/come/", come, name="card_come"),
    path("cards/<str:token>/<slug:language>/", card_page, name="card_in"),
    path("cards/<str:token>/<str:name>", card_file, name="card_file"),
]

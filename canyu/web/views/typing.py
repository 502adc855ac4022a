"""What the page of a new topic asks while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from canyu.painpoints import services as painpoints
from canyu.web.alike import alike_cards, note_shown
from canyu.web.request import load_product, require_member


@require_POST
@require_member
def topic_alike(request: HttpRequest, slug: str) -> HttpResponse:
    """Return topics that say the same as what was typed, as a piece of the page.

    A post, so that what people type is in no log of addresses.
    """
    product = load_product(request, slug)
    key = request.POST.get("look", "")
    if request.POST.get("opened"):
        painpoints.note_opened(key=key, product_id=product.id)
        return HttpResponse(status=204)
    cards = alike_cards(product, request.POST.get("title", ""), is_typing=True)
    # Counted once for a form, not for each letter.
    if cards and not request.POST.get("shown"):
        note_shown(product, key, cards)
    return render(request, "web/topics/alike.html", {"product": product, "alike": cards})


urlpatterns = [path("p/<slug:slug>/topics/new/alike/", topic_alike, name="topic_alike")]

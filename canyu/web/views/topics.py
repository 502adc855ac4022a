"""Pages of the forum: the list, and raising a topic. One topic is in views/topic.py."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.members.queries import MemberView
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.topics import queries as topics
from canyu.topics import services
from canyu.topics.queries import TopicView
from canyu.web.cards import People
from canyu.web.forms import topics as forms
from canyu.web.forms.people import choices_of, id_or_none
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.request import (
    language_of,
    load_product,
    member_id_of,
    require_member,
    signed_in_id_of,
)


@dataclass(frozen=True)
class TopicCard:
    """A topic with its people, as a list shows it."""

    topic: TopicView
    title: dict[str, str]
    author: MemberView | None
    keeper: MemberView | None


def topic_cards(found: list[TopicView]) -> list[TopicCard]:
    """Cards of these topics, in their order; one query whatever their number."""
    people = People(
        member_id for topic in found for member_id in (topic.author_id, topic.keeper_id)
    )
    return [
        TopicCard(
            topic=topic,
            title={topic.language: topic.title},
            author=people.one(topic.author_id),
            keeper=people.one(topic.keeper_id),
        )
        for topic in found
    ]


@require_safe
def topic_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a page of the topics, newest first, narrowed as asked for."""
    product = load_product(request, slug)
    sift = forms.SiftForm(request.GET)
    sift.is_valid()
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(forms.KIND_NAMES) else ""
    member_id = member_id_of(request)
    mine = bool(request.GET.get("mine")) and member_id is not None
    leaf = topics.topics_of(
        product.id,
        at=clock.now(),
        page=_page_number(request),
        kind=kind,
        status=sift.cleaned_data.get("status", ""),
        author_id=member_id if mine else None,
        search=sift.cleaned_data.get("q", ""),
    )
    asked = {
        "kind": kind,
        "status": sift.cleaned_data.get("status", ""),
        "q": sift.cleaned_data.get("q", ""),
        "mine": "1" if mine else "",
    }
    context = {
        "leaf": leaf,
        "cards": topic_cards(list(leaf.topics)),
        "sift": sift,
        "kinds": [
            (key, label, _query({**asked, "kind": str(key)})) for key, label in forms.KIND_NAMES
        ],
        "kind": kind,
        "mine": mine,
        "mine_query": _query({**asked, "mine": "" if mine else "1"}),
        "is_narrowed": any(asked.values()),
        "before": _query(asked) + ("&page=" if any(asked.values()) else "page="),
    }
    return render(request, "web/topics/list.html", context)


def _page_number(request: HttpRequest) -> int:
    number = request.GET.get("page", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1  # noqa: PLR2004


def _query(asked: dict[str, str]) -> str:
    return "?" + urlencode({key: value for key, value in asked.items() if value})


@require_member
@require_http_methods(["GET", "HEAD", "POST"])
def topic_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Raise a topic; before it is posted, topics that say the same are shown once."""
    product = load_product(request, slug)
    areas = choices_of((area.id, area.name) for area in products.areas_of(product.id))
    data = request.POST.copy()
    title = request.GET.get("title", "")
    form = forms.TopicForm(
        data if request.method == "POST" else None, areas=areas, initial={"title": title}
    )
    similar: list[TopicView] = []
    status = 200
    if request.method == "POST":
        status = status_of(form)
        if form.is_valid():
            similar = _similar(product, form)
            if not similar:
                try:
                    topic_id = _raise_topic(request, product, form)
                except Refused as refusal:
                    status = refuse(form, refusal)
                else:
                    messages.success(
                        request, _("Your topic is there, and somebody is named to answer it.")
                    )
                    return SeeOther(reverse("topic", args=[slug, topic_id]))
    if similar:
        # The form is shown again and carries the title that was looked up.
        data["seen"] = form.cleaned_data["title"]
    context = {"form": form, "similar": topic_cards(similar)}
    return render(request, "web/topics/new.html", context, status=status)


def _similar(product: ProductView, form: forms.TopicForm) -> list[TopicView]:
    if not form.needs_a_look():
        return []
    return topics.topics_like(product.id, form.cleaned_data["title"], at=clock.now())


def _raise_topic(request: HttpRequest, product: ProductView, form: forms.TopicForm) -> int:
    said = form.cleaned_data
    return services.raise_topic(
        member_id=signed_in_id_of(request),
        product_id=product.id,
        kind=said["kind"],
        title=said["title"],
        words=said["words"],
        language=language_of(request),
        area_id=id_or_none(said.get("area")),
        at=clock.now(),
    )


urlpatterns = [
    path("p/<slug:slug>/topics/", topic_list, name="topics"),
    path("p/<slug:slug>/topics/new/", topic_new, name="topic_new"),
    path("", include("canyu.web.views.topic")),
]

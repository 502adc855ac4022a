"""Pages of the forum: the list, and raising a topic. One topic is in views/topic.py."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import include, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.members.queries import MemberView
from canyu.painpoints import services as painpoints
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.topics import queries as topics
from canyu.topics import services
from canyu.topics.queries import Sieve, TopicView
from canyu.web.alike import AlikeCard, alike_cards, new_look, note_shown
from canyu.web.cards import People
from canyu.web.forms import topics as forms
from canyu.web.forms.people import choices_of, id_or_none
from canyu.web.forms.pictures import with_pictures
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.forms.unsent import keep_unsent, take_unsent
from canyu.web.others import may_post_for_others, person_meant
from canyu.web.pace import check_pace
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
    """Show a page of the topics, as asked for: what people talk about now comes first."""
    product = load_product(request, slug)
    areas = products.areas_of(product.id)
    sift = forms.SiftForm(
        request.GET,
        areas=choices_of((area.slug, area.name) for area in areas),
        versions=topics.versions_named(product.id),
    )
    sift.is_valid()
    member_id = member_id_of(request)
    kind = request.GET.get("kind", "")
    asked = {
        "kind": kind if kind in dict(forms.KIND_NAMES) else "",
        **{name: sift.chosen(name) for name in ("status", "area", "version", "q")},
        "mine": "1" if request.GET.get("mine") and member_id is not None else "",
        "unanswered": "1" if request.GET.get("unanswered") else "",
    }
    leaf = topics.topics_in(
        product.id,
        _sieve(asked, areas={area.slug: area.id for area in areas}, member_id=member_id),
        at=clock.now(),
        sort=sift.chosen("sort"),
        page=_page_number(request),
    )
    context = {
        "leaf": leaf,
        "cards": topic_cards(list(leaf.topics)),
        "sift": sift,
        "asked": asked,
        "is_narrowed": any(asked.values()),
        **_ways(asked, sift.chosen("sort")),
    }
    return render(request, "web/topics/list.html", context)


def _sieve(asked: dict[str, str], *, areas: dict[str, int], member_id: int | None) -> Sieve:
    return Sieve(
        kind=asked["kind"],
        status=asked["status"],
        search=asked["q"],
        area_id=areas.get(asked["area"]),
        version=asked["version"],
        voice_of=member_id if asked["mine"] else None,
        is_waiting=bool(asked["unanswered"]),
    )


def _ways(asked: dict[str, str], sort: str) -> dict[str, Any]:
    """Where the links lead that change one thing of what is asked for and keep the rest."""
    kept = {**asked, "sort": sort}
    return {
        "sort": sort,
        "kinds": [
            (key, label, _query({**kept, "kind": str(key)})) for key, label in forms.KIND_NAMES
        ],
        "mine_query": _query({**kept, "mine": "" if asked["mine"] else "1"}),
        "unanswered_query": _query({**kept, "unanswered": "" if asked["unanswered"] else "1"}),
        "before": _query(kept) + ("&page=" if any(kept.values()) else "page="),
    }


def _page_number(request: HttpRequest) -> int:
    number = request.GET.get("page", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1  # noqa: PLR2004


def _query(asked: dict[str, str]) -> str:
    return "?" + urlencode({key: value for key, value in asked.items() if value})


@keep_unsent
@require_member
@require_http_methods(["GET", "HEAD", "POST"])
def topic_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Raise a topic; before it is posted, topics that say the same are shown once."""
    product = load_product(request, slug)
    data = request.POST.copy()
    look = data.setdefault("look", request.POST.get("look") or new_look())
    form, whose = _new_forms(request, product, data, look)
    alike: list[AlikeCard] = []
    status = 200
    if request.method == "POST":
        status = max(status_of(form), status_of(whose) if whose else 200)
    if request.method == "POST" and status == 200:  # noqa: PLR2004
        try:
            _keep_pictures(form, data)
            alike = _alike(product, form)
            if not alike:
                topic_id = _raise_topic(request, product, form, whose)
                painpoints.note_posted(key=look, product_id=product.id)
                messages.success(
                    request, _("Your topic is there, and somebody is named to answer it.")
                )
                return SeeOther(reverse("topic", args=[slug, topic_id]))
        except Refused as refusal:
            status = refuse(form, refusal)
    if alike:
        # The form is shown again and carries the title that was looked up.
        data["seen"] = form.cleaned_data["title"]
        note_shown(product, look, alike)
    context = {"form": form, "whose": whose, "alike": alike, "look": look}
    return render(request, "web/topics/new.html", context, status=status)


def _new_forms(
    request: HttpRequest, product: ProductView, data: QueryDict, look: str
) -> tuple[forms.TopicForm, forms.ForSomebodyForm | None]:
    sends = request.method == "POST"
    unsent = (take_unsent(request) or QueryDict()).dict()
    form = forms.TopicForm(
        data if sends else None,
        request.FILES if sends else None,
        areas=choices_of((area.id, area.name) for area in products.areas_of(product.id)),
        # What was shown to a stranger is shown again.
        initial={"title": request.GET.get("title", ""), **unsent, "look": look, "seen": ""},
    )
    if not may_post_for_others(request, product):
        return form, None
    whose = {name.removeprefix("for-"): said for name, said in unsent.items()}
    return form, forms.ForSomebodyForm(data if sends else None, prefix="for", initial=whose)


def _keep_pictures(form: forms.TopicForm, data: QueryDict) -> None:
    """Store what was sent before the form may be shown again: it would not be sent twice."""
    said = form.cleaned_data
    said["words"] = with_pictures(said["words"], said["pictures"], at=clock.now())
    if said["pictures"]:
        data["words"], said["pictures"] = said["words"], []


def _alike(product: ProductView, form: forms.TopicForm) -> list[AlikeCard]:
    if not form.needs_a_look():
        return []
    return alike_cards(product, form.cleaned_data["title"], is_typing=False)


def _raise_topic(
    request: HttpRequest,
    product: ProductView,
    form: forms.TopicForm,
    whose: forms.ForSomebodyForm | None,
) -> int:
    said, own_id, at = form.cleaned_data, signed_in_id_of(request), clock.now()
    check_pace(request, product, "topic")
    asked_by = person_meant(whose, own_id=own_id, at=at) if whose else own_id
    return services.raise_topic(
        member_id=asked_by,
        product_id=product.id,
        kind=said["kind"],
        title=said["title"],
        words=said["words"],
        language=language_of(request),
        area_id=id_or_none(said.get("area")),
        posted_by_id=own_id,
        heard_in=whose.cleaned_data["heard_in"] if whose and asked_by != own_id else "",
        at=at,
    )


urlpatterns = [
    path("p/<slug:slug>/topics/", topic_list, name="topics"),
    path("p/<slug:slug>/topics/new/", topic_new, name="topic_new"),
    path("", include("canyu.web.views.typing")),
    path("", include("canyu.web.views.topic")),
    path("", include("canyu.web.views.topic_care")),
    path("", include("canyu.web.views.help")),
]

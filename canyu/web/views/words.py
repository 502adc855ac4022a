"""Words from elsewhere, for the team: what waits, what becomes of it, what is carried back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canyu.channels import queries, services
from canyu.channels.errors import SayingRefused
from canyu.channels.queries import ReplyView, SayingView
from canyu.channels.sayings.records import kind_like
from canyu.journal import clock
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.members.queries import MemberView
from canyu.painpoints.queries.similar import similar_to_each
from canyu.products.queries import ProductView
from canyu.topics import queries as topics
from canyu.topics.queries import TopicView
from canyu.topics.rules import KINDS
from canyu.web.cards import People
from canyu.web.forms.people import ids_in
from canyu.web.forms.posts import SeeOther, refuse
from canyu.web.forms.words import LinkForm
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import team_page

FATES = ("waiting", "topic", "voice", "remark", "left")


@dataclass(frozen=True)
class WordCard:
    """One word, who brought it, and what it may say as well."""

    saying: SayingView
    brought_by: MemberView | None
    fated_by: TopicView | None
    alike: tuple[TopicView, ...]
    kind: str


@dataclass(frozen=True)
class ReplyCard:
    """One answer, as it would be said there."""

    reply: ReplyView
    text: str
    mail: str
    can_mail: bool


@require_safe
@team_page
def words(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show a page of words: those that wait, each with topics that may say the same."""
    fate = request.GET.get("fate", "waiting")
    fate = fate if fate in FATES else "waiting"
    leaf = queries.sayings_in(product.id, fate=fate, page=_page_number(request))
    context = {
        "leaf": leaf,
        "fate": fate,
        "cards": _cards(product, leaf.sayings, clock.now()),
        "counts": queries.n_by_fate(product.id),
        "n_to_carry": queries.n_to_carry(product.id),
        "kinds": KINDS,
    }
    return render(request, "web/words/words.html", context)


def _cards(product: ProductView, found: Sequence[SayingView], at: datetime) -> list[WordCard]:
    waits = [one for one in found if one.fate == "waiting"]
    alike = dict(
        zip(
            [one.id for one in waits],
            similar_to_each(product.id, [one.text for one in waits], at=at),
            strict=True,
        )
    )
    standing = topics.standing_ids(one.topic_id for one in found if one.topic_id)
    known = topics.topics_by_id(standing.values(), at=at)
    people = People(one.brought_by_id for one in found)
    cards = []
    for one in found:
        own = known.get(standing.get(one.topic_id or 0, 0))
        # The topic that a letter answers goes before what only looks alike.
        near = [own] if own and one.fate == "waiting" else []
        near += [
            hit.topic for hit in alike.get(one.id, ()) if own is None or hit.topic.id != own.id
        ]
        cards.append(
            WordCard(one, people.one(one.brought_by_id), own, tuple(near), kind_like(one.text))
        )
    return cards


@require_POST
@team_page
def words_place(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Let one word, or those that are ticked, become something."""
    do = request.POST.get("do", "")
    place, _sign, rest = do.partition(":")
    ids = ids_in(rest.partition(":")[0]) if rest else ids_in(" ".join(request.POST.getlist("word")))
    named = rest.partition(":")[2] or request.POST.get("topic", "")
    if place == "again":
        for one in ids:
            services.wait_again(
                actor_id=signed_in_id_of(request),
                product_id=product.id,
                saying_id=one,
                at=clock.now(),
            )
        return SeeOther(reverse("words", args=[product.slug]))
    if not ids:
        raise SayingRefused(gettext_noop("Nothing was done: tick the words that you mean."))
    placed = services.place_words(
        actor_id=signed_in_id_of(request),
        product_id=product.id,
        saying_ids=ids,
        place=place,
        # The address of a topic is as good as its number.
        topic_id=next(iter(ids_in(named.strip().rstrip("/").rpartition("/")[2])), None),
        kind=request.POST.get(f"kind-{ids[0]}", "") if rest else request.POST.get("kind", ""),
        reason=request.POST.get("reason", ""),
        at=clock.now(),
    )
    told = ngettext("%(n)s word has its place.", "%(n)s words have their place.", placed.n)
    messages.success(request, told % {"n": placed.n})
    return SeeOther(reverse("words", args=[product.slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def words_answers(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show what should be told where people spoke; a post says that somebody was told."""
    at = clock.now()
    if request.method == "POST":
        reply_id = next(iter(ids_in(request.POST.get("reply", ""))), None)
        if reply_id is None:
            raise NotFound(gettext_noop("There is no such answer."))
        if "mail" in request.POST and settings.CANYU_MAIL_FROM:
            services.mail_reply(
                actor_id=signed_in_id_of(request), product_id=product.id, reply_id=reply_id, at=at
            )
            messages.success(
                request, _("It is on its way. If it comes back, it stands here again.")
            )
        else:
            services.mark_carried(
                actor_id=signed_in_id_of(request),
                product_id=product.id,
                reply_id=reply_id,
                is_carried=request.POST.get("carried") == "1",
                at=at,
            )
        return SeeOther(reverse("words_answers", args=[product.slug]))
    context = {
        "cards": [
            _reply_card(request, product, one)
            for one in queries.replies_to_carry(product.id, at=at)
        ],
        "carried": queries.replies_carried(product.id, at=at),
    }
    return render(request, "web/words/answers.html", context)


def _reply_card(request: HttpRequest, product: ProductView, reply: ReplyView) -> ReplyCard:
    address = request.build_absolute_uri(reverse("topic", args=[product.slug, reply.topic_id]))
    text = f"{reply.text}\n{address}"
    mail = ""
    can_mail = bool(settings.CANYU_MAIL_FROM and reply.address and reply.can_be_mailed)
    if reply.address and not can_mail and reply.mail != "dead":
        # RFC 6068: "in-reply-to" keeps it in their thread.
        mail = (
            f"mailto:{quote(reply.address, safe='@')}?subject={quote('Re: ' + reply.title)}"
            f"&body={quote(text)}"
        )
        if reply.outside_id:
            mail += f"&in-reply-to={quote(reply.outside_id)}"
    return ReplyCard(reply, text, mail, can_mail)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def words_guest(request: HttpRequest, product: ProductView, guest_id: int) -> HttpResponse:
    """Show one person of another place; a post says whose account they have, or forgets them."""
    guest = queries.guest_of(guest_id, product_id=product.id)
    form = LinkForm(request.POST if "handle" in request.POST else None)
    status = 200
    if request.method == "POST" and "forget" in request.POST:
        services.forget_guest(
            actor_id=signed_in_id_of(request),
            product_id=product.id,
            guest_id=guest_id,
            at=clock.now(),
        )
        messages.success(request, _("They are forgotten, and what they said with them."))
        return SeeOther(reverse("words", args=[product.slug]))
    if form.is_bound and form.is_valid():
        try:
            services.link_guest(
                actor_id=signed_in_id_of(request),
                product_id=product.id,
                guest_id=guest_id,
                handle=form.cleaned_data["handle"],
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(form, refusal, field="handle")
        else:
            messages.success(request, _("Linked. What they said is that member's now."))
            return SeeOther(reverse("words_guest", args=[product.slug, guest_id]))
    people = People([guest.member_id, guest.linked_by_id])
    context = {
        "guest": guest,
        "member": people.one(guest.member_id),
        "linked_by": people.one(guest.linked_by_id),
        "form": form,
    }
    return render(request, "web/words/guest.html", context, status=status)


def _page_number(request: HttpRequest) -> int:
    return next(iter(ids_in(request.GET.get("page", "1"))), 1)


urlpatterns = [
    path("p/<slug:slug>/team/words/", words, name="words"),
    path("p/<slug:slug>/team/words/place/", words_place, name="words_place"),
    path("p/<slug:slug>/team/words/answers/", words_answers, name="words_answers"),
    path("p/<slug:slug>/team/words/people/<int:guest_id>/", words_guest, name="words_guest"),
]

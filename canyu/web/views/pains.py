"""Pain points: what many say, who looks after it, and whether it is gone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from canyu.journal import clock
from canyu.journal.errors import Invalid, NotAllowed, gettext_noop
from canyu.members.queries import MemberView
from canyu.painpoints import services
from canyu.painpoints.queries import pains as queries
from canyu.painpoints.queries.pains import PointPage, Said
from canyu.painpoints.rules import STATES_BY_HAND
from canyu.plan import queries as plan
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.web import pain_words
from canyu.web.asking_charts import asking_chart
from canyu.web.cards import People, change_cards
from canyu.web.forms.posts import SeeOther
from canyu.web.pain_cards import pain_cards
from canyu.web.request import language_of, load_product, member_id_of, signed_in_id_of
from canyu.web.templatetags.canyu_tags import in_language
from canyu.web.views.team.access import team_page

PUBLIC = {"topic", "remark"}
MOST_SHOWN = 60
LANGUAGES = {
    "zh": gettext_lazy("Chinese"),
    "en": gettext_lazy("English"),
    "mixed": gettext_lazy("both at once"),
}


@dataclass(frozen=True)
class SaidCard:
    """What somebody said; who, where that is public."""

    said: Said
    title: str
    kind: str
    author: MemberView | None
    href: str


@require_safe
def pains(request: HttpRequest, slug: str) -> HttpResponse:
    """List the accepted ones for everybody; suggestions and dismissed ones for the team."""
    product = load_product(request, slug)
    is_team = products.is_team(product.id, member_id_of(request))
    standings = ("suggested", "accepted", "dismissed") if is_team else ("accepted",)
    found = {one: pain_cards(queries.points_of(product.id, standing=one)) for one in standings}
    accepted = found.pop("accepted")
    context = {
        "is_team": is_team,
        "accepted": [card for card in accepted if card.point.state != "verified"],
        "verified": [card for card in accepted if card.point.state == "verified"],
        **found,
    }
    return render(request, "web/pains/list.html", context)


@require_safe
def pain(request: HttpRequest, slug: str, point_id: int) -> HttpResponse:
    """Show one pain point."""
    product = load_product(request, slug)
    viewer_id = member_id_of(request)
    is_team = products.is_team(product.id, viewer_id)
    at = clock.now()
    view = queries.point_of(point_id, product_id=product.id)
    if view.standing == "joined" and view.joined_to_id is not None:
        return SeeOther(reverse("pain", args=[slug, view.joined_to_id]))
    if view.standing != "accepted" and not is_team:
        raise NotAllowed(gettext_noop("This is a suggestion that the team has not looked at yet."))
    found = queries.point_page(point_id, product_id=product.id, at=at)
    context = {
        **_context(product, found, at),
        "is_team": is_team,
        "own_answer": queries.own_answer_of(point_id, viewer_id),
    }
    if is_team:
        context |= _of_team(product, found, at)
    return render(request, "web/pains/pain.html", context)


def _context(product: ProductView, found: PointPage, at: datetime) -> dict[str, Any]:
    point = found.point
    shown = [*found.quotes, *found.said[:MOST_SHOWN]]
    people = People([point.keeper_id, *(one.member_id for one in shown if one.kind in PUBLIC)])
    out = queries.releases_until(product.id, found.weeks.mondays[0]) if found.weeks.mondays else []
    items = plan.plan_items_by_id(
        [point.plan_item_id] if point.plan_item_id else [], today=at.date()
    )
    changes = releases.changes_by_id([point.change_id] if point.change_id else [])
    areas = {one.id: one for one in products.areas_of(product.id)}
    rings = {one.key: one.name for one in products.rings_of(product.id)}
    return {
        "card": pain_cards([point])[0],
        "point": point,
        "area": areas.get(point.area_id or 0),
        "found": found,
        "quotes": [_said_card(product.slug, one, people) for one in found.quotes],
        "said": [_said_card(product.slug, one, people) for one in found.said[:MOST_SHOWN]],
        "n_more": max(0, len(found.said) - MOST_SHOWN),
        "languages": [(LANGUAGES.get(key, key), n) for key, n in found.n_languages],
        "rings": [(in_language(rings.get(key, key)), n) for key, n in found.n_rings],
        "chart": asking_chart(found.weeks, out, point.shipped_at),
        "tally": queries.gone_tally_of(point.id),
        "plan_item": items.get(point.plan_item_id or 0),
        "change_cards": change_cards(product.slug, list(changes.values())),
        "size": _(pain_words.SIZES[point.size]),
    }


def _of_team(product: ProductView, found: PointPage, at: datetime) -> dict[str, Any]:
    point = found.point
    notes = queries.notes_of(point.id)
    decisions = queries.decisions_of(point.id)
    team = products.team_member_ids(product.id)
    people = People([*team, *(one.author_id for one in notes), *(d.actor_id for d in decisions)])
    own = {point.state} if point.state not in STATES_BY_HAND else set()
    return {
        "notes": [
            (one, people.one(one.author_id), _(pain_words.KINDS_OF_NOTE[one.kind])) for one in notes
        ],
        "decisions": [
            (one, people.one(one.actor_id), _(pain_words.VERBS.get(one.verb, one.verb)))
            for one in decisions
        ],
        "proposals": queries.proposals_of(point.id),
        "team": people.many(team),
        "sizes": [(key, _(words)) for key, words in pain_words.SIZES.items()],
        "kinds_of_note": [(key, _(words)) for key, words in pain_words.KINDS_OF_NOTE.items()],
        "states": [
            (key, _(words))
            for key, words in pain_words.STATES.items()
            if key in {*STATES_BY_HAND, *own}
        ],
        "others": [
            one
            for one in queries.points_of(product.id)
            + queries.points_of(product.id, standing="suggested")
            if one.id != point.id
        ],
        "open_items": plan.open_items(product.id, today=at.date()),
    }


def _said_card(slug: str, said: Said, people: People) -> SaidCard:
    return SaidCard(
        said=said,
        title=said.text.partition("\n")[0],
        kind=pain_words.kind_of(said.kind),
        author=people.one(said.member_id) if said.kind in PUBLIC else None,
        href=reverse("topic", args=[slug, said.subject_id]) if said.kind == "topic" else "",
    )


@require_POST
@team_page
def pain_act(request: HttpRequest, product: ProductView, point_id: int) -> HttpResponse:
    """Do one of the things that the team does with a pain point."""
    queries.point_of(point_id, product_id=product.id)
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Invalid(gettext_noop("Nothing was done: this page does not know how."))
    shown_id = act(request, point_id, request.POST) or point_id
    messages.success(request, _("Done, and kept: later runs respect it."))
    return SeeOther(reverse("pain", args=[product.slug, shown_id]))


@require_POST
def pain_gone(request: HttpRequest, slug: str, point_id: int) -> HttpResponse:
    """One who asked says whether it is gone."""
    product = load_product(request, slug)
    queries.point_of(point_id, product_id=product.id)
    services.say_whether_gone(
        member_id=signed_in_id_of(request),
        point_id=point_id,
        answer=request.POST.get("answer", ""),
        at=clock.now(),
    )
    messages.success(request, _("Thank you. Your answer stands beside what was counted."))
    return SeeOther(reverse("pain", args=[slug, point_id]))


def _accept(request: HttpRequest, point_id: int, said: QueryDict) -> None:
    chosen = _numbers(said, "wording") if "choose" in said else None
    services.accept_point(
        actor_id=signed_in_id_of(request), point_id=point_id, wording_ids=chosen, at=clock.now()
    )


def _split(request: HttpRequest, point_id: int, said: QueryDict) -> int:
    return services.split_point(
        actor_id=signed_in_id_of(request),
        point_id=point_id,
        wording_ids=_numbers(said, "wording"),
        name=said.get("name", ""),
        at=clock.now(),
    )


def _dismiss(request: HttpRequest, point_id: int, said: QueryDict) -> None:
    services.dismiss_point(
        actor_id=signed_in_id_of(request),
        point_id=point_id,
        reason=said.get("reason", ""),
        at=clock.now(),
    )


def _join(request: HttpRequest, point_id: int, said: QueryDict) -> None:
    services.join_points(
        actor_id=signed_in_id_of(request),
        point_id=point_id,
        other_id=_number(said, "other"),
        at=clock.now(),
    )


def _rename(request: HttpRequest, point_id: int, said: QueryDict) -> None:
    services.rename_point(
        actor_id=signed_in_id_of(request),
        point_id=point_id,
        name=said.get("name", ""),
        language=language_of(request),
        at=clock.now(),
    )


def _notice(request: HttpRequest, point_id: int, said: QueryDict) -> None:
    del said
    services.notice_point(actor_id=signed_in_id_of(request), point_id=point_id, at=clock.now())


def _note(request: HttpRequest, point_id: int, said: QueryDict) -> None:
    services.note_dig(
        actor_id=signed_in_id_of(request),
        point_id=point_id,
        kind=said.get("kind", ""),
        words=said.get("words", ""),
        at=clock.now(),
    )


def _change(request: HttpRequest, point_id: int, said: QueryDict) -> None:
    services.change_point(
        actor_id=signed_in_id_of(request),
        point_id=point_id,
        keeper_id=_number(said, "keeper"),
        size=said.get("size", ""),
        state=said.get("state", ""),
        at=clock.now(),
    )


def _bind(request: HttpRequest, point_id: int, said: QueryDict) -> None:
    services.bind_point(
        actor_id=signed_in_id_of(request),
        point_id=point_id,
        plan_item_id=_number(said, "item"),
        at=clock.now(),
    )


def _answer(request: HttpRequest, point_id: int, said: QueryDict) -> int:
    services.answer_proposal(
        actor_id=signed_in_id_of(request),
        proposal_id=_number(said, "proposal"),
        is_so=said.get("answer") == "yes",
        at=clock.now(),
    )
    return point_id


def _add(request: HttpRequest, point_id: int, said: QueryDict) -> None:
    services.add_topic_to_point(
        actor_id=signed_in_id_of(request),
        point_id=point_id,
        # The address of a topic is as good as its number.
        topic_id=_number_of(said.get("topic", "").strip().rstrip("/").rpartition("/")[2]),
        at=clock.now(),
    )


_ACTS: Mapping[str, Callable[[HttpRequest, int, QueryDict], int | None]] = {
    "accept": _accept,
    "split": _split,
    "dismiss": _dismiss,
    "join": _join,
    "rename": _rename,
    "notice": _notice,
    "note": _note,
    "change": _change,
    "bind": _bind,
    "answer": _answer,
    "add": _add,
}


def _number(said: QueryDict, name: str) -> int:
    return _number_of(said.get(name, ""))


def _number_of(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) < 19):  # noqa: PLR2004
        raise Invalid(gettext_noop("Nothing was done: nothing was chosen. Choose, then try again."))
    return int(word)


def _numbers(said: QueryDict, name: str) -> list[int]:
    words = said.getlist(name)
    return [int(one) for one in words if one.isascii() and one.isdigit() and len(one) < 19]  # noqa: PLR2004


urlpatterns = [
    path("p/<slug:slug>/pains/", pains, name="pains"),
    path("p/<slug:slug>/pains/<int:point_id>/", pain, name="pain"),
    path("p/<slug:slug>/pains/<int:point_id>/do/", pain_act, name="pain_act"),
    path("p/<slug:slug>/pains/<int:point_id>/gone/", pain_gone, name="pain_gone"),
]

"""This week: the page that a product begins with."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from canyu.awards import queries as awards
from canyu.awards.queries import AwardView
from canyu.channels.queries import notices_for
from canyu.credits import queries as credit_queries
from canyu.credits.queries import CreditView
from canyu.journal import clock
from canyu.members.queries import MemberView
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.reports import queries as reports
from canyu.topics import queries as topics
from canyu.topics.queries import TopicView
from canyu.web.cards import ChangeCard, People, RepairCard, change_cards, repair_card
from canyu.web.echo_parts import Hour, hour_of
from canyu.web.frame import Reader, answer
from canyu.web.notice_words import NoticeLine, notice_lines
from canyu.web.request import load_product, member_id_of
from canyu.web.shared import shared, version_of_product
from canyu.web.views.topics import topic_cards
from canyu.web.week import Week, week_of

N_CHANGES = 12
N_ASKED = 4


@dataclass(frozen=True)
class OwnCard:
    """A change that the reader asked for (parts/change_yours.html)."""

    card: ChangeCard
    credit: CreditView
    topic: TopicView | None
    was_first: bool


@dataclass(frozen=True)
class PrizeCard:
    """The last Popcorn."""

    award: AwardView
    release: ReleaseView
    changes: tuple[ChangeView, ...]
    makers: tuple[MemberView, ...]


@dataclass(frozen=True)
class LastRepair:
    """The last public repair."""

    card: RepairCard
    release: ReleaseView


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The week of the only product there is, or a list of products, or the first steps."""
    member_id = member_id_of(request)
    found = products.products_for(member_id)
    if len(found) == 1:
        return _week_page(request, load_product(request, found[0].slug))
    context = {"products": found, "roles": products.product_ids_of_team(member_id or 0)}
    return render(request, "web/home/products.html", context)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """The week of a product."""
    return _week_page(request, load_product(request, slug))


def _week_page(request: HttpRequest, shown: ProductView) -> HttpResponse:
    at = clock.now()
    reader = Reader(request)
    member_id = reader.me.id if reader.me else None
    version = version_of_product(shown.id, at=at, with_talk=True)
    facts = shared.get(("home", shown.id), version, lambda: _facts(shown))
    reader.is_team = member_id in facts.team
    train = releases.train_of(shown.id, at=at)
    zone = train.timetable.zone if train else "UTC"
    week = week_of(shown.id, zone=zone, train=train, at=at)
    context: dict[str, Any] = {
        "week": week,
        "zone": zone,
        "missed": releases.missed_weeks_of(shown.id, at=at, n_weeks=2),
        "is_team": reader.is_team,
        "n_unread": reader.n_unread,
        "hour": _hour(facts, member_id),
        **_own_part(shown, week, member_id),
    }
    credits_ = credit_queries.own_credits_on([one.id for one in facts.changes], member_id)

    def make() -> HttpResponse:
        place = ("home", shown.id, reader.language)
        pair = shared.get((*place, "pair"), version, lambda: _pair(shown, facts, zone))
        new = _new_part(facts, credits_, place, version)
        return render(request, "web/home/week.html", {**context, **new, "pair": pair})

    told = tuple(repr(one) for one in (*context.values(), credits_))
    return answer(reader, version=version, told=told, make=make)


def _hour(facts: "Facts", member_id: int | None) -> Hour | None:
    """The first hour of the newest release, for its makers."""
    own = [one for one in facts.changes if member_id in one.maker_ids]
    if member_id is None or not own:
        return None
    return hour_of(facts.newest, own, viewer_id=member_id, at=clock.now())


@dataclass(frozen=True)
class Facts:
    """What the page of a week shows everybody, beside the week itself."""

    team: frozenset[int]
    newest: ReleaseView | None
    prize: PrizeCard | None
    repair: LastRepair | None
    changes: tuple[ChangeView, ...]
    cards: tuple[ChangeCard, ...]
    makers: tuple[MemberView, ...]


def _facts(shown: ProductView) -> Facts:
    newest = releases.latest_release(shown.id)
    changes = tuple(releases.changes_of([newest.id])) if newest else ()
    makers = dict.fromkeys(maker for change in changes for maker in change.maker_ids)
    return Facts(
        team=frozenset(products.team_member_ids(shown.id)),
        newest=newest,
        prize=_prize(shown.id),
        repair=_repair(shown.id),
        changes=changes,
        cards=tuple(change_cards(shown.slug, changes)),
        makers=People(makers).makers(makers),
    )


def _pair(shown: ProductView, facts: Facts, zone: str) -> SafeString:
    context = {"product": shown, "prize": facts.prize, "repair": facts.repair, "zone": zone}
    return render_to_string("web/home/pair.html", context)


def _new_part(
    facts: Facts, credits_: dict[int, CreditView], place: tuple[Hashable, ...], version: str
) -> dict[str, Any]:
    # What is the reader's own comes first; the rest stays in the order of the notes.
    own = [card for card in facts.cards if card.change.id in credits_]
    others = [card for card in facts.cards if card.change.id not in credits_][:N_CHANGES]

    def changes() -> SafeString:
        return render_to_string("web/home/changes.html", {"cards": others})

    return {
        "own": _own_cards(own, credits_),
        "changes": changes() if own else shared.get((*place, "changes"), version, changes),
        "n_more": len(facts.cards) - len(own) - len(others),
        "makers": facts.makers,
    }


def _own_cards(cards: Sequence[ChangeCard], credits_: dict[int, CreditView]) -> list[OwnCard]:
    topic_ids = [one.topic_id for one in credits_.values() if one.topic_id is not None]
    known = topics.topics_by_id(topic_ids, at=clock.now())
    found = []
    for card in cards:
        credit = credits_.get(card.change.id)
        if credit is not None:
            topic = known.get(credit.topic_id) if credit.topic_id is not None else None
            was_first = card.first_asker_id == credit.member_id
            found.append(OwnCard(card, credit, topic, was_first=was_first))
    return found


def _own_part(shown: ProductView, week: Week, member_id: int | None) -> dict[str, Any]:
    if member_id is None:
        return {"asked": [], "ring": None, "has_filled": False, "may_fill": False, "news": None}
    asked = topics.topics_asked_by(member_id, shown.id, at=clock.now(), limit=N_ASKED)
    is_open = week.state == "open" and week.release is not None
    return {
        "asked": topic_cards(asked),
        "news": _news(member_id, shown.id),
        "ring": products.ring_of(shown.id, member_id),
        "has_filled": week.release is not None and reports.has_filled(week.release.id, member_id),
        "may_fill": (
            is_open
            and week.release is not None
            and reports.may_fill(week.release.id, member_id, at=clock.now())
        ),
    }


def _news(member_id: int, product_id: int) -> NoticeLine | None:
    """What the reader was told last about this product and has not read."""
    newest = notices_for(member_id, limit=1, product_id=product_id)
    lines = notice_lines([one for one in newest if not one.is_read], at=clock.now())
    return lines[0] if lines else None


def _prize(product_id: int) -> PrizeCard | None:
    award = awards.latest_award(product_id)
    if award is None:
        return None
    known = releases.changes_by_id(award.change_ids)
    changes = tuple(known[one] for one in award.change_ids if one in known)
    makers = dict.fromkeys(maker for change in changes for maker in change.maker_ids)
    release = releases.release_by_id(award.release_id)
    return PrizeCard(award, release, changes, People(makers).many(makers))


def _repair(product_id: int) -> LastRepair | None:
    repair = reports.latest_repair(product_id)
    if repair is None:
        return None
    change = releases.change_of(repair.change_id)
    return LastRepair(
        repair_card(repair, change, People(change.maker_ids)),
        releases.release_by_id(repair.release_id),
    )


urlpatterns = [
    path("", home, name="home"),
    path("p/<slug:slug>/", product, name="product"),
]

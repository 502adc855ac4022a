"""Whoever was ahead, as pages show them: the sentences, and what each early voice was about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from canyu.credits.leads import Evidence
from canyu.credits.queries.leads import LeadView
from canyu.journal import clock
from canyu.members.queries import MemberView
from canyu.plan.queries import plan_items_by_id
from canyu.products.queries import ProductView
from canyu.releases.queries import changes_by_id
from canyu.topics.queries import topics_by_id
from canyu.web.cards import People
from canyu.web.templatetags.canyu_tags import day, in_language


@dataclass(frozen=True)
class EarlyLine:
    """One early voice: what it was about, and in two sentences when, and what became of it."""

    title: str
    href: str
    said: str
    became: str


@dataclass(frozen=True)
class LeadCard:
    """Somebody who was ahead, with the sentences that say why and how sure it is."""

    lead: LeadView
    person: MemberView | None
    decided_by: MemberView | None
    summary: str
    sureness: str
    lines: tuple[EarlyLine, ...]


Things = Mapping[tuple[str, int], tuple[str, str]]


def lead_cards(product: ProductView, leads: Sequence[LeadView]) -> list[LeadCard]:
    """Return the cards of these; as many queries for many as for one."""
    things = _things(product, [one for lead in leads for one in lead.evidence])
    people = People([one for lead in leads for one in (lead.member_id, lead.decided_by_id)])
    return [
        LeadCard(
            lead=lead,
            person=people.one(lead.member_id),
            decided_by=people.one(lead.decided_by_id),
            summary=_summary(lead),
            sureness=_sureness(lead),
            lines=tuple(_line(one, things) for one in lead.evidence),
        )
        for lead in leads
    ]


def _summary(lead: LeadView) -> str:
    figures = lead.figures
    said = {
        "n": figures["n"],
        "true": figures["n_true"],
        "usual": _number(float(figures["expected"])),
    }
    return (
        _(
            "%(true)s of %(n)s early voices came true. Of as many voices that others gave at the"
            " same times, and as early, it would be %(usual)s."
        )
        % said
    )


def _sureness(lead: LeadView) -> str:
    figures = lead.figures
    said = {
        "low": round(100 * figures["low"]),
        "high": round(100 * figures["high"]),
        "usual": round(100 * figures["expected"] / figures["n"]),
    }
    return (
        _(
            "How sure: of 100 such voices between %(low)s and %(high)s come true (95%% interval),"
            " usual are %(usual)s."
        )
        % said
    )


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _line(one: Evidence, things: Things) -> EarlyLine:
    title, href = things.get((_sort(one), one.subject_id), (_("something that is gone"), ""))
    when = {"day": day(datetime.fromisoformat(one.at))}
    return EarlyLine(title, href, _said(one) % when, _became(one))


def _said(one: Evidence) -> str:
    sentences = {
        "raised": _("Raised on %(day)s."),
        "joined": _("Said “me too” on %(day)s, when few had."),
        "wanted": _("Wanted it next on %(day)s, before any result showed it."),
        "liked": _("Liked it most on %(day)s, before everybody had it."),
    }
    return sentences.get(one.kind, sentences["joined"])


def _became(one: Evidence) -> str:
    sentences = {
        "shipped": _("It shipped, for those who asked."),
        "pain": _("It turned out to be what many say."),
        "loved": _("It was loved most."),
    }
    said = sentences.get(one.became, _("Nothing has come of it so far."))
    if one.became and one.n_after:
        others = _("Others who said it later: %(n)s.") % {"n": one.n_after}
        return f"{said} {others}"
    return said


def _sort(one: Evidence) -> str:
    return {"wanted": "item", "liked": "change"}.get(one.kind, "topic")


def _things(product: ProductView, evidence: Sequence[Evidence]) -> Things:
    ids: dict[str, set[int]] = {"topic": set(), "item": set(), "change": set()}
    for one in evidence:
        ids[_sort(one)].add(one.subject_id)
    slug, now = product.slug, clock.now()
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for key, topic in topics_by_id(ids["topic"], at=now).items():
        found["topic", key] = (topic.title, reverse("topic", args=[slug, key]))
    for key, item in plan_items_by_id(ids["item"], today=now.date()).items():
        found["item", key] = (in_language(item.title), f"{reverse('plan', args=[slug])}#item-{key}")
    for key, change in changes_by_id(ids["change"]).items():
        found["change", key] = (in_language(change.text), reverse("change", args=[slug, key]))
    return found

"""The drawn part of the results: scores and shares of one group of people, ring by ring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from canyu.awards.rules import P_ALONE
from canyu.members.queries import MemberView
from canyu.products.queries import RingView
from canyu.reports.figures import ChangeFigures, Figures, RingFigures, Share
from canyu.web import charts
from canyu.web.charts import (
    Chance,
    DotsTowards,
    IntervalChart,
    LoveHurtChart,
    Scored,
    Span,
    chance_in_words,
)
from canyu.web.templatetags.canyu_tags import in_language


@dataclass(frozen=True)
class ChartItem:
    """The head of a chart's row (parts/charts/item.html)."""

    text: Mapping[str, str]
    makers: tuple[MemberView, ...]
    href: str


@dataclass(frozen=True)
class Drawn:
    """The charts of one group of people; none that the answers do not bear."""

    scores: IntervalChart[ChartItem] | None
    shares: LoveHurtChart[ChartItem] | None


@dataclass(frozen=True)
class RingPart:
    """What one ring says: charts, or dots towards enough reports."""

    name: Mapping[str, str] | str
    n_reports: int
    n_judging: int
    first: str
    drawn: Drawn | None
    dots: DotsTowards | None


def draw(
    figures: Sequence[ChangeFigures],
    items: Mapping[int, ChartItem],
    won: set[int],
    *,
    is_plain: bool,
) -> Drawn:
    """Draw the scores, where there are any to compare, and the shares of both counts."""
    known = [one for one in figures if one.change_id in items]
    scored = [
        Scored(items[one.change_id], _score(one), chance=one.p_win, won=one.change_id in won)
        for one in known
        if one.score is not None
    ]
    return Drawn(
        scores=charts.interval_rows(scored) if scored and not is_plain else None,
        shares=charts.love_hurt_rows(
            [(items[one.change_id], span_of(one.best), span_of(one.worst)) for one in known]
        ),
    )


def rings_apart(
    known: Sequence[RingView],
    figures: Figures,
    items: Mapping[int, ChartItem],
    *,
    is_plain: bool,
) -> tuple[RingPart, ...]:
    """Ring by ring, in the product's order; one ring alone says nothing that is not said above."""
    if len(figures.rings) < 2:  # noqa: PLR2004 - nothing to compare
        return ()
    rings = {ring.key: ring for ring in known}
    places = {key: place for place, key in enumerate(rings)}
    return tuple(
        RingPart(
            name=rings[one.ring_key].name if one.ring_key in rings else one.ring_key,
            n_reports=one.n_reports,
            n_judging=one.n_judging,
            first=_first(one, items),
            drawn=draw(one.changes, items, set(), is_plain=is_plain) if one.changes else None,
            dots=None if one.changes else charts.dots_towards(one.n_judging),
        )
        for one in sorted(figures.rings, key=lambda one: places.get(one.ring_key, len(places)))
    )


def say_chance(chance: Chance) -> str:
    """Say a chance inside a sentence: "95%", "over 99%"."""
    if chance.side == "under":
        return _("under %(n)s%%") % {"n": chance.percent}
    if chance.side == "over":
        return _("over %(n)s%%") % {"n": chance.percent}
    return _("%(n)s%%") % {"n": chance.percent}


def span_of(share: Share) -> Span:
    """Return a share and its interval in percent."""
    value = share.share
    return Span(value * 100, min(share.low, value) * 100, max(share.high, value) * 100)


def _score(one: ChangeFigures) -> Span:
    value, low, high = one.score or 0.0, one.low or 0.0, one.high or 0.0
    return Span(value, min(low, value), max(high, value))


def _first(ring: RingFigures, items: Mapping[int, ChartItem]) -> str:
    """Say in one sentence who is first in a ring, or that nobody is."""
    scored = [one for one in ring.changes if one.p_win is not None and one.change_id in items]
    ranked = sorted(scored, key=lambda one: -(one.p_win or 0.0))
    if len(ranked) < 2:  # noqa: PLR2004 - nothing to compare
        return ""
    titles = [in_language(items[one.change_id].text) for one in ranked[:2]]
    chances = [say_chance(chance_in_words(one.p_win or 0.0)) for one in ranked[:2]]
    if (ranked[0].p_win or 0.0) >= P_ALONE:
        sentence = _("“%(title)s” is first; the chance is %(chance)s.")
        return sentence % {"title": titles[0], "chance": chances[0]}
    sentence = _("Too close: “%(title)s” %(chance)s, “%(other)s” %(other_chance)s.")
    return sentence % {
        "title": titles[0],
        "chance": chances[0],
        "other": titles[1],
        "other_chance": chances[1],
    }

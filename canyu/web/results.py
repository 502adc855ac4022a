"""What the results page is made of: the figures of a closed report, each with people and words.

Nothing is asked in a loop, and nothing here is reached before a report is closed: everything
starts from its tally.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canyu.awards.queries import AwardView
from canyu.awards.rules import MOST_SHARING, P_ALONE
from canyu.journal import clock
from canyu.members.queries import MemberView
from canyu.plan import queries as plan
from canyu.plan.queries import PlanItemView
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.remarks import queries as remarks
from canyu.reports import queries as reports
from canyu.reports.queries import RepairView, TallyView
from canyu.reports.rules import ENOUGH, FEWEST_TO_COMPARE
from canyu.reports.tally import ChangeFigures, Figures, RingFigures, Share
from canyu.web import charts
from canyu.web.cards import People, change_href
from canyu.web.charts import (
    Chance,
    DotsTowards,
    IntervalChart,
    LoveHurtChart,
    MoodRow,
    Scored,
    Span,
    chance_in_words,
)
from canyu.web.templatetags.canyu_tags import in_language

MOST_QUOTES = 20
MOST_WISHES = 12
MOST_RESULTS = 60


@dataclass(frozen=True)
class ChartItem:
    """The head of a chart's row (parts/charts/item.html)."""

    text: Mapping[str, str]
    makers: tuple[MemberView, ...]
    href: str


@dataclass(frozen=True)
class RuleLine:
    """One line of the award's rule, whether it holds, and what was found."""

    holds: bool
    says: str
    found: str


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


@dataclass(frozen=True)
class WantedRow:
    """A plan item that people want next; `share` is None where too few chose one."""

    item: PlanItemView
    keeper: MemberView | None
    share: Share | None

    @property
    def low(self) -> float:
        """The lower end, in percent."""
        return self.share.low * 100 if self.share else 0.0

    @property
    def high(self) -> float:
        """The upper end, in percent."""
        return self.share.high * 100 if self.share else 0.0


@dataclass(frozen=True)
class Reasons:
    """What people wrote on why they chose a change, without names."""

    item: ChartItem
    liked: tuple[str, ...]
    disliked: tuple[str, ...]

    @property
    def n(self) -> int:
        """How many texts these are."""
        return len(self.liked) + len(self.disliked)


@dataclass(frozen=True)
class RepairCard:
    """The answer to what hurt, with its people (parts/repair.html)."""

    repair: RepairView
    change: ChangeView
    makers: tuple[MemberView, ...]
    steps: tuple[Mapping[str, Any], ...]

    @property
    def is_kept(self) -> bool:
        """Whether the makers keep the change and say why."""
        return self.repair.kind == "keep"


@dataclass(frozen=True)
class ResultsPage:
    """All parts of the page, in their order."""

    drawn: Drawn | None
    dots: DotsTowards | None
    is_plain: bool
    hotfixes: str
    rule: tuple[RuleLine, ...]
    repairs: tuple[RepairCard, ...]
    reasons: tuple[Reasons, ...]
    moods: tuple[MoodRow[str], ...]
    wanted: tuple[WantedRow, ...]
    wishes: tuple[str, ...]
    rings: tuple[RingPart, ...]
    team: Drawn | None


def compose(
    product: ProductView,
    release: ReleaseView,
    tally: TallyView,
    award: AwardView | None,
    *,
    viewer_id: int | None,
) -> ResultsPage:
    """Put the page together from a tally; as many queries whatever the number of changes."""
    figures = tally.figures
    changes = releases.changes_by_id(one.change_id for one in figures.changes)
    wanted = plan.plan_items_by_id(
        [one.item_id for one in figures.wanted], today=clock.now().date()
    )
    repairs = reports.repairs_of_release(release.id, viewer_id=viewer_id)
    people = People(
        [maker for change in changes.values() for maker in change.maker_ids]
        + [item.keeper_id for item in wanted.values()]
        + [repair.answered_by_id for repair in repairs]
    )
    items = {one.id: _item(product, release, one, people) for one in changes.values()}
    won = set(award.change_ids) if award and award.state != "nobody" else set()
    is_plain = len(figures.changes) < FEWEST_TO_COMPARE
    return ResultsPage(
        drawn=draw(figures.changes, items, won, is_plain=is_plain) if figures.is_enough else None,
        dots=None if figures.is_enough else charts.dots_towards(figures.n_judging),
        is_plain=is_plain,
        hotfixes=_hotfixes(release, changes),
        rule=_rule(figures) if award else (),
        repairs=tuple(
            _repair(one, changes[one.change_id], people)
            for one in repairs
            if one.change_id in changes
        ),
        reasons=_reasons(figures.changes, items),
        moods=_moods(figures),
        wanted=_wanted(figures, wanted, people),
        wishes=_words("release", [release.id], "wanted", MOST_WISHES).get(release.id, ()),
        rings=_rings(product, figures, items, is_plain=is_plain),
        team=draw(figures.team, items, set(), is_plain=True) if figures.n_team >= ENOUGH else None,
    )


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
            [(items[one.change_id], _span(one.best), _span(one.worst)) for one in known]
        ),
    )


def say_chance(chance: Chance) -> str:
    """Say a chance inside a sentence: "95%", "over 99%"."""
    if chance.side == "under":
        return _("under %(n)s%%") % {"n": chance.percent}
    if chance.side == "over":
        return _("over %(n)s%%") % {"n": chance.percent}
    return _("%(n)s%%") % {"n": chance.percent}


def _item(
    product: ProductView, release: ReleaseView, change: ChangeView, people: People
) -> ChartItem:
    text = change.text
    if change.release_id != release.id:
        text = {
            spoken: f"{words}（{change.version}）"
            if spoken.startswith("zh")
            else f"{words} ({change.version})"
            for spoken, words in text.items()
        }
    return ChartItem(text, people.many(change.maker_ids), change_href(product.slug, change.id))


def _hotfixes(release: ReleaseView, changes: Mapping[int, ChangeView]) -> str:
    versions = (one.version for one in changes.values() if one.release_id != release.id)
    return ", ".join(dict.fromkeys(versions))


def _score(one: ChangeFigures) -> Span:
    value, low, high = one.score or 0.0, one.low or 0.0, one.high or 0.0
    return Span(value, min(low, value), max(high, value))


def _span(share: Share) -> Span:
    value = share.share
    return Span(value * 100, min(share.low, value) * 100, max(share.high, value) * 100)


def _rule(figures: Figures) -> tuple[RuleLine, ...]:
    """The rule as it was fixed, each line with what these reports say to it."""
    judged = ngettext("%(n)s person did.", "%(n)s people did.", figures.n_judging)
    lines = [
        RuleLine(
            figures.is_enough,
            _("At least %(enough)s people judged.") % {"enough": ENOUGH},
            judged % {"n": figures.n_judging},
        )
    ]
    chances = [one.p_win for one in figures.changes if one.p_win is not None]
    if chances:
        best = max(chances)
        found = _("The highest chance is %(chance)s.") % {
            "chance": say_chance(chance_in_words(best))
        }
        says = _("One change is liked most with a chance of at least %(least)s%%.")
        lines.append(RuleLine(best >= P_ALONE, says % {"least": round(P_ALONE * 100)}, found))
        if best < P_ALONE:
            n = len(figures.not_ruled_out)
            found = ngettext("It is %(n)s.", "They are %(n)s.", n) % {"n": n}
            says = _("Or at most %(most)s cannot be ruled out as the first: they share it.")
            lines.append(RuleLine(1 < n <= MOST_SHARING, says % {"most": MOST_SHARING}, found))
    lines.append(
        RuleLine(
            holds=True,
            says=_("Standing higher on the screen did not decide it."),
            found=_("The order was drawn for each person."),
        )
    )
    return tuple(lines)


def _repair(repair: RepairView, change: ChangeView, people: People) -> RepairCard:
    return RepairCard(
        repair=repair,
        change=change,
        makers=people.many(change.maker_ids),
        steps=tuple(
            {"words": in_language(step.text), "done": step.done_at is not None}
            for step in repair.steps
        ),
    )


def _reasons(
    figures: Sequence[ChangeFigures], items: Mapping[int, ChartItem]
) -> tuple[Reasons, ...]:
    ids = [one.change_id for one in figures if one.change_id in items]
    liked = _words("change", ids, "why_best", MOST_QUOTES)
    disliked = _words("change", ids, "why_worst", MOST_QUOTES)
    return tuple(
        Reasons(items[one], liked.get(one, ()), disliked.get(one, ()))
        for one in ids
        if one in liked or one in disliked
    )


def _words(kind: str, ids: Sequence[int], role: str, limit: int) -> dict[int, tuple[str, ...]]:
    found = remarks.cell_words_on(kind, ids, role, limit=limit)
    return {subject_id: tuple(texts) for subject_id, texts in found.items()}


def _moods(figures: Figures) -> tuple[MoodRow[str], ...]:
    if figures.n_moods < ENOUGH:
        return ()
    return charts.mood_rows([(one.mood, _span(one.share)) for one in figures.moods])


def _wanted(
    figures: Figures, items: Mapping[int, PlanItemView], people: People
) -> tuple[WantedRow, ...]:
    is_enough = figures.n_wanted >= ENOUGH
    rows = [
        WantedRow(
            items[one.item_id],
            people.one(items[one.item_id].keeper_id),
            one.share if is_enough else None,
        )
        for one in figures.wanted
        if one.item_id in items
    ]
    # Below the threshold not even the order says who wants what.
    return tuple(rows if is_enough else sorted(rows, key=lambda row: row.item.id))


def _rings(
    product: ProductView, figures: Figures, items: Mapping[int, ChartItem], *, is_plain: bool
) -> tuple[RingPart, ...]:
    """Ring by ring, in the product's order; one ring alone says nothing that is not said above."""
    if len(figures.rings) < 2:  # noqa: PLR2004 - nothing to compare
        return ()
    rings = {ring.key: ring for ring in products.rings_of(product.id)}
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

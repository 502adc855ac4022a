"""What the results page is made of: the figures of a closed report, each with people and words.

Nothing is asked in a loop, and nothing here is reached before a report is closed: everything
starts from its tally.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from canyu.awards.queries import AwardView
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
from canyu.reports.figures import ChangeFigures, Figures, Share
from canyu.reports.queries import TallyView
from canyu.reports.rules import ENOUGH, FEWEST_TO_COMPARE
from canyu.web import charts
from canyu.web.band_words import Named
from canyu.web.cards import People, RepairCard, change_href, repair_card
from canyu.web.charts import DotsTowards, MoodRow
from canyu.web.closer import Closer, look_closer
from canyu.web.result_charts import (
    ChartItem,
    Drawn,
    RingPart,
    draw,
    rings_apart,
    span_of,
)
from canyu.web.sureness import Check, checks_of, enough_check, one_change_check
from canyu.web.templatetags.canyu_tags import in_language

MOST_QUOTES = 20
MOST_WISHES = 12
MOST_RESULTS = 60
N_WANTED_OPEN = 6


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
class ResultsPage:
    """All parts of the page, in their order."""

    drawn: Drawn | None
    dots: DotsTowards | None
    is_plain: bool
    hotfixes: str
    checks: tuple[Check, ...]
    closer: Closer
    repairs: tuple[RepairCard, ...]
    reasons: tuple[Reasons, ...]
    moods: tuple[MoodRow[str], ...]
    wanted: tuple[WantedRow, ...]
    wishes: tuple[str, ...]
    rings: tuple[RingPart, ...]
    team: Drawn | None

    @property
    def wanted_first(self) -> tuple[WantedRow, ...]:
        """What is wanted most; the rest is folded."""
        return self.wanted[:N_WANTED_OPEN]

    @property
    def wanted_more(self) -> tuple[WantedRow, ...]:
        """What is folded."""
        return self.wanted[N_WANTED_OPEN:]


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
    rings = products.rings_of(product.id)
    named = Named(
        {one: in_language(item.text) for one, item in items.items()},
        {ring.key: in_language(ring.name) for ring in rings},
    )
    return ResultsPage(
        drawn=draw(figures.changes, items, won, is_plain=is_plain) if figures.is_enough else None,
        dots=None if figures.is_enough else charts.dots_towards(figures.n_judging),
        is_plain=is_plain,
        hotfixes=_hotfixes(release, changes),
        checks=_checks(figures, named) if award else (),
        closer=look_closer(figures, items, named, is_plain=is_plain),
        repairs=tuple(
            repair_card(one, changes[one.change_id], people)
            for one in repairs
            if one.change_id in changes
        ),
        reasons=_reasons(figures.changes, items),
        moods=_moods(figures),
        wanted=_wanted(figures, wanted, people),
        wishes=_words("release", [release.id], "wanted", MOST_WISHES).get(release.id, ()),
        rings=rings_apart(rings, figures, items, is_plain=is_plain),
        team=draw(figures.team, items, set(), is_plain=True) if figures.n_team >= ENOUGH else None,
    )


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
    return ChartItem(text, people.makers(change.maker_ids), change_href(product.slug, change.id))


def _hotfixes(release: ReleaseView, changes: Mapping[int, ChangeView]) -> str:
    versions = (one.version for one in changes.values() if one.release_id != release.id)
    return ", ".join(dict.fromkeys(versions))


def _checks(figures: Figures, named: Named) -> tuple[Check, ...]:
    """The rule as it was fixed, each line with what these reports say to it."""
    if len(figures.changes) < 2:  # noqa: PLR2004 - one change is no choice
        return (one_change_check(), enough_check(figures))
    if figures.top is None:
        return (enough_check(figures),)
    return (enough_check(figures), *checks_of(figures.top, named))


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
    # What several people wrote in the same words is read once.
    return {subject_id: tuple(dict.fromkeys(texts)) for subject_id, texts in found.items()}


def _moods(figures: Figures) -> tuple[MoodRow[str], ...]:
    if figures.n_moods < ENOUGH:
        return ()
    return charts.mood_rows([(one.mood, span_of(one.share)) for one in figures.moods])


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

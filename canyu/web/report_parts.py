"""The page of the four cells, put together: what everybody shares, and one reader's own part.

Shared are the page with its holes, each change as it stands on a fresh screen, and every small
state of the other cells (five moods, say). The reader's own are the order of the screen, the token,
and what was filled in before: changes with words or marks of theirs are rendered for them alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape

from canyu.members.queries import MemberView
from canyu.plan import queries as plan
from canyu.plan.queries import PlanItemView
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.reports import queries as reports
from canyu.reports.queries import Asked, ReportPage
from canyu.reports.rules import FEWEST_TO_COMPARE
from canyu.web.cards import People
from canyu.web.frame import frame_context
from canyu.web.shared import Cut, hole, render_shared, shared
from canyu.web.typed import Typed
from canyu.web.zone import zone_of

PAGE = "web/reports/report.html"


@dataclass(frozen=True)
class PickRow:
    """One change that may be judged, with its makers."""

    change: ChangeView
    makers: tuple[MemberView, ...]


@dataclass(frozen=True)
class WantedRow:
    """One plan item that can be wanted."""

    item: PlanItemView
    keeper: MemberView | None


@dataclass(frozen=True)
class Facts:
    """What the report page of a release shows everybody; `asked` is None before it opens."""

    product: ProductView
    release: ReleaseView
    zone: str
    asked: Asked | None
    rows: Mapping[int, PickRow]
    wanted: tuple[WantedRow, ...]
    team: frozenset[int]

    @property
    def is_two_words(self) -> bool:
        """Whether there are too few changes to speak of most and least."""
        return self.asked is not None and len(self.asked.change_ids) < FEWEST_TO_COMPARE


@dataclass(frozen=True)
class Form:
    """One view of the form: who sees it, what stands in it, what was wrong."""

    member_id: int
    page: ReportPage
    typed: Typed
    is_team: bool
    problem: str
    path: str
    language: str


def facts_of(product: ProductView, version: str, *, at: datetime) -> Facts:
    """Look up what everybody shares; a dozen queries. Raises `NotFound`."""
    release = releases.release_of(product.id, version)
    asked = reports.asked_in(release.id)
    changes = releases.changes_by_id(asked.change_ids if asked else ())
    items = plan.plan_items_by_id(asked.plan_item_ids if asked else (), today=at.date())
    people = People(
        [maker for change in changes.values() for maker in change.maker_ids]
        + [item.keeper_id for item in items.values()]
    )
    return Facts(
        product=product,
        release=release,
        zone=zone_of(product.id),
        asked=asked,
        rows={one: PickRow(row, people.makers(row.maker_ids)) for one, row in changes.items()},
        wanted=tuple(
            WantedRow(items[one], people.one(items[one].keeper_id))
            for one in (asked.plan_item_ids if asked else ())
            if one in items
        ),
        team=frozenset(products.team_member_ids(product.id)),
    )


def form_page(facts: Facts, form: Form, version: str) -> tuple[Cut, dict[str, str | bytes]]:
    """The page with its holes, and what goes into those of its middle."""
    place = (
        *("report", facts.release.id, form.language, form.path, form.is_team),
        *(_is_filled(form), len(form.page.shown)),
    )
    cut = shared.get(place, version, lambda: _page(facts, form))
    return cut, _values(facts, form, version)


def _is_filled(form: Form) -> bool:
    return bool(form.page.revision) and not form.problem


def _page(facts: Facts, form: Form) -> Cut:
    holes = ("member_id", "token", "revision", "problem", "described", "mood", "rows")
    context: dict[str, Any] = {
        **frame_context(facts.product, form.path, facts.zone, is_team=form.is_team, is_member=True),
        **{name: hole(name) for name in (*holes, "choices", "wanted", "bar")},
        "release": facts.release,
        "window": facts.asked,
        "is_filled": _is_filled(form),
        "is_team": form.is_team,
        "two_words": facts.is_two_words,
        "n_shown": len(form.page.shown),
        "n_judged": form.page.n_judged,
        "is_part": len(form.page.shown) < form.page.n_judged,
        "has_choices": bool(facts.wanted),
        "door": settings.CANYU_DOOR,
    }
    return render_shared(PAGE, context)


def _values(facts: Facts, form: Form, version: str) -> dict[str, str | bytes]:
    typed, page = form.typed, form.page
    is_change = bool(page.revision)

    def part(name: str, *told: Any, **context: Any) -> bytes:  # noqa: ANN401
        place = ("report", facts.release.id, form.language, name, *told)
        template = f"web/parts/report_{name}.html"
        return shared.get(place, version, lambda: render_shared(template, context).fill({}))

    two_words = facts.is_two_words
    no_most, no_least = typed.most is None, typed.least is None
    rows = [
        part("pick", one, change=row.change, makers=row.makers, two_words=two_words)
        if not typed.says_of(one)
        else _own_row(row, typed, two_words=two_words)
        for one in page.shown
        if (row := facts.rows.get(one)) is not None
    ]
    rows.append(
        part("neither", no_most, no_least, no_most=no_most, no_least=no_least, two_words=two_words)
    )
    chosen = typed.wanted_item
    known = chosen if any(row.item.id == chosen for row in facts.wanted) else chosen and -1
    return {
        "member_id": str(form.member_id),
        "token": page.token,
        "revision": str(page.revision),
        "problem": _problem(form.problem) if form.problem else "",
        "described": ' aria-describedby="problem"' if form.problem else "",
        "mood": part("mood", typed.known_mood, chosen=typed.known_mood),
        "rows": b"".join(rows),
        "choices": part("choices", known, items=facts.wanted, chosen=known) if facts.wanted else "",
        "wanted": escape(typed.wanted),
        "bar": part("bar", typed.n_filled, is_change, n_filled=typed.n_filled, is_change=is_change),
    }


def _own_row(row: PickRow, typed: Typed, *, two_words: bool) -> bytes:
    one = row.change.id
    context = {
        "change": row.change,
        "makers": row.makers,
        "two_words": two_words,
        "is_most": one == typed.most,
        "is_least": one == typed.least,
        "is_untried": one in typed.untried,
        "why_most": typed.why_most.get(one, ""),
        "why_least": typed.why_least.get(one, ""),
    }
    return render_to_string("web/parts/report_pick.html", context).encode()


def _problem(sentence: str) -> str:
    return render_to_string("web/parts/report_problem.html", {"problem": sentence})

"""Results as files, so that anybody can compute them again: counts and figures, no names."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from canyu.awards.queries import AwardView
from canyu.plan.queries import PlanItemView
from canyu.products.queries import ProductView
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.reports.figures import ChangeFigures, Share
from canyu.reports.queries import TallyView
from canyu.reports.rules import ENOUGH
from canyu.web.templatetags.canyu_tags import pick_language

FORMAT = "canyu-results/1"
DIGITS = 4
# A cell that begins so would be computed by a spreadsheet (CWE-1236).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"

COLUMNS: Mapping[str, str | Promise] = {
    "product": _("the product's name in addresses"),
    "release": _("the version that was judged"),
    "ring": _("the ring whose reports these are; empty for everybody"),
    "n_judging": _("how many people of these said what they liked most or least"),
    "change_id": _("the change, as in its address"),
    "key": _("the change, as in files of the product; a hotfix's version stands before it"),
    "version": _("the release or hotfix that brought it"),
    "title": _("the change in words"),
    "n_shown": _("how many of those had it on their screen and had tried it"),
    "n_liked_most": _("how many of those liked it most"),
    "n_liked_least": _("how many of those liked it least"),
    "liked_most": _("share that liked it most, from 0 to 1"),
    "liked_most_low": _("lower end of its interval of 95%"),
    "liked_most_high": _("upper end of its interval of 95%"),
    "liked_least": _("share that liked it least, from 0 to 1"),
    "liked_least_low": _("lower end of its interval of 95%"),
    "liked_least_high": _("upper end of its interval of 95%"),
    "score": _("its part of 100; empty where there is nothing to compare"),
    "score_low": _("lower end of its interval of 95%"),
    "score_high": _("upper end of its interval of 95%"),
    "chance_first": _("chance, from 0 to 1, that it is truly liked most"),
}


def rows_of(
    product: ProductView,
    release: ReleaseView,
    tally: TallyView,
    changes: Mapping[int, ChangeView],
    keys: Mapping[int, str],
) -> list[dict[str, Any]]:
    """One row for each change, first for everybody, then for each ring with enough reports.

    Where fewer than 30 people judged, nothing is told of what they chose.
    """
    figures = tally.figures
    groups = [("", figures.n_judging, figures.changes if figures.is_enough else ())]
    groups += [(ring.ring_key, ring.n_judging, ring.changes) for ring in figures.rings]
    return [
        {
            "product": product.slug,
            "release": release.version,
            "ring": ring_key,
            "n_judging": n_judging,
            **_change(changes[one.change_id], keys, product.language),
            **_figures(one),
        }
        for ring_key, n_judging, found in groups
        for one in found
        if one.change_id in changes
    ]


def to_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV (RFC 4180) that no spreadsheet takes for formulas."""
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([safe_cell(row[column]) for column in COLUMNS])
    return BYTE_ORDER_MARK + page.getvalue()


def safe_cell(value: object) -> object:
    """Return a cell that a spreadsheet shows as it is: what looks like a formula gets a '."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value


def to_json(
    product: ProductView,
    release: ReleaseView,
    tally: TallyView,
    award: AwardView | None,
    items: Mapping[int, PlanItemView],
    rows: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return everything that the page says in figures, with what each column means."""
    figures = tally.figures
    with translation.override("en"):
        columns = {name: str(meaning) for name, meaning in COLUMNS.items()}
    return {
        "format": FORMAT,
        "product": product.slug,
        "release": release.version,
        "counted_at": tally.at.isoformat(),
        "n_reports": figures.n_reports,
        "n_judging": figures.n_judging,
        "n_team_kept_apart": figures.n_team,
        "n_people_who_had_it": tally.n_exposed,
        "is_enough": figures.is_enough,
        "enough": ENOUGH,
        "model": figures.model,
        "ghost": figures.ghost,
        "award": _award(award),
        "rings": [
            {"ring": one.ring_key, "n_reports": one.n_reports, "n_judging": one.n_judging}
            for one in figures.rings
        ],
        "changes": list(rows),
        "n_moods": figures.n_moods,
        "moods": [
            {"mood": one.mood, **_share("share", one.share)}
            for one in figures.moods
            if figures.n_moods >= ENOUGH
        ],
        "n_wanted": figures.n_wanted,
        "wanted": [
            {
                "plan_item_id": one.item_id,
                "key": items[one.item_id].key,
                "title": items[one.item_id].title,
                **_share("share", one.share),
            }
            for one in figures.wanted
            if figures.n_wanted >= ENOUGH and one.item_id in items
        ],
        "columns": columns,
    }


def _change(change: ChangeView, keys: Mapping[int, str], language: str) -> dict[str, Any]:
    return {
        "change_id": change.id,
        "key": keys.get(change.id, change.key),
        "version": change.version,
        "title": pick_language(change.text, language)[1],
    }


def _figures(one: ChangeFigures) -> dict[str, Any]:
    return {
        "n_shown": one.n_shown,
        "n_liked_most": one.n_best,
        "n_liked_least": one.n_worst,
        **_share("liked_most", one.best),
        **_share("liked_least", one.worst),
        "score": _rounded(one.score),
        "score_low": _rounded(one.low),
        "score_high": _rounded(one.high),
        "chance_first": _rounded(one.p_win),
    }


def _share(name: str, share: Share) -> dict[str, Any]:
    return {
        name: _rounded(share.share),
        f"{name}_low": _rounded(share.low),
        f"{name}_high": _rounded(share.high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _award(award: AwardView | None) -> dict[str, Any] | None:
    if award is None:
        return None
    return {
        "state": award.state,
        "outcome": award.outcome,
        "reason": award.reason,
        "change_ids": list(award.change_ids),
    }

"""Results as files, so that anybody can compute them again: counts and figures, no names."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from canyu.awards.queries import AwardView
from canyu.plan.queries import PlanItemView
from canyu.products.queries import ProductView
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.reports.figures import ChangeFigures, Figures, Share
from canyu.reports.queries import TallyView
from canyu.reports.rules import ENOUGH
from canyu.web.templatetags.canyu_tags import pick_language

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FORMAT = "canyu-results/2"
DIGITS = 4
# A cell that begins so would be computed by a spreadsheet (CWE-1236).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"
AXES = tuple(
    f"{axis}{end}" for axis in ("love", "hurt", "controversy") for end in ("", "_low", "_high")
)
WEIGHTED = {
    "weighted_score": "score",
    "weighted_score_low": "low",
    "weighted_score_high": "high",
    "weighted_chance_first": "p_win",
}

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
    "chance_last": _("chance, from 0 to 1, that it is truly liked least"),
    "love": _("how much it is loved, in logits about an average change; only for everybody"),
    "love_low": _("lower end of its interval of 95%"),
    "love_high": _("upper end of its interval of 95%"),
    "hurt": _("how much it hurts, in logits about an average change; only for everybody"),
    "hurt_low": _("lower end of its interval of 95%"),
    "hurt_high": _("upper end of its interval of 95%"),
    "controversy": _("half the sum of love and hurt: above 0 it divides, below 0 it leaves cold"),
    "controversy_low": _("lower end of its interval of 95%"),
    "controversy_high": _("upper end of its interval of 95%"),
    "says": _("“divides” or “leaves cold” where that is sure, else empty"),
    "weighted_score": _("its score weighted to those who use the product; only for everybody"),
    "weighted_score_low": _("lower end of its interval of 95%"),
    "weighted_score_high": _("upper end of its interval of 95%"),
    "weighted_chance_first": _("chance, from 0 to 1, of being liked most, weighted"),
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
            **_closer(one.change_id, figures if not ring_key else None),
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
        "rings_apart": _plain(figures.rings_apart),
        "weighted": _without(_plain(figures.weighted), "scores"),
        "verdict": {"top": _plain(figures.top), "bottom": _plain(figures.bottom)},
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
        "chance_last": _rounded(one.p_last),
    }


def _closer(change_id: int, figures: Figures | None) -> dict[str, Any]:
    """Love, hurt and weighted score of a change; all empty for rings and where nothing is known."""
    axes = {one.change_id: one for one in figures.axes} if figures else {}
    scores = figures.weighted.scores if figures and figures.weighted else ()
    axis = axes.get(change_id)
    weighted = next((one for one in scores if one.change_id == change_id), None)
    found: dict[str, Any] = {name: _rounded(getattr(axis, name)) if axis else None for name in AXES}
    found["says"] = axis.says if axis else None
    for name, field in WEIGHTED.items():
        found[name] = _rounded(getattr(weighted, field)) if weighted else None
    return found


def _plain(value: "DataclassInstance | None") -> dict[str, Any] | None:
    """Return a dataclass as JSON values, numbers rounded; None stays None."""
    return None if value is None else {key: _round(one) for key, one in asdict(value).items()}


def _round(value: object) -> object:
    if isinstance(value, dict):
        return {name: _round(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_round(one) for one in value]
    return round(value, DIGITS) if isinstance(value, float) else value


def _without(value: dict[str, Any] | None, name: str) -> dict[str, Any] | None:
    return None if value is None else {key: one for key, one in value.items() if key != name}


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

"""The results looked at more closely: what divides people, rings apart, raw beside weighted."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canyu.reports.figures import Figures, HeldRing, VerdictFigures, WeightedFigures
from canyu.web.award_cards import in_a_row
from canyu.web.band_words import Named
from canyu.web.charts import Chance, Span, chance_in_words
from canyu.web.divide_charts import Beside, Divided, Field, beside_rows, field_of
from canyu.web.result_charts import ChartItem, say_chance
from canyu.web.sureness import say_p, what_would_change_it

ENOUGH_TO_DIVIDE = 200
"""Below so many people the core says of nothing that it divides them (bestworst.axes)."""


@dataclass(frozen=True)
class Weighted:
    """Raw scores beside weighted ones, and in words what was weighted, and what could not be."""

    beside: Beside[ChartItem] | None
    says: tuple[str, ...]
    first: str
    chance: Chance | None


@dataclass(frozen=True)
class Closer:
    """What is below the scores; parts that these reports do not bear are None or empty."""

    field: Field[ChartItem] | None
    divides: tuple[str, ...]
    rings: str
    weighted: Weighted | None
    bottom: str


def look_closer(
    figures: Figures, items: Mapping[int, ChartItem], named: Named, *, is_plain: bool
) -> Closer:
    """Put together what is asked beyond scores."""
    bottom = _bottom(figures.bottom, named) if figures.bottom else ""
    if is_plain or not figures.is_enough:
        return Closer(None, (), "", None, bottom)
    return Closer(
        field=_field(figures, items),
        divides=_divides(figures, named),
        rings=_rings(figures, named),
        weighted=_weighted(figures.weighted, figures, items, named) if figures.weighted else None,
        bottom=bottom,
    )


def _bottom(verdict: VerdictFigures, named: Named) -> str:
    """Say how sure it is what was liked least, where the rule found one alone."""
    if verdict.outcome != "alone":
        return ""
    sentence = _("By the same rule %(change)s is the one liked least; the chance is %(chance)s.")
    said = sentence % {
        "change": named.change(verdict.change_id),
        "chance": say_chance(chance_in_words(verdict.chance.p)),
    }
    return f"{said} {what_would_change_it(verdict)}"


def _field(figures: Figures, items: Mapping[int, ChartItem]) -> Field[ChartItem] | None:
    axes = {one.change_id: one for one in figures.axes}
    shown = [
        Divided(
            item=items[one.change_id],
            love=Span(axis.love, axis.love_low, axis.love_high),
            hurt=Span(axis.hurt, axis.hurt_low, axis.hurt_high),
            says=axis.says,
        )
        for one in figures.changes
        if one.change_id in items and (axis := axes.get(one.change_id)) is not None
    ]
    return field_of(shown) if shown else None


def _divides(figures: Figures, named: Named) -> tuple[str, ...]:
    """Say of each change that surely divides people or leaves them cold that it does."""
    if not figures.axes:
        return ()
    sentences = {
        "divides": _("%(change)s divides people: loved by some, disliked by others."),
        "leaves cold": _("%(change)s leaves people cold: few chose it either way."),
    }
    order = {one.change_id: place for place, one in enumerate(figures.changes)}
    said = [
        sentences[one.says] % {"change": named.change(one.change_id)}
        for one in sorted(figures.axes, key=lambda one: order.get(one.change_id, 0))
        if one.says in sentences
    ]
    if said:
        return tuple(said)
    if figures.n_judging < ENOUGH_TO_DIVIDE:
        sentence = _("From %(enough)s people on we also say which changes divide them.")
        return (sentence % {"enough": ENOUGH_TO_DIVIDE},)
    return (_("No change surely divides people, and none surely leaves them cold."),)


def _rings(figures: Figures, named: Named) -> str:
    apart = figures.rings_apart
    if apart is None:
        return ""
    chance = say_p(apart.p_value)
    if not apart.differ:
        sentence = _(
            "The rings do not surely judge differently: so large a difference comes by chance too"
            " (%(p)s)."
        )
        return sentence % {"p": chance}
    sentence = _("The rings judge differently: that is hardly chance (%(p)s).")
    said = [sentence % {"p": chance}]
    if apart.change_ids:
        titles = in_a_row([named.change(one) for one in apart.change_ids])
        said.append(_("They surely part on %(titles)s.") % {"titles": titles})
    return " ".join(said)


def _weighted(
    weighted: WeightedFigures, figures: Figures, items: Mapping[int, ChartItem], named: Named
) -> Weighted:
    found = {one.change_id: one for one in weighted.scores}
    rows = [
        (
            items[one.change_id],
            Span(one.score, min(one.low or 0.0, one.score), max(one.high or 0.0, one.score)),
            Span(other.score, min(other.low, other.score), max(other.high, other.score)),
        )
        for one in figures.changes
        if one.score is not None
        and one.change_id in items
        and (other := found.get(one.change_id)) is not None
    ]
    first = max(weighted.scores, key=lambda one: one.p_win, default=None)
    return Weighted(
        beside=beside_rows(rows) if rows else None,
        says=tuple(_say_weights(weighted, named)),
        first=named.change(first.change_id) if first else "",
        chance=chance_in_words(first.p_win) if first else None,
    )


def _say_weights(weighted: WeightedFigures, named: Named) -> list[str]:
    said = []
    if weighted.scores:
        sentence = _(
            "The weights cost precision: these people count like %(n_eff)s (Kish’s effective"
            " number; design effect %(deff)s)."
        )
        said.append(sentence % {"n_eff": f"{weighted.n_eff:.0f}", "deff": f"{weighted.deff:.2f}"})
    else:
        said.append(_("Nothing could be weighted, so there are no weighted scores."))
    said += [_say_held(one, named) for one in weighted.held]
    return said


def _say_held(one: HeldRing, named: Named) -> str:
    name = named.rings.get(one.name, one.name) if one.kind == "ring" else one.name
    if one.reason == "unknown":
        sentence = ngettext(
            "%(n)s person told no known ring or device line, and was not weighted by it.",
            "%(n)s people told no known ring or device line, and were not weighted by it.",
            one.n,
        )
        return sentence % {"n": one.n}
    sentences = {
        "nobody": _("“%(name)s”: nobody of it judged, so nothing speaks for it."),
        "too few": _("“%(name)s”: too few judged to be weighted up; they count as they are."),
        "over cap": _("“%(name)s”: its people would weigh too much; they count as they are."),
    }
    other = _("“%(name)s”: not weighted.")
    return sentences.get(one.reason, other) % {"name": name}

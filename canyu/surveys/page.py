"""A judgement as one page that needs no other file, no network and no script."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from canyu.surveys.charts import name_of, order_chart, place_table, pull_chart
from canyu.surveys.names import clipped, printable
from canyu.surveys.style import STYLE
from canyu.surveys.words import MODELS, facts, headline, how_to_read, percent

if TYPE_CHECKING:
    from canyu.surveys.judgement import Award, Clause, Item, Judgement, Segments

_MARKS = {True: ("✓", "holds"), False: ("✗", "does not hold"), None: ("–", "not tested")}
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Ccircle cx='8' cy='8' r='7' fill='%23e06c0a'/%3E%3C/svg%3E"
)


def page_of(judgement: Judgement, *, source: str) -> str:
    """Return the page as HTML."""
    title = f"What people like: {printable(source)}"
    parts = [
        _head(judgement, source),
        _order(judgement),
        _award(judgement.award),
        _love_and_hate(judgement),
        _segments(judgement.segments) if judgement.segments else "",
        _position(judgement),
        _weights(judgement),
        _all_figures(judgement),
        _notes(judgement),
        _method(judgement),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="icon" href="{_ICON}">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _head(judgement: Judgement, source: str) -> str:
    # Why not stands right below, check by check.
    says = (
        judgement.award.sentence
        if judgement.award.outcome == "alone"
        else f"{clipped(judgement.award.leader)} is ahead, but not safely enough to stand alone."
    )
    lead = f'<p class="lead">{escape(printable(says))}</p>'
    return (
        f'<p class="over">{name_of(source)} · {escape(facts(judgement))}</p>'
        f"<h1>{escape(printable(headline(judgement)))}</h1>{lead}"
    )


def _order(judgement: Judgement) -> str:
    return (
        "<h2>From best to worst</h2>"
        f'{order_chart(judgement)}<p class="key">{escape(how_to_read(judgement))}</p>'
    )


def _award(award: Award) -> str:
    rows = "".join(_clause(clause) for clause in award.clauses)
    return (
        "<h2>How safe is first place?</h2>"
        "<p>An item is called first alone only if all of these hold.</p>"
        f'<ul class="checks">{rows}</ul>'
    )


def _clause(clause: Clause) -> str:
    mark, word = _MARKS[clause.holds]
    kind = "no" if clause.holds is False else "yes"
    return (
        f'<li class="{kind}"><span class="mark" role="img" aria-label="{word}">{mark}</span>'
        f"<p>{escape(printable(clause.sentence))}</p></li>"
    )


def _love_and_hate(judgement: Judgement) -> str:
    if all(item.appeal is None for item in judgement.items):
        return ""
    split = [item for item in judgement.items if item.is_controversial]
    words = "Much on both sides is opinion divided; little on either side is indifference. " + (
        "Marked are items that are loved and hated by clearly more people than others "
        "that are liked as much on the whole."
        if split
        else "No item divides people clearly more than the others do."
    )
    return f"<h2>Love and hate</h2><p>{words}</p>{pull_chart(judgement)}"


def _segments(segments: Segments) -> str:
    told = [group for group in segments.groups if group.items]
    if not told:
        return (
            f"<h2>By {escape(printable(segments.column))}</h2>"
            f"<p>{escape(printable(segments.sentence))}</p>"
        )
    heads = "".join(
        f'<th scope="col">{name_of(group.name or "(empty)")}<br>{group.n_respondents:,} people</th>'
        for group in told
    )
    leads = [max(item.score for item in group.items) for group in told]
    rows = "".join(
        f'<tr><th scope="row">{name_of(item.name)}'
        + ('<span class="tag">differs</span>' if item.name in segments.differs else "")
        + "</th>"
        + "".join(
            _group_cell(group.items[at].score, lead)
            for group, lead in zip(told, leads, strict=True)
        )
        + "</tr>"
        for at, item in enumerate(told[0].items)
    )
    return (
        f"<h2>By {escape(printable(segments.column))}</h2>"
        f"<p>{escape(printable(segments.sentence))}</p>"
        '<div class="wide" tabindex="0" role="region" aria-label="Scores by group"><table>'
        f"<caption>Scores; the highest of each group is marked.</caption>"
        f'<thead><tr><th scope="col">item</th>{heads}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _group_cell(score: float, lead: float) -> str:
    kind = ' class="lead"' if score == lead else ""
    return f"<td{kind}>{score:.1f}</td>"


def _position(judgement: Judgement) -> str:
    position = judgement.position
    if not position.orders_vary:
        return ""
    sentence = "In a random order, every place should be picked about as often as the others."
    return (
        f"<h2>Where it stood on the screen</h2><p>{escape(printable(sentence))}</p>"
        f"{place_table(position)}"
    )


def _weights(judgement: Judgement) -> str:
    if judgement.weights is None:
        return ""
    return f"<h2>Weights</h2><p>{escape(printable(judgement.weights.sentence))}</p>"


def _all_figures(judgement: Judgement) -> str:
    heads = ("score", "95% interval", "first", "last", "best", "worst", "shown", "logit", "error")
    rows = "".join(_figures_row(item) for item in judgement.items)
    return (
        '<h2>All figures</h2><div class="wide" tabindex="0" role="region" '
        'aria-label="All figures"><table><thead><tr><th scope="col">item</th>'
        + "".join(f'<th scope="col">{head}</th>' for head in heads)
        + f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _figures_row(item: Item) -> str:
    cells = (
        f"{item.score:.1f}",
        f"{item.low:.1f} to {item.high:.1f}",
        percent(item.p_win),
        percent(item.p_last),
        f"{item.best:,}",
        f"{item.worst:,}",
        f"{item.shown:,}",
        f"{item.coef:+.3f}",
        f"{item.se_robust:.3f}",
    )
    return (
        f'<tr><th scope="row">{name_of(item.name)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def _notes(judgement: Judgement) -> str:
    if not judgement.notes:
        return ""
    rows = "".join(f"<li>{escape(printable(note))}</li>" for note in judgement.notes)
    return f"<h2>Worth knowing</h2><ul>{rows}</ul>"


def _method(judgement: Judgement) -> str:
    base = f"relative to {printable(judgement.base)}" if judgement.base else "adding up to nought"
    words = (
        f"Model: {MODELS[judgement.model]}; each item has {judgement.ghost:g} imagined wins and "
        f"losses. Logits are {base}; errors allow for people who answered several screens. "
        f"Log-likelihood {judgement.loglik:,.2f} "
        f"(all items alike: {judgement.loglik_null:,.2f}). "
        "Intervals hold the true score 95 times in 100; chances to be first are pulled together "
        "where answers are few, since whoever is ahead is ahead partly by luck."
    )
    return f'<h2>How this was found</h2><p class="soft">{escape(words)}</p>'

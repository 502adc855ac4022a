"""The pictures of a judgement's page, drawn without a script; each stands beside its figures."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from canyu.surveys.names import printable

if TYPE_CHECKING:
    from canyu.surveys.judgement import Item, Judgement, Position

_WIDTH = 400.0
_HEIGHT = 20.0
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
_MOST_LINES = 5


def name_of(name: str) -> str:
    """Return a name for a page, in its own direction of writing."""
    return f"<bdi>{escape(printable(name))}</bdi>"


def order_chart(judgement: Judgement) -> str:
    """Return the items by score, each with its interval on one common scale from nought."""
    top = max(item.high for item in judgement.items)
    step = next(step for step in _STEPS if top / step <= _MOST_LINES)
    full = step * (int(top / step) + 1)
    edge = full if top > full - step * 0.5 else top * 1.02
    rows = "".join(
        _order_row(rank, item, edge, step, is_first=item.name in judgement.award.contenders)
        for rank, item in enumerate(judgement.items, start=1)
    )
    return f'<ol class="order">{rows}</ol>{_axis(edge, step)}'


def _axis(edge: float, step: int) -> str:
    """Return the numbers under the common scale."""
    numbers = "".join(
        f'<span style="left:{100 * at / edge:.2f}%">{at}</span>'
        for at in range(0, int(edge) + 1, step)
    )
    return f'<p class="axis" aria-hidden="true"><span class="scale">{numbers}</span></p>'


def _order_row(rank: int, item: Item, edge: float, step: int, *, is_first: bool) -> str:
    split = '<span class="tag">splits opinion</span>' if item.is_controversial else ""
    kind = ' class="first"' if is_first else ""
    return (
        f'<li{kind}><span class="rank">{rank}</span><span>{name_of(item.name)}{split}</span>'
        f'<span class="bar">{_interval(item, edge, step)}</span>'
        f'<span class="num">{item.score:.1f}</span></li>'
    )


def _interval(item: Item, edge: float, step: int) -> str:
    """Draw one interval: a line, with a dot that stays round at every width."""
    low, score, high = (100 * value / edge for value in (item.low, item.score, item.high))
    lines = "".join(
        f'<line class="grid" x1="{100 * at / edge:.2f}%" x2="{100 * at / edge:.2f}%" y1="-5" '
        f'y2="{_HEIGHT + 5:g}"/>'
        for at in range(0, int(edge) + 1, step)
    )
    label = f"score {item.score:.1f}, 95% interval {item.low:.1f} to {item.high:.1f}"
    middle = _HEIGHT / 2
    return (
        f'<svg role="img" aria-label="{label}" width="100%" height="{_HEIGHT:g}">{lines}'
        f'<line class="line" x1="{low:.2f}%" x2="{high:.2f}%" y1="{middle:g}" y2="{middle:g}"/>'
        f'<circle class="dot" cx="{score:.2f}%" cy="{middle:g}" r="5"/></svg>'
    )


def pull_chart(judgement: Judgement) -> str:
    """Return for each item how often it was picked as worst, and as best, when it was shown."""
    shares = [
        (item, item.worst / max(item.shown, 1), item.best / max(item.shown, 1))
        for item in judgement.items
    ]
    most = max(max(worst, best) for _, worst, best in shares) or 1.0
    rows = "".join(_pull_row(item, worst, best, most) for item, worst, best in shares)
    head = (
        '<li class="head"><span>of the times it was shown</span>'
        '<span class="left">picked as worst</span><span class="right">picked as best</span></li>'
    )
    return f'<ul class="pull">{head}{rows}</ul>'


def _pull_row(item: Item, worst: float, best: float, most: float) -> str:
    split = '<span class="tag">splits opinion</span>' if item.is_controversial else ""
    # A quarter of the half is left for the number beside the longest bar.
    left, right = (f"{75 * share / most:.1f}%" for share in (worst, best))
    return (
        f"<li><span>{name_of(item.name)}{split}</span>"
        f'<span class="left"><i class="hate" style="width:{left}"></i>{100 * worst:.0f}%</span>'
        f'<span class="right"><i class="love" style="width:{right}"></i>{100 * best:.0f}%</span>'
        "</li>"
    )


def place_table(position: Position) -> str:
    """Return how often each place of the screen was picked."""
    heads = "".join(f'<th scope="col">{at}</th>' for at in range(1, len(position.best_at) + 1))
    rows = "".join(
        f'<tr><th scope="row">picked as {name}</th>'
        + "".join(f"<td>{count:,}</td>" for count in counts)
        + "</tr>"
        for name, counts in (("best", position.best_at), ("worst", position.worst_at))
    )
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Picks by place"><table>'
        f'<thead><tr><th scope="col">place on the screen</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )

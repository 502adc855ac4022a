"""A judgement as text for a terminal: a table with bars, then what it says in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from canyu.surveys.names import clipped, padded, width
from canyu.surveys.words import facts, headline, may_be_first, percent, what_a_score_is

if TYPE_CHECKING:
    from canyu.surveys.judgement import Item, Judgement, Segments

_NARROWEST = 60
_WIDEST = 110
_SHORTEST_BAR = 14
_LONGEST_BAR = 40
_SHORTEST_NAME = 12
_MARK = "*"
_GROUP = 10
_SAID = {True: "[yes]", False: "[NO] ", None: "[?]  "}
_BOLD, _DIM, _ORANGE, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Look:
    """How wide the text may be, and what the terminal can show."""

    columns: int = 80
    has_colour: bool = False
    is_unicode: bool = True

    def paint(self, text: str, *codes: str) -> str:
        """Colour `text` where there is colour."""
        return f"{''.join(codes)}{text}{_OFF}" if self.has_colour and text.strip() else text


@dataclass(frozen=True, slots=True)
class _Shape:
    """The widths of the table's columns."""

    name: int
    bar: int
    numbers: tuple[int, ...]


_HEADS = ("first", "best", "worst", "shown")


def text_of(judgement: Judgement, *, source: str, look: Look) -> str:
    """Return the whole answer as lines of at most `look.columns` columns, ending in a newline."""
    columns = min(max(look.columns, _NARROWEST), _WIDEST)
    parts = [
        look.paint(wrapped(f"{clipped(source)}: {facts(judgement)}", columns), _BOLD),
        _table(judgement, columns, look),
        look.paint(wrapped(_legend(judgement), columns), _DIM),
    ]
    parts.append(_verdict(judgement, columns, look))
    if judgement.weights:
        parts.append(wrapped(judgement.weights.sentence, columns))
    if judgement.segments:
        parts.append(_groups(judgement.segments, columns))
    if judgement.notes:
        parts.append("\n".join(wrapped(note, columns, "- ") for note in judgement.notes))
    text = "\n\n".join(part for part in parts if part) + "\n"
    return text if look.is_unicode else text.replace("…", "...")


def wrapped(text: str, columns: int, first: str = "") -> str:
    """Break `text` into lines, counting wide characters as two; `first` begins the first one."""
    lines, line = list[str](), ""
    room = columns - width(first)
    for word in text.split():
        for piece in _pieces(word, room):
            if line and width(line) + 1 + width(piece) > room:
                lines.append(line)
                line = ""
            line += f" {piece}" if line else piece
    blanks = " " * width(first)
    return "\n".join(f"{blanks if at else first}{each}" for at, each in enumerate([*lines, line]))


def _table(judgement: Judgement, columns: int, look: Look) -> str:
    cells = [_cells(item) for item in judgement.items]
    shape = _shape(judgement, cells, columns)
    top = max(item.high for item in judgement.items) or 1.0
    scale = "95% interval" if shape.bar >= len("95% interval") else "interval"
    head = f"{'':3} {padded('item', shape.name)}  score  {padded(scale, shape.bar)}"
    lines = [look.paint(_line(head, _HEADS, shape), _DIM)]
    for rank, (item, numbers) in enumerate(zip(judgement.items, cells, strict=True), start=1):
        name = padded(_named(item, shape.name), shape.name)
        bar = _bar(item, top, shape.bar, is_unicode=look.is_unicode)
        if item.name in judgement.award.contenders:
            name = look.paint(name, _BOLD)
        start = f"{rank:>3} {name}  {item.score:>5.1f}  {look.paint(bar, _ORANGE)}"
        lines.append(_line(start, numbers, shape))
    return "\n".join(lines)


def _line(start: str, numbers: tuple[str, ...], shape: _Shape) -> str:
    right = "".join(f"  {text:>{size}}" for text, size in zip(numbers, shape.numbers, strict=True))
    return start + right


def _cells(item: Item) -> tuple[str, ...]:
    return percent(item.p_win), f"{item.best:,}", f"{item.worst:,}", f"{item.shown:,}"


def _shape(judgement: Judgement, cells: list[tuple[str, ...]], columns: int) -> _Shape:
    numbers = tuple(
        max(len(head), *(len(row[at]) for row in cells)) for at, head in enumerate(_HEADS)
    )
    left = columns - sum(size + 2 for size in numbers) - len("123   12.3  ") - 1
    longest = max(width(clipped(item.name)) + 2 * item.is_controversial for item in judgement.items)
    name = max(_SHORTEST_NAME, min(longest, left - _SHORTEST_BAR))
    return _Shape(name, max(8, min(left - name, _LONGEST_BAR)), numbers)


def _named(item: Item, columns: int) -> str:
    if item.is_controversial:
        return f"{clipped(item.name, columns - 2)} {_MARK}"
    return clipped(item.name, columns)


def _bar(item: Item, top: float, columns: int, *, is_unicode: bool) -> str:
    """Draw the interval as a line with the score on it, from nought to `top`."""
    line, dot = ("─", "●") if is_unicode else ("-", "o")
    low, score, high = (
        min(columns - 1, int(value / top * columns)) for value in (item.low, item.score, item.high)
    )
    drawn = [line if low <= at <= high else " " for at in range(columns)]
    drawn[score] = dot
    return "".join(drawn)


def _legend(judgement: Judgement) -> str:
    words = (
        f"The scores add up to 100: an item's score {what_a_score_is(judgement.model, it='it')}. "
        "The line covers what the score may well be in truth (95%). "
        "first: how likely the item is the one liked best."
    )
    if any(item.is_controversial for item in judgement.items):
        words += (
            f" {_MARK} splits opinion: more people than usual love it, and more cannot stand it."
        )
    return words


def _verdict(judgement: Judgement, columns: int, look: Look) -> str:
    """Say who is first, and each check with how it went."""
    lines = [look.paint(wrapped(f"{headline(judgement)}.", columns), _BOLD)]
    if others := may_be_first(judgement):
        lines.append(wrapped(others, columns))
    lines += [
        wrapped(each.sentence, columns, f"{_SAID[each.holds]} ") for each in judgement.award.clauses
    ]
    return "\n".join(lines)


def _groups(segments: Segments, columns: int) -> str:
    """Say whether groups differ, and give the scores of as many as fit side by side."""
    parts = [wrapped(segments.sentence, columns)]
    told = [group for group in segments.groups if group.items]
    if len(told) <= 1:
        return parts[0]
    names = max((width(clipped(item.name)) for group in told for item in group.items), default=0)
    names = min(names, max(_SHORTEST_NAME, columns // 3))
    longest = max(width(clipped(group.name)) for group in told)
    size = max(_GROUP, min(longest, (columns - names) // len(told) - 2))
    room = (columns - names) // (size + 2)
    shown = told[:room]
    lines = [
        padded("score", names) + _across([group.name or "(empty)" for group in shown], size),
        padded("people", names) + _across([f"{group.n_respondents:,}" for group in shown], size),
    ]
    lines += [
        padded(clipped(item.name, names), names)
        + _across([f"{group.items[at].score:.1f}" for group in shown], size)
        for at, item in enumerate(told[0].items)
    ]
    parts.append("\n".join(line.rstrip() for line in lines))
    if len(told) > room:
        parts.append(f"{len(told) - room} more groups stand in --json and --html.")
    return "\n\n".join(parts)


def _across(texts: list[str], size: int) -> str:
    return "".join(f"  {padded(clipped(text, size), size, right=True)}" for text in texts)


def _pieces(word: str, columns: int) -> list[str]:
    """Cut a word that is wider than a line, as words of Chinese and Japanese may be."""
    if width(word) <= columns:
        return [word]
    pieces, piece = list[str](), ""
    for character in word:
        if width(piece + character) > columns:
            pieces.append(piece)
            piece = ""
        piece += character
    return [*pieces, piece]

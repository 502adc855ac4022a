"""A card as a picture: words and faces in, an SVG out that holds all that it shows.

Nothing in it is fetched and nothing runs: words are text and never markup, faces are drawn into
it. Lines are broken here, since SVG breaks none; letters are measured by their class, rather too
wide than too narrow, because the browser that shows it may have another font.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

PAPER, INK, SOFT, LINE, DEEP, WASH, ORANGE = (
    "#fbf6ec", "#221c15", "#5f5446", "#e2d6c2", "#a8430b", "#fce8d0", "#e06c0a",
)  # fmt: skip
# In English the quotation marks of a Chinese font would be as wide as its ideographs. A line is in
# one font: whoever draws it without one for all of its signs may take any other, and a thin one.
LATIN = "'Noto Sans','Liberation Sans','DejaVu Sans',Arial,Helvetica"
HAN = (
    "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei'"
)
LATIN_FIRST, HAN_FIRST = f"{LATIN},{HAN},sans-serif", f"{HAN},{LATIN},sans-serif"
NEVER_FIRST = frozenset("，。、；：？！”’）》」』】〉…,.;:?!)]}%")
ELLIPSIS = "…"
GROWING = (1.4, 1.25, 1.12)
WIDE = frozenset("WF")
# Of DejaVu Sans, which is there where nothing else is: its bold letters are so much wider.
BOLDER = 1.13
NARROW, BROAD = frozenset("iljtfrI.,:;'|!()[] -’‘“”\""), frozenset("mwMWQOG@%&—")


@dataclass(frozen=True)
class Portrait:
    """A face to be drawn: a whole `<svg>` of ours, or the address of a picture's own bytes."""

    drawing: str = ""
    data: str = ""


@dataclass(frozen=True)
class CardWords:
    """All that a card says, in one language. Faces are `Portrait`s; lines are plain text."""

    language: str
    kicker: str
    claim: str
    title: str
    told: str
    """When, and in whose words."""
    name: str
    others: str
    made_by: str
    face: Portrait
    makers: tuple[Portrait, ...]


@dataclass(frozen=True)
class Shape:
    """How large a picture is, and its letters, in pixels."""

    width: int
    height: int
    margin: int
    claim: int
    title: int
    text: int
    face: int
    n_title_lines: int
    n_told_lines: int


# 1200 by 630 is what pages that show links expect (ogp.me); the tall one fills a phone.
WIDE_SHAPE = Shape(1200, 630, 64, 34, 60, 28, 92, 3, 2)
TALL_SHAPE = Shape(1080, 1350, 84, 56, 96, 44, 140, 4, 6)


def draw_card(words: CardWords, shape: Shape) -> str:
    """Return the card as a whole SVG document."""
    parts = [
        f'<rect width="{shape.width}" height="{shape.height}" fill="{PAPER}"/>',
        f'<rect width="{shape.width}" height="14" fill="{ORANGE}"/>',
        *_top(words, shape),
        *_bottom(words, shape),
    ]
    first = LATIN_FIRST if words.language == "en" else HAN_FIRST
    label = escape(_clean(f"{words.name}: {words.claim} {words.title}"), {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{shape.width}" height="{shape.height}"'
        f' viewBox="0 0 {shape.width} {shape.height}" xml:lang="{_tag(words.language)}" role="img"'
        f' aria-label="{label}" font-family="{first}"><title>{label}</title>'
        f"{''.join(parts)}</svg>"
    )


def _top(words: CardWords, shape: Shape) -> list[str]:
    space, y = shape.width - 2 * shape.margin, shape.margin + shape.text + 6
    kicker = broken(words.kicker, space / shape.text, 1, is_bold=True)
    parts = _lines(kicker, shape.margin, y, shape.text, DEEP, weight=700)
    y += round(shape.claim * 1.85)
    parts += _lines(broken(words.claim, space / shape.claim, 1), shape.margin, y, shape.claim, SOFT)
    size = _title_size(words.title, space, shape.title)
    title = broken(words.title, space / size, shape.n_title_lines, is_bold=True)
    y += round(size * 1.3)
    parts += _lines(title, shape.margin, y, size, INK, weight=700, leading=1.22)
    y += round(size * 1.22) * (len(title) - 1) + round(shape.text * 2.1)
    # A long title takes the place of the words.
    foot = _foot_at(shape) - round(shape.text * 1.2)
    room = max(0, (foot - y) // round(shape.text * 1.45) + 1)
    told = broken(words.told, space / shape.text, min(shape.n_told_lines, room))
    return parts + _lines(told, shape.margin, y, shape.text, SOFT, leading=1.45)


def _title_size(title: str, space: int, usual: int) -> int:
    """Larger letters, where a title takes no more lines for that."""
    n_lines = len(broken(title, space / usual, 3, is_bold=True))
    sizes = [round(usual * more) for more in GROWING]
    fits = [one for one in sizes if len(broken(title, space / one, 3, is_bold=True)) == n_lines]
    return fits[0] if fits and n_lines < 3 else usual  # noqa: PLR2004 - two lines are short


def _foot_at(shape: Shape) -> int:
    return shape.height - shape.margin - shape.face - (shape.text * 3 if _is_tall(shape) else 0)


def _is_tall(shape: Shape) -> bool:
    return shape.height > shape.width


def _bottom(words: CardWords, shape: Shape) -> list[str]:
    y, right = _foot_at(shape), shape.width - shape.margin
    small = round(shape.text * 0.86)
    parts = [
        f'<path d="M{shape.margin} {y - 24}H{right}" stroke="{LINE}" stroke-width="2"/>',
        _face(words.face, "f", shape.margin, y, shape.face),
    ]
    x = shape.margin + shape.face + 24
    half = (shape.width if _is_tall(shape) else shape.width * 0.56) - x - shape.margin * 0.5
    middle = y + shape.face // 2
    name = broken(words.name, half / shape.text, 1)
    up = -6 if words.others else shape.text // 3
    parts += _lines(name, x, middle + up, shape.text, INK, weight=700)
    parts += _lines(broken(words.others, half / small, 1), x, middle + small + 8, small, SOFT)
    return parts + _made(words, shape, y, small)


def _made(words: CardWords, shape: Shape, y: int, small: int) -> list[str]:
    """Who made it: beside the name, or under it where the picture is tall."""
    side = round(shape.face * 0.66)
    step = round(side * 0.78)
    if _is_tall(shape):
        left, top = shape.margin, y + shape.face + 28
    else:
        left, top = round(shape.width * 0.56), y + (shape.face - side) // 2
    parts = [
        _face(one, f"m{place}", left + place * step, top, side)
        for place, one in enumerate(words.makers)
    ]
    x = left + (step * (len(words.makers) - 1) + side + 18 if words.makers else 0)
    lines = broken(words.made_by, (shape.width - shape.margin - x) / small, 2)
    start = top + side // 2 + small // 3 - (len(lines) - 1) * round(small * 0.65)
    return parts + _lines(lines, x, start, small, SOFT, leading=1.3)


def _face(portrait: Portrait, name: str, x: int, y: int, side: int) -> str:
    half = side / 2
    inside = (
        f'<image x="{x}" y="{y}" width="{side}" height="{side}" href="{portrait.data}"'
        ' preserveAspectRatio="xMidYMid slice"/>'
        if portrait.data
        else f'<svg x="{x}" y="{y}" width="{side}" height="{side}" viewBox="0 0 64 64">'
        f"{portrait.drawing}</svg>"
    )
    circle = f'cx="{x + half:g}" cy="{y + half:g}" r="{half:g}"'
    return (
        f'<clipPath id="{name}"><circle {circle}/></clipPath><g clip-path="url(#{name})">{inside}'
        f'</g><circle {circle} fill="none" stroke="{PAPER}" stroke-width="4"/>'
    )


def _lines(
    lines: Sequence[str],
    x: float,
    y: float,
    size: int,
    colour: str,
    *,
    weight: int = 400,
    leading: float = 1.3,
) -> list[str]:
    return [
        f'<text x="{x:g}" y="{y + number * round(size * leading):g}" font-size="{size}"'
        f' font-weight="{weight}" fill="{colour}"{_family(line)}>{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]


def _family(line: str) -> str:
    has_ideographs = any(unicodedata.east_asian_width(sign) in WIDE for sign in line)
    return f' font-family="{HAN_FIRST}"' if has_ideographs else ""


def broken(text: str, room: float, n_lines: int, *, is_bold: bool = False) -> list[str]:
    """Break a text into at most `n_lines` lines of `room` ems; what is left out ends in "…"."""
    lines: list[str] = []
    line = ""
    for word in _pieces(_clean(text)):
        if line and width_of(line + word.rstrip(), is_bold=is_bold) > room:
            lines.append(line.rstrip())
            line = ""
        line += word.lstrip() if not line else word
        while width_of(line.rstrip(), is_bold=is_bold) > room and len(line) > 1:
            fits = _fitting(line, room, is_bold=is_bold)
            lines.append(line[:fits])
            line = line[fits:]
    if line.strip():
        lines.append(line.rstrip())
    if len(lines) <= n_lines:
        return lines
    if n_lines == 0:
        return []
    last = lines[n_lines - 1]
    while last and width_of(last + ELLIPSIS, is_bold=is_bold) > room:
        last = last[:-1]
    return [*lines[: n_lines - 1], last.rstrip() + ELLIPSIS]


def width_of(text: str, *, is_bold: bool = False) -> float:
    """How wide a line is, in ems, rather too wide than too narrow."""
    return sum(_width(sign, is_bold=is_bold) for sign in text)


def _width(sign: str, *, is_bold: bool) -> float:
    width = _usual_width(sign)
    return width * BOLDER if is_bold and width < 1 else width


def _usual_width(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in WIDE:
        return 1.0
    if unicodedata.combining(sign):
        return 0.0
    if sign in NARROW:
        return 0.36
    if sign in BROAD:
        return 0.95
    return 0.7 if sign.isupper() else 0.6 if sign.isascii() else 0.75


def _fitting(line: str, room: float, *, is_bold: bool) -> int:
    taken = 0.0
    for place, sign in enumerate(line):
        taken += _width(sign, is_bold=is_bold)
        if taken > room:
            return max(1, place)
    return len(line)


def _pieces(text: str) -> list[str]:
    """Words with the space after them; ideographs one by one, with what may not begin a line."""
    pieces: list[str] = []
    word = ""
    for sign in text:
        if sign in NEVER_FIRST or unicodedata.combining(sign):
            if word or not pieces:
                word += sign
            else:
                pieces[-1] += sign
        elif unicodedata.east_asian_width(sign) in WIDE:
            pieces += [word, sign] if word else [sign]
            word = ""
        else:
            word += sign
            if sign == " ":
                pieces.append(word)
                word = ""
    return [*pieces, word] if word else pieces


def _clean(text: str) -> str:
    """Text without the signs that XML cannot hold, or that turn the direction of others."""
    kept = (
        " " if unicodedata.category(sign) in {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
        or "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069" else sign
        for sign in text
    )  # fmt: skip
    return " ".join("".join(kept).split())


def _tag(language: str) -> str:
    return "zh-Hans" if language.startswith("zh") else "en"

"""Cards as pictures: whatever stands in them is text, fits, and can be drawn."""

import base64
import io
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from canyu.members.faces import draw_face
from canyu.web.card_picture import (
    TALL_SHAPE,
    WIDE_SHAPE,
    CardWords,
    Portrait,
    Shape,
    broken,
    draw_card,
    width_of,
)
from canyu.web.card_png import has_signs, png_of, tag_of_picture

FACE = Portrait(drawing=draw_face("ana"))
WORDS = CardWords(
    language="zh-hans",
    kicker="流明 5.2",
    claim="这是我提的。",
    title="粘贴表格，还是表格。Paste a table and it stays a table",
    told="I asked on 3 May 2026.",
    name="安娜",
    others="还有 214 人也提过",
    made_by="作者：林悦和邓昊",
    face=FACE,
    makers=(FACE, FACE),
)
SVG = "{http://www.w3.org/2000/svg}"
OURS = {"svg", "title", "rect", "path", "text", "circle", "clipPath", "g"}
MARKUP = (
    "</text><script>alert(1)</script><image href='http://a/b'/>&lol; <![CDATA[ ]]> \" onload='x"
)


@given(st.text(max_size=300), st.text(max_size=80))
@example(MARKUP, MARKUP)
@example("\0\x1b\ud800\u202eevil\ufffe", "a" * 300)
def test_no_words_of_people_are_anything_but_text(long: str, short: str) -> None:
    words = replace(
        WORDS, kicker=short, claim=short, title=long, told=long, name=short, others=short,
        made_by=long,
    )  # fmt: skip
    for shape in (WIDE_SHAPE, TALL_SHAPE):
        tree = ET.fromstring(draw_card(words, shape))  # noqa: S314 - ours, and that is the point
        faces = list(tree.iter(f"{SVG}svg"))[1:]
        drawn = {id(part) for face in faces for part in face.iter()}
        own = [one for one in tree.iter() if id(one) not in drawn]
        assert {one.tag.removeprefix(SVG) for one in own} <= OURS
        assert not [
            name
            for one in tree.iter()
            for name in one.attrib
            if name.startswith("on") or "href" in name
        ]
        for one in tree.iter(f"{SVG}text"):
            assert one.text is None or len(one) == 0
            y = float(one.attrib["y"])
            assert 0 < y < shape.height


@given(st.text(max_size=200), st.integers(4, 30), st.integers(0, 4))
def test_lines_fit_and_lose_nothing_unsaid(text: str, room: int, n_lines: int) -> None:
    lines = broken(text, room, n_lines)
    assert len(lines) <= n_lines
    assert all(width_of(line) <= room for line in lines)
    whole = broken(text, room, 10_000)
    if len(whole) <= n_lines:
        assert lines == whole
    elif n_lines:
        assert lines[-1].endswith("…")


@pytest.mark.parametrize("title", ["A notebook for the family", "Labels carry patterns as well"])
def test_a_bold_title_ends_before_the_margin(title: str) -> None:
    svg = draw_card(replace(WORDS, title=title, language="en"), WIDE_SHAPE)
    with Image.open(io.BytesIO(png_of(svg))) as picture:
        edge = WIDE_SHAPE.width - WIDE_SHAPE.margin
        beyond = picture.convert("RGB").crop((edge + 1, 40, WIDE_SHAPE.width, WIDE_SHAPE.height))
    assert len(beyond.getcolors() or ()) == 1


def test_a_line_of_chinese_begins_with_no_comma() -> None:
    assert broken("一二三四五，六七八九十", 5, 3) == ["一二三四", "五，六七八", "九十"]


@pytest.mark.parametrize("shape", [WIDE_SHAPE, TALL_SHAPE], ids=["wide", "tall"])
def test_it_is_drawn_with_the_fonts_of_the_machine(shape: Shape) -> None:
    assert has_signs()
    svg = draw_card(WORDS, shape)
    with Image.open(io.BytesIO(png_of(svg))) as picture:
        assert (picture.format, picture.size) == ("PNG", (shape.width, shape.height))
    other = draw_card(replace(WORDS, name="安妮"), shape)
    assert png_of(other) != png_of(svg)
    assert tag_of_picture(other, "png") != tag_of_picture(svg, "png") != tag_of_picture(svg, "svg")


def test_an_uploaded_face_is_drawn_from_its_own_bytes() -> None:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (10, 200, 30)).save(file, "WEBP", lossless=True)
    data = "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()
    svg = draw_card(replace(WORDS, face=Portrait(data=data)), WIDE_SHAPE)
    with Image.open(io.BytesIO(png_of(svg))) as picture:
        assert picture.convert("RGB").getpixel((64 + 46, 630 - 64 - 92 + 46)) == (10, 200, 30)

"""Drawn faces: the same for ever, safe to serve, and different enough to tell people apart."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from canyu.members.faces import BEARDED_STYLES, HAIR_STYLES, draw_face, face_traits

WRITTEN_DOWN = ("bowl", "broad", "#dcd3de")
SVG = "{http://www.w3.org/2000/svg}"
DRAWN_WITH = {f"{SVG}{name}" for name in ("svg", "g", "path", "circle", "rect")}


def test_a_seed_always_draws_the_same_face() -> None:
    """A face that changed would be another person: this one is written down."""
    assert face_traits("member-1") == face_traits("member-1")
    assert draw_face("member-1") == draw_face("member-1")
    traits = face_traits("Lin Yue")
    assert (traits.hair_style, traits.mouth, traits.background) == WRITTEN_DOWN


def test_five_hundred_members_have_five_hundred_faces() -> None:
    """No two of them draw alike, and every hair style is met."""
    assert len({draw_face(f"member-{n}") for n in range(500)}) == 500
    assert {face_traits(f"member-{n}").hair_style for n in range(500)} == set(HAIR_STYLES)


def test_many_looks_are_possible() -> None:
    """A town of three thousand does not run out of faces."""
    assert len({face_traits(f"member-{n}") for n in range(3000)}) >= 2950


def test_beards_only_where_they_fit() -> None:
    """Nobody gets a beard under a hair style that was not drawn with one."""
    for n in range(1000):
        traits = face_traits(f"member-{n}")
        assert traits.beard == "none" or traits.hair_style in BEARDED_STYLES


@given(seed=st.text(), framed=st.booleans())
def test_any_seed_gives_a_harmless_picture(seed: str, framed: bool) -> None:  # noqa: FBT001
    """Whatever the seed: well-formed, only shapes, no script, no link out, no gap."""
    picture = draw_face(seed, framed=framed)
    root = ET.fromstring(picture)  # noqa: S314 - drawn by us
    assert root.get("viewBox") == "0 0 64 64"
    assert {element.tag for element in root.iter()} <= DRAWN_WITH
    for element in root.iter():
        assert not any(name.startswith("on") or "href" in name for name in element.attrib)
        for name in ("fill", "stroke"):
            assert re.fullmatch(r"#[0-9a-f]{6}|none", element.get(name, "none"))
    assert "{" not in picture


@given(
    seed=st.sampled_from(
        ["林悦", "👩🏽‍💻", "", "a\x00b", "\ud83d", "<script>alert(1)</script>", "x" * 100_000]
    )
)
def test_odd_names_are_people_too(seed: str) -> None:
    """Chinese, emoji, nothing, half a character, mark-up, very long: a face for each."""
    picture = draw_face(seed)
    ET.fromstring(picture)  # noqa: S314 - drawn by us
    assert len(picture) < 8_000
    assert "script" not in picture


def test_a_framed_face_stands_on_a_mount() -> None:
    """The frame changes the mount only; the person stays the same."""
    plain, framed = draw_face("member-7"), draw_face("member-7", framed=True)
    inside = plain[plain.index(">") + 1 : -len("</svg>")]
    assert inside in framed
    assert framed != plain

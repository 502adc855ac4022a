"""Drawn faces, for members without a picture: a seed in, an SVG picture out.

The seed is hashed, so a member has the same face for ever and on every machine. The colours are
part of the drawing: a face looks the same by night as by day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

INK = "#2b2118"
INK_ON_DARK = "#1c120b"
WHITE = "#fff7ea"
MOUNT = "#fffdf8"
BACKGROUNDS = ("#f8d9b4", "#f4e5b5", "#ecc9b4", "#d3d9c0", "#cfd9d6", "#eadfc9", "#dcd3de")
CLOTHES = ("#d9641a", "#b98a3c", "#5d7470", "#4a4034", "#f7efe0", "#8c7d68", "#93503a", "#6f7a4c")
# Each skin with the hair colours that sit well on it; grey is for anybody.
SKINS = (
    ("#f3d3b3", ("#2b2118", "#5a3a22", "#8a3d1d", "#c8923f", "#2b2118", "#b9b0a3")),
    ("#f0c8a2", ("#2b2118", "#5a3a22", "#2b2118", "#8a3d1d", "#c8923f", "#b9b0a3")),
    ("#e8b98f", ("#2b2118", "#2b2118", "#5a3a22", "#43302a", "#b9b0a3")),
    ("#c98d5f", ("#2b2118", "#2b2118", "#43302a", "#5a3a22", "#b9b0a3")),
    ("#8d5a3b", ("#2b2118", "#2b2118", "#1f1610", "#43302a", "#2b2118", "#b9b0a3")),
    ("#6d4531", ("#1f1610", "#1f1610", "#2b2118", "#1f1610", "#2b2118", "#b9b0a3")),
)
DARKEST = SKINS[-1][0]

_SWEPT = "M18 28C15 13 24 8 33 9c11-1 16 7 13 19-1-5-3-8-6-10-8 2-17 1-22 10z"
_PARTED = "M18 32c0-13 4-20 14-20s14 7 14 20c-3-4-6-9-9-14-5 6-13 8-19 14z"
_FRINGE = "M18 27c0-11 5-15 14-15s14 4 14 15c-5-1-9-1-14-1s-9 0-14 1z"
_BAND = "M18 26c2-9 6-13 14-13s12 4 14 13c-4-5-9-7-14-7s-10 2-14 7z"
_QUIFF = "M18 27C15 14 22 7 34 8c11 0 15 8 12 19-1-4-2-6-4-8-9 1-15-1-18-4-1 5-4 7-6 12z"
_PIXIE = "M18 30c-2-13 4-21 14-21s16 8 14 21c-1-4-2-7-4-9-3 1-6 1-9-1-2 3-8 5-11 4-2 1-3 3-4 6z"
_BOWL = "M17 30C14 14 22 8 32 8s18 6 15 22c-1-3-2-5-3-6.5-8-1.5-16-1.5-24 0-1 1.5-2 3.5-3 6.5z"
_BOB = "M15 41C11 15 21 8 32 8s21 7 17 33c-2 4-7 4-9 1H24c-2 3-7 3-9-1z"
_WAVY = "M14 52c-4-4 1-9-1-15C10 27 13 8 32 8s22 19 19 29c-2 6 3 11-1 15z"
_SIDES = "M18 29c-1-4 0-7 1-9 1 3 0 6-1 9zM46 29c1-4 0-7-1-9-1 3 0 6 1 9z"
_DOME = "M18 25C17 12 24 7.5 32 7.5S47 12 46 25c-9-2.6-19-2.6-28 0z"


def _hair(*paths: str) -> str:
    return "".join(f'<path d="{path}" fill="{{hair}}"/>' for path in paths)


def _worn(path: str) -> str:
    return f'<path d="{path}" fill="{{hat}}" {{line}}/>'


def _balls(*balls: tuple[float, float, float]) -> str:
    return "".join(
        f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{{hair}}"/>' for x, y, r in balls
    )


_SCARF = _worn("M12 60C10 22 18 7 32 7s22 15 20 53z")
_SCARF_EDGE = (
    '<path d="M18 30c0-11 5-16 14-16s14 5 14 16c0-13-5-21-14-21s-14 8-14 21z" fill="{hat}"/>'
    + _worn("M20 40c4 6 20 6 24 0 2 5 2 9 0 12H20c-2-3-2-7 0-12z")
)
_LOCS = "".join(
    f'<path d="M{x} {top}V{end}" stroke="{{hair}}" fill="none"'
    ' stroke-width="4.4" stroke-linecap="round"/>'
    for x, top, end in ((15.5, 22, 42), (19, 16, 47), (45, 16, 47), (48.5, 22, 42))
)
_LOCS_TOP = (
    "M16.5 27C13 13 23 7.5 32 7.5S51 13 47.5 27c-2-5-4-8-7-9.5-6 1.5-12 1.5-17 0-3 1.5-5 4.5-7 9.5z"
)
_SPIKES = "M18 26l-1-9 4 1 1-7 5 3 4-6 4 5 6-3 1 6 5 0-1 10c-2-4-4-6-7-7-7 1-14 1-17 1-2 1-3 3-4 6z"
_PLAIT = _balls((46.5, 37, 3.6), (48, 42.5, 3.4), (48.6, 47.8, 3.1), (48.8, 52.6, 2.7))
_CURLS = _balls((20, 20, 5), (24, 14, 5.5), (31, 11, 6), (38, 12, 5.5), (44, 18, 5))
_CURLS += _balls((46, 25, 3.5), (18, 26, 3.5))
_BRIM = _worn(
    "M17.5 24.6c9-3 22-3 31.5-.4 3.4 1 3 3-.6 2.8-10-1.4-21-1.4-30.6.2-2 .2-2.2-2-.3-2.6z"
)
_RIB = _worn("M17.6 21c9-2.4 20-2.4 28.8 0 1 0 1.4 5-.2 5-9-2.2-19-2.2-28.4 0-1.6 0-1.2-5-.2-5z")
_BOBBLE = '<circle cx="32" cy="7" r="3.6" fill="{hat}" {line}/>'
_TURBAN = _worn("M17 27C14 12 22 5.5 32 5.5S50 12 47 27c-4-6.5-9-9.5-15-12.5-6 3-11 6-15 12.5z")
_TURBAN += '<path d="M32 14.5C27 12 22 13 19 19M32 14.5c5-2.5 10-1.5 13 4.5" fill="none" {line}/>'

# style: (behind the shoulders, over the face)
HAIR_STYLES: dict[str, tuple[str, str]] = {
    "swept": ("", _hair(_SWEPT)),
    "bun": (_balls((32, 8.5, 6.5)), _hair(_SWEPT)),
    "spiky": ("", _hair(_SPIKES)),
    "long": (_hair("M13 60C11 30 13 8 32 8s21 22 19 52z"), _hair(_PARTED)),
    "bob": (_hair(_BOB), _hair(_FRINGE)),
    "ponytail": (_hair("M44 16c10 2 11 16 7 27-1-6-4-12-8-15z"), _hair(_SWEPT)),
    "curly": ("", _CURLS + _hair("M20 22c3-7 8-9 12-9s9 2 12 9c-7-4-17-4-24 0z")),
    "afro": ('<circle cx="32" cy="24" r="20" fill="{hair}"/>', _hair(_BAND)),
    "bald": ("", ""),
    "balding": ("", f'<path d="{_SIDES}" fill="{{hair}}" {{line}}/>'),
    "quiff": ("", _hair(_QUIFF)),
    "wavy": (_hair(_WAVY), _hair(_SWEPT)),
    "pixie": ("", _hair(_PIXIE)),
    "puffs": (_balls((17, 13, 6.4), (47, 13, 6.4)), _hair(_BAND)),
    "plait": ("", _hair(_PARTED) + _PLAIT),
    "locs": (_LOCS, _hair(_LOCS_TOP)),
    "crest": ("", _hair("M22 18c-1-8 4-11.5 11-11.5 6 0 10 4 9 11.5-6-2.5-13-2.5-20 0z", _SIDES)),
    "bowl": ("", _hair(_BOWL)),
    "cap": ("", _hair(_SIDES) + _worn(_DOME) + _BRIM),
    "beanie": ("", _BOBBLE + _hair(_SIDES) + _worn(_DOME) + _RIB),
    "headscarf": (_SCARF, _SCARF_EDGE),
    "turban": ("", _TURBAN),
}
BEARDED_STYLES = frozenset(
    {"swept", "spiky", "curly", "bald", "balding", "quiff", "crest", "cap", "beanie", "turban"}
)
EARS_HIDDEN = frozenset({"headscarf"})

_FULL_BEARD = "M19 28c0 12 5 18 13 18s13-6 13-18c-1 4-3 6-5 6-3-2-13-2-16 0-2 0-4-2-5-6z"
_GOATEE = "M26.5 40c1.5 5 9.5 5 11 0-1 1-3 1.5-5.5 1.5s-4.5-.5-5.5-1.5z"
_MOUSTACHE = "M32 33.2c-2-.8-5-.4-6.6 2 2 .8 4.6.6 6.6-.4 2 1 4.6 1.2 6.6.4-1.6-2.4-4.6-2.8-6.6-2z"
BEARDS = {
    "none": "",
    "full": f'<path d="{_FULL_BEARD}" fill="{{hair}}"/>',
    "goatee": f'<path d="{_GOATEE}" fill="{{hair}}"/>',
    "moustache": f'<path d="{_MOUSTACHE}" fill="{{hair}}"/>',
}
BROWS = {
    "soft": "M24.5 23.5q2.5-1.6 5 0M34.5 23.5q2.5-1.6 5 0",
    "flat": "M24.3 23.3h5M34.7 23.3h5",
    "raised": "M24.3 22.6q2.6-2.6 5.2 0M34.5 22.6q2.6-2.6 5.2 0",
}
EYES = {
    "dots": '<circle cx="27" cy="28" r="1.6" fill="{ink}"/>'
    '<circle cx="37" cy="28" r="1.6" fill="{ink}"/>',
    "glad": '<path d="M24.5 28.2q2.3-2.6 4.6 0M35 28.2q2.3-2.6 4.6 0" fill="none" {thin}/>',
    "lashes": '<circle cx="27" cy="28.2" r="1.6" fill="{ink}"/>'
    '<circle cx="37" cy="28.2" r="1.6" fill="{ink}"/>'
    '<path d="M24.3 27.6l-1.3-.9M39.7 27.6l1.3-.9" fill="none" {thin}/>',
    "wink": '<circle cx="27" cy="28" r="1.6" fill="{ink}"/>'
    '<path d="M35 28.4q2.3-2.4 4.6 0" fill="none" {thin}/>',
}
MOUTHS = {
    "smile": '<path d="M27 36.5q5 4.5 10 0" fill="none" {thin}/>',
    "grin": '<path d="M26.5 35.5q5.5 1.5 11 0c-.5 6-10.5 6-11 0z" fill="{white}" {thin}/>',
    "small": '<path d="M28.5 37.5q3.5 2.3 7 0" fill="none" {thin}/>',
    "aside": '<path d="M28 38q5 1 8-2" fill="none" {thin}/>',
    "broad": '<path d="M25.5 35.8q6.5 6.2 13 0" fill="none" {thin}/>',
}
NOSES = {
    "angle": "M32 29.5l-1.2 3.5h2",
    "round": "M30.6 32.4q1.4 1.4 2.8 0",
    "side": "M32.4 29.5q-2.2 3.2.2 3.4",
}
GLASSES = {
    "none": "",
    "round": '<g fill="none" {thin}><circle cx="26.8" cy="28" r="4.4"/>'
    '<circle cx="37.2" cy="28" r="4.4"/>'
    '<path d="M31.2 27.5h1.6M22.4 27.5l-3-.8M41.6 27.5l3-.8"/></g>',
    "square": '<g fill="none" {thin}><rect x="22.5" y="24.6" width="8.4" height="6.8" rx="1.6"/>'
    '<rect x="33.1" y="24.6" width="8.4" height="6.8" rx="1.6"/>'
    '<path d="M30.9 27.2h2.2M22.5 27l-3-.6M41.5 27l3-.6"/></g>',
}
TOPS = {
    "plain": "",
    "stripes": '<path d="M13 56h38M10 61h44" fill="none" {line} opacity=".55"/>',
    "collar": '<path d="M26.6 48.3l5.4 6.4-5.5 3.8-4.3-8.7zM37.4 48.3L32 54.7l5.5 3.8 4.3-8.7z"'
    ' fill="{white}" {line}/>',
    "roll-neck": '<path d="M26 45.5c4 2.4 8 2.4 12 0v6c-4 2.2-8 2.2-12 0z" fill="{cloth}" {line}/>',
    "hood": '<path d="M23.5 49.3c1 7 16 7 17 0l4 1.7c-1 10-24 10-25 0z" fill="{cloth}" {line}/>',
}
EXTRAS = {
    "none": "",
    "freckles": '<g fill="{ink}" opacity=".45"><circle cx="23.3" cy="32.6" r=".6"/>'
    '<circle cx="25.3" cy="33.8" r=".6"/>'
    '<circle cx="38.7" cy="33.8" r=".6"/><circle cx="40.7" cy="32.6" r=".6"/></g>',
    "earrings": '<circle cx="18.3" cy="34.6" r="1.5" fill="#e0a526" {thin}/>'
    '<circle cx="45.7" cy="34.6" r="1.5" fill="#e0a526" {thin}/>',
    "blush": '<g fill="#d9641a" opacity=".22"><circle cx="23.6" cy="33.5" r="2.4"/>'
    '<circle cx="40.4" cy="33.5" r="2.4"/></g>',
}
HEAD = (
    '<path d="M19 26c0-9 5-13 13-13s13 4 13 13c0 11-5 18-13 18s-13-7-13-18z" fill="{skin}" {line}/>'
)
NECK_AND_EARS = (
    '<path d="M27 40v9c0 3 10 3 10 0v-9z" fill="{skin}" {line}/>'
    '<circle cx="18.6" cy="30" r="2.7" fill="{skin}" {line}/>'
    '<circle cx="45.4" cy="30" r="2.7" fill="{skin}" {line}/>'
)


@dataclass(frozen=True, slots=True)
class FaceTraits:
    """What one face looks like: names of the drawn parts, and colours as ``#rrggbb``."""

    background: str
    skin: str
    hair_style: str
    hair: str
    beard: str
    brows: str
    eyes: str
    glasses: str
    nose: str
    mouth: str
    top: str
    cloth: str
    hat: str
    extra: str


class _Lot:
    """Draws one of several from the digest of a seed, each draw from its own two bytes."""

    def __init__(self, seed: str) -> None:
        # A lone half of a surrogate pair may come from a bad name; it gets a face as well.
        self._left = blake2b(
            seed.encode("utf-8", "surrogatepass"), digest_size=64, person=b"canyu face"
        ).digest()

    def draw(self, choices: Sequence[T]) -> T:
        number, self._left = int.from_bytes(self._left[:2]), self._left[2:]
        return choices[number % len(choices)]


def face_traits(seed: str) -> FaceTraits:
    """Return what the face of this seed looks like: the same for the same seed, everywhere."""
    lot = _Lot(seed)
    skin, hair_colours = lot.draw(SKINS)
    style = lot.draw(tuple(HAIR_STYLES))
    cloth = lot.draw(CLOTHES)
    bearded = style in BEARDED_STYLES
    beard = lot.draw(("none", "none", "full", "goatee", "moustache") if bearded else ("none",))
    extras = (
        ("none", "none", "freckles", "blush") if bearded or style in EARS_HIDDEN else tuple(EXTRAS)
    )
    return FaceTraits(
        background=lot.draw(BACKGROUNDS),
        skin=skin,
        hair_style=style,
        hair=lot.draw(hair_colours),
        beard=beard,
        brows=lot.draw(tuple(BROWS)),
        eyes=lot.draw(("dots", "dots", "glad") if bearded else tuple(EYES)),
        glasses=lot.draw(("none", "none", "none", "round", "square")),
        nose=lot.draw(tuple(NOSES)),
        mouth=lot.draw(("grin",) if beard == "full" else tuple(MOUTHS)),
        top=lot.draw(tuple(TOPS)),
        cloth=cloth,
        hat=lot.draw(tuple(colour for colour in CLOTHES if colour != cloth)),
        extra=lot.draw(extras),
    )


def face_seed(name: str) -> str:
    """Return a short sign for a name, by which its face is drawn where there is no handle."""
    return blake2b(name.encode("utf-8", "replace"), digest_size=8).hexdigest()


def draw_face(seed: str, *, framed: bool = False) -> str:
    """Return a whole ``<svg>`` document, 64 by 64 units, with the face of this seed.

    Framed faces stand on a white mount, as a photograph on the wall does.
    """
    face = _paint(face_traits(seed))
    if framed:
        face = (
            f'<rect width="64" height="64" fill="{MOUNT}"/>'
            f'<svg x="4" y="4" width="56" height="56" viewBox="0 0 64 64">{face}</svg>'
        )
    size = 'width="64" height="64" viewBox="0 0 64 64"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{face}</svg>'


def _paint(traits: FaceTraits) -> str:
    behind, over = HAIR_STYLES[traits.hair_style]
    parts = (
        '<rect width="64" height="64" fill="{background}"/>',
        behind,
        '<path d="M7 66c0-13 11-17 25-17s25 4 25 17z" fill="{cloth}" {line}/>',
        TOPS[traits.top] if traits.top == "stripes" else "",
        "" if traits.hair_style in EARS_HIDDEN else NECK_AND_EARS,
        "" if traits.top == "stripes" or traits.hair_style in EARS_HIDDEN else TOPS[traits.top],
        HEAD,
        BEARDS[traits.beard],
        over,
        f'<path d="{BROWS[traits.brows]}" fill="none" {{thin}}/>',
        EYES[traits.eyes],
        f'<path d="{NOSES[traits.nose]}" fill="none" {{thin}} opacity=".75"/>',
        MOUTHS[traits.mouth],
        GLASSES[traits.glasses],
        EXTRAS[traits.extra],
    )
    ink = INK_ON_DARK if traits.skin == DARKEST else INK
    return "".join(parts).format(
        background=traits.background,
        skin=traits.skin,
        hair=traits.hair,
        hat=traits.hat,
        cloth=traits.cloth,
        ink=ink,
        white=WHITE,
        line=f'stroke="{INK}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"',
        thin=f'stroke="{ink}" stroke-width="1.4" stroke-linejoin="round" stroke-linecap="round"',
    )

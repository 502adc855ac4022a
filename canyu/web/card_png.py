"""Cards drawn into PNG, for those who show no SVG: kept by what is drawn."""

import hashlib
import threading
from functools import cache, lru_cache

import resvg_py

from canyu.web.card_picture import HAN_FIRST

# So many are kept in a process, of about 60 KB each; another one takes a tenth of a second.
MOST_KEPT = 64
SAMPLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<text y="32" font-size="32" font-family="{}">{}</text></svg>'
)
_alone = threading.Lock()


def tag_of_picture(svg: str, kind: str) -> str:
    """A strong tag (RFC 9110, 8.8.3) of a picture, known before it is drawn."""
    made = f"{kind} {resvg_py.__version__} {has_signs()}\0{svg}"
    return f'"{hashlib.blake2b(made.encode(), digest_size=15).hexdigest()}"'


def png_of(svg: str) -> bytes:
    """Draw an SVG of ours. One at a time: whoever asks for very many gets them one by one."""
    with _alone:
        return _drawn(svg)


@lru_cache(maxsize=MOST_KEPT)
def _drawn(svg: str) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=svg))


@cache
def has_signs() -> bool:
    """Whether this machine has fonts for both languages.

    A sign that no font has is left out or drawn as a box, and so two of them look the same.
    """
    return all(_drawn(_sample(one)) != _drawn(_sample(other)) for one, other in ("ab", "参与"))


def _sample(sign: str) -> str:
    return SAMPLE.format(HAN_FIRST, sign)

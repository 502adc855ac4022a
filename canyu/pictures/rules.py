"""What a picture may be, and where it lies."""

import re
from typing import Literal, NewType

from canyu.journal.errors import NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.pictures.errors import PictureRefused

PictureKey = NewType("PictureKey", str)
PictureSize = Literal["large", "small"]

MEGABYTE = 1024 * 1024
MAX_BYTES = 8 * MEGABYTE
MAX_PIXELS = 40_000_000
# A camera's progressive JPEG has about ten scans. Thousands of empty ones cost a few bytes each
# and a whole pass over the picture each, which is a way to keep a server busy.
MAX_SCANS = 64
LARGE_SIDE = 1600
SMALL_SIDE = 320
_KEY = re.compile(r"[0-9a-f]{64}")
_START_OF_SCAN = b"\xff\xda"


def check_key(key: str) -> PictureKey:
    """Return the key of a picture; raise `NotFound` if it cannot be one."""
    if not _KEY.fullmatch(key):
        raise NotFound(_("There is no such picture."))
    return PictureKey(key)


def path_of(key: PictureKey, size: PictureSize) -> str:
    """Return where a picture lies in the storage: `ab/cdef….webp` or `ab/cdef…-320.webp`."""
    ending = f"-{SMALL_SIDE}" if size == "small" else ""
    return f"{key[:2]}/{key[2:]}{ending}.webp"


def check_n_bytes(n_bytes: int) -> None:
    """Raise `PictureRefused` if the file is empty or too large."""
    if n_bytes == 0:
        raise PictureRefused(
            _("The picture was not stored: the file is empty. Choose another file.")
        )
    if n_bytes > MAX_BYTES:
        raise PictureRefused(
            _("The picture was not stored: it is larger than %(megabytes)d MB. Make it smaller."),
            status=413,
            megabytes=MAX_BYTES // MEGABYTE,
        )


def check_n_pixels(width: int, height: int, *, max_pixels: int) -> None:
    """Raise `PictureRefused` if there are too many pixels to unpack."""
    if width * height > max_pixels:
        raise too_many_pixels(max_pixels)


def too_many_pixels(max_pixels: int) -> PictureRefused:
    """Return the refusal of a picture with too many pixels to unpack."""
    return PictureRefused(
        _(
            "The picture was not stored: it has more than %(megapixels)s million pixels. "
            "Make it smaller."
        ),
        status=413,
        megapixels=f"{max_pixels / 1_000_000:g}",
    )


def check_n_scans(data: bytes) -> None:
    """Raise `PictureRefused` if a JPEG would have to be gone through too many times."""
    if data.count(_START_OF_SCAN) > MAX_SCANS:
        raise PictureRefused(
            _("The picture was not stored: it is built in too many layers. Save it anew."),
        )

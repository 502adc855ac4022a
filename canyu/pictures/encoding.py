"""From whatever was sent to two clean WebP files. Pure: bytes in, bytes out."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from canyu.journal.errors import gettext_noop as _
from canyu.pictures.errors import PictureRefused
from canyu.pictures.rules import (
    LARGE_SIDE,
    SMALL_SIDE,
    check_n_pixels,
    check_n_scans,
    too_many_pixels,
)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 82
# Faces and the point of a screenshot sit rather above the middle of a tall picture.
CENTRE = (0.5, 0.4)
# All that Pillow raises for files that are broken, cut off or made to break it.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, OverflowError)


@dataclass(frozen=True)
class EncodedPicture:
    """The two files that are kept of a picture, both WebP."""

    large: bytes
    small: bytes


def encode_picture(data: bytes, *, max_pixels: int) -> EncodedPicture:
    """Return the picture at most 1600 pixels long, and a square of at most 320.

    Turned as its camera said, in sRGB, without any metadata; of moving pictures the first frame.
    Raises `PictureRefused`. The size is read from the header and judged before unpacking.
    """
    try:
        with _open_checked(data, max_pixels=max_pixels) as image:
            return _encode(image)
    except BROKEN as problem:
        raise PictureRefused(
            _("The picture was not stored: the file is broken. Save it anew and try again.")
        ) from problem
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise too_many_pixels(max_pixels) from problem


def _open_checked(data: bytes, *, max_pixels: int) -> Image.Image:
    try:
        checked = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as problem:
        raise PictureRefused(
            _("The picture was not stored: it is not a JPEG, PNG, WebP or GIF file.")
        ) from problem
    check_n_pixels(*checked.size, max_pixels=max_pixels)
    if checked.format == "JPEG":
        check_n_scans(data)
    # Verifying uses a picture up, so it is opened a second time for what follows.
    checked.verify()
    return Image.open(BytesIO(data), formats=FORMATS)


def _encode(image: Image.Image) -> EncodedPicture:
    # A JPEG is unpacked straight at a half or a quarter where that is still large enough.
    image.draft(None, (LARGE_SIDE, LARGE_SIDE))
    profile = image.info.get("icc_profile")
    plain = _in_plain_colours(image)
    plain.thumbnail((LARGE_SIDE, LARGE_SIDE), Image.Resampling.LANCZOS)
    large = _in_srgb(ImageOps.exif_transpose(plain), profile)
    side = min(SMALL_SIDE, *large.size)
    small = ImageOps.fit(large, (side, side), Image.Resampling.LANCZOS, centering=CENTRE)
    return EncodedPicture(large=_to_webp(large), small=_to_webp(small))


def _in_plain_colours(image: Image.Image) -> Image.Image:
    image.load()
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode.startswith("I"):
        # Sixteen bits of grey: the upper eight are what a screen can show.
        eight_bits = image.convert("I").point(lambda value: value / 256).convert("L")
        return eight_bits.convert("RGB")
    return image if image.mode in {"RGB", "CMYK"} else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode == "RGBA" or not profile:
        return image if image.mode == "RGBA" else image.convert("RGB")
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, *BROKEN):
        # A profile that cannot be used costs the exact hue, not the picture.
        return image.convert("RGB")
    return converted if converted is not None else image.convert("RGB")


def _to_webp(image: Image.Image) -> bytes:
    # A copy made from pixels alone: whatever else came along stays behind.
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    out = BytesIO()
    bare.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()

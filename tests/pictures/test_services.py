"""Storing pictures, and what is refused."""

import random
import struct
import time
import tracemalloc
import zlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from canyu.journal.queries import n_events
from canyu.pictures import queries, services
from canyu.pictures.errors import PictureRefused, PicturesAway
from canyu.pictures.rules import MAX_BYTES

AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
ORIENTATION = 0x0112
GPS = 0x8825

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def store(data: bytes, **options: int) -> str:
    return services.store_picture(file=BytesIO(data), at=AT, **options)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def stored(key: str, size: Any = "large") -> Image.Image:
    return Image.open(BytesIO(queries.read_picture(key, size)))


def files(tmp_path: Path) -> list[str]:
    return sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*"))


def png_chunk(name: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)


def png_claiming(width: int, height: int, body: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", body)
        + png_chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_becomes_two_webp_files(kind: str, tmp_path: Path) -> None:
    key = store(encoded(Image.new("RGB", (2000, 1000), "#d9641a"), kind))
    assert files(tmp_path) == [f"{key[:2]}/{key[2:]}-320.webp", f"{key[:2]}/{key[2:]}.webp"]
    assert (stored(key).format, stored(key).size) == ("WEBP", (1600, 800))
    assert stored(key, "small").size == (320, 320)
    assert n_events("PictureStored") == 1


def test_a_small_picture_is_not_blown_up() -> None:
    key = store(encoded(Image.new("RGB", (40, 90), "white")))
    assert stored(key).size == (40, 90)
    assert stored(key, "small").size == (40, 40)


def test_a_line_of_pixels_stays_a_picture() -> None:
    key = store(encoded(Image.new("L", (60_000, 1), 120)))
    assert stored(key).size == (1600, 1)
    assert stored(key, "small").size == (1, 1)


def test_the_same_picture_is_stored_once(tmp_path: Path) -> None:
    data = encoded(Image.new("RGB", (30, 30), "red"))
    assert store(data) == store(data)
    assert len(files(tmp_path)) == 2
    assert n_events("PictureStored") == 1


def test_a_file_left_half_written_is_written_again(tmp_path: Path) -> None:
    data = encoded(Image.new("RGB", (30, 30), "red"))
    key = store(data)
    whole = queries.read_picture(key)
    (tmp_path / queries.picture_path(key)).write_bytes(whole[:20])
    assert store(data) == key
    assert queries.read_picture(key) == whole
    assert len(files(tmp_path)) == 2


def test_a_copy_written_in_between_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(Image.new("RGB", (30, 30), "red"))
    key = store(data)
    # As if the other upload had finished right after this one looked.
    monkeypatch.setattr(FileSystemStorage, "exists", lambda *_: False)
    monkeypatch.setattr(FileSystemStorage, "is_name_available", lambda _, name, **__: "_" in name)
    assert store(data) == key
    assert len(files(tmp_path)) == 2


def test_the_camera_s_turn_is_applied_and_its_notes_are_gone() -> None:
    image = Image.new("RGB", (200, 100), "blue")
    image.paste("red", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "A camera"
    exif.get_ifd(GPS)[1] = "N"
    key = store(encoded(image, "JPEG", exif=exif, comment=b"secret place"))
    result = stored(key)
    assert result.size == (100, 200)
    red, _green, blue = result.convert("RGB").getpixel((50, 30))  # type: ignore[misc]
    assert red > 200
    assert blue < 60
    for size in ("large", "small"):
        data = queries.read_picture(key, size)
        assert dict(stored(key, size).getexif()) == {}
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(stored(key, size).info)
        assert b"secret" not in data
        assert b"camera" not in data


def test_text_in_a_png_is_gone() -> None:
    notes = PngInfo()
    notes.add_text("Author", "secret name")
    notes.add_itxt("XML:com.adobe.xmp", "<x>secret name</x>")
    key = store(encoded(Image.new("RGB", (20, 20)), pnginfo=notes))
    assert b"secret" not in queries.read_picture(key)


def test_transparency_stays() -> None:
    image = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (10, 10, 40, 40))
    key = store(encoded(image))
    assert stored(key).convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_every_kind_of_pixel_is_taken(mode: str) -> None:
    key = store(encoded(Image.new(mode, (20, 20))))
    assert stored(key).size == (20, 20)


def test_sixteen_bits_of_grey_keep_their_shade() -> None:
    key = store(encoded(Image.new("I;16", (20, 20), 32_768)))
    shade = stored(key).convert("L").getpixel((10, 10))
    assert shade == pytest.approx(128, abs=3)


def test_print_colours_and_a_broken_profile_are_taken() -> None:
    assert stored(store(encoded(Image.new("CMYK", (20, 20)), "JPEG"))).mode == "RGB"
    broken = encoded(Image.new("RGB", (20, 20)), "JPEG", icc_profile=b"no profile")
    assert stored(store(broken)).size == (20, 20)


def test_colours_are_turned_into_plain_ones() -> None:
    # A profile in which red and blue have changed places.
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    tags = plain[128:400]
    swapped = tags.replace(b"rXYZ", b"____").replace(b"bXYZ", b"rXYZ").replace(b"____", b"bXYZ")
    profile = plain[:128] + swapped + plain[400:]
    image = Image.new("RGB", (20, 20), (220, 20, 20))
    with_profile = stored(store(encoded(image, "PNG", icc_profile=profile)))
    without = stored(store(encoded(image, "PNG")))
    assert _hue(with_profile) == "blue"
    assert _hue(without) == "red"


def _hue(image: Image.Image) -> str:
    red, _green, blue = image.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    return "red" if red > blue else "blue"


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), shade) for shade in ("red", "blue")]
    key = store(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    red, _green, blue = stored(key).convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert red > blue
    assert getattr(stored(key), "n_frames", 1) == 1


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureRefused) as refusal:
        store(b"\x89PNG\r\n\x1a\n" + b"0" * MAX_BYTES)
    assert refusal.value.status == 413
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello, I am a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        encoded(Image.new("RGB", (20, 20)), "BMP"),
        encoded(Image.new("RGB", (20, 20)), "TIFF"),
        encoded(Image.new("RGB", (20, 20)), "PPM"),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(PictureRefused) as refusal:
        store(data)
    assert refusal.value.status == 400
    assert files(tmp_path) == []


def test_a_bomb_is_refused_without_being_unpacked(tmp_path: Path) -> None:
    # 100 megapixels that pack into 100 kilobytes.
    packer = zlib.compressobj(9)
    row = bytes(10_001)
    body = b"".join([*(packer.compress(row) for _ in range(10_000)), packer.flush()])
    bomb = png_claiming(10_000, 10_000, body)
    assert len(bomb) < 200_000
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(PictureRefused) as refusal:
        store(bomb)
    took = time.perf_counter() - started
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refusal.value.status == 413
    assert took < 0.5
    assert peak < 5_000_000
    assert files(tmp_path) == []


@pytest.mark.parametrize("size", [(6400, 6400), (10_000, 10_000), (2**31 - 1, 2**31 - 1)])
def test_a_claim_of_too_many_pixels_is_refused_by_the_header(size: tuple[int, int]) -> None:
    with pytest.raises(PictureRefused) as refusal:
        store(png_claiming(*size))
    assert refusal.value.status == 413


def test_packed_text_that_bursts_is_refused() -> None:
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))
    whole = encoded(Image.new("L", (4, 4)))
    with pytest.raises(PictureRefused):
        store(whole[:33] + text + whole[33:])


def test_a_jpeg_of_endless_layers_is_refused() -> None:
    whole = encoded(Image.new("L", (400, 400)), "JPEG", progressive=True)
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    with pytest.raises(PictureRefused):
        store(whole[:-2] + scan * 1000 + whole[-2:])


def test_the_limit_of_pixels_can_be_set() -> None:
    data = encoded(Image.new("L", (20, 20)))
    assert store(data, max_pixels=400)
    with pytest.raises(PictureRefused):
        store(data, max_pixels=399)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_broken_file_is_refused_or_stored_whole(kind: str) -> None:
    chance = random.Random(7)
    noise = Image.frombytes("RGB", (64, 64), chance.randbytes(64 * 64 * 3))
    whole = encoded(noise, kind)
    with pytest.raises(PictureRefused):
        store(whole[: len(whole) // 2])
    for _attempt in range(40):
        broken = bytearray(whole)
        for _spot in range(8):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            key = store(bytes(broken))
        except PictureRefused:
            continue
        assert stored(key).format == "WEBP"


def test_an_uploaded_file_is_taken_as_it_comes() -> None:
    data = encoded(Image.new("RGB", (20, 20)))
    assert services.store_picture(file=ContentFile(data), at=AT) == store(data)


def test_a_place_that_takes_nothing_refuses_and_says_what_to_do(
    settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "file"
    (tmp_path / "file").write_text("where a folder should be")
    with pytest.raises(PicturesAway, match="without pictures"):
        store(encoded(Image.new("RGB", (8, 8))))
    assert n_events("PictureStored") == 0

"""Storing pictures."""

import hashlib
from datetime import datetime
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from canyu.journal.services import publish
from canyu.pictures.encoding import encode_picture
from canyu.pictures.errors import NOT_STORED, place_asked
from canyu.pictures.events import PictureStored
from canyu.pictures.rules import MAX_BYTES, MAX_PIXELS, PictureKey, check_n_bytes, path_of


def store_picture(*, file: IO[bytes], at: datetime, max_pixels: int = MAX_PIXELS) -> PictureKey:
    """Check a picture, encode it anew, store it and its thumbnail; return its key.

    The key is the SHA-256 of the stored file: the same picture sent twice is stored once.
    Raises `PictureRefused` (400, 413 for too large, `PicturesAway` 503); then nothing was stored.
    """
    data = file.read(MAX_BYTES + 1)
    check_n_bytes(len(data))
    encoded = encode_picture(data, max_pixels=max_pixels)
    key = PictureKey(hashlib.sha256(encoded.large).hexdigest())
    with place_asked(NOT_STORED):
        # The large one last: where it is, its thumbnail is too.
        _write(path_of(key, "small"), encoded.small)
        is_new = _write(path_of(key, "large"), encoded.large)
    if is_new:
        with transaction.atomic():
            publish(PictureStored(at=at, key=key, n_bytes=len(encoded.large)))
    return key


def _write(path: str, data: bytes) -> bool:
    """Write a file unless it is there; return whether it was written."""
    if default_storage.exists(path):
        if default_storage.size(path) == len(data):
            return False
        # Left half-written by a crash.
        default_storage.delete(path)
    stored = default_storage.save(path, ContentFile(data))
    if stored != path:
        # Somebody stored the same picture in between, and this copy went beside it.
        default_storage.delete(stored)
        return False
    return True

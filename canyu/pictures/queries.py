"""Finding pictures."""

from django.core.files.storage import default_storage

from canyu.journal.errors import NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.pictures.errors import NOT_READ, place_asked
from canyu.pictures.rules import PictureSize, check_key, path_of

CONTENT_TYPE = "image/webp"


def picture_path(key: str, size: PictureSize = "large") -> str:
    """Return the name of a picture in the default storage; raise `NotFound` for a bad key.

    Does not look whether the file is there.
    """
    return path_of(check_key(key), size)


def read_picture(key: str, size: PictureSize = "large") -> bytes:
    """Return the WebP file of a picture, which never changes under its key.

    Raises `NotFound`, or `PicturesAway` where nobody can say.
    """
    path = picture_path(key, size)
    try:
        with place_asked(NOT_READ), default_storage.open(path) as file:
            return bytes(file.read())
    except FileNotFoundError as problem:
        raise NotFound(_("There is no such picture.")) from problem


def picture_file_name(key: str) -> str:
    """Return what a picture is called in an export; raise `NotFound` for a bad key."""
    return f"{check_key(key)}.webp"

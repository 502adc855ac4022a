"""What this room refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

from canyu.journal.errors import Refused, gettext_noop


class PictureRefused(Refused):
    """Something was not stored as a picture."""

    status = 400


class PicturesAway(PictureRefused):
    """The place where pictures lie cannot be reached, or has no room."""

    status = 503


@contextmanager
def place_asked(sentence: str) -> Iterator[None]:
    """Ask the place of pictures; raise `PicturesAway` with `sentence` where it fails.

    What is not there is told as it is, by `FileNotFoundError`.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except _faults() as problem:
        raise PicturesAway(sentence) from problem


NOT_STORED = gettext_noop(
    "Nothing was saved, because the place for pictures does not take them at the moment. "
    "Send it without pictures, or again in some minutes; "
    "if it stays so, tell the operator of this Canyu."
)
NOT_READ = gettext_noop(
    "The picture cannot be shown, because the place for pictures does not answer at the moment. "
    "Try again in some minutes."
)


def _faults() -> tuple[type[Exception], ...]:
    # A folder fails with OSError; a bucket in words of its own, where its library is installed.
    if find_spec("botocore") is None:
        return (OSError,)
    told = import_module("botocore.exceptions")
    return OSError, told.BotoCoreError, told.ClientError

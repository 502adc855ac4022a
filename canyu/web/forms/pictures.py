"""Pictures sent along with words: stored, and shown where the words end."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from canyu.journal.errors import gettext_noop
from canyu.pictures.errors import PictureRefused
from canyu.pictures.services import store_picture

MOST = 4


class _Files(forms.FileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Any number of pictures, none too."""

    def __init__(self) -> None:
        """Say what may be sent."""
        super().__init__(
            label=_("Pictures"),
            help_text=_("At most 4, of 8 MB each. Where they were taken is left out of them."),
            required=False,
            widget=_Files(attrs={"accept": "image/*", "multiple": True}),
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # noqa: ANN401, ARG002 - as Django calls it
        """Return the files; an empty one is told by whoever reads it."""
        files = data if isinstance(data, list | tuple) else [data]
        return [file for file in files if file]


def with_pictures(words: str, files: Iterable[IO[bytes]], *, at: datetime) -> str:
    """Store pictures and show them below the words, in Markdown; raise `PictureRefused`."""
    files = list(files)
    if len(files) > MOST:
        raise PictureRefused(
            gettext_noop("Nothing was saved: %(n)s pictures are too many, %(most)s go along."),
            n=len(files),
            most=MOST,
        )
    keys = [store_picture(file=file, at=at) for file in files]
    shown = [f"![]({reverse('picture', args=[key])})" for key in keys]
    return "\n\n".join([*([words.rstrip()] if words.strip() else []), *shown])

"""The encoder of this process, made once."""

from functools import cache

from django.conf import settings

from canyu.textmine import Encoder, joined_encoder, usual_encoder

BY_WORDS = "words"
"""The name of no encoder."""


def encoder() -> Encoder | None:
    """Return the encoder that is set, None where there is none: then words decide alone."""
    return _made(settings.CANYU_ENCODER)


def encoder_name() -> str:
    """Return by what texts are compared here, as it stands beside each of them."""
    model = encoder()
    return BY_WORDS if model is None else model.name


@cache
def _made(asked: str) -> Encoder | None:
    if asked == "none":
        return None
    return joined_encoder() if asked == "english" else usual_encoder()

"""The encoder of this process, made once."""

from functools import cache

from canyu.textmine import Encoder, usual_encoder


@cache
def encoder() -> Encoder | None:
    """Return the encoder that is installed, None where there is none: then words decide alone."""
    return usual_encoder()

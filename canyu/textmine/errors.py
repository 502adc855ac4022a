"""What the core says when it cannot do what was asked, as sentences."""


class EncoderMissing(RuntimeError):  # noqa: N818  # the name says what happened
    """The package of a sentence encoder is not installed."""


class WrongVectors(ValueError):  # noqa: N818  # the name says what happened
    """Stored vectors are of another model, or are not whole."""

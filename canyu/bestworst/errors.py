"""What the core says when numbers cannot be had, as sentences."""


class TooFewAnswers(ValueError):  # noqa: N818  # the name says what happened
    """No answer names a best or a worst, so there is nothing to fit."""


class FitDiverged(ArithmeticError):  # noqa: N818  # the name says what happened
    """The answers do not pin the worths down to finite numbers."""


class RakingDiverged(ArithmeticError):  # noqa: N818  # the name says what happened
    """No weights bring all groupings to their targets together."""

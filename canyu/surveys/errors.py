"""What a survey's file can have against it, as sentences for its owner."""


class SurveyRefused(ValueError):  # noqa: N818  # the name says what happened
    """The survey cannot be judged as it is asked; the sentences say why and where."""

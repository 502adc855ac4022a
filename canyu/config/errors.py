"""What is wrong with a setting, told as one sentence to whoever set it."""


class SettingWrong(ValueError):  # noqa: N818 - the name says what happened
    """A setting says what Canyu cannot do; the sentence quotes it and names what can be set."""

"""By what texts are compared: the encoder that CANYU_ENCODER names."""

from canyu.config.errors import SettingWrong

KNOWN = ("universal", "english", "none")


def encoder_of(told: str) -> str:
    """Return what CANYU_ENCODER asks for; the usual one where it is empty.

    Raises `SettingWrong` for what is none, and for one that is not installed.
    """
    asked = told.strip() or "universal"
    if asked not in KNOWN:
        message = f"CANYU_ENCODER is “{asked[:20]}”, must be one of {', '.join(KNOWN)}"
        raise SettingWrong(message)
    if asked == "english":
        # What they read takes a while, and most commands compare nothing.
        from canyu.textmine import EncoderMissing, EnglishEncoder  # noqa: PLC0415

        try:
            EnglishEncoder()
        except EncoderMissing as problem:
            message = f"CANYU_ENCODER is english. {str(problem).rstrip('.')}"
            raise SettingWrong(message) from problem
    return asked

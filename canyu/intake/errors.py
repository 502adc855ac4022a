"""What intake says when it takes nothing, or does not know yet."""


class QueueFull(RuntimeError):  # noqa: N818 - the name says what happened
    """More wait than may wait; whoever asks again a little later will be taken."""


class IntakeStopped(RuntimeError):  # noqa: N818 - the name says what happened
    """Nothing is taken any more: the process is about to end."""


class NotInTime(RuntimeError):  # noqa: N818 - the name says what happened
    """The patience of whoever waited is at its end; the write may still come about."""

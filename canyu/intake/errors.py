"""What intake says when it takes nothing."""


class QueueFull(RuntimeError):  # noqa: N818 - the name says what happened
    """More wait than may wait; whoever asks again a little later will be taken."""


class IntakeStopped(RuntimeError):  # noqa: N818 - the name says what happened
    """Nothing is taken any more: the process is about to end."""

"""What intake says when it takes nothing, or does not know yet."""


class QueueFull(RuntimeError):  # noqa: N818 - the name says what happened
    """More wait than may wait; whoever asks again a little later will be taken."""


class IntakeStopped(RuntimeError):  # noqa: N818 - the name says what happened
    """Nothing is taken any more: the process is about to end."""


class StoreAway(RuntimeError):  # noqa: N818 - the name says what happened
    """A group was not written, by no fault of any of it, or nobody knows: then `is_unsure`."""

    def __init__(self, words: str, *, is_unsure: bool = False) -> None:
        super().__init__(words)
        self.is_unsure = is_unsure

"""What a process that lives long keeps in memory."""

import gc

# What is made for a request goes with it, without the collector; 700 at a time it would look for
# circles that there are not, some hundred times a second in a rush.
THINGS_BETWEEN_LOOKS = 20_000


def settle() -> None:
    """Leave what was loaded by now out of the collector's rounds: it stays as long as the process.

    Of the time that a report took in a rush, a quarter went into looking through all of it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(THINGS_BETWEEN_LOOKS, *gc.get_threshold()[1:])

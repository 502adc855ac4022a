"""Settings for a server whose clock a test can set wrong: CANYU_TEST_STEP names a file of seconds.

What the product, sessions and limits go by is stepped, as it would be by the machine. What only
measures how long something takes is not, as it would not be by the machine.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from canyu.config.settings import *  # noqa: F403 - the settings of a real server, and a clock

FILE = Path(os.environ["CANYU_TEST_STEP"])
_true_time = time.time


def step() -> float:
    """By how many seconds the clock is wrong at this moment."""
    return float(FILE.read_text(encoding="utf-8"))


def now() -> datetime:
    """What the wrong clock says."""
    return datetime.now(tz=UTC) + timedelta(seconds=step())


CANYU_CLOCK = "tests.config.stepping.now"
timezone.now = now
time.time = lambda: _true_time() + step()

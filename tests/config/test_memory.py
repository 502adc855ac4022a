"""What was loaded is not looked through again and again."""

import subprocess
import sys

CODE = """
import gc
from canyu.config.memory import settle
kept = [[] for _ in range(1_000)]
settle()
# In the collector's rounds is only what came after.
assert len(gc.get_objects()) < 1_000, len(gc.get_objects())
class Ring: pass
import weakref
one = Ring(); one.me = one; gone = weakref.ref(one); del one
assert gone() is not None
held = [[] for _ in range(gc.get_threshold()[0] + 1_000)]
assert gone() is None, "circles that came after are found all the same"
"""


def test_what_was_loaded_rests_and_what_comes_after_does_not() -> None:
    # In a process of its own: it is for ever.
    subprocess.run([sys.executable, "-c", CODE], check=True)

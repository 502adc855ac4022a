"""A process that writes bodies as lines into a file: `python -m tests.intake.scribe FILE NUMBER`.

A body "die" ends it before anything of its group is written, "slowly" takes half a second, "no" is
refused.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from canyu.intake.outcomes import Outcome, Refusal
from canyu.intake.writer import write_what_comes

NO = Refusal(400, "Not %(what)s.", {"what": "this"})


class Scribe:
    """Appends; a receipt is the number of the line."""

    fewest = 3

    def __init__(self, file: Path) -> None:
        self.file = file
        self.n_lines = len(file.read_bytes().splitlines()) if file.exists() else 0

    def __call__(self, bodies: Sequence[bytes]) -> list[Outcome]:
        if b"die" in bodies:
            os.kill(os.getpid(), signal.SIGKILL)
        if b"slowly" in bodies:
            time.sleep(0.5)
        outcomes: list[Outcome] = []
        with self.file.open("ab") as out:
            for body in bodies:
                if body == b"no":
                    outcomes.append(NO)
                    continue
                self.n_lines += 1
                out.write(body + b"\n")
                outcomes.append(self.n_lines)
        return outcomes

    def close(self) -> None:
        with self.file.open("ab") as out:
            out.write(b"closed\n")


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    write_what_comes(int(sys.argv[2]), Scribe(Path(sys.argv[1])))

"""Opens a report in the store of this environment and writes the bodies of a crowd, one a line.

    python -m bench._rush_bodies FILE --people 100000

Every person has a token of their own and answers as people do: nearly all name a best, most a
worst, one in twenty writes why; one in twenty comes back and has changed their mind.
"""

import argparse
import json
import os
import random
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

N_CHANGES, N_SCREENS, FIRST_MEMBER = 20, 2_000, 1_000_000
P_BEST, P_WORST, P_WORDS, P_AGAIN, P_UNTRIED = 0.95, 0.8, 0.05, 0.05, 0.1
MOODS, MOOD_WEIGHTS = ("scream", "smile", "shrug", "sigh"), (1, 5, 3, 1)
RINGS, RING_WEIGHTS = ("everyone", "weekly", "daily"), (70, 25, 5)
WORDS = "It saves me a minute every morning, and I no longer look for it in three places. "
SLUG, VERSION = "rush", "2.0.0"


def write_bodies(file: Path, n_people: int) -> None:
    """Write so many people's reports, and those that were changed among them."""
    from canyu.journal.clock import now
    from canyu.products.queries import product_ids_by_slug
    from canyu.releases.queries import release_of
    from canyu.reports.queries import window_of
    from canyu.reports.rules import screen_for
    from canyu.reports.tokens import ReportToken, seal_token, signing_key

    release_id = release_of(product_ids_by_slug()[SLUG], VERSION).id
    window, key, until = window_of(release_id), signing_key(), now() + timedelta(days=1)
    assert window is not None
    screens = [
        screen_for(window.change_ids, key=key, release_id=release_id, member_id=one)
        for one in range(N_SCREENS)
    ]
    rng = random.Random(4)
    writers = iter(make_writers(int(n_people * P_WORDS * 1.2) + 10))
    earlier: list[tuple[str, tuple[int, ...], bool]] = []
    with file.open("w", encoding="utf-8") as out:
        for n in range(n_people):
            if earlier and rng.random() < P_AGAIN:
                person = rng.choice(earlier)
            else:
                screen = rng.choice(screens)
                (ring,) = rng.choices(RINGS, RING_WEIGHTS)
                is_writer = rng.random() < P_WORDS
                member_id = next(writers) if is_writer else FIRST_MEMBER + n
                told = ReportToken(release_id, member_id, ring, screen.number, screen.shown, until)
                person = seal_token(told, key=key), screen.shown, is_writer
                earlier.append(person)
            token, shown, is_writer = person
            said = {"token": token, **draw_cells(shown, rng), "edited": 1_764_000_000_000 + n}
            if is_writer and "best" in said:
                said["why_best"] = WORDS * rng.randint(1, 3)
            out.write(json.dumps(said) + "\n")


def make_writers(n: int) -> list[int]:
    """Accounts of those who write words: a remark belongs to somebody."""
    from canyu.journal.clock import now
    from canyu.members.models import Member

    made = [Member(handle=f"writer-{one}", joined_at=now()) for one in range(n)]
    Member.objects.bulk_create(made, batch_size=1_000)
    return list(Member.objects.filter(handle__startswith="writer-").values_list("id", flat=True))


def draw_cells(shown: tuple[int, ...], rng: random.Random) -> dict[str, Any]:
    """One person's answer on a screen."""
    cells: dict[str, Any] = {"mood": rng.choices(MOODS, MOOD_WEIGHTS)[0]}
    tried = list(shown)
    rng.shuffle(tried)
    if rng.random() < P_UNTRIED:
        cells["untried"] = [tried.pop()]
    if rng.random() < P_BEST:
        cells["best"] = tried[0]
    if rng.random() < P_WORST:
        cells["worst"] = tried[1]
    return cells


def changelog() -> str:
    """A release with as many changes as a busy week has."""
    changes = "\n".join(f"- Change number {n} that people can see" for n in range(N_CHANGES))
    return f"# Changelog\n\n## [{VERSION}] - 2026-10-02\n### Added\n{changes}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--people", type=int, default=100_000)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canyu.config.settings")
    django.setup()
    write_bodies(asked.file, asked.people)


if __name__ == "__main__":
    sys.exit(main())

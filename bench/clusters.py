"""Clusters and alerts on a stream of posts whose true groups are known.

    .venv/bin/python bench/clusters.py DIR [--tier default] [--most N] [--seed 1] [--nights 6]

Reads DIR/posts.jsonl.gz (id, title or text, optional body, created, author; group), streams it in
order of `created` where every post has it, else of id, and prints JSON for each tier (by words
alone, default, and english where `sh scripts/prepare.sh english` was run): B-cubed precision,
recall and F of the clusters as posts came in, and after a nightly pass; and for alerts by the rules
for new and slow how many were right, how many groups they caught, and at which post of the group.

Dates and authors that are missing are simulated from the seed: 40 posts a day, one in ten by
somebody who posted before. An alert is right where at least three of its people, and more than
half of them, are of one group. Groups of fewer than three people are left out of the share caught.
"""

import argparse
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from canyu.textmine.alerts import NEW, Alert, Watch, find_alert
from canyu.textmine.clusters import Clusters
from canyu.textmine.encoders import Encoder, usual_encoder
from canyu.textmine.english import joined_encoder
from canyu.textmine.errors import EncoderMissing
from canyu.textmine.plain import plain_text
from canyu.textmine.regroup import regroup, settle
from canyu.textmine.terms import terms_of

TIERS = ("words", "default", "english")
A_DAY = 40
ANOTHER_TIME = 0.1
BODY_READ = 300
SECONDS_OF_DAY = 86_400
MILLISECONDS = 1e11


@dataclass(frozen=True)
class Given:
    item: int
    day: int
    author: int
    group: int
    title: str
    body: str


def read(folder: Path, most: int | None, seed: int) -> list[Given]:
    """Return the posts that have a text, in the order of the stream."""
    with gzip.open(folder / "posts.jsonl.gz", "rt", encoding="utf-8", errors="replace") as file:
        rows = [row for line in file if line.strip() and (row := json.loads(line))]
    rows = [row for row in rows if row.get("title") or row.get("text") or row.get("body")]
    times = [when(row.get("created")) for row in rows]
    timed = all(each is not None for each in times)
    order = sorted(
        range(len(rows)), key=lambda at: (times[at] if timed else 0.0, order_of(rows[at]["id"]))
    )[:most]
    groups: dict[str, int] = {}
    authors: dict[str, int] = {}
    rng = np.random.default_rng(seed)
    given: list[Given] = []
    for at, place in enumerate(order):
        row, seconds = rows[place], times[place]
        again = at > 0 and rng.random() < ANOTHER_TIME
        author = given[int(rng.integers(at))].author if again else at
        if row.get("author") is not None:
            author = authors.setdefault(str(row["author"]), -1 - len(authors))
        # A post whose group nobody marked is taken to be alone.
        group = f"no group {at}" if row.get("group") is None else str(row["group"])
        given.append(
            Given(
                item=at,
                day=int(seconds // SECONDS_OF_DAY)
                if timed and seconds is not None
                else at // A_DAY,
                author=author,
                group=groups.setdefault(group, len(groups)),
                title=str(row.get("title") or row.get("text") or row["body"]),
                body=str(row.get("body") or ""),
            )
        )
    return given


def order_of(number: Any) -> tuple[int, float, str]:
    """Return what ids are sorted by: numbers as numbers, then the rest as words."""
    try:
        return (0, float(number), "")
    except (TypeError, ValueError):
        return (1, 0.0, str(number))


def when(created: Any) -> float | None:
    """Return seconds: of a number (seconds, or milliseconds), of a date as ISO writes it."""
    try:
        seconds = float(created)
    except (TypeError, ValueError):
        try:
            told = datetime.fromisoformat(str(created))
        except ValueError:
            return None
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    return seconds / 1000 if abs(seconds) > MILLISECONDS else seconds


def b_cubed(found: list[int], true: list[int]) -> dict[str, float]:
    """Return precision, recall and F over posts (Bagga and Baldwin 1998)."""
    both = Counter(zip(found, true, strict=True))
    n_found, n_true, n = Counter(found), Counter(true), len(found)
    precision = sum(many**2 / n_found[c] for (c, _), many in both.items()) / n
    recall = sum(many**2 / n_true[g] for (_, g), many in both.items()) / n
    f = 2 * precision * recall / (precision + recall)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "F": round(f, 4)}


def encoder_of(tier: str) -> Encoder | None:
    """Return the encoder of a tier. Raises `EncoderMissing`."""
    if tier == "words":
        return None
    return joined_encoder() if tier == "english" else usual_encoder()


def installed(tier: str) -> bool:
    try:
        encoder_of(tier)
    except EncoderMissing:
        return False
    return True


def encoded(given: list[Given], tier: str) -> np.ndarray | None:
    encoder = encoder_of(tier)
    if encoder is None:
        return None
    texts = [plain_text(each.title) for each in given]
    blocks = [encoder.encode(texts[at : at + 256]) for at in range(0, len(texts), 256)]
    return np.concatenate(blocks)


class Replay:
    """One stream through one set of clusters, alerts acknowledged on the day."""

    def __init__(self, given: list[Given], vectors: np.ndarray | None) -> None:
        self.given, self.vectors = given, vectors
        self.terms = [
            terms_of(plain_text(f"{each.title} {each.body[:BODY_READ]}")) for each in given
        ]
        self.restart()

    def restart(self) -> None:
        width = 0 if self.vectors is None else self.vectors.shape[1]
        self.clusters = Clusters(n_dimensions=width, most_rows=max(len(self.given), 10))
        self.verdicts: list[tuple[int | None, int]] = []
        self.watches: dict[int, Watch] = defaultdict(Watch)

    def run(self, nights: int) -> float:
        """Return the seconds of processor time that placing took, nights included."""
        every = len(self.given) // (nights + 1) + 1
        seconds = 0.0
        for each in self.given:
            start = time.process_time()
            vector = None if self.vectors is None else self.vectors[each.item]
            placed = self.clusters.add(each.item, terms=self.terms[each.item], vector=vector)
            if nights and (each.item + 1) % every == 0:
                settle(self.clusters, regroup(self.clusters))
                seconds += time.process_time() - start
                for cluster in self.clusters.clusters():
                    self.look(cluster, each.day)
            else:
                seconds += time.process_time() - start
                self.look(placed.cluster, each.day)
        return seconds

    def look(self, cluster: int, day: int) -> None:
        members = self.clusters.members(cluster)
        if len(members) < NEW.n_people or self.watches[cluster].ever:
            return
        asked = [(self.given[item].day, self.given[item].author) for item in members]
        alert = find_alert(asked, day, self.watches[cluster])
        if alert is not None:
            self.watches[cluster] = self.watches[cluster].told().acknowledged(day)
            self.verdicts.append(self.judged(alert, members))

    def judged(self, alert: Alert, members: tuple[int, ...]) -> tuple[int | None, int]:
        """Return which group the alert is right about, and how many had posted to it by then."""
        voices: dict[int, set[int]] = defaultdict(set)
        for item in members:
            one = self.given[item]
            if alert.day - alert.days < one.day <= alert.day and one.author in alert.voices:
                voices[one.group].add(one.author)
        group, people = max(voices.items(), key=lambda pair: (len(pair[1]), -pair[0]))
        right = len(people) >= NEW.n_people and 2 * len(people) > alert.n_people
        last = max(members)
        n_posted = sum(one.group == group for one in self.given[: last + 1])
        return group if right else None, n_posted

    def summary(self) -> dict[str, Any]:
        verdicts = self.verdicts
        right = [(group, n_posted) for group, n_posted in verdicts if group is not None]
        first: dict[int, int] = {}
        for group, n_posted in right:
            first.setdefault(group, n_posted)
        people: dict[int, set[int]] = defaultdict(set)
        for one in self.given:
            people[one.group].add(one.author)
        large = {group for group, who in people.items() if len(who) >= NEW.n_people}
        return {
            "alerts": len(verdicts),
            "right": len(right),
            "precision": round(len(right) / len(verdicts), 4) if verdicts else None,
            "about a group told of before": len(right) - len(first),
            "groups of three people or more": len(large),
            "of them caught": round(len(large & set(first)) / len(large), 4) if large else None,
            "caught at post (median)": median(first.values()) if first else None,
        }

    def found(self) -> list[int]:
        return [self.clusters.cluster_of(each.item) for each in self.given]


def measure(given: list[Given], tier: str, nights: int) -> dict[str, Any]:
    start = time.process_time()
    vectors = encoded(given, tier)
    encoding = time.process_time() - start
    replay = Replay(given, vectors)
    true = [each.group for each in given]
    seconds = replay.run(0)
    online = b_cubed(replay.found(), true)
    alerts = replay.summary()
    start = time.process_time()
    settle(replay.clusters, regroup(replay.clusters))
    night_seconds = time.process_time() - start
    after = b_cubed(replay.found(), true)
    result = {
        "encoder": None if vectors is None else getattr(encoder_of(tier), "name", None),
        "online": {**online, "clusters": len(set(replay.found()))},
        "night": after,
        "alerts": alerts,
        "thresholds": {
            "online": round(replay.clusters.threshold, 4),
            "night": round(replay.clusters.night_threshold, 4),
        },
        "seconds": {
            "encoding": round(encoding, 2),
            "placing, per 1000": round(1000 * seconds / len(given), 3),
            "night": round(night_seconds, 2),
        },
    }
    if nights:
        replay.restart()
        replay.run(nights)
        result["alerts with nights"] = {"nights": nights, **replay.summary()}
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description="B-cubed and alerts of streaming clusters.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tier", choices=TIERS, action="append")
    parser.add_argument("--most", type=int, default=None, help="of the posts, the first")
    parser.add_argument("--seed", type=int, default=1, help="of dates and authors that are missing")
    parser.add_argument("--nights", type=int, default=0, help="passes while the stream runs")
    asked = parser.parse_args()
    given = read(asked.folder, asked.most, asked.seed)
    if not given:
        parser.error(f"{asked.folder} holds no posts.")
    tiers = asked.tier or [tier for tier in TIERS if installed(tier)]
    print(
        json.dumps(
            {
                "posts": len(given),
                "groups": len({each.group for each in given}),
                "seed": asked.seed,
                "tiers": {tier: measure(given, tier, asked.nights) for tier in tiers},
            },
            indent=1,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Real streams, where they are at hand: what docs/benchmarks.md says, on a part of them.

The file stands beside the repository, not in it: banking77, 77 troubles of a bank's customers
(Casanueva et al. 2020). bench/clusters.py measures the whole.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bench.clusters import Given, Replay, b_cubed, encoded, measure
from canyu.textmine.encoders import usual_encoder

POSTS = Path(__file__).resolve().parents[3] / "shared/data/dup-banking77/posts.jsonl.gz"


def banking(n_groups: int, n_each: int) -> list[Given]:
    if not POSTS.is_file():
        pytest.skip(f"banking77 is not at {POSTS}: its figures go unchecked")
    with gzip.open(POSTS, "rt", encoding="utf-8") as file:
        rows: list[dict[str, Any]] = [json.loads(line) for line in file]
    left = dict.fromkeys(range(n_groups), n_each)
    given: list[Given] = []
    for row in rows:
        if row["split"] == "test" and left.get(row["group"], 0) > 0:
            left[row["group"]] -= 1
            at = len(given)
            given.append(Given(at, at // 40, at, row["group"], row["text"], ""))
    return given


@pytest.mark.skipif(usual_encoder() is None, reason="the encoder is not installed")
def test_troubles_of_a_bank_are_told_apart_and_told_of() -> None:
    found = measure(banking(27, 20), "default", nights=0)
    assert found["night"]["F"] >= 0.5
    assert found["alerts"]["precision"] >= 0.65
    assert found["alerts"]["of them caught"] >= 0.6


def test_without_an_encoder_words_alone_still_group() -> None:
    given = banking(20, 15)
    replay = Replay(given, encoded(given, "words"))
    replay.run(0)
    found = b_cubed(replay.found(), [each.group for each in given])
    assert found["precision"] >= 0.7
    assert found["F"] >= 0.2


def test_b_cubed_by_hand() -> None:
    """Groups AABB found as AAB and B: by post 2/3, 2/3, 1/3, 1, and 1, 1, 1/2, 1/2."""
    found = b_cubed([0, 0, 0, 1], [0, 0, 1, 1])
    assert found["precision"] == pytest.approx((4 / 3 + 1 / 3 + 1) / 4, abs=1e-4)
    assert found["recall"] == pytest.approx(0.75)

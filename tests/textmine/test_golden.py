"""On real duplicates the search finds no less than it was measured to find.

Development sets beside the repository: questions of Ask Ubuntu's users (CC BY-SA 3.0, by way of
Bogdanova et al. 2015) and of Baidu Zhidao's (LCQMC, Liu et al. 2018). Nothing of them is here. Of
whole sets `bench/similar.py` tells; here a part is asked for among a part, which is easier, and the
least shares are a little below those measured on 2026-11-22.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from canyu.textmine import Encoder, Post, Similar
from tests.textmine.directions import universal

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
N_ASKED = 150


def part_of(name: str, n: int) -> list[dict[str, Any]]:
    path = DATA / name / "posts.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path} is not at hand: the development sets stand beside the repository")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line, _ in zip(lines, range(n), strict=False)]


def mean_reciprocal_rank(rows: list[dict[str, Any]], encoder: Encoder | None) -> float:
    """Of the first duplicate among ten hits; 0 where there is none."""
    texts = [(row.get("title") or row["text"], row.get("body") or "") for row in rows]
    groups = [row["group"] for row in rows]
    index = Similar(encoder)
    index.add(Post(at, title, body) for at, (title, body) in enumerate(texts))
    asked = [at for at in range(len(rows)) if groups.count(groups[at]) > 1][:N_ASKED]
    ranks = 0.0
    for at in asked:
        found = [groups[hit.id] for hit in index.search(texts[at][0], 10, exclude={at})]
        ranks += 1 / (1 + found.index(groups[at])) if groups[at] in found else 0
    return ranks / len(asked)


@pytest.mark.parametrize(
    ("name", "n", "tier", "least"),
    [
        ("dup-askubuntu", 450, "words", 0.50),
        ("dup-askubuntu", 450, "default", 0.57),
        ("dup-lcqmc", 2_500, "words", 0.93),
        ("dup-lcqmc", 2_500, "default", 0.95),
    ],
)
def test_duplicates_are_found(name: str, n: int, tier: str, least: float) -> None:
    rows = part_of(name, n)
    rank = mean_reciprocal_rank(rows, universal() if tier == "default" else None)
    assert rank >= least

"""Surveys made up for the tests: small files as people have them."""

from __future__ import annotations

import numpy as np

from canyu.surveys.asked import Asked
from canyu.surveys.judgement import Judgement
from canyu.surveys.judging import judge_survey
from canyu.surveys.reading import Survey, read_survey

HEADER = "respondent,task,shown,best,worst"
TEAS = ("green", "black", "white", "oolong", "mint", "rooibos")


def read(text: str, **asked: object) -> Survey:
    """Read a file's text as it is asked."""
    return read_survey(text.encode(), Asked(**asked))  # type: ignore[arg-type]


def judge(text: str, **asked: object) -> Judgement:
    """Judge a file's text as it is asked."""
    return judge_survey(read(text, **asked), Asked(**asked))  # type: ignore[arg-type]


def file_of(*rows: str, header: str = HEADER) -> str:
    """Return a file of these rows under the usual header."""
    return "\n".join([header, *rows, ""])


def made_survey(
    *,
    items: tuple[str, ...] = TEAS,
    n_people: int = 60,
    n_tasks: int = 3,
    size: int = 4,
    spread: float = 1.0,
    seed: int = 1,
) -> str:
    """Return a file in which the first item is liked best and the last one least.

    It has a column `age` (young, old), of no influence, and `weight`.
    """
    rng = np.random.default_rng(seed)
    worth = np.linspace(spread, -spread, len(items))
    rows = []
    for person in range(n_people):
        age = "young" if person % 3 else "old"
        for task in range(n_tasks):
            screen = rng.permutation(len(items))[:size]
            best = screen[(worth[screen] + rng.gumbel(size=size)).argmax()]
            rest = screen[screen != best]
            worst = rest[(-worth[rest] + rng.gumbel(size=size - 1)).argmax()]
            shown = "|".join(items[at] for at in screen)
            rows.append(
                f"p{person},{task},{shown},{items[best]},{items[worst]},{age},{1 + person % 2}"
            )
    return file_of(*rows, header=f"{HEADER},age,weight")

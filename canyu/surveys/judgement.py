"""What a survey says, as plain values: the one source of the table, the JSON and the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One item. Coefficients are logits: relative to the base, or summing to nought.

    `shown`, `best` and `worst` count answers. `score` is a share of 100 with
    its 95% interval `low` to `high`; `p_win` and `p_last` the chances of being
    the first and the last. `appeal` and `controversy` come from fitting bests
    and worsts apart, and are None where only one of them was answered; `flag`
    says "divides" or "leaves cold" where a test over all items together does.
    """

    name: str
    shown: int
    best: int
    worst: int
    coef: float
    se_model: float
    se_robust: float
    score: float
    low: float
    high: float
    p_win: float
    p_last: float
    appeal: float | None = None
    controversy: float | None = None
    se_controversy: float | None = None
    flag: str | None = None

    @property
    def is_controversial(self) -> bool:
        """Whether it is loved and hated by more people than its appeal explains."""
        return self.flag == "divides"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the award rule: `holds` is None where it could not be tested."""

    key: str
    holds: bool | None
    numbers: dict[str, Any]
    sentence: str


@dataclass(frozen=True, slots=True)
class Award:
    """Who is first: `outcome` alone, shared or nobody; `items` names whom it goes to.

    `leader` is ahead by its coefficient, `contenders` could not be told from
    it. `n_flip` is the smallest group of people found without whom another item
    is first, `flip_to` that item; None where leaving people out changed nothing.
    `count_lead` is the leader's lead in bests less worsts, which any
    `count_bound` people cannot undo.
    """

    outcome: str
    items: tuple[str, ...]
    leader: str
    contenders: tuple[str, ...]
    n_flip: int | None
    flip_to: str | None
    count_lead: float
    count_bound: int
    clauses: tuple[Clause, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Position:
    """Whether the place on the screen was chosen; p-values are None where it cannot be asked."""

    orders_vary: bool
    best_at: tuple[int, ...]
    worst_at: tuple[int, ...]
    p_best: float | None
    p_worst: float | None


@dataclass(frozen=True, slots=True)
class Weights:
    """What weighting costs: the people count like `n_eff` unweighted ones."""

    n_eff: float
    deff: float
    sentence: str


@dataclass(frozen=True, slots=True)
class GroupItem:
    """One item as one group sees it, drawn towards everybody's view where the group is small."""

    name: str
    coef: float
    se: float
    score: float


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the column that was asked for; no items where it is too small to tell."""

    name: str
    n_respondents: int
    n_answers: int | None
    items: tuple[GroupItem, ...]


@dataclass(frozen=True, slots=True)
class Segments:
    """Whether the groups of a column like the same: a likelihood-ratio test, and each group.

    `p_value` allows for people with several answers, by `deff`; `differs`
    names the items of which the groups think differently.
    """

    column: str
    lr: float | None
    df: int | None
    deff: float | None
    p_value: float | None
    differs: tuple[str, ...]
    groups: tuple[Group, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class OneScale:
    """Whether bests and worsts have one scale, worst being the mirror of best: a ratio test."""

    lr: float
    df: int
    deff: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that a survey was found to say; `items` by falling score."""

    model: str
    ghost: float
    base: str | None
    n_answers: int
    n_respondents: int
    loglik: float
    loglik_null: float
    items: tuple[Item, ...]
    not_ruled_out: tuple[str, ...]
    ties: tuple[tuple[str, ...], ...]
    award: Award
    one_scale: OneScale | None
    position: Position
    weights: Weights | None
    segments: Segments | None
    notes: tuple[str, ...]

"""Who may be called the first: the core's award rule, put into words."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

from canyu.bestworst.brigades import Pattern
from canyu.bestworst.verdict import CLEAN, judge
from canyu.surveys.judgement import Award, Clause
from canyu.surveys.names import clipped, quoted
from canyu.surveys.words import count, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from canyu.bestworst import Fit, Group, LeftOut, Standings
    from canyu.bestworst.clauses import (
        ChanceClause,
        GroupsClause,
        PositionClause,
        SmallestClause,
    )
    from canyu.bestworst.verdict import Verdict
    from canyu.surveys.reading import Survey

_AHEAD = "{leader} is ahead, but not safely enough to stand alone."


def award_of(
    survey: Survey,
    found: Fit,
    standings: Standings,
    *,
    groups: tuple[Group, ...],
    rng: np.random.Generator,
) -> Award:
    """Apply the rule to the top of the scale, leaving out each of `groups` in turn."""
    verdict = judge(survey.rows, found, standings, groups=groups, rng=rng)
    names = survey.items
    leader = names[verdict.item]
    clauses = (
        _chance(verdict.a1, leader),
        _groups(verdict.a2, leader, names),
        _smallest(verdict.a3, leader, names),
        _position(verdict.a4, leader, names),
    )
    flip_to = verdict.a3.winner
    return Award(
        outcome=verdict.outcome,
        items=tuple(names[at] for at in verdict.winners),
        leader=leader,
        contenders=tuple(names[at] for at in verdict.contenders),
        n_flip=verdict.a3.k_flip,
        flip_to=None if flip_to is None else names[flip_to],
        count_lead=float(verdict.count_lead),
        count_bound=verdict.count_bound,
        clauses=clauses,
        sentence=_sentence(verdict, leader, clauses),
    )


def _sentence(verdict: Verdict, leader: str, clauses: tuple[Clause, ...]) -> str:
    """Say in a few words whether the first place is safe, and what is against it."""
    if verdict.outcome == "alone":
        return f"{clipped(leader)} stays first, whatever was tried. {clauses[2].sentence}"
    against = " ".join(clause.sentence for clause in clauses if clause.holds is False)
    return f"{_AHEAD.format(leader=clipped(leader))} {against}"


def _chance(clause: ChanceClause, leader: str) -> Clause:
    asked = f"{100 * clause.needed:.0f}%"
    verb = "and at least" if clause.holds else "but at least"
    sentence = (
        f"The chance that {clipped(leader)} really is first is {percent(clause.p_win)}, "
        f"{verb} {asked} is asked."
    )
    return Clause("A1", clause.holds, {"p_win": clause.p_win, "needed": clause.needed}, sentence)


def _groups(clause: GroupsClause, leader: str, names: tuple[str, ...]) -> Clause:
    told = [_left_out(one, names) for one in clause.left_out]
    return Clause("A2", clause.holds, {"left_out": told}, _groups_sentence(clause, leader, names))


def _left_out(one: LeftOut, names: tuple[str, ...]) -> dict[str, Any]:
    pair = {}
    if isinstance(one.sign, Pattern):
        pair = {"best": names[one.sign.best], "worst": names[one.sign.worst]}
    return {
        "kind": one.kind,
        "name": None if pair else one.name,
        **pair,
        "n": one.n,
        "first": None if one.winner is None else names[one.winner],
    }


def _groups_sentence(clause: GroupsClause, leader: str, names: tuple[str, ...]) -> str:
    failed = clause.failed
    if failed:
        first = failed[0]
        rest = f" The same holds for {_more(failed[1:])}." if failed[1:] else ""
        winner = clipped(names[first.winner]) if first.winner is not None else "another item"
        return f"Without {_who(first, names)}, {winner} would be first.{rest}"
    tried = [one for one in clause.left_out if one.winner is not None]
    groups = [one for one in tried if one.kind != "pattern"]
    heaps = [one for one in tried if one.kind == "pattern"]
    stays = f"{clipped(leader)} stays first"
    parts = []
    if len(groups) == 1:
        parts.append(f"Without {_who(groups[0], names)}, {stays}.")
    elif groups:
        kind = clipped(groups[0].kind)
        parts.append(f"Without any one of {len(groups)} groups of {kind}, {stays}.")
    elif any(one.kind != "pattern" for one in clause.left_out):
        parts.append("No group could be left out: each is too large, or leaves too few people.")
    else:
        parts.append("No group of people was left out.")
    if heaps:
        pairs = count(len(heaps), "pair of answers", "pairs of answers")
        verb = "is" if len(heaps) == 1 else "are"
        parts.append(f"{pairs} {verb} more frequent than expected; without them, {stays}.")
    else:
        parts.append("No pair of answers is suspiciously frequent.")
    return " ".join(parts)


def _more(failed: Sequence[LeftOut]) -> str:
    """Count what else would change it: groups of people, and pairs of best and worst."""
    n_pairs = sum(one.kind == "pattern" for one in failed)
    n_groups = len(failed) - n_pairs
    parts = [count(n_groups, "other group")] if n_groups else []
    if n_pairs:
        parts.append(count(n_pairs, "pair of answers", "pairs of answers"))
    return " and ".join(parts)


def _who(one: LeftOut, names: tuple[str, ...]) -> str:
    if isinstance(one.sign, Pattern):
        best, worst = quoted((names[one.sign.best], names[one.sign.worst]))
        return f"the {count(one.n, 'answer')} too many with {best} as best and {worst} as worst"
    return f"the {count(one.n, 'person', 'people')} of {clipped(one.kind)} {quoted([one.name])[0]}"


def _smallest(clause: SmallestClause, leader: str, names: tuple[str, ...]) -> Clause:
    needed = floor(clause.threshold) + 1
    numbers: dict[str, Any] = {
        "k_flip": clause.k_flip,
        "winner": None if clause.winner is None else names[clause.winner],
        "first_order": clause.first_order,
        "n_people": clause.n_people,
        "n_eff": float(clause.n_eff),
        "threshold": float(clause.threshold),
    }
    if clause.k_flip is None:
        sentence = f"Whoever is left out, {clipped(leader)} stays first."
    elif clause.k_flip == 0:
        level = "another item" if clause.winner is None else clipped(names[clause.winner])
        sentence = f"{clipped(leader)} and {level} are level: nobody need be left out to change it."
    else:
        to = "" if clause.winner is None else f", to {clipped(names[clause.winner])},"
        verb = "and" if clause.holds else "but"
        sentence = (
            f"The smallest group that we found would change it{to} is "
            f"{count(clause.k_flip, 'person', 'people')} of {clause.n_people:,}, "
            f"{verb} at least {needed:,} are asked."
        )
    return Clause("A3", clause.holds, numbers, sentence)


def _position(clause: PositionClause, leader: str, names: tuple[str, ...]) -> Clause:
    numbers: dict[str, Any] = {
        "p_best": clause.p_best,
        "p_worst": clause.p_worst,
        "level": CLEAN,
        "corrected": clause.corrected,
        "winner": None if clause.winner is None else names[clause.winner],
        "p_win": clause.p_win,
    }
    return Clause("A4", clause.holds, numbers, _position_sentence(clause, leader, names))


def _position_sentence(clause: PositionClause, leader: str, names: tuple[str, ...]) -> str:
    if clause.holds is None:
        return (
            "Whether people picked by place on the screen cannot be told, since the items mostly "
            "stood in the same order. Show them in a random order next time."
        )
    if not clause.corrected:
        if clause.holds:
            return "No place on the screen was picked more often than chance allows."
        return "Some places on the screen were picked more often than others."
    if clause.winner is None or clause.p_win is None:
        return "Some places on the screen were picked more often than others."
    first = clipped(names[clause.winner])
    same = "still" if names[clause.winner] == leader else "then"
    return (
        "Some places on the screen were picked more often than others. With that taken out, "
        f"{first} is {same} first, with a chance of {percent(clause.p_win)}."
    )

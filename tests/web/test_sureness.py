"""The award's rule in words: each clause passed, failed, or not to be tested."""

from dataclasses import replace

import pytest
from django.utils import translation
from numpy.random import default_rng

from canyu.reports.answers import reports_of
from canyu.reports.figures import (
    ChanceFigures,
    GroupsFigures,
    LeftOutFigures,
    PositionFigures,
    SmallestFigures,
    VerdictFigures,
)
from canyu.reports.tally import tally_reports
from canyu.web.band_words import Named, who_are
from canyu.web.sureness import (
    change_ids_in,
    checks_of,
    enough_check,
    what_would_change_it,
    why_not_alone,
)
from tests.awards.test_rules import HOLDS

NAMED = Named({1: "Tables", 2: "Search", 3: "Bells"}, {"daily": "Every day"})


def left_out(kind: str, name: str = "", n: int = 34, **more: int | None) -> LeftOutFigures:
    return LeftOutFigures(
        **{"kind": kind, "name": name, "n": n, "winner": 2, "changes": True} | more
    )  # type: ignore[arg-type]


def states(verdict: VerdictFigures) -> list[str]:
    return [one.state for one in checks_of(verdict, NAMED)]


def test_the_published_sentence() -> None:
    assert what_would_change_it(HOLDS) == (
        "The smallest group that we found would change it is 35 people, of 600."
    )
    shared = replace(HOLDS, outcome="shared")
    assert "would change who is first is 35 people" in what_would_change_it(shared)
    never = replace(HOLDS, smallest=replace(HOLDS.smallest, k=None))
    assert what_would_change_it(never) == "Whomever we left out, it stayed the first."
    with translation.override("zh-hans"):
        assert "35" in what_would_change_it(HOLDS)
        assert "smallest" not in what_would_change_it(HOLDS)


def test_a_verdict_that_holds_passes_every_check_that_can_be_made() -> None:
    assert states(HOLDS) == ["passed", "untested", "passed", "passed"]
    tried = replace(
        HOLDS,
        groups=GroupsFigures(
            holds=True,
            left_out=(
                left_out("ring", "daily", winner=1, changes=False),
                left_out("device", "Pocket", winner=1, changes=False),
                left_out("joined_day", "2026-01-01", n=400, winner=None, changes=False),
            ),
        ),
    )
    assert states(tried)[1] == "passed"
    found = " ".join(checks_of(tried, NAMED)[1].found)
    assert "2 groups were left out: 1 ring, 1 device line." in found
    assert "1 was not left out" in found
    assert why_not_alone(tried, NAMED) == ""
    checked = replace(HOLDS, chance=replace(HOLDS.chance, checked=0.95))
    assert "(a bootstrap): 95%." in checks_of(checked, NAMED)[0].found[1]


def test_those_who_compared_must_be_enough_too() -> None:
    judged = tally_reports(reports_of([]), change_ids=[1, 2], rng=default_rng(1))
    few = enough_check(replace(judged, n_judging=29, n_comparing=29))
    assert (few.state, few.found) == ("failed", ("29 people judged.",))
    old = enough_check(replace(judged, n_judging=30, n_comparing=None, is_enough=True))
    assert (old.state, old.found) == ("passed", ("30 people judged.",))
    torn = enough_check(replace(judged, n_judging=40, n_comparing=15, is_enough=True))
    assert torn.state == "failed"
    assert torn.found[1] == "15 of them had tried two of the changes or more, and so compared them."
    alone = replace(judged, n_judging=40, n_comparing=0, is_enough=True)
    alone = replace(alone, changes=alone.changes[:1])
    assert enough_check(alone).state == "passed"


def test_where_two_stand_level_nobody_need_be_left_out() -> None:
    level = replace(
        HOLDS,
        outcome="shared",
        smallest=replace(HOLDS.smallest, holds=False, k=0),
    )
    assert "just as much the first" in what_would_change_it(level)
    assert "just as much the first" in why_not_alone(level, NAMED)


def test_each_clause_that_fails_says_what_was_found() -> None:
    chance = replace(HOLDS, chance=ChanceFigures(False, 0.71, 0.9))
    groups = replace(
        HOLDS,
        groups=GroupsFigures(False, (left_out("ring", "daily"), left_out("device", "Pocket"))),
    )
    smallest = replace(
        HOLDS, smallest=SmallestFigures(False, 9, 2, 600, 600.0, 18.0, 1.0, 0.0, 18.0)
    )
    position = replace(HOLDS, position=PositionFigures(False, 0.0001, 0.4, True, 3, 0.8))
    assert why_not_alone(chance, NAMED) == (
        "The chance that “Tables” is truly the one liked most is 71%, and 90% is asked."
    )
    assert why_not_alone(groups, NAMED) == (
        "Without 34 people of the ring “Every day”, “Search” would be first."
    )
    assert why_not_alone(smallest, NAMED) == (
        "9 people could change that “Tables” is first; more than 18 are asked."
    )
    assert "With that taken out, “Bells” is first; the chance is 80%." in why_not_alone(
        position, NAMED
    )
    for place, verdict in enumerate((chance, groups, smallest, position)):
        assert states(verdict)[place] == "failed"
    assert "Then “Search” would be first." in checks_of(smallest, NAMED)[2].found
    assert (
        "Places of what was liked most: p\N{NO-BREAK SPACE}<\N{NO-BREAK SPACE}0.001."
        in checks_of(position, NAMED)[3].found
    )
    assert change_ids_in([groups, position, None]) == {1, 2, 3}


def test_where_screens_are_drawn_fewer_are_asked_and_it_is_said_why() -> None:
    verdict = replace(
        HOLDS, smallest=SmallestFigures(True, 35, 2, 2000, 2000.0, 60.0, 0.25, 9.0, 24.0)
    )
    found = " ".join(checks_of(verdict, NAMED)[2].found)
    assert "More than 24 are asked. 3% of 2000 people are 60;" in found
    assert "shows a change to only 25% of people" in found


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (left_out("ring", "daily"), "34 people of the ring “Every day”"),
        (left_out("ring", "gone"), "34 people of the ring “gone”"),
        (left_out("ring", "", n=4), "4 people of one group"),
        (left_out("device", "Pocket"), "34 people with “Pocket”"),
        (left_out("invited", "1"), "34 people who came by the invitations of one person, or of"),
        (left_out("joined_hour", "2026-01-01 10:00"), "joined at one time (2026-01-01 10:00 UTC)"),
        (
            left_out("hour", "2026-01-01 10:00", best=3),
            "in one hour (2026-01-01 10:00 UTC), in which unusually many chose “Bells”",
        ),
        (
            left_out("pattern", "", best=3, worst=1),
            "34 of the unusually many answers with “Bells” most and “Tables” least",
        ),
        (left_out("pattern", "", n=1, best=9, worst=1), "with “another change” most"),
    ],
)
def test_groups_are_called_without_pointing_at_anybody(one: LeftOutFigures, said: str) -> None:
    assert said in who_are(one, NAMED)

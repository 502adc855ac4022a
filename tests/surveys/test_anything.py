"""Whatever a survey holds and whatever is asked of it: finite figures, or a sentence."""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from canyu.surveys.asked import read_targets
from canyu.surveys.errors import SurveyRefused
from canyu.surveys.figures import json_of
from canyu.surveys.page import page_of
from canyu.surveys.terminal import Look, text_of
from tests.surveys.made_up import HEADER, file_of, judge

NAMES = ["tea", "milk", "水", "a b", "<i>", "f", "g"]


@st.composite
def rows_of_a_survey(draw: st.DrawFn) -> list[str]:
    rows = []
    for at in range(draw(st.integers(1, 12))):
        screen = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=7, unique=True))
        best = draw(st.sampled_from([*screen, ""]))
        worst = draw(st.sampled_from([*(name for name in screen if name != best), ""]))
        weight = draw(st.sampled_from(["1", "0", "0.001", "1e-300", "1e9", "3"]))
        person = draw(st.integers(1, 6))
        land = draw(st.sampled_from(["x", "y", ""]))
        times = draw(st.sampled_from([1, 1, 40]))
        rows += [
            f"{person + 10 * copy},{at},{'|'.join(screen)},{best},{worst},{weight},{land}"
            for copy in range(times)
        ]
    return rows


ASKED = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["sequential", "maxdiff", "best", "worst"]),
        "ghost": st.sampled_from([0.0, 0.5, 0.001, 1000.0]),
    },
    optional={
        "base": st.sampled_from(NAMES),
        "by": st.sampled_from(["land", "task"]),
        "where": st.just((("land", "x"),)),
    },
)
WEIGHED = st.sampled_from(
    [{}, {"weight": "weight"}, {"rake": (read_targets("land=x:30,y:70"),)}],
)


# Who was left out weighs more than a number can hold beside who was not.
@example(
    ["1,0,tea|milk|b,,,1e9,x", "1,1,tea|milk,tea,milk,1e-300,x"],
    {"model": "sequential", "ghost": 0.0},
    {"weight": "weight"},
)
@given(rows_of_a_survey(), ASKED, WEIGHED)
def test_figures_are_finite_or_there_is_a_sentence(
    rows: list[str], asked: dict[str, object], weighed: dict[str, object]
) -> None:
    try:
        found = judge(file_of(*rows, header=f"{HEADER},weight,land"), **asked, **weighed)
    except SurveyRefused as refusal:
        sentence = str(refusal)
    else:
        sentence = text_of(found, source="x", look=Look())
        items = json.loads(json_of(found))["items"]
        assert all(item["low"] <= item["score"] <= item["high"] for item in items)
        assert page_of(found, source="x").endswith("</html>\n")
    assert "nan" not in sentence.lower().split()

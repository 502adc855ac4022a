"""docs/judge.md: its example is there, and says what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

from canyu.surveys.terminal import Look, text_of
from tests.surveys.made_up import judge

DOCS = Path(__file__).resolve().parents[2] / "docs"


def lines_of(text: str) -> list[str]:
    """The parts that no last digit can change: the order, and how each check went."""
    ranks = re.findall(r"^ *\d+ (\w+)", text, re.MULTILINE)
    return [*ranks, *re.findall(r"^\[.*?\]", text, re.MULTILINE), text.splitlines()[0]]


def test_the_example_says_what_the_page_shows() -> None:
    shown = re.search(r"```text\n(.*?)```", (DOCS / "judge.md").read_text("utf-8"), re.DOTALL)
    assert shown is not None
    survey = (DOCS / "examples" / "breakfast.csv").read_text("utf-8")
    said = text_of(judge(survey, by="age"), source="breakfast.csv", look=Look())
    assert lines_of(shown[1]) == lines_of(said)
    assert len(lines_of(said)) == 14

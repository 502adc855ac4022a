"""The page: whole in one file, safe from names, and fit for every reader."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from canyu.surveys.page import page_of
from tests.surveys.made_up import file_of, judge, made_survey

EMPTY = {"meta", "link", "br"}


class Tags(HTMLParser):
    """Every tag opened is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(text: str, **asked: object) -> str:
    return page_of(judge(text, **asked), source="teas.csv")


@pytest.mark.parametrize("asked", [{}, {"by": "age"}, {"weight": "weight"}, {"model": "best"}])
def test_the_page_is_well_formed_and_needs_nothing_else(asked: dict[str, object]) -> None:
    text = page(made_survey(), **asked)
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert not tags.seen & {"script", "img", "iframe", "object", "form"}
    sources = re.findall(r'(?:src|href)="([^"]*)"|url\(([^)]*)\)', text)
    assert all("".join(each).startswith("data:") for each in sources)
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == []


def test_names_are_text() -> None:
    text = page(made_survey(items=("<script>", "a&b", 'c"d', "d\x1b[0m")), by="age")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "a&amp;b" in text
    assert "\x1b" not in text


def test_every_item_and_every_check_is_on_it() -> None:
    found = judge(made_survey())
    text = page_of(found, source="teas.csv")
    for item in found.items:
        assert text.count(f"<bdi>{item.name}</bdi>") == 3
    assert text.count('class="mark"') == 4
    assert "teas.csv" in text


def test_one_sided_surveys_have_no_love_and_hate() -> None:
    assert "Love and hate" not in page(file_of("1,1,a|b,a,", "2,1,b|a,b,"), model="best")
    assert "Love and hate" in page(made_survey())

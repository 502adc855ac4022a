"""Whatever a file holds, a parser answers with records, problems and what it left out."""

import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canyu.channels.imports import github_releases, jsonlines, keepachangelog
from canyu.channels.imports.findings import Finding, Problem, Skipped
from canyu.releases.records import ReleaseRecord
from canyu.reports.records import ReportRecord

Parse = Callable[..., Iterator[Finding]]

PIECES = st.sampled_from(
    [
        "# ",
        "## [1.0] - 2024-01-05",
        "## v2.0 (2024-02-30)",
        "### Added",
        "[Unreleased]",
        "- ",
        "  - ",
        "1. ",
        "> ",
        "```",
        "====",
        "----",
        "[#1]: https://x.example",
        "by @ann in https://github.com/o/r/pull/1",
        "(#1)",
        "**a:** ",
        "<!-- ",
        "修复",
        "\n",
        "\n\n",
        "\t",
        " ",
        "\x00",
        "\u2028",
        '{"type": "release", ',
        '"version": "1.0"',
        '{"tag_name": "v1.0", "body": "',
        '"changes": [',
        "}",
        "]",
        "[",
        ",",
        '"',
        "\\ud800",
        "\\n",
    ]
)
MARKUP = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=30).map("".join)
TEXTS = st.one_of(st.text(max_size=200), MARKUP)
PARSERS = [jsonlines.parse, keepachangelog.parse, github_releases.parse]


def check(found: list[Finding]) -> None:
    assert found, "even an empty file is spoken of"
    for one in found:
        if isinstance(one, ReleaseRecord):
            assert ReleaseRecord.from_json(one.to_json(), where="") == one
            json.dumps(one.to_json(), ensure_ascii=False).encode()
        elif isinstance(one, ReportRecord):
            assert ReportRecord.from_json(one.to_json(), where="") == one
        else:
            assert isinstance(one, Problem | Skipped)
            assert one.message.endswith(".")
    versions = [one.version for one in found if isinstance(one, ReleaseRecord)]
    assert len(versions) == len(set(versions))


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__module__.rsplit(".")[-1])
@given(text=TEXTS)
def test_any_text(parse: Parse, text: str) -> None:
    found = list(parse(text.split("\n"), source="f"))

    check(found)
    assert found == list(parse(text.split("\n"), source="f"))


@given(text=MARKUP)
def test_any_markdown_under_a_heading(text: str) -> None:
    check(list(keepachangelog.parse(f"## 9.9\n{text}".split("\n"), source="f")))


@given(text=TEXTS)
@example(text="-\t# 0")
def test_any_body_of_a_github_release(text: str) -> None:
    line = json.dumps({"tag_name": "v9", "published_at": None, "name": text, "body": text})

    (release,) = github_releases.parse([line], source="f")

    check([release])
    assert isinstance(release, ReleaseRecord)


@pytest.mark.parametrize(
    "body",
    ["- " * 5_000, "> " * 5_000, "  - a\n" * 5_000, "*" * 50_000, "[" * 50_000, "`" * 50_000],
    ids=["lists", "quotes", "items", "stars", "brackets", "ticks"],
)
def test_markdown_made_to_hurt(body: str) -> None:
    check(list(keepachangelog.parse(f"## 1.0\n{body}".split("\n"), source="f")))

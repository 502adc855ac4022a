from datetime import UTC, datetime

import pytest

from canyu.channels.imports.headings import (
    day_alone,
    kind_of_section,
    plain_version,
    release_heading,
)

FIFTH = datetime(2024, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "version", "published_at", "title"),
    [
        ("[1.2.3] - 2024-01-05", "1.2.3", FIFTH, ""),
        ("[1.2.3](https://x.example/y) (January 5, 2024)", "1.2.3", FIFTH, ""),
        ("[v1.2.3][tag] – 5 Jan 2024", "1.2.3", FIFTH, ""),
        ("v1.2.3 (2024-01-05)", "1.2.3", FIFTH, ""),
        ("1.2.3 / 2024-01-05", "1.2.3", FIFTH, ""),
        ("**1.2.3** (2024/1/5)", "1.2.3", FIFTH, ""),
        ("`1.2.3` 2024年1月5日", "1.2.3", FIFTH, ""),
        ("Version 1.2", "1.2", None, ""),
        ("版本：1.2", "", None, ""),
        ("Release 3 (2024-01-05)", "3", FIFTH, ""),
        ("2024-01-05, Version 20.1.0 (Current), @bob", "20.1.0", FIFTH, "(Current), @bob"),
        ("2024.01.05, Version 0.3.1 (stable)", "0.3.1", FIFTH, "stable"),
        ("2024-01-05", "2024-01-05", FIFTH, ""),
        ("2024.1.5", "2024.1.5", None, ""),
        ("2024.1.5 - 2024-01-05", "2024.1.5", FIFTH, ""),
        ("5.0.0-alpha.1", "5.0.0-alpha.1", None, ""),
        ("1.2.3-beta.1+build.5", "1.2.3-beta.1+build.5", None, ""),
        ("v2", "2", None, ""),
        ("1.2.3 - The Big One", "1.2.3", None, "The Big One"),
        ("v1.2.3 “Sun”", "1.2.3", None, "Sun"),
        ("1.0 (beta) 2024-01-05", "1.0", FIFTH, "beta"),
        ("<a name='1.2.3'></a> 1.2.3", "1.2.3", None, ""),
        ("[kettle-7_1] - 2024-01-05", "kettle-7_1", FIFTH, ""),
    ],
)
def test_headings_that_open_a_release(
    text: str, version: str, published_at: datetime | None, title: str
) -> None:
    heading = release_heading(text)

    if not version:
        assert heading is None
        return
    assert heading is not None
    assert (heading.version, heading.published_at, heading.title) == (version, published_at, title)
    assert not heading.fault


@pytest.mark.parametrize(
    "text",
    [
        "Added",
        "Changelog",
        "2 things to know",
        "1. Introduction",
        "2.0 migration guide",
        "2024",
        "",
        "What's Changed",
    ],
)
def test_headings_that_open_none(text: str) -> None:
    assert release_heading(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "[Unreleased]",
        "unreleased",
        "[Unreleased](https://x.example)",
        "[Unreleased] - 2024-xx-xx",
        "6.0.0 (Unreleased)",
        "未发布",
    ],
)
def test_what_is_still_to_come(text: str) -> None:
    heading = release_heading(text)

    assert heading is not None
    assert heading.is_unreleased


@pytest.mark.parametrize("text", ["[1.0] - 2024-01-05 [YANKED]", "1.0 (yanked) - 2024-01-05"])
def test_a_withdrawn_release(text: str) -> None:
    heading = release_heading(text)

    assert heading is not None
    assert heading.is_withdrawn
    assert (heading.version, heading.published_at, heading.title) == ("1.0", FIFTH, "")


def test_faults_are_told() -> None:
    no_day = release_heading("[1.0] - 2024-13-01")
    no_version = release_heading("[?] - 2024-01-05")

    assert no_day is not None
    assert no_day.fault == "2024-13-01 is not a day of the calendar"
    assert no_version is not None
    assert no_version.fault == "no version can be read from it"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Added", "new"),
        ("🚀 Features", "new"),
        ("Bug Fixes", "fixed"),
        ("⚠ BREAKING CHANGES", "changed"),
        ("Deprecated", "changed"),
        ("Removed", "removed"),
        ("Security", "security"),
        ("Performance Improvements", "better"),
        ("修复", "fixed"),
        ("Odds and ends", "other"),
        ("What's Changed", "other"),
        ("", "other"),
    ],
)
def test_kinds_of_sections(heading: str, kind: str) -> None:
    assert kind_of_section(heading) == kind


def test_a_day_alone() -> None:
    assert str(day_alone("`2024-01-05`")) == "2024-01-05"
    assert day_alone("since 2024-01-05") is None


def test_the_v_before_a_number_is_dropped() -> None:
    assert [plain_version(one) for one in ("v1.0", "V1", "1.0", "vega")] == [
        "1.0",
        "1",
        "1.0",
        "vega",
    ]

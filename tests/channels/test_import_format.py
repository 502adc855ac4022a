"""docs/import-format.md tells the truth."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from canyu.channels.imports.files import FORMATS
from canyu.channels.imports.jsonlines import parse
from canyu.releases import records
from canyu.releases.record_names import HANDLE_MOST, KEY_MOST, TOPIC_KEY_MOST, VERSION_MOST
from canyu.reports import records as report_records

PAGE = (Path(__file__).parents[2] / "docs/import-format.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_examples_are_read(block: str) -> None:
    found = list(parse(block.strip().split("\n"), source="example"))

    assert found
    assert all(
        isinstance(one, records.ReleaseRecord | report_records.ReportRecord) for one in found
    ), found


def test_there_are_examples_of_both() -> None:
    assert len(BLOCKS) == 2


@pytest.mark.parametrize(
    "record",
    [
        records.ReleaseRecord,
        records.ChangeRecord,
        records.PersonRecord,
        records.TopicRef,
        report_records.ReportRecord,
    ],
)
def test_every_field_is_described(record: type) -> None:
    for one in fields(record):
        if one.name != "where":
            assert f"`{one.name}`" in PAGE


def test_every_allowed_word_is_named() -> None:
    for word in (*records.CHANGE_KINDS, *report_records.MOODS, *FORMATS):
        assert f"`{word}`" in PAGE


@pytest.mark.parametrize(
    "words",
    [
        f"`version` | required | at most {VERSION_MOST} characters",
        f"at most {records.NOTES_MOST:,} characters in each",
        f"at most {records.DETAIL_MOST:,} characters in each",
        f"one line each, at most {records.TEXT_MOST:,} characters",
        f"at most {records.CHANGES_MOST:,}, in the order",
        f"the part of the product, at most {records.AREA_MOST} characters",
        f"`. _ : -`, at most {KEY_MOST} characters",
        f"(required; at most {HANDLE_MOST} characters",
        f"`name` (at most {records.NAME_MOST})",
        f"such as `#60`, at most {TOPIC_KEY_MOST} characters",
        f"on the choice, at most {report_records.WORDS_MOST:,} characters",
        f"in own words, at most {report_records.WORDS_MOST:,} characters",
        f"in the order they were shown; at most {report_records.SHOWN_MOST}",
    ],
)
def test_limits_are_those_of_the_code(words: str) -> None:
    assert words in PAGE

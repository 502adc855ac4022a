import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from canyu.channels.imports.findings import Finding, Problem, Skipped
from canyu.channels.imports.jsonlines import parse, release_line, report_line
from canyu.releases.records import ChangeRecord, PersonRecord, ReleaseRecord, TopicRef
from canyu.reports.records import ReportRecord

GOLDEN = Path(__file__).parent / "data" / "kettle.jsonl"


def read(*lines: str | Problem) -> list[Finding]:
    return list(parse(lines, source="f.jsonl"))


def test_the_golden_file() -> None:
    release, report, hotfix = read(*GOLDEN.read_text(encoding="utf-8").split("\n"))

    assert release == ReleaseRecord(
        version="3.0",
        published_at=datetime(2024, 6, 7, 9, tzinfo=UTC),
        is_hotfix=False,
        notes={"en": "Summer.", "zh-hans": "夏天。"},
        rings={
            "daily": datetime(2024, 6, 6, 9, tzinfo=UTC),
            "everyone": datetime(2024, 6, 10, 9, tzinfo=UTC),
        },
        changes=(
            ChangeRecord(
                key="cold-brew",
                kind="new",
                text={"en": "Cold brew", "zh-hans": "冷萃"},
                detail={"en": "It takes a *night*."},
                area="brewing",
                makers=(PersonRecord("ann", "Ann"),),
                topics=(TopicRef("#60", "https://kettle.example/t/60"),),
                picture="cold-brew.png",
            ),
            ChangeRecord("2", "fixed", {"en": "No drip"}, {}, "", (), ()),
        ),
    )
    assert report == ReportRecord(
        release="3.0",
        member="xiao-ming",
        ring="everyone",
        mood="scream",
        shown=("2", "cold-brew"),
        best="cold-brew",
        why_best="At last",
        wanted="A tea programme",
        at=datetime(2024, 6, 11, 2, 5, tzinfo=UTC),
    )
    assert isinstance(report, ReportRecord)
    assert report.where == "f.jsonl:3"
    assert hotfix == ReleaseRecord("3.0.1", None, True, {}, {}, ())


def test_what_is_written_is_read_again() -> None:
    first = read(*GOLDEN.read_text(encoding="utf-8").split("\n"))

    lines = [
        release_line(one) if isinstance(one, ReleaseRecord) else report_line(one)
        for one in first
        if isinstance(one, ReleaseRecord | ReportRecord)
    ]

    assert len(lines) == 3
    assert read(*lines) == first
    assert "冷萃" in lines[0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "This is not JSON: Expecting property name"),
        ("7", "A line is one JSON object; this is 7."),
        ("[]", "A line is one JSON object; this is […]."),
        ("{}", "type: null is not allowed; allowed are release, report."),
        ('{"type": "member"}', "type: 'member' is not allowed"),
        ('{"type": ["release"]}', "type: […] is not allowed"),
        ('{"type": "release"}', "This release was left out: version: is missing."),
        ('{"type": "report"}', "This report was left out: release: is missing."),
        ('{"type": "release", "version": "1", "version": "2"}', "'version' is written twice"),
        ('{"type": "release", "version": NaN}', "NaN is not a number"),
        ('{"type": "release", "version": ' + "9" * 5_000 + "}", "This is not a record"),
        ('{"type": "release", "notes": ' + "[" * 200_000, "nested too deep"),
        ('{"type": "release", "version": "1", "color": 1}', "Unknown field 'color'; known are"),
    ],
)
def test_a_bad_line_is_a_problem_with_its_number_and_the_others_go_on(
    line: str, words: str
) -> None:
    good = '{"type": "release", "version": "8"}'

    first, problem, second = read(good, line, '{"type": "release", "version": "9"}')

    assert isinstance(first, ReleaseRecord)
    assert isinstance(second, ReleaseRecord)
    assert isinstance(problem, Problem)
    assert (problem.source, problem.line) == ("f.jsonl", 2)
    assert words in problem.message


def test_one_bad_change_leaves_out_its_whole_release() -> None:
    changes = [{"kind": "new", "text": {"en": "good"}}, {"kind": "nice", "text": {"en": "bad"}}]

    (problem,) = read(json.dumps({"type": "release", "version": "1", "changes": changes}))

    assert str(problem) == (
        "f.jsonl:1: This release was left out: changes[1].kind: 'nice' is not allowed;"
        " allowed are new, better, fixed, changed, removed, security, other."
    )


def test_the_second_of_one_version_is_a_problem() -> None:
    line = '{"type": "release", "version": "1"}'

    _first, problem = read(line, line)

    assert str(problem) == (
        "f.jsonl:2: The release 1 stands already in line 1; this one was left out."
    )


def test_the_second_report_of_one_member_is_a_problem() -> None:
    report = {"type": "report", "release": "1", "member": "ann", "ring": "daily"}
    other = {**report, "release": "2"}
    again = {**report, "member": "Ann"}

    found = read(*(json.dumps(one) for one in (report, other, again)))

    assert [type(one) for one in found] == [ReportRecord, ReportRecord, Problem]
    assert "The report of Ann on 1 stands already in line 1" in str(found[2])


def test_a_line_that_could_not_be_decoded_keeps_its_place() -> None:
    bad = Problem("f.jsonl", 1, "not UTF-8")

    found = read(bad, '{"type": "release"}')

    assert found[0] is bad
    assert str(found[1]).startswith("f.jsonl:2: ")


@pytest.mark.parametrize("lines", [[], [""], ["", " \t"]])
def test_an_empty_file_says_so(lines: list[str]) -> None:
    assert read(*lines) == [Skipped("f.jsonl", 0, "The file is empty; there is nothing to import.")]

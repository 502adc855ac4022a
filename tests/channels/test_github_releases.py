import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from canyu.channels.imports.findings import Problem, Skipped
from canyu.channels.imports.github_releases import parse
from canyu.releases.records import PersonRecord, ReleaseRecord, TopicRef

GOLDEN = Path(__file__).parent / "data" / "kettle.json"


def read(text: str) -> list[ReleaseRecord | Problem | Skipped]:
    return list(parse(text.split("\n"), source="R.json"))


def one(**fields: object) -> str:
    whole = {"tag_name": "v1.0", "draft": False, "published_at": "2024-01-05T12:00:00Z"}
    return json.dumps({**whole, **fields})


def only(text: str) -> ReleaseRecord:
    (found,) = read(text)
    assert isinstance(found, ReleaseRecord)
    return found


def test_the_golden_file() -> None:
    draft, second, first = read(GOLDEN.read_text(encoding="utf-8"))

    assert draft == Skipped("R.json", 2, "v2.1.0 is a draft and was left out.")
    assert isinstance(second, ReleaseRecord)
    assert (second.version, second.where) == ("2.0.0", "R.json:11")
    assert second.published_at == datetime(2024, 5, 3, 15, 4, 5, tzinfo=UTC)
    assert second.notes == {
        "en": "Full steam\n\n### New Contributors\n\n* @ann made their first contribution in"
        " https://github.com/o/kettle/pull/50\n\n"
        "**Full Changelog**: https://github.com/o/kettle/compare/v1...v2"
    }
    assert [(change.kind, change.area, change.text["en"]) for change in second.changes] == [
        ("other", "", "Boil from afar"),
        ("changed", "app", "new pairing"),
        ("other", "", "Bump spout from 1 to 2"),
    ]
    assert [change.makers for change in second.changes] == [
        (PersonRecord("ann"),),
        (PersonRecord("bob"),),
        (),
    ]
    assert second.changes[0].topics == (TopicRef("#50", "https://github.com/o/kettle/pull/50"),)
    assert first == ReleaseRecord(
        "1.9.0-rc.1", datetime(2024, 4, 26, 10, tzinfo=UTC), False, {}, {}, ()
    )


def test_a_single_release() -> None:
    assert only(one(body="- a")).version == "1.0"


def test_pages_one_after_the_other() -> None:
    first, second, third, fourth = (one(tag_name=tag) for tag in "1234")
    text = f"[{first},\n{second}][{third}]\n[]\n[[{fourth}]]"

    assert [found.version for found in read(text) if isinstance(found, ReleaseRecord)] == list(
        "1234"
    )


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("v1.0", "1.0"),
        ("V2", "2"),
        ("vision", "vision"),
        ("kettle-1_0", "kettle-1_0"),
        ("@kettle/lid@1.0.0", "@kettle-lid@1.0.0"),
        ("refs/tags/v3", "3"),
    ],
)
def test_the_version_is_the_tag(tag: str, version: str) -> None:
    assert only(one(tag_name=tag)).version == version


@pytest.mark.parametrize("name", ["v1.0", "1.0", "Release 1.0", "", None])
def test_a_name_that_says_nothing_more_is_no_note(name: str | None) -> None:
    assert only(one(name=name)).notes == {}


def test_a_release_that_cannot_be_taken_leaves_the_others() -> None:
    objects = [
        one(published_at="soon"),
        one(tag_name="2"),
        "{}",
        one(body=7, tag_name="3"),
        one(tag_name="v2"),
    ]
    text = "[" + ",\n".join(objects) + "]"

    found = read(text)

    assert [str(other) for other in found if not isinstance(other, ReleaseRecord)] == [
        (
            "R.json:1: Release 1.0 was left out: published_at: 'soon' is not a date and time with"
            " its time zone, from 1970 to 2199, such as 2024-01-05T09:00:00Z."
        ),
        "R.json:3: This is no release of GitHub's API: it has no tag_name. It was left out.",
        "R.json:4: Release 3 was left out: body: is not a text.",
        "R.json:5: Version 2 stands already in line 2; this one was left out.",
    ]


def test_json_that_is_cut_short_keeps_what_came_before() -> None:
    first, problem = read(f'[{one()},\n{{"tag_name": ')

    assert isinstance(first, ReleaseRecord)
    assert isinstance(problem, Problem)
    assert problem.line == 2
    assert "Nothing from here on was read" in problem.message


def test_a_list_that_does_not_end_is_said() -> None:
    _first, problem = read(f"[{one()}")

    assert str(problem) == "R.json:1: The JSON ends before its list does; it is cut short."


def test_deep_nesting_is_a_problem() -> None:
    (problem,) = read('{"tag_name": ' + "[" * 200_000)

    assert isinstance(problem, Problem)
    assert "nested too deep" in problem.message


def test_a_line_that_cannot_be_read_stops_the_file() -> None:
    bad = Problem("R.json", 2, "not UTF-8")

    assert list(parse(["[", bad, "]"], source="R.json")) == [bad]


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_file_says_so(text: str) -> None:
    assert read(text) == [Skipped("R.json", 0, "The file is empty; there is nothing to import.")]


def test_an_empty_list_says_so() -> None:
    assert read("[]") == [
        Skipped("R.json", 0, "The list holds no release; there is nothing to import.")
    ]


def test_an_answer_that_is_an_error_is_a_problem() -> None:
    (problem,) = read('{"message": "Not Found"}')

    assert isinstance(problem, Problem)

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from canyu.channels.imports.findings import Problem, Skipped
from canyu.channels.imports.keepachangelog import parse
from canyu.releases.records import ChangeRecord, PersonRecord, ReleaseRecord, TopicRef

GOLDEN = Path(__file__).parent / "data" / "kettle.md"


def read(text: str, **options: str) -> list[ReleaseRecord | Problem | Skipped]:
    return list(parse(text.split("\n"), source="C.md", **options))


def releases_in(found: Iterable[object]) -> list[ReleaseRecord]:
    return [one for one in found if isinstance(one, ReleaseRecord)]


def change(key: str, kind: str, text: str, **fields: object) -> ChangeRecord:
    whole: dict[str, object] = {"detail": {}, "area": "", "makers": (), "topics": ()}
    return ChangeRecord(key=key, kind=kind, text={"en": text}, **(whole | fields))  # type: ignore[arg-type]


def test_the_golden_file() -> None:
    found = read(GOLDEN.read_text(encoding="utf-8"))

    pull = "https://kettle.example/o/kettle/pull/"
    issues = "https://kettle.example/o/kettle/issues/"
    assert found == [
        Skipped("C.md", 5, "What is not released yet was left out."),
        ReleaseRecord(
            version="1.2.0",
            published_at=datetime(2024, 3, 8, 9, tzinfo=UTC),
            is_hotfix=False,
            notes={
                "en": "A spring release, made for early mornings.\n\n"
                "### Odds and ends\n\n[Manual](https://kettle.example/manual)"
            },
            rings={},
            changes=(
                change(
                    "1",
                    "new",
                    "A night mode that boils without a sound.",
                    makers=(PersonRecord("ann"), PersonRecord("bob-1")),
                    topics=(TopicRef("#41", issues + "41"), TopicRef("#42", pull + "42")),
                ),
                change("2", "new", "Wake at a set hour", area="Timer", topics=(TopicRef("#43"),)),
                change(
                    "3", "new", "larger digits", area="display", makers=(PersonRecord("carla"),)
                ),
                change(
                    "4",
                    "new",
                    "Descaling reminder.",
                    detail={
                        "en": "- after 90 litres\n- or after 60 days\n\n"
                        "```\n## [9.9.9] is no heading in here\n```"
                    },
                ),
                change("5", "security", "The lid can no longer be opened by radio"),
                change(
                    "6",
                    "fixed",
                    "it stayed hot",
                    area="handle",
                    makers=(PersonRecord("dan"),),
                    topics=(TopicRef("#45", pull + "45"),),
                ),
                change("7", "fixed", "Fix the click, reported by @eve"),
            ),
        ),
        ReleaseRecord(
            version="1.1.0",
            published_at=datetime(2024, 3, 1, 9, tzinfo=UTC),
            is_hotfix=False,
            notes={"en": "This release was withdrawn after it was published."},
            rings={},
            changes=(change("1", "changed", "The blue button"), change("2", "removed", "The bell")),
        ),
        ReleaseRecord(
            version="1.0.1",
            published_at=datetime(2024, 2, 23, 9, tzinfo=UTC),
            is_hotfix=False,
            notes={},
            rings={},
            changes=(
                change(
                    "1",
                    "fixed",
                    "修复沸腾后不断电的问题。[#12](https://kettle.example/o/kettle/issues/12)"
                    " [@小明](https://kettle.example)",
                    makers=(PersonRecord("li-lei"),),
                    topics=(TopicRef("#12", issues + "12"),),
                ),
            ),
        ),
        ReleaseRecord("1.0.0", None, False, {}, {}, ()),
    ]


def test_a_release_tells_where_it_stood() -> None:
    (release,) = read("# Log\n\n## 1.0 - 2024-01-05\n- x")

    assert isinstance(release, ReleaseRecord)
    assert release.where == "C.md:3"


def test_reading_again_gives_the_same_keys() -> None:
    text = GOLDEN.read_text(encoding="utf-8")

    assert read(text) == read(text)


def test_the_language_is_that_of_the_file() -> None:
    (release,) = releases_in(read("## 1.0\n说明\n### 修复\n- 不再漏水", language="zh-hans"))

    assert release.notes == {"zh-hans": "说明"}
    assert (release.changes[0].kind, release.changes[0].text) == ("fixed", {"zh-hans": "不再漏水"})


def test_line_ends_of_other_systems() -> None:
    assert read("## 1.0\r\n\r\n- one\r\n  two\r\n") == read("## 1.0\n\n- one\n  two\n")


def test_a_day_may_stand_under_the_heading() -> None:
    (release,) = releases_in(read("## 1.0\n\n`2024-01-05`\n\n- x"))

    assert release.published_at == datetime(2024, 1, 5, 9, tzinfo=UTC)
    assert release.notes == {}


def test_tools_that_write_patches_at_the_level_of_their_parts() -> None:
    text = (
        "## [2.0.0](https://x.example) (2024-01-05)\n### Features\n* a\n"
        "### [1.9.1](https://x.example) (2024-01-04)\n### Bug Fixes\n* b\n"
        "### Miscellaneous\n* c"
    )

    first, second = releases_in(read(text))

    assert [one.kind for one in first.changes] == ["new"]
    assert [one.kind for one in second.changes] == ["fixed", "other"]


def test_underlined_headings() -> None:
    (release,) = releases_in(read("1.4.0 / 2017-09-27\n==================\n\n  * deps: kettle@2"))

    assert (release.version, len(release.changes)) == ("1.4.0", 1)


def test_the_second_of_one_version_is_a_problem() -> None:
    found = read("## 1.0\n- a\n## 2.0\n- b\n## [1.0]\n- c")

    assert [one.version for one in releases_in(found)] == ["1.0", "2.0"]
    assert found[2] == Problem(
        "C.md", 5, "Version 1.0 stands already in line 1; this one was left out."
    )


def test_a_day_that_is_none_is_a_problem_and_the_others_go_on() -> None:
    found = read("## 1.0 - 2024-02-30\n- a\n## 0.9 - 2024-02-01\n- b")

    assert isinstance(found[0], Problem)
    assert str(found[0]) == (
        "C.md:1: In the heading “1.0 - 2024-02-30”: 2024-02-30 is not a day of the calendar."
        " It was left out."
    )
    assert [one.version for one in releases_in(found)] == ["0.9"]


def test_a_heading_in_brackets_without_a_version_is_a_problem() -> None:
    found = read("## [soon] - 2024-01-05\n- a\n## 0.9\n- b")

    assert isinstance(found[0], Problem)
    assert "no version can be read" in found[0].message


def test_what_stands_beside_the_releases_is_left_out_and_said() -> None:
    found = read("## 1.0\n- a\n## How to help\n- with money")

    assert found[1] == Skipped(
        "C.md", 3, "“How to help” names no version; what stands under it was not read."
    )
    assert len(releases_in(found)[0].changes) == 1


def test_a_line_that_cannot_be_read_takes_its_release_with_it_and_no_other() -> None:
    bad = Problem("C.md", 5, "Byte 9 is not UTF-8.")
    lines: list[str | Problem] = ["## 3.0", "- c", "## 2.0", "- b", bad, "- b2", "## 1.0", "- a"]

    found = list(parse(lines, source="C.md"))

    assert [one.version for one in releases_in(found)] == ["3.0", "1.0"]
    assert found[1] == Problem("C.md", 5, "Byte 9 is not UTF-8. “2.0” was left out as a whole.")


def test_a_line_that_cannot_be_read_before_the_releases_is_said() -> None:
    bad = Problem("C.md", 1, "Byte 0 is not UTF-8.")

    found = list(parse([bad, "## 1.0"], source="C.md"))

    assert found[0] == bad
    assert len(releases_in(found)) == 1


def test_a_release_that_cannot_be_held_is_left_out_whole() -> None:
    text = "## 2.0\n- Add a thing.\n  - " + "x" * 20_001 + "\n## 1.0\n- b"

    found = read(text)

    assert str(found[0]) == (
        "C.md:1: Release 2.0 was left out: changes[0].detail.en:"
        " has 20,003 characters; at most 20,000 are taken."
    )
    assert [one.version for one in releases_in(found)] == ["1.0"]


def test_a_line_longer_than_a_change_may_be_is_kept_in_its_detail() -> None:
    words = "word " * 500

    (release,) = releases_in(read(f"## 1.0\n- {words}\n  - more"))

    (only,) = release.changes
    assert only.text["en"].endswith("…")
    assert len(only.text["en"]) == 2_000
    assert only.detail["en"] == f"{words.strip()}\n\n- more"


@pytest.mark.parametrize("text", ["", "\n\n", "  \n\t"])
def test_an_empty_file_says_so(text: str) -> None:
    assert read(text) == [Skipped("C.md", 0, "The file is empty; there is nothing to import.")]


def test_a_file_without_a_release_says_what_one_looks_like() -> None:
    (problem,) = read("# Shopping\n- milk")

    assert isinstance(problem, Problem)
    assert "## [1.2.0] - 2024-01-05" in problem.message


def test_control_characters_are_dropped() -> None:
    (release,) = releases_in(read("## 1.0\n- a\x08b\x00c"))

    assert release.changes[0].text == {"en": "abc"}

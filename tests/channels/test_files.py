import gzip
from pathlib import Path

import pytest

from canyu.channels.errors import FormatUnknown
from canyu.channels.imports.files import detect_format, language_of_file, read_file
from canyu.channels.imports.findings import Problem, Skipped
from canyu.releases.records import ReleaseRecord

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a.jsonl", '{"type": "release"}', "jsonlines"),
        ("a.ndjson.gz", "", "jsonlines"),
        ("a.json", '{"type": "report", "release": "1"}', "jsonlines"),
        ("a.json", '[{"url": "x"}]', "github-releases"),
        ("a", '\ufeff [\n {"url": "x"}]', "github-releases"),
        ("a.json", "[]", "github-releases"),
        ("a.txt", '{"url": "x", "tag_name": "1"}', "github-releases"),
        ("a.json", '{"url": "x"}', "github-releases"),
        ("CHANGELOG.md", "no heading yet", "keepachangelog"),
        ("CHANGELOG.md.gz", "", "keepachangelog"),
        ("CHANGELOG", "# Log\n\n## 1.0", "keepachangelog"),
        ("History.txt", "1.0\n====\n", "keepachangelog"),
        ("CHANGELOG.md", "[![badge](x)](y)\n# Log", "keepachangelog"),
    ],
)
def test_forms_are_found_out(name: str, head: str, expected: str) -> None:
    assert detect_format(name, head) == expected


@pytest.mark.parametrize(("name", "head"), [("a.csv", "a,b\n1,2"), ("a", "words"), ("a.json", "x")])
def test_what_is_no_form_is_refused_with_those_there_are(name: str, head: str) -> None:
    with pytest.raises(FormatUnknown, match="jsonlines, keepachangelog, github-releases"):
        detect_format(name, head)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("CHANGELOG.md", "en"),
        ("CHANGELOG.zh-CN.md", "zh-hans"),
        ("CHANGELOG.en-US.md.gz", "en"),
        ("changes_de.md", "de"),
        ("kettle-1.2.md", "en"),
    ],
)
def test_the_language_is_told_by_the_name(name: str, language: str) -> None:
    assert language_of_file(name) == language


@pytest.mark.parametrize(
    ("name", "versions"),
    [
        ("kettle.md", ["1.2.0", "1.1.0", "1.0.1", "1.0.0"]),
        ("kettle.json", ["2.0.0", "1.9.0-rc.1"]),
        ("kettle.jsonl", ["3.0", "3.0.1"]),
    ],
)
def test_golden_files_plain_and_packed(name: str, versions: list[str], tmp_path: Path) -> None:
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress((DATA / name).read_bytes()))

    plain = list(read_file(DATA / name, source="f"))

    assert [one.version for one in plain if isinstance(one, ReleaseRecord)] == versions
    assert not [one for one in plain if isinstance(one, Problem)]
    assert list(read_file(packed, source="f")) == plain


def test_a_mark_and_crlf_change_nothing(tmp_path: Path) -> None:
    for name in ("kettle.md", "kettle.json", "kettle.jsonl"):
        path = tmp_path / name
        path.write_bytes(b"\xef\xbb\xbf" + (DATA / name).read_bytes().replace(b"\n", b"\r\n"))

        assert list(read_file(path, source="f")) == list(read_file(DATA / name, source="f"))


def test_messages_name_the_file_as_it_was_given() -> None:
    (problem,) = read_file(DATA / "none.md")

    assert (
        str(problem) == f"{DATA / 'none.md'}: The file cannot be opened: No such file or directory."
    )


@pytest.mark.parametrize("name", ["a.md", "a.json", "a.jsonl", "a.csv"])
def test_an_empty_file_is_no_error(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")

    assert list(read_file(tmp_path / name, source=name)) == [
        Skipped(name, 0, "The file is empty; there is nothing to import.")
    ]


def test_a_form_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(FormatUnknown, match="xml is not a form"):
        read_file(DATA / "kettle.md", file_format="xml")


def test_a_file_of_no_known_form_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b")

    with pytest.raises(FormatUnknown, match=r"a\.csv"):
        read_file(path)


def test_a_folder_is_a_problem(tmp_path: Path) -> None:
    (problem,) = read_file(tmp_path)

    assert isinstance(problem, Problem)
    assert "cannot be opened" in problem.message


def test_another_code_page_is_a_problem_for_each_release_it_touches(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes("## 2.0\n- 新\n## 1.0\n- old\n".encode("gbk"))

    problem, release = read_file(path)

    assert isinstance(problem, Problem)
    assert problem.line == 2
    assert isinstance(release, ReleaseRecord)
    assert release.version == "1.0"

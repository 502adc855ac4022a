import gzip
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from canyu.channels.imports.findings import Problem
from canyu.channels.imports.lines import lines_of, open_plain


def read(data: bytes, **options: int) -> list[str | Problem]:
    return list(lines_of(io.BytesIO(data), source="f", **options))


def test_line_ends_and_byte_order_mark() -> None:
    assert read(b"\xef\xbb\xbfa\r\nb\n\nc") == ["a", "b", "", "c"]


def test_what_is_not_utf8_is_named_by_byte_and_line() -> None:
    good, problem, after = read("一\n".encode() + b"ab\xff\n" + b"c\n")

    assert (good, after) == ("一", "c")
    assert str(problem) == (
        "f:2: Byte 6 of the file (0xff) is not UTF-8. Save the file as UTF-8 and import it again."
    )


def test_the_byte_is_counted_with_the_mark() -> None:
    (problem,) = read(b"\xef\xbb\xbfab\xff")

    assert "Byte 5 of the file" in str(problem)


def test_utf16_is_recognised() -> None:
    problem = read("## 1.0\n".encode("utf-16"))[0]

    assert "it looks like UTF-16" in str(problem)


def test_a_line_too_long_is_a_problem_and_the_others_go_on() -> None:
    assert read(b"ab\n" + b"x" * 25 + b"\ncd\n", most=10) == [
        "ab",
        Problem("f", 2, "The line has 26 bytes; at most 10 are taken. It was not read."),
        "cd",
    ]


def test_gzip_is_unpacked_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(gzip.compress("一\r\n二\n".encode()))

    with open_plain(path) as stream:
        assert list(lines_of(stream, source="f")) == ["一", "二"]


def test_a_broken_gzip_ends_with_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "notes.gz"
    packed = gzip.compress(b"a\n" * 100_000)
    path.write_bytes(packed[: len(packed) // 2])

    with open_plain(path) as stream:
        *_lines, last = lines_of(stream, source="f")

    assert isinstance(last, Problem)
    assert "cannot be read on from here" in last.message


@given(st.binary(max_size=200))
def test_any_bytes_are_lines_or_problems(data: bytes) -> None:
    lines = read(data, most=50)

    assert len(lines) == len(io.BytesIO(data).readlines())
    assert all(isinstance(line, Problem) or "\n" not in line for line in lines)

"""From bytes to columns: whatever program wrote the file."""

from __future__ import annotations

import codecs

import pytest

from canyu.surveys.errors import SurveyRefused
from canyu.surveys.tables import read_table

WANTED = frozenset({"shown", "best", "worst"})
PLAIN = "shown,best,worst\na|b,a,b\nb|a,,a\n"


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.rstrip().encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        codecs.BOM_UTF16_BE + PLAIN.replace(",", "\t").encode("utf-16-be"),
        b'"shown","best","worst"\n"a|b","a","b"\n"b|a","","a"\n',
        ("sep=;\n" + PLAIN.replace(",", ";")).encode(),
        ("\n\n" + PLAIN + "\n ,,\n,,\n").encode(),
    ],
)
def test_the_same_table_whoever_wrote_it(data: bytes) -> None:
    table = read_table(data, wanted=WANTED)
    assert table.header == ("shown", "best", "worst")
    assert [fields[:3] for fields in table.rows] == [["a|b", "a", "b"], ["b|a", "", "a"]]


def test_lines_are_those_of_the_file() -> None:
    table = read_table(b'shown,best,worst\n\n"a\nb|c",c,\nd|e,d,\n', wanted=WANTED)
    assert table.lines == [3, 5]
    assert table.rows[0][0] == "a\nb|c"
    assert read_table(b"sep=,\nshown,best,worst\na|b,a,\n", wanted=WANTED).lines == [3]


def test_known_names_tell_the_delimiter_from_commas_in_names() -> None:
    data = b'shown;best;worst;"a, b, c, d, e"\n1|2;1;2;x\n'
    assert read_table(data, wanted=WANTED).delimiter == ";"


def test_letters_written_in_two_ways_are_one() -> None:
    table = read_table("shown,best,worst\ncafe\u0301|tea,caf\u00e9,\n".encode(), wanted=WANTED)
    assert table.rows[0][0].split("|")[0] == table.rows[0][1]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"sep=;\n", "empty"),
        (b"PK\x03\x04\x00\x00", "workbook"),
        (b"\x89PNG\x00\x00", "not text"),
        (b"shown,best,worst\na|b,\xe9,b\n", "line 2 holds bytes that are not UTF-8"),
        (b"\xff\xfea", "not UTF-16"),
        (b'shown,best,worst\na|b,"a,b\n', "opens on line 2 is never closed"),
        (b'shown,best,worst\na|b,"a"b,b\n', "line 2: words follow a closing quotation mark"),
        (b"shown,best,worst\n" + b"x" * 1_000_001, "line 2 cannot be read"),
    ],
)
def test_what_is_no_table_is_said(data: bytes, words: str) -> None:
    with pytest.raises(SurveyRefused, match=words):
        read_table(data, wanted=WANTED)

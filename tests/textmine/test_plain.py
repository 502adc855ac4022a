"""What is left of a text is what a reader sees, and no text takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from canyu.textmine import plain_text
from canyu.textmine.plain import LONGEST

READ_AS = [
    ("", ""),
    (" \u3000\n", ""),
    ("１２３ＡＢＣ ﬁx\u200b\u202e", "123ABC fix"),
    ("a\u0000b\ud800", "a b"),
    ("<p>Hello <b>World</b></p><script>alert(1)</script>!", "Hello World !"),
    ("<STYLE>p{}</STYLE >seen", "seen"),
    ("a < b, <your name here>", "a < b, <your name here>"),
    ("5 &lt; 6 &amp; so on", "5 < 6 & so on"),
    ("[the page](https://example.org/a?b=c) and **bold**", "the page and bold"),
    ("见https://www.example.org/a?b=1）好的", "见example.org 好的"),
    (
        "https://nvd.example.org/vuln/CVE-2019-20444?x=1 and http://bugs.example.org/HADOOP-18493",
        "nvd.example.org CVE-2019-20444 and bugs.example.org HADOOP-18493",
    ),
    ("http://example.org/some-long-page-2020-12", "example.org"),
    ("# Title\n- one\n> said\n---\nend", "Title one said end"),
    ("```\n1\n2\n3\n4\n```\nend", "1 2 3 end"),
    ("{code:java}x{code}", "x"),
    ("snake_case __init__", "snake_case init"),
    ("key " + "A" * 64, "key"),
]


@pytest.mark.parametrize(("text", "seen"), READ_AS)
def test_a_text_is_read_as_people_read_it(text: str, seen: str) -> None:
    assert plain_text(text) == seen


def test_of_a_list_of_calls_the_first_are_kept() -> None:
    calls = "\n".join(f"  at com.example.Place.do{n}(Place.java:{n})" for n in range(9))
    seen = plain_text(f"It fell over\n{calls}\nwhy?")
    assert "do2" in seen
    assert "do3" not in seen
    assert seen.endswith("why?")


@given(some.text())
def test_what_is_plain_stays_so(text: str) -> None:
    seen = plain_text(text)
    assert seen.isprintable()
    assert seen == " ".join(seen.split())


HOSTILE = [
    *("<", "<script", "<script></script", "<a ", "[a](", "![[", "{code:", "http://", "&", "&amp;"),
    *("a\u0301\u0323", "\u0323\u0301", "\ufdfa", "\u0730\u0591", "\u202e", "\x00", "İ", "😀", "中"),
    *("`", "a-", "(", "at a.b(", "-", "\n", "\n>", "\n```\n", " "),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_megabyte_of_anything_is_read_at_once(unit: str) -> None:
    begun = time.process_time()
    seen = plain_text(unit * (1_000_000 // len(unit)))
    assert time.process_time() - begun < 2
    assert len(seen) <= 2 * LONGEST

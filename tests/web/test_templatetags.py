"""How words, days, shares and faces are shown."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from canyu.journal import clock
from canyu.web.templatetags import canyu_tags as tags

BOTH = {"en": "Undo is back", "zh-hans": "撤销回来了"}


@dataclass(frozen=True)
class Somebody:
    """A member as far as a face goes."""

    id: int
    face_key: str = ""


def in_page(source: str, **context: object) -> str:
    return Template("{% load canyu_tags %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        (BOTH, "en", ("en", "Undo is back")),
        (BOTH, "zh-hans", ("zh-hans", "撤销回来了")),
        ({"zh": "好", "en": "good"}, "zh-hans", ("zh", "好")),
        ({"de": "gut", "en": "good"}, "zh-hans", ("en", "good")),
        ({"de": "gut", "fr": "bon"}, "en", ("de", "gut")),
        ({"en": "", "zh-hans": "好"}, "en", ("zh-hans", "好")),
        ({}, "en", ("", "")),
    ],
)
def test_the_nearest_language_is_picked(
    texts: dict[str, str], language: str, expected: tuple[str, str]
) -> None:
    assert tags.pick_language(texts, language) == expected
    # However the store has kept them.
    assert tags.pick_language(dict(reversed(texts.items())), language) == expected


def test_a_text_in_another_language_than_the_page_says_so() -> None:
    source = "<b{{ texts|lang }}>{{ texts|in_language }}</b>"
    with translation.override("en"):
        assert in_page(source, texts=BOTH) == "<b>Undo is back</b>"
        assert in_page(source, texts={"zh-hans": "好"}) == '<b lang="zh-Hans">好</b>'
    with translation.override("zh-hans"):
        assert in_page(source, texts=BOTH) == "<b>撤销回来了</b>"
        assert in_page(source, texts={"en": "<i>"}) == '<b lang="en">&lt;i&gt;</b>'


def test_a_plain_string_and_nothing_are_taken_as_they_are() -> None:
    assert tags.in_language("plain") == "plain"
    assert tags.in_language(None) == ""
    assert tags.lang("plain") == ""


def test_markdown_shows_what_people_write() -> None:
    page = tags.markdown("# Big\n\n*soft* [there](https://example.org)\n\n|a|b|\n|-|-|\n|1|2|")
    assert "<h3>Big</h3>" in page
    assert "<em>soft</em>" in page
    assert '<a href="https://example.org" rel="nofollow noopener ugc">there</a>' in page
    assert "<td>2</td>" in page


def test_markdown_runs_and_loads_nothing() -> None:
    page = tags.markdown(
        "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick='x'>b</b>\n\n"
        "![a *cat*](https://elsewhere.example/cat.png)"
    )
    assert "<script" not in page
    assert "<b onclick" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page
    assert ">a cat</a>" in page


@given(st.text(alphabet=st.sampled_from("<>\"'&[]()!`*#|-_ \n:ajsrcivonet/="), max_size=80))
def test_no_words_become_a_tag_that_was_not_allowed(words: str) -> None:
    page = tags.markdown(words)
    opened = [part.split(">")[0].split()[0].strip("/") for part in page.split("<")[1:]]
    assert set(opened) <= tags.WORDS_TAGS
    assert " style=" not in page
    assert "javascript:" not in "".join(p for p in page.split("href=")[1:])[:12]


def test_words_to_quote_stand_on_one_line_and_are_not_escaped_twice() -> None:
    page = in_page("“{{ words|markdown|striptags|one_line }}”", words="Tom & I\n\nwait.\n")
    assert page == "“Tom &amp; I wait.”"


def test_a_face_is_uploaded_or_drawn() -> None:
    key = "ab" * 32
    assert tags.face_url(Somebody(id=7)) == "/faces/7.svg"
    assert tags.face_url(Somebody(id=7, face_key=key)) == f"/pictures/{key}-320"


def test_a_day_is_told_in_the_zone_and_language_of_the_reader() -> None:
    # One minute before midnight in UTC is another day in Shanghai.
    moment = datetime(2020, 11, 6, 23, 59, tzinfo=UTC)
    with translation.override("en"):
        assert tags.day(moment, "UTC") == "Friday 6 November 2020"
        assert tags.day(moment, "Asia/Shanghai") == "Saturday 7 November 2020"
        assert tags.day_and_time(moment, "Asia/Shanghai") == "Saturday 7 November 2020, 07:59"
        assert tags.day(moment.date()) == "Friday 6 November 2020"
    with translation.override("zh-hans"):
        assert tags.day(moment, "Asia/Shanghai") == "2020 年 11 月 7 日周六"
        assert tags.day_and_time(moment, "UTC") == "2020 年 11 月 6 日周五 23:59"
    assert tags.day(None) == ""
    assert tags.day_and_time(None) == ""


def test_the_year_is_told_only_when_it_is_another() -> None:
    now = clock.now()
    with translation.override("en"):
        assert str(now.year) not in tags.day(now)
        assert str(now.year - 2) in tags.day(now - timedelta(days=731))


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0%"),
        (0.001, "<1%"),
        (0.954, "95%"),
        (0.9949, "99%"),
        (0.996, ">99%"),
        (1.0, "100%"),
        (None, "–"),
    ],
)
def test_nearly_all_is_not_all(share: float | None, shown: str) -> None:
    assert tags.percent(share) == shown


def test_percent_takes_digits() -> None:
    assert tags.percent(0.12345, 1) == "12.3%"


@pytest.mark.parametrize(
    ("words", "on_english", "on_chinese"),
    [
        ("It isn’t there", "", ' lang="en"'),
        ("不见了", ' lang="zh-Hans"', ""),
        # What is both is read as the page is.
        ("the new App 闪退", "", ""),
        ("👍 12 !", "", ""),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_somebodys_words_are_told_apart_from_the_page(
    words: str | None, on_english: str, on_chinese: str
) -> None:
    with translation.override("en"):
        assert tags.said_lang(words) == on_english
    with translation.override("zh-hans"):
        assert tags.said_lang(words) == on_chinese

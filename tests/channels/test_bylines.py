import time

import pytest

from canyu.channels.imports.bylines import read_byline

PULL = "https://github.com/o/r/pull/"


@pytest.mark.parametrize(
    ("line", "text", "makers", "topics"),
    [
        ("Boil by @ann", "Boil", ["ann"], []),
        ("Boil by @ann and @bob-1, @carl", "Boil", ["ann", "bob-1", "carl"], []),
        (f"Boil by @ann in {PULL}1", "Boil", ["ann"], ["#1"]),
        ("Boil (by @ann)", "Boil", ["ann"], []),
        ("Boil, contributed by @ann.", "Boil", ["ann"], []),
        ("Boil. @ann", "Boil.", ["ann"], []),
        ("Boil faster @ann @bob", "Boil faster", ["bob", "ann"], []),
        (f"Boil. [#7]({PULL}7) [@ann](https://github.com/ann)", "Boil.", ["ann"], ["#7"]),
        ("Boil (#12)", "Boil", [], ["#12"]),
        ("Boil (#12, @ann)", "Boil", ["ann"], ["#12"]),
        ("Boil (#12) (#13)", "Boil", [], ["#12", "#13"]),
        ("Keep me signed in (#12)", "Keep me signed in", [], ["#12"]),
        ("Boil, closes #12", "Boil", [], ["#12"]),
        (f"Boil ([#12]({PULL}12)) ([abc1234](https://x.example/c/abc1234))", "Boil", [], ["#12"]),
        ("Boil other/repo#4 too", "Boil other/repo#4 too", [], ["other/repo#4"]),
        ("Revert #12", "Revert #12", [], ["#12"]),
        (f"Revert [#12]({PULL}12)", f"Revert [#12]({PULL}12)", [], ["#12"]),
        ("Crash found by @eve", "Crash found by @eve", [], []),
        ("Crash (reported by @eve)", "Crash (reported by @eve)", [], []),
        ("Crash gone, thanks @eve", "Crash gone, thanks @eve", [], []),
        ("Bump @types/node", "Bump @types/node", [], []),
        ("Write to ann@kettle.example", "Write to ann@kettle.example", [], []),
        ("Support @media", "Support @media", [], []),
        ("Bump a by @dependabot[bot]", "Bump a", [], []),
        ("Show `#12` as it is", "Show `#12` as it is", [], []),
        ("Say &#39; right", "Say &#39; right", [], []),
        (
            f"[#5]({PULL}5) [`abc1234`](https://x.example) Thanks [@ann](https://x.test)! - Boil",
            "Boil",
            ["ann"],
            ["#5"],
        ),
        ("abc1234: Boil", "Boil", [], []),
        ("@ann", "@ann", ["ann"], []),
    ],
)
def test_who_and_where_from(line: str, text: str, makers: list[str], topics: list[str]) -> None:
    byline = read_byline(line, {})

    assert byline.text == text
    assert sorted(byline.makers) == sorted(makers)
    assert sorted(byline.topics) == sorted(topics)


def test_addresses_of_topics_are_kept() -> None:
    byline = read_byline(f"Boil [#7]({PULL}7), see [#8] and #9", {"#8": PULL + "8"})

    assert byline.topics == {"#7": PULL + "7", "#8": PULL + "8", "#9": ""}


@pytest.mark.parametrize(
    ("line", "kind", "area", "text"),
    [
        ("feat: boil", "new", "", "boil"),
        ("fix(lid): creak", "fixed", "lid", "creak"),
        ("feat(app)!: pair anew", "changed", "app", "pair anew"),
        ("chore(deps): bump", "other", "deps", "bump"),
        ("note: not a kind", "", "", "note: not a kind"),
        ("**lid:** creak", "", "lid", "creak"),
        ("**lid**: creak", "", "lid", "creak"),
        ("**Breaking:** pair anew", "changed", "", "**Breaking:** pair anew"),
        ("**Night mode** boils softly", "", "", "**Night mode** boils softly"),
    ],
)
def test_kind_and_area_at_the_front(line: str, kind: str, area: str, text: str) -> None:
    byline = read_byline(line, {})

    assert (byline.kind, byline.area, byline.text) == (kind, area, text)


@pytest.mark.parametrize(
    ("line", "guess"),
    [
        ("Fixed the lid", "fixed"),
        ("🐞 Fix the lid", "fixed"),
        ("Add a lid", "new"),
        ("修复壶盖", "fixed"),
        ("The lid", ""),
    ],
)
def test_the_first_word_suggests_a_kind(line: str, guess: str) -> None:
    assert read_byline(line, {}).guess == guess


@pytest.mark.parametrize(
    "line",
    [
        "@a " * 660,
        "#1 " * 660,
        "(" * 2_000,
        "[#1](" * 400,
        "by @a, " * 280,
        "https://" * 250,
        " ,;" * 660,
    ],
)
def test_no_line_takes_long(line: str) -> None:
    begun = time.perf_counter()

    read_byline(line.strip(), {})

    assert time.perf_counter() - begun < 1

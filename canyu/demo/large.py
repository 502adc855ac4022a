"""How the town looks when it has grown: who comes, and what they say. Pure; drawn from a seed.

Nobody in it is a story: it is there to see, and to measure, whether pages bear so many.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from canyu.demo.people import Person
from canyu.demo.story import SEED, Story
from canyu.releases.records import ChangeRecord, PersonRecord, ReleaseRecord

MAKER = "maker-"
AREA = "part-"
VERSION = "0.{}"
IN_A_SMALL_TEAM = 5
CHANGES_A_MAKER = 4
CHANGES_A_RELEASE = 25
TOPICS_A_MAKER = 3
WORDS_A_CHANGE = 4
HOUR = timedelta(hours=1)
WHAT = (
    ("the list", "列表"),
    ("a table", "表格"),
    ("the search", "搜索"),
    ("a picture", "图片"),
    ("the lock", "密码锁"),
    ("a reminder", "提醒"),
    ("the calendar", "日历"),
    ("a drawing", "手绘"),
    ("the trash", "回收站"),
    ("a long note", "长笔记"),
    ("the keyboard", "键盘"),
    ("a shared page", "共享页"),
    ("the backup", "备份"),
    ("a tag", "标签"),
    ("the dark look", "深色外观"),
    ("a voice note", "语音笔记"),
)
HOW = (
    ("How do I open %s without the mouse?", "不用鼠标怎么打开%s？"),
    ("%s is slow on the train", "坐车的时候%s很慢"),
    ("Please remember where I was in %s", "请记住我在%s里看到哪儿了"),
    ("After the update %s looks empty", "更新之后%s看着是空的"),
    ("Can two of us use %s at once?", "两个人能同时用%s吗？"),
    ("%s on a small phone", "小屏手机上的%s"),
)
DONE = (
    ("%s opens at once", "%s一点就开"),
    ("%s keeps its place", "%s记住位置了"),
    ("%s on small phones", "小屏手机也能好好用%s"),
    ("%s no longer jumps", "%s不再跳来跳去"),
)
SAID = (
    ("It works on my old phone too.", "我的旧手机上也好使。"),
    ("My mother found it by herself.", "我妈自己就找到了。"),
    ("Nearly: it forgets when I turn the phone.", "差一点：一转屏就忘了。"),
    ("Was this asked for? I had not missed it.", "这是有人要的吗？我之前没觉得缺。"),
    ("Thank you, that was every morning.", "谢谢，之前每天早上都要折腾一次。"),
)
KINDS = ("question", "trouble", "idea", "question")


@dataclass(frozen=True)
class Size:
    """How many a town has: makers, the owner among them, and people in all."""

    n_makers: int
    n_people: int


LARGE = Size(n_makers=200, n_people=20_000)


@dataclass(frozen=True)
class Asked:
    """A topic that somebody of the crowd raises: who by their place in it."""

    by: int
    kind: str
    title: str
    language: str
    area: int
    before: timedelta


def makers_of(story: Story, size: Size) -> list[Person]:
    """Those who come to the team, beside those of the story."""
    n_new = max(size.n_makers - len(story.team), 0)
    return list(_people(story, MAKER, 1, n_new, "weekly"))


def newcomers_of(story: Story, size: Size) -> list[Person]:
    """Those who come to use the product, beside those of the story."""
    n_new = max(size.n_people - story.n_people - len(makers_of(story, size)), 0)
    return list(_people(story, "reader-", story.n_people + 1, n_new, ""))


def n_areas_of(size: Size) -> int:
    """How many small teams the makers are in."""
    return max(size.n_makers // IN_A_SMALL_TEAM, 1)


def release_records(makers: list[Person], *, until: datetime) -> Iterator[ReleaseRecord]:
    """The past of the makers: releases from before the story, with what each of them made."""
    rng = random.Random(SEED + 1)
    who = [maker.handle for maker in makers] * CHANGES_A_MAKER
    for number, start in enumerate(range(0, len(who), CHANGES_A_RELEASE), 1):
        yield ReleaseRecord(
            version=VERSION.format(number),
            published_at=until - timedelta(weeks=len(who) // CHANGES_A_RELEASE + 2 - number),
            is_hotfix=False,
            notes={},
            rings={},
            changes=tuple(
                ChangeRecord(
                    key=str(place),
                    kind="better",
                    text=_both(rng, DONE),
                    detail={},
                    area="",
                    makers=(PersonRecord(handle),),
                    topics=(),
                )
                for place, handle in enumerate(who[start : start + CHANGES_A_RELEASE], 1)
            ),
        )


def topics_asked(size: Size, n_crowd: int) -> Iterator[Asked]:
    """What the crowd asks, of all areas alike, in the week before."""
    rng = random.Random(SEED + 2)
    n_areas = n_areas_of(size)
    for number in range(size.n_makers * TOPICS_A_MAKER):
        language = rng.choice(("en", "zh-hans"))
        yield Asked(
            by=rng.randrange(n_crowd),
            kind=rng.choice(KINDS),
            title=_both(rng, HOW)[language],
            language=language,
            area=number % n_areas,
            before=rng.uniform(0.5, 160) * HOUR,
        )


def words_said(n_changes: int, n_crowd: int) -> Iterator[tuple[int, int, str]]:
    """(place of a change, place of a person, what they say of it)."""
    rng = random.Random(SEED + 3)
    for place in range(n_changes):
        for _ in range(WORDS_A_CHANGE):
            yield place, rng.randrange(n_crowd), rng.choice(rng.choice(SAID))


def promise(number: int) -> dict[str, str]:
    """What a maker promises."""
    return _both(random.Random(SEED + 4 + number), DONE)


def _people(story: Story, prefix: str, first: int, n: int, ring: str) -> Iterator[Person]:
    rng = random.Random(f"{SEED} {prefix}")
    for number in range(first, first + n):
        language = rng.choice(("en", "zh-hans"))
        family = rng.choice(story.family_names[language])
        given = rng.choice(story.given_names[language])
        yield Person(
            handle=f"{prefix}{number}",
            name=f"{family}{given}" if language == "zh-hans" else f"{given} {family}",
            language=language,
            ring=ring or rng.choices(["everyone", "weekly"], [0.65, 0.35])[0],
            device=rng.choice(story.devices),
        )


def _both(rng: random.Random, among: tuple[tuple[str, str], ...]) -> dict[str, str]:
    (en, zh), (how_en, how_zh) = rng.choice(WHAT), rng.choice(among)
    said = how_en % en
    return {"en": said[0].upper() + said[1:], "zh-hans": how_zh % zh}

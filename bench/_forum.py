"""A forum with very many topics, as rows: titles of marked sets that are there, else made up."""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench._posts import read_posts
from bench.report_page import sign_in

MARKED = ("dup-askubuntu", "dup-lcqmc")
N_ENCODED = 4_000
THINGS = (
    "screenshot battery alarm keyboard widget calendar photo contact call message note search map "
    "weather music video volume brightness font theme sync backup update lock fingerprint camera "
    "flash printer share download wallpaper folder icon gesture vibration hotspot network"
)
DEEDS = "open close find move copy delete send read hear see change stop start keep lose"
TIMES = "at-night on-the-train since-the-update with-one-hand without-a-network on-my-tablet"
WARES = "截屏 电池 闹钟 键盘 日历 照片 联系人 通话 短信 便签 搜索 地图 天气 音乐 字体 主题"
AILS = "打不开 找不到 删不掉 发不出去 太慢 太小 不响 怎么改 怎么关 怎么备份 丢了 很烫"
HOURS = "晚上 更新以后 坐地铁的时候 单手 没有网络的时候 在平板上"


@dataclass(frozen=True)
class Forum:
    """A town with one product, a member of it, and what that member sends along."""

    product_id: int
    member_id: int
    cookie: str


def titles_of(folder: Path, n_topics: int, drawn: random.Random) -> list[str]:
    """Return so many titles: those of the sets that are there, and made-up ones."""
    found = [folder / name for name in MARKED if (folder / name / "posts.jsonl.gz").exists()]
    if not found:
        print(f"no marked sets in {folder}: all titles are made up", flush=True)
    real = [post.title[:120] for one in found for post in read_posts(one)]
    drawn.shuffle(real)
    real = real[: n_topics // 2]
    titles = real + [made_up(drawn) for _ in range(n_topics - len(real))]
    drawn.shuffle(titles)
    print(f"{n_topics} topics, {len(real)} of them real; load {os.getloadavg()[0]:.1f}", flush=True)
    return titles


def made_up(drawn: random.Random) -> str:
    if drawn.random() < 0.5:
        thing, other = drawn.sample(THINGS.split(), 2)
        deed, time = one_of(DEEDS, drawn), one_of(TIMES, drawn).replace("-", " ")
        return f"How do I {deed} the {thing} {time} for {other}"
    thing, other = drawn.sample(WARES.split(), 2)
    hour, ail, more = one_of(HOURS, drawn), one_of(AILS, drawn), one_of(AILS, drawn)
    return f"{hour}{thing}{ail}，{other}也{more}"


def one_of(words: str, drawn: random.Random) -> str:
    return drawn.choice(words.split())


def make_forum() -> Forum:
    os.environ["DJANGO_SETTINGS_MODULE"] = "canyu.config.settings"
    from canyu.config.setup import start_with_database  # noqa: PLC0415

    start_with_database()
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from canyu.journal.clock import machine_now  # noqa: PLC0415
    from canyu.painpoints.models import Earlier  # noqa: PLC0415
    from tests.builders import make_people, make_town  # noqa: PLC0415

    now = machine_now()
    town = make_town(at=now - timedelta(days=9))
    member_id = make_people(town.product, 1, at=now)[0]
    # The rows have their wordings from the start.
    Earlier.objects.bulk_create(
        Earlier(kind=kind, is_done=True) for kind in ("topic", "remark", "cells")
    )
    cookie = sign_in(get_user_model().objects.get(pk=member_id))
    connections.close_all()
    return Forum(town.product, member_id, cookie)


def fill(forum: Forum, titles: Sequence[str]) -> None:
    from django.db import connections  # noqa: PLC0415

    from canyu.journal.clock import machine_now  # noqa: PLC0415
    from canyu.painpoints.models import Placed, Trace, Wording  # noqa: PLC0415
    from canyu.topics.models import Topic  # noqa: PLC0415

    now, drawn = machine_now(), random.Random(2)
    vectors, model = directions(drawn.sample(titles, min(len(titles), N_ENCODED)))
    said: dict[str, Any] = {"product_id": forum.product_id}
    status = {"status": "received", "status_at": now, "raised_at": now, "n_voices": 1}
    for start in range(0, len(titles), 2_000):
        topics = Topic.objects.bulk_create(
            Topic(kind="question", title=title, author_id=forum.member_id, **said, **status)
            for title in titles[start : start + 2_000]
        )
        wordings = Wording.objects.bulk_create(
            Wording(
                kind="topic",
                subject_id=topic.pk,
                member_id=forum.member_id,
                at=now,
                text=topic.title,
                vector=drawn.choice(vectors),
                model=model,
                **said,
            )
            for topic in topics
        )
        Trace.objects.bulk_create(Trace(wording=one) for one in wordings)
        # As long since placed: else the worker would have years to catch up with.
        Placed.objects.bulk_create(
            Placed(wording=one, cluster=0, cluster_at_first=0, step=0, **said) for one in wordings
        )
    connections.close_all()


def directions(titles: Sequence[str]) -> tuple[list[bytes], str]:
    """Directions of a few thousand titles, which all get: the work of a scan is the same."""
    from canyu.textmine import pack_vector, usual_encoder  # noqa: PLC0415

    model = usual_encoder()
    if model is None:
        return [b""], "words"
    return [pack_vector(model.name, row) for row in model.encode(titles)], model.name

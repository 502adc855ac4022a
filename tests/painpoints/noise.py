"""Thousands of other topics: made up from parts, and real ones where they stand beside us."""

import gzip
import json
import random
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SETS = ("dup-askubuntu", "dup-lcqmc")
# What is about the same thing would only help.
SAME = ("screenshot", "screen shot", "print screen", "截屏", "截图", "抓屏", "capture")

THINGS = {
    "en": (
        "the calendar", "the clock", "dark mode", "the lock page", "the weather card", "search",
        "the photo album", "contacts", "voice notes", "the keyboard", "the music player",
        "the browser", "backup", "the file manager", "notifications", "the torch", "maps",
        "the camera", "the alarm", "the mail app", "bluetooth", "the hotspot", "wallpapers",
        "the compass", "the app shop", "the recorder", "the radio", "the calculator", "themes",
        "fingerprint unlocking", "the second SIM", "the update page", "split windows", "vibration",
    ),
    "zh": (
        "日历", "时钟", "深色模式", "锁屏", "天气卡片", "搜索", "相册", "通讯录", "录音", "输入法",
        "音乐播放器", "浏览器", "备份", "文件管理", "通知栏", "手电筒", "地图", "相机",
        "闹钟", "邮件", "蓝牙", "热点", "壁纸", "指南针", "应用商店", "收音机", "计算器",
        "主题", "指纹解锁", "副卡", "更新页面", "分屏", "振动", "小部件",
    ),
}  # fmt: skip
TROUBLES = {
    "en": (
        "{} is slow since the last version", "{} stops by itself after a few minutes",
        "Please let me change the colour of {}", "{} forgets what I chose",
        "I cannot find {} any more", "Could {} work without a network?", "{} drains the battery",
        "Sorting in {} makes no sense to me", "A larger font in {} please",
        "{} shows yesterday's data", "Let me turn {} off for the night", "{} is not translated",
        "Thank you for the new look of {}", "How do I share something from {} with my sister?",
        "{} freezes when a call comes in", "Can {} be moved to the second page?",
        "{} asks for a password each time", "An undo in {} would save me",
        "{} is empty after moving to a new phone", "Why does {} need my location?",
    ),
    "zh": (
        "{}更新以后变得很卡", "{}用几分钟就自己退出", "希望可以换{}的颜色", "{}总是忘记我的设置",
        "{}找不到了", "{}没有网络能不能用", "{}太费电了", "{}的排序看不懂", "{}的字能不能大一点",
        "{}显示的还是昨天的", "晚上想把{}关掉", "{}还有英文没翻译", "新版{}很好看，谢谢",
        "{}里的东西怎么分享给家人", "来电话的时候{}会死机", "能不能把{}放到第二页",
        "{}每次都要输密码", "{}要是能撤销就好了", "换了新手机{}是空的", "{}为什么要定位",
    ),
}  # fmt: skip
ENDS = {
    "en": ("", "", " Anyone else?", " It worked last month.", " On the small model.", " Again."),
    "zh": ("", "", "，有人一样吗", "，上个月还好好的", "，小屏的那款", "。谢谢"),
}


def others(n: int, seed: int, *, is_half_real: bool) -> list[tuple[str, str]]:
    """(language, text) of `n` other topics, half of them real ones if told and at hand."""
    rng = random.Random(f"others {seed}")
    real = _real(rng, n // 2) if is_half_real else []
    return rng.sample([*real, *(_made(rng) for _ in range(n - len(real)))], n)


def _made(rng: random.Random) -> tuple[str, str]:
    language = rng.choice(("en", "zh"))
    thing, trouble = rng.choice(THINGS[language]), rng.choice(TROUBLES[language])
    text = trouble.format(thing) + rng.choice(ENDS[language])
    return language, text[:1].upper() + text[1:]


def _real(rng: random.Random, n: int) -> list[tuple[str, str]]:
    found = []
    for name, language in zip(SETS, ("en", "zh"), strict=True):
        path = DATA / name / "posts.jsonl.gz"
        if not path.exists():
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts = [str(row.get("title") or row["text"]) for row in map(json.loads, lines)]
        known = [one for one in texts if not any(word in one.casefold() for word in SAME)]
        found += [(language, one) for one in rng.sample(known, min(n // 2, len(known)))]
    return found

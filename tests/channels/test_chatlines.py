"""Chats as people copy them out of WeChat, QQ, Feishu, Slack, WhatsApp, Telegram and plain logs."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.channels.sayings.chatlines import read_chat
from canyu.channels.sayings.moments import Calendar, moment_in

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALENDAR = Calendar(UTC, NOW)

QQ = """2024-05-03 14:02:11 小李(12345678)
夜间模式太亮了
看不清

2024-05-03 14:03:00 【管理员】Nils<nils@example.org>
我也是
"""
QQ_COPY = """小李(12345678) 2024/5/3 14:02:11
夜间模式太亮了
看不清
Nils 2024/5/3 14:03:00
我也是"""
FEISHU = """小李 5月3日 14:02
夜间模式太亮了
看不清
Nils 5月3日 下午2:03
我也是"""
SLACK = """小李  [2:02 PM]
夜间模式太亮了
看不清
Nils  [2:03 PM]
我也是"""
WHATSAPP = """[03/05/2024, 14:02:11] 小李: 夜间模式太亮了
看不清
[03/05/2024, 14:02:30] 小李: <Media omitted>
[13/05/2024, 14:03:00] Nils: 我也是"""
WHATSAPP_OTHER = """5/3/24, 2:02 PM - 小李: 夜间模式太亮了
看不清
5/13/24, 2:03 PM - Nils: 我也是"""
TELEGRAM = """小李, [03.05.24 14:02]
夜间模式太亮了
看不清

Nils, [03.05.24 14:03]
我也是"""
WECHAT = """小李:
夜间模式太亮了
看不清

Nils：
我也是"""
LOG = """--- 2024-05-03 ---
14:02 <小李> 夜间模式太亮了
看不清
14:03 <Nils> 我也是"""
PLAIN = """小李 14:02: 夜间模式太亮了
看不清
Nils 14:03: 我也是"""


@pytest.mark.parametrize(
    ("block", "day"),
    [
        (QQ, (2024, 5, 3)),
        (QQ_COPY, (2024, 5, 3)),
        (FEISHU, (2026, 5, 3)),
        (SLACK, (2026, 11, 22)),
        (WHATSAPP, (2024, 5, 3)),
        (WHATSAPP_OTHER, (2024, 5, 3)),
        (TELEGRAM, (2024, 5, 3)),
        (LOG, (2024, 5, 3)),
        (PLAIN, (2026, 11, 22)),
        (WECHAT, None),
    ],
)
def test_two_people_are_told_apart(block: str, day: tuple[int, int, int] | None) -> None:
    chat = read_chat(block, CALENDAR)
    assert chat.is_told_apart
    assert [one.who for one in chat.words] == ["小李", "Nils"]
    assert [one.text for one in chat.words] == ["夜间模式太亮了\n看不清", "我也是"]
    said = chat.words[0].said_at
    assert (said is None) == (day is None)
    if said is not None and day is not None:
        assert (said.year, said.month, said.day, said.hour, said.minute) == (*day, 14, 2)
    assert chat.n_left_out == (1 if block is WHATSAPP else 0)


def test_a_text_without_people_is_one_word_or_one_a_line() -> None:
    block = "The night mode is too bright: I cannot read.\nSee https://example.org/x for a picture."
    chat = read_chat(block, CALENDAR)
    assert [(one.who, one.text) for one in chat.words] == [("", block)]
    assert not chat.is_told_apart
    assert len(read_chat(block, CALENDAR, split="lines").words) == 2
    assert len(read_chat(QQ, CALENDAR, split="whole").words) == 1


def test_a_clock_is_that_of_the_zone() -> None:
    calendar = Calendar(ZoneInfo("Asia/Shanghai"), NOW)
    said = read_chat(QQ, calendar).words[0].said_at
    assert said is not None
    assert said.astimezone(UTC).hour == 6


@given(st.text(alphabet="ab:：[]<>(（0123456789/-.年月日 \n小\0", max_size=300))
def test_any_text_is_read_and_none_of_it_is_invented(block: str) -> None:
    for word in read_chat(block, CALENDAR).words:
        assert word.text
        for line in word.lines:
            assert line.strip() in block.replace("\r", "\n")


def test_a_line_of_a_million_signs_takes_no_time() -> None:
    chat = read_chat("小李 14:02: " + "亮" * 1_000_000, CALENDAR)
    assert [(one.who, len(one.text) > 400_000) for one in chat.words] == [("小李", True)]
    assert len(read_chat("a " * 200_000, CALENDAR).words) == 1


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("2024-05-03T14:02:11Z", "2024-05-03T14:02:11+00:00"),
        ("2024-05-03 14:02", "2024-05-03T14:02:00+00:00"),
        ("2024-05-03", "2024-05-03T00:00:00+00:00"),
        ("2024年5月3日 14:02", "2024-05-03T14:02:00+00:00"),
        ("2024/5/3", "2024-05-03T00:00:00+00:00"),
        ("13.05.2024 14:02", "2024-05-13T14:02:00+00:00"),
    ],
)
def test_cells_name_moments(cell: str, iso: str) -> None:
    moment = moment_in(cell, CALENDAR)
    assert moment is not None
    assert moment.isoformat() == iso


@pytest.mark.parametrize("cell", ["", "soon", "14:02", "2024-13-40", "99999999999999999999"])
def test_cells_that_name_none(cell: str) -> None:
    assert moment_in(cell, CALENDAR) is None

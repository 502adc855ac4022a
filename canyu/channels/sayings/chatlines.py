"""One block of a chat, copied out of it, as the words of single people. Pure.

Read are the ways in which WeChat, QQ, Feishu, Slack, WhatsApp, Telegram and plain logs write who
said something and when: before the words or on a line above them, the time before the name or
after it. What looks like none of them is one word of nobody in particular.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from canyu.channels.sayings.moments import WHEN, Calendar, day_of_line, is_month_first, moment_of

SPLITS = ("found", "lines", "whole")
MOST_CHARACTERS = 500_000
_LONGEST_HEAD: Final = 400
_NAME: Final = r"(?P<who>[^\s:：\[\](（][^:：\n\[\]]{0,39}?)"
# The time before the name, as QQ, WhatsApp and logs have it.
_TIME_FIRST: Final = re.compile(
    rf"[\[(【]?{WHEN}[\])】]?[\s,，]*(?:-\s+)?"
    rf"(?:<(?P<nick>[^<>\n]{{1,40}})>\s*(?P<said>.*)|{_NAME}(?:[:：]\s*(?P<words>.*))?)$"
)
# The name before the time, as Feishu, Slack, Telegram and QQ have it.
_NAME_FIRST: Final = re.compile(
    rf"{_NAME}[,，]?\s+(?:APP\s+)?[\[(（]?{WHEN}[\])）]?(?:[:：]\s*(?P<words>.*))?$"
)
# A name, and the words behind the colon or below it.
_NAMED: Final = re.compile(r"(?P<who>[^\s:：/][^:：/\n]{0,29})[:：](?!//)\s*(?P<words>.*)$")
# What QQ puts behind or before a name: its number or address, and a title.
_NUMBER: Final = re.compile(r"\s*[(（<](?:\d{4,12}|[^()<>\s]+@[^()<>\s]+)[)）>]$")
_TITLE: Final = re.compile(r"^【[^】]{1,12}】")
# Stands for something that is not words.
_PLACE: Final = re.compile(
    r"^[\[<【][^\]>】\n]{0,12}(?:图片|照片|表情|语音|视频|文件|动画表情|image|photo|sticker|video|voice"
    r"|file|gif|media omitted)[^\]>】\n]{0,30}[\]>】]$",
    re.IGNORECASE,
)


@dataclass
class ChatWord:
    """What one person said at once."""

    who: str
    said_at: datetime | None
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All its lines."""
        return "\n".join(self.lines).strip()


@dataclass(frozen=True)
class Chat:
    """What was found in a block: the words, and how many places of pictures were left out."""

    words: tuple[ChatWord, ...]
    n_left_out: int
    is_told_apart: bool
    """Whether people were found in it."""


def read_chat(block: str, calendar: Calendar, *, split: str = "found") -> Chat:
    """Return the words in a block; `split` "lines" takes each line alone, "whole" all as one."""
    text = block[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    calendar = Calendar(calendar.zone, calendar.now, is_month_first(text))
    lines = text.split("\n")
    if split == "lines":
        found = [ChatWord("", None, [line]) for line in lines]
        return _chat(found, is_told_apart=False)
    if split == "whole":
        return _chat([ChatWord("", None, lines)], is_told_apart=False)
    found = list(_timed(lines, calendar)) or list(_named(lines))
    return _chat(found or [ChatWord("", None, lines)], is_told_apart=bool(found))


def _chat(found: list[ChatWord], *, is_told_apart: bool) -> Chat:
    spoken = [one for one in found if one.text]
    kept = [one for one in spoken if not _PLACE.match(one.text)]
    return Chat(tuple(kept), len(spoken) - len(kept), is_told_apart)


def _timed(lines: list[str], calendar: Calendar) -> Iterator[ChatWord]:
    day: date | None = None
    word: ChatWord | None = None
    for line in lines:
        head = _head(line, calendar, day)
        if head is not None:
            if word is not None:
                yield word
            word = head
            day = head.said_at.date() if head.said_at else day
            continue
        between = day_of_line(line, calendar) if line.strip() else None
        if between is not None:
            day = between
        elif word is not None:
            word.lines.append(line)
        elif line.strip():
            # Words before anybody is named belong to somebody whom nobody named.
            word = ChatWord("", None, [line])
    if word is not None and (word.who or word.said_at):
        yield word


def _head(line: str, calendar: Calendar, day: date | None) -> ChatWord | None:
    """Who speaks from this line on, None where it only goes on."""
    tidy = line.strip("\u200e\u200f\ufeff ")
    if not tidy or len(tidy) > _LONGEST_HEAD:
        return _long_head(tidy, calendar, day)
    found = _TIME_FIRST.match(tidy)
    if found is not None:
        who = found["nick"] or found["who"]
        words = found["said"] or found["words"] or ""
    else:
        found = _NAME_FIRST.match(tidy)
        if found is None:
            return None
        who, words = found["who"], found["words"] or ""
    moment = moment_of(found, calendar, day)
    if moment is None:
        return None
    return ChatWord(_bare(who), moment, [words] if words else [])


def _long_head(tidy: str, calendar: Calendar, day: date | None) -> ChatWord | None:
    """The same of a long line: its beginning says who speaks, the rest is words."""
    if not tidy:
        return None
    head = _head(tidy[:_LONGEST_HEAD], calendar, day)
    if head is None or not head.lines:
        return None
    head.lines[0] += tidy[_LONGEST_HEAD:]
    return head


def _named(lines: list[str]) -> Iterator[ChatWord]:
    first = next((line for line in lines if line.strip()), "")
    heads = [_NAMED.match(line.strip()[:_LONGEST_HEAD]) for line in lines]
    # One colon in a sentence makes no conversation.
    if not _NAMED.match(first.strip()[:_LONGEST_HEAD]) or sum(map(bool, heads)) < 2:  # noqa: PLR2004
        return
    word: ChatWord | None = None
    for line, head in zip(lines, heads, strict=True):
        if head is None:
            if word is not None:
                word.lines.append(line)
            continue
        if word is not None:
            yield word
        rest = line.strip()[_LONGEST_HEAD:]
        words = head["words"] + rest
        word = ChatWord(_bare(head["who"]), None, [words] if words else [])
    if word is not None:
        yield word


def _bare(who: str) -> str:
    return _TITLE.sub("", _NUMBER.sub("", who.strip())).strip().rstrip(",，") or who.strip()

"""Saying a product's news where its team talks: which chats these are, and one sentence to one.

The library knows how each chat wants it. Only chats whose messages go to one known host are
taken: an address of this kind is no way to what only this machine can reach.
"""

import re
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from canyu.channels.posting import Reply

LONGEST = 500
MOST_SIGNS = 1_500
"""Of one message; the strictest of the chats takes 2,000."""

# The library's name of each, and ours.
CHATS = {
    "NotifyDingTalk": "DingTalk",
    "NotifyDiscord": "Discord",
    "NotifyFeishu": "Feishu",
    "NotifySlack": "Slack",
    "NotifyTelegram": "Telegram",
    "NotifyWeComBot": "WeCom",
}
SCHEMES = ("dingtalk", "discord", "feishu", "slack", "tgram", "wecombot")
HOSTS = (
    "discord.com",
    "discordapp.com",
    "hooks.slack.com",
    "oapi.dingtalk.com",
    "open.feishu.cn",
    "qyapi.weixin.qq.com",
)
_FEISHU = re.compile(r"/open-apis/bot/v2/hook/([A-Za-z0-9-]+)/?")
# What these give away is in the question: its name there, and the library's scheme.
_ASKED = {
    "oapi.dingtalk.com": ("access_token", "dingtalk"),
    "qyapi.weixin.qq.com": ("key", "wecombot"),
}
_KEY = re.compile(r"[A-Za-z0-9-]+")
TAKEN, NOT_TAKEN = 200, None


def chat_of(address: str) -> str:
    """The chat that an address belongs to, by its name; "" where it is none that is known."""
    if len(address) > LONGEST or not _may_be_chat(address):
        return ""
    found = _chat_at(address)
    return CHATS.get(type(found).__name__, "") if found is not None else ""


def say(address: str, words: str) -> Reply:
    """Say something in a chat; the reply has no status where it did not arrive."""
    chat = _chat_at(address)
    if chat is None:
        return Reply(NOT_TAKEN, "This is no address of a chat any more.")
    is_said = chat.notify(body=quiet(words)[:MOST_SIGNS], title="", body_format="text")
    return Reply(TAKEN) if is_said else Reply(NOT_TAKEN, "The chat did not take it.")


def quiet(words: str) -> str:
    """Words that call nobody: a title that says @everyone, or <!channel>, must wake no one."""
    return words.replace("@", "@\u2060").replace("<", "‹").replace(">", "›")


def _may_be_chat(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in SCHEMES or (parts.scheme == "https" and parts.hostname in HOSTS)


def _chat_at(address: str) -> Any:  # noqa: ANN401 - the library's
    apprise, asset = _library()
    return apprise.Apprise.instantiate(_as_the_library_has_it(address), asset=asset)


def _as_the_library_has_it(address: str) -> str:
    parts = urlsplit(address)
    if parts.hostname == "open.feishu.cn" and (found := _FEISHU.fullmatch(parts.path)):
        return f"feishu://{found[1]}"
    if parts.hostname in _ASKED:
        name, scheme = _ASKED[parts.hostname]
        key = parse_qs(parts.query).get(name, [""])[-1]
        return f"{scheme}://{key}" if _KEY.fullmatch(key) else ""
    # By its question the library can be told to wait for ever, or to trust any certificate.
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


@cache
def _library() -> tuple[Any, Any]:
    # Whoever sends nothing to a chat need not read it.
    import apprise  # noqa: PLC0415

    # Nothing is fetched from anywhere to be beside our words.
    return apprise, apprise.AppriseAsset(
        app_id="Canyu",
        app_desc="Canyu",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
    )

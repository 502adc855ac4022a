"""What somebody wrote themselves in a mail, without what they answer to and without signature.

Pure. Where nothing would be left, all of it is: better too much than nothing.
"""

import re
from typing import Final

# Below it stands a signature (RFC 3676, 4.3), or what a telephone adds.
_SIGNATURE: Final = re.compile(
    r"^(?:-- ?|—|_{5,}|Sent from my .{1,40}|Get Outlook for .{1,20}|发自我的.{1,30}|"
    r"来自我的.{1,30}|从我的.{1,20}发送|发送自.{1,30})$",
    re.IGNORECASE,
)
# Below it stands what is answered to.
_BEGINS: Final = re.compile(
    r"^(?:-{2,}\s*(?:Original Message|Forwarded message|原始邮件|转发邮件|原始訊息)\s*-{2,}.*"
    r"|On .{4,200}wrote:|.{0,120}(?:写道|寫道)[:：]|.{4,120}<[^<>\s]+@[^<>\s]+>\s*(?:wrote:|[:：])"
    r"|(?:在|于)\s?\d{4}\s?年.{0,120}[:：])$",
    re.IGNORECASE,
)
# Two of these one under the other begin what Outlook and QQ Mail put above it.
_FIELD: Final = re.compile(
    r"^\*?(?:From|Sent|To|Subject|Date|发件人|发送时间|收件人|主题|日期|抄送)\*?\s*[:：]\s*\S",
    re.IGNORECASE,
)
_LOOKED_BACK: Final = 2


def own_words(text: str) -> str:
    """Return what was written above and between the quotations."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = _until(lines)
    # Quotations above and between are what the words speak of; left out, since we have them.
    own = [line for line in kept if not line.startswith(">")]
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(own)).strip()
    return words or text.strip()


def _until(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        tidy = line.strip()
        if len(tidy) > 300:  # noqa: PLR2004 - no heading is that long
            continue
        # A line of quotation that was broken in two, as mail programs do it.
        joined = " ".join([tidy, *(one.strip() for one in lines[place + 1 : place + 2])])
        if _SIGNATURE.match(line.rstrip("\n")) or _SIGNATURE.match(tidy) or _BEGINS.match(tidy):
            return lines[:place]
        if tidy.startswith(("On ", "在", "于")) and _BEGINS.match(joined):
            return lines[:place]
        ahead = [one for one in lines[place : place + _LOOKED_BACK + 2] if one.strip()]
        if len(ahead) > 1 and all(_FIELD.match(one.strip()) for one in ahead[:2]):
            return lines[:place]
    return lines

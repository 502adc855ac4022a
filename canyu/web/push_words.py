"""A notice as a browser tells it: the product, one sentence, and where it is read."""

from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from canyu.channels.pushing import PushLetter, PushWords
from canyu.journal import clock
from canyu.web.notice_words import notice_lines
from canyu.web.templatetags.canyu_tags import in_language


def compose(letter: PushLetter) -> PushWords | None:
    """Put a notice into words, in the language and by the clock of who is told; None if gone."""
    with translation.override(letter.language), timezone.override(ZoneInfo(letter.zone)):
        lines = notice_lines([letter.notice], at=clock.now())
        if not lines:
            return None
        language = "zh-Hans" if letter.language == "zh-hans" else "en"
        name = in_language(lines[0].product.name)
        return PushWords(name, lines[0].sentence, lines[0].href, language)

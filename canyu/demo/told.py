"""The story that this town tells (setting CANYU_STORY), and its acts."""

from functools import cache
from pathlib import Path

from django.conf import settings

from canyu.demo.acts import Act, acts_of
from canyu.demo.digging import digging_of
from canyu.demo.elsewhere import heard_elsewhere
from canyu.demo.story import Story, read_story


def story_of_town() -> Story:
    """The story, read once."""
    return read_story(settings.CANYU_STORY)


def acts_of_town() -> tuple[Act, ...]:
    """Every act of the story, in the order in which they happen; cut once."""
    return _acts(settings.CANYU_STORY)


@cache
def _acts(path: Path) -> tuple[Act, ...]:
    story = read_story(path)
    return acts_of(story, [*digging_of(path, len(story.weeks)), *heard_elsewhere(path)])

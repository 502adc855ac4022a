"""Verbs of the room, one file a family."""

from canyu.releases.services.draft import (
    change_release,
    draft_release,
    pick_judged,
    put_change,
    put_change_picture,
    remove_change,
    remove_draft,
    take_change_picture_away,
)
from canyu.releases.services.echo import (
    add_opened,
    end_first_hours,
    hear_release_published,
    hear_remark,
    hear_topic,
)
from canyu.releases.services.history import add_to_history, import_release
from canyu.releases.services.publish import publish_release, set_roll_out
from canyu.releases.services.remark import remark_on_change
from canyu.releases.services.train import pause_train, set_train

__all__ = [
    "add_opened",
    "add_to_history",
    "change_release",
    "draft_release",
    "end_first_hours",
    "hear_release_published",
    "hear_remark",
    "hear_topic",
    "import_release",
    "pause_train",
    "pick_judged",
    "publish_release",
    "put_change",
    "put_change_picture",
    "remark_on_change",
    "remove_change",
    "remove_draft",
    "set_roll_out",
    "set_train",
    "take_change_picture_away",
]

"""What a forum of the first version becomes."""

import importlib
from datetime import timedelta

from django.apps import apps
from django.db import connection

from canyu.topics import services
from canyu.topics.models import Topic, Voice
from tests.builders import FRIDAY as AT
from tests.builders import Town, make_member

count_voices = importlib.import_module("canyu.topics.migrations.0003_counted").count_voices


def test_voices_from_before_there_were_merges_count_where_they_were_given(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    one, other = (
        services.raise_topic(
            member_id=ana, product_id=town.product, kind="idea", title=title, words="", at=AT
        )
        for title in ("One", "Other")
    )
    services.add_voice(member_id=bo, topic_id=one, at=AT + timedelta(days=1))
    services.comment_on_topic(member_id=town.maker, topic_id=one, text="Yes.", at=AT)
    before = list(Topic.objects.order_by("id").values_list("id", "warmth", "helped_at"))
    Voice.objects.update(counted_in=other)
    Topic.objects.update(warmth=0.0, helped_at=None)

    count_voices(apps, connection.schema_editor())

    assert list(Topic.objects.order_by("id").values_list("id", "warmth", "helped_at")) == before
    assert set(Voice.objects.values_list("topic", "counted_in")) == {(one, one), (other, other)}

"""What people say elsewhere: the team brings it, and gives some of it its place."""

from datetime import timedelta

from canyu.channels import services as channels
from canyu.channels.sayings.records import SayingRecord, Whence
from canyu.demo.services.stage import Facts, Stage


def bring_words(stage: Stage, facts: Facts) -> None:
    """Somebody of the team brings what was said in one place."""
    place = facts["place"]
    actor_id = stage.member_id(place["by"])
    records = [
        SayingRecord(
            one["text"],
            Whence(place["kind"], place["where"]),
            who=one["who"],
            said_at=stage.at - timedelta(hours=one["hours_before"]),
        )
        for one in place["words"]
    ]
    brought = channels.bring_words(
        actor_id=actor_id, product_id=stage.product_id, records=records, way="paste", at=stage.at
    )
    for one, word in zip(brought, place["words"], strict=True):
        if "voice_in" in word:
            channels.place_words(
                actor_id=actor_id,
                product_id=stage.product_id,
                saying_ids=[one.saying_id],
                place="voice",
                topic_id=stage.topic_id(word["voice_in"]),
                at=stage.at,
            )

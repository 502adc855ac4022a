"""Finding the rows that the services write, counting them, and who may write them."""

from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.members import queries as members
from canyu.products import queries as products
from canyu.remarks import services as remarks
from canyu.remarks.rules import Subject
from canyu.topics import queries
from canyu.topics.events import MembersMentioned, TopicGiven
from canyu.topics.models import Deed, Topic, Voice
from canyu.topics.rules import mentions_in, warmth_of

NEWEST = 200
NO_TOPIC = gettext_noop("There is no such topic.")


def topic_row(topic_id: int) -> Topic:
    """Return this very topic, locked until the transaction ends; raise `NotFound`."""
    topic = Topic.objects.select_for_update(no_key=True).filter(pk=topic_id).first()
    if topic is None:
        raise NotFound(NO_TOPIC)
    return topic


def standing_row(topic_id: int) -> Topic:
    """Return the topic that this one stands in after merges, locked; raise `NotFound`."""
    while True:
        topic = topic_row(queries.standing_ids([topic_id])[topic_id])
        if topic.merged_into_id is None:
            return topic


def hold_rows(*topic_ids: int) -> None:
    """Lock these topics, and those that they stand in, in the order in which everybody does."""
    ids = {*topic_ids, *queries.standing_ids(topic_ids).values()}
    rows = Topic.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    # Asked for, since nothing is locked before it is read.
    list(rows.values_list("pk", flat=True))


def shown_row(topic_id: int) -> Topic:
    """Return the same if it is not hidden; raise `NotFound`."""
    topic = standing_row(topic_id)
    if topic.hidden_at is not None:
        raise NotFound(NO_TOPIC)
    return topic


def check_team(topic: Topic, actor_id: int) -> None:
    """Raise `NotAllowed` unless the actor is in the team of the topic's product."""
    if not products.is_team(topic.product_id, actor_id):
        raise NotAllowed(
            gettext_noop("Nothing was changed: only the team of this product may do that.")
        )


def drop_voices(voices: QuerySet[Voice], at: datetime) -> None:
    """Take voices away, and with them the flags on what nobody can read any more."""
    for voice_id in list(voices.values_list("pk", flat=True)):
        remarks.settle_flags(
            actor_id=None, subject=Subject("voice", voice_id), was_right=None, at=at
        )
    voices.delete()


def count_voices(topic: Topic) -> None:
    """Count the distinct people in a topic anew, and how far up they lift it."""
    voices = Voice.objects.filter(counted_in=topic)
    firsts = voices.values("member_id").annotate(first=Min("at")).order_by("-first")
    topic.n_voices = voices.aggregate(n=Count("member_id", distinct=True))["n"]
    # Older ones weigh nothing beside so many.
    topic.warmth = warmth_of(firsts.values_list("first", flat=True)[:NEWEST])
    topic.save(update_fields=["n_voices", "warmth"])


def write_deed(
    topic: Topic,
    kind: str,
    actor_id: int | None,
    at: datetime,
    *,
    words: str = "",
    other_id: int | None = None,
) -> None:
    """Write down what was done to a topic; of a status what it is now."""
    is_status = kind == "status"
    Deed.objects.create(
        topic=topic,
        kind=kind,
        actor_id=actor_id,
        words=words,
        status=topic.status if is_status else "",
        version=topic.version if is_status else "",
        other_id=other_id,
        at=at,
    )


def hand_topic(topic: Topic, keeper_id: int, *, actor_id: int, at: datetime) -> None:
    """Let somebody else of the team look after a topic."""
    topic.keeper_id = keeper_id
    topic.save(update_fields=["keeper"])
    journal.publish(
        TopicGiven(
            at=at,
            topic_id=topic.pk,
            product_id=topic.product_id,
            actor_id=actor_id,
            keeper_id=keeper_id,
        )
    )


def mention(
    topic: Topic,
    text: str,
    *,
    author_id: int,
    at: datetime,
    remark_id: int | None = None,
    before: str = "",
) -> MembersMentioned | None:
    """The fact that members are named in a text and were not `before`, None if nobody is."""
    known = set(mentions_in(before))
    handles = [one for one in mentions_in(text) if one not in known]
    if not handles:
        return None
    named = [one.id for one in members.members_by_handle(handles) if one.id != author_id]
    if not named:
        return None
    return MembersMentioned(
        at=at,
        topic_id=topic.pk,
        product_id=topic.product_id,
        author_id=author_id,
        member_ids=tuple(named),
        remark_id=remark_id,
    )


def own_voice(topic: Topic, member_id: int) -> Voice | None:
    """The voice of a member in a topic or in what was merged into it; their first."""
    rows = Voice.objects.filter(Q(counted_in=topic) | Q(topic=topic), member_id=member_id)
    return rows.order_by("id").first()

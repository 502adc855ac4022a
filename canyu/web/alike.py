"""Topics that say the same as one that is being written: for the page and for its script."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import get_random_string

from canyu.journal import clock
from canyu.members.queries import MemberView
from canyu.painpoints import services as painpoints
from canyu.painpoints.queries.similar import similar_topics
from canyu.painpoints.wordings import OFFERED, STOPPING
from canyu.products.queries import ProductView
from canyu.topics.queries import TopicView
from canyu.web.cards import People

MOST_SHOWN = 5


@dataclass(frozen=True)
class AlikeCard:
    """A topic that may say the same, with who raised it."""

    topic: TopicView
    title: dict[str, str]
    author: MemberView | None
    is_answered: bool


def new_look() -> str:
    """The name of one form, under which is counted what came of what it showed."""
    return get_random_string(32, "0123456789abcdef")


def alike_cards(product: ProductView, text: str, *, is_typing: bool) -> list[AlikeCard]:
    """What is shown to whoever writes this; while they type, also what is a little further off."""
    found = similar_topics(
        product.id,
        text,
        at=clock.now(),
        limit=MOST_SHOWN,
        least=OFFERED if is_typing else STOPPING,
        is_typing=is_typing,
    )
    people = People(one.topic.author_id for one in found)
    return [
        AlikeCard(
            topic=one.topic,
            title={one.topic.language: one.topic.title},
            author=people.one(one.topic.author_id),
            is_answered=one.is_answered,
        )
        for one in found
    ]


def note_shown(product: ProductView, key: str, cards: list[AlikeCard]) -> None:
    """Count that a form showed these."""
    painpoints.note_shown(key=key, product_id=product.id, n_shown=len(cards), at=clock.now())


def note_joined(request: HttpRequest, product: ProductView) -> None:
    """Count that whoever was shown topics said "me too" to one of them."""
    if key := request.POST.get("look", ""):
        painpoints.note_joined(key=key, product_id=product.id)

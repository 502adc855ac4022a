"""What a card says: to those whom it is shown, in the language that is asked for."""

import base64
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import get_language, gettext, ngettext

from canyu.credits import queries as credit_queries
from canyu.credits.queries import NOBODY, Credited
from canyu.credits.queries.cards import CardView
from canyu.credits.rules import ASKING, HELPING
from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.members.faces import draw_face
from canyu.members.queries import MemberView
from canyu.pictures.queries import read_picture
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView
from canyu.topics import queries as topics
from canyu.web.award_cards import in_a_row
from canyu.web.card_picture import CardWords, Portrait
from canyu.web.cards import People, change_href
from canyu.web.templatetags.canyu_tags import in_language
from canyu.web.zone import zone_of

MOST_MAKERS = 3
LONGEST_TOLD = 240


@dataclass(frozen=True)
class ShownCard:
    """A card with everything that its page says."""

    card: CardView
    product: ProductView
    change: ChangeView
    words: CardWords
    makers: tuple[MemberView | Credited, ...]
    change_url: str
    own_words: str
    own_day: str


def shown_card(card: CardView, product: ProductView) -> ShownCard:
    """Find all that a card tells; raises `NotFound` where its change is gone."""
    change = releases.change_of(card.change_id)
    thanks = credit_queries.thanks_for([change.id], n_first=MOST_MAKERS).get(change.id, NOBODY)
    people: tuple[MemberView | Credited, ...] = People(change.maker_ids).makers(change.maker_ids)
    makers = people or thanks.made.people
    asking = next((one for one in card.credits if one.role in ASKING), None)
    own_words = _own_words(card, asking.topic_id if asking else None)
    own_day = _day(asking.asked_at, product.id) if asking and asking.asked_at else ""
    n_others = thanks.asked.n_people - (1 if asking else 0)
    words = CardWords(
        language=get_language() or "en",
        kicker=f"{in_language(product.name)} {change.version}",
        claim=claim_of({one.role for one in card.credits}),
        title=in_language(change.text),
        told=_told(own_words, own_day),
        name=card.named.name,
        others=_others(n_others, is_asker=asking is not None),
        made_by=_made_by(makers),
        face=_portrait(card.named),
        makers=tuple(map(_portrait, makers[:MOST_MAKERS])),
    )
    return ShownCard(
        card=card,
        product=product,
        change=change,
        words=words,
        makers=makers,
        change_url=change_href(product.slug, change.id),
        own_words=own_words,
        own_day=own_day,
    )


def claim_of(roles: set[str]) -> str:
    """What somebody says of their part in a change; asking comes first."""
    if "asked" in roles:
        return gettext("I asked for this.")
    if "joined" in roles:
        return gettext("I asked for this too.")
    if roles & {"designed"}:
        return gettext("This was my idea.")
    if roles & set(HELPING):
        return gettext("I helped with this.")
    return gettext("I made this.")


def _told(own_words: str, own_day: str) -> str:
    if own_words and own_day:
        return gettext("On %(day)s I wrote: “%(words)s”") % {"day": own_day, "words": own_words}
    return gettext("I asked on %(day)s.") % {"day": own_day} if own_day else ""


def _own_words(card: CardView, topic_id: int | None) -> str:
    """What they wrote themselves, on one line: their topic, or what they said in another's."""
    if topic_id is None:
        return ""
    topic = topics.topics_by_id([topic_id], at=clock.now()).get(topic_id)
    if topic is None:
        return ""
    # What somebody of the team wrote down for them is not in their own words.
    if topic.author_id == card.member.id:
        said = topic.title if topic.posted_by_id is None else ""
    else:
        voice = topics.voice_of(topic_id, card.member.id)
        said = voice.words if voice and voice.posted_by_id is None else ""
    line = " ".join(said.split())
    return line if len(line) <= LONGEST_TOLD else line[: LONGEST_TOLD - 1].rstrip() + "…"


def _day(moment: datetime, product_id: int) -> str:
    # A picture is looked at for years: it always tells the year.
    wanted = "Y 年 n 月 j 日" if (get_language() or "").startswith("zh") else "j F Y"
    return dateformat.format(moment.astimezone(ZoneInfo(zone_of(product_id))), wanted)


def _others(n: int, *, is_asker: bool) -> str:
    if n < 1:
        return ""
    if is_asker:
        said = ngettext("%(n)s other asked for it too", "%(n)s others asked for it too", n)
    else:
        said = ngettext("%(n)s person asked for it", "%(n)s people asked for it", n)
    return said % {"n": n}


def _made_by(makers: tuple[MemberView | Credited, ...]) -> str:
    if not makers:
        return ""
    names = [one.name for one in makers[:MOST_MAKERS]]
    if len(makers) > MOST_MAKERS:
        return gettext("Made by %(names)s and others") % {"names": ", ".join(names)}
    return gettext("Made by %(names)s") % {"names": in_a_row(names)}


def _portrait(person: MemberView | Credited) -> Portrait:
    """Their picture, or their drawn face; under another name the face of that name."""
    if person.face_key:
        try:
            data = base64.b64encode(read_picture(person.face_key, "small")).decode()
        except Refused:
            pass
        else:
            return Portrait(data=f"data:image/webp;base64,{data}")
    return Portrait(drawing=draw_face(person.handle or person.name))


def file_address(token: str, *, language: str, ending: str, is_tall: bool = False) -> str:
    """Where a card's picture is: "svg" or "png"."""
    name = f"{language}{'-tall' if is_tall else ''}.{ending}"
    return reverse("card_file", args=[token, name])

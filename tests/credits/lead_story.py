"""A story in which one member says early, again and again, what then ships."""

from datetime import timedelta

from canyu.credits import services
from canyu.credits.models import Lead
from canyu.journal.services import deliver_due
from canyu.topics import services as topics
from tests.builders import FRIDAY, Town, make_member, make_people
from tests.credits.test_services import DAY, HOUR, ship

BEGAN = FRIDAY - 90 * DAY
NIGHT = FRIDAY + timedelta(days=1)


def raise_early(town: Town, author: int, number: int) -> int:
    return topics.raise_topic(
        member_id=author,
        product_id=town.product,
        kind="idea",
        title=f"Idea {number} of {author}",
        words="",
        at=BEGAN + number * HOUR,
    )


def make_ahead(town: Town, *authors: int, n_topics: int = 8) -> list[int]:
    """Each author raises topics that others join days later and that ship; others raise in vain."""
    crowd = make_people(town.product, 12, prefix="crowd")
    asked = []
    for author in authors:
        for number in range(n_topics):
            topic_id = raise_early(town, author, number)
            asked.append(topic_id)
            for place in range(3):
                follower = crowd[(number + 4 * place) % 12]
                at = BEGAN + (place + 1) * 3 * DAY + number * HOUR
                topics.add_voice(member_id=follower, topic_id=topic_id, at=at)
    for other in crowd[:6]:
        for number in range(6):
            raise_early(town, other, number)
    ship(town, *asked)
    while deliver_due(at=FRIDAY + HOUR):
        pass
    return asked


def make_suggestion(town: Town, handle: str = "mara") -> tuple[int, int]:
    """A member, and a suggestion of them as a night writes it; return both ids."""
    member_id = make_member(handle)
    told = {"kind": "raised", "at": BEGAN.isoformat(), "became": "shipped", "became_at": ""}
    row = Lead.objects.create(
        product_id=town.product,
        member_id=member_id,
        figures={"n": 8, "n_true": 8, "expected": 1.5, "low": 0.6, "high": 1.0, "shrunk": 0.9},
        evidence=[
            {
                **told,
                "subject_id": raise_early(town, member_id, 1),
                "others": "nobody",
                "n_after": 7,
            }
        ],
        standing="suggested",
        found_at=NIGHT,
        renewed_at=NIGHT,
    )
    return member_id, row.pk


def look(town: Town) -> int:
    return services.look_at_product(product_id=town.product, at=NIGHT)

"""Another encoder is set: everything is encoded anew, and nothing that people decided is lost."""

from datetime import timedelta
from typing import Any

import pytest

from canyu.journal.services import deliver_due
from canyu.painpoints import services
from canyu.painpoints.models import Point, Wording
from canyu.painpoints.queries.index import indexes
from canyu.painpoints.queries.similar import similar_topics
from canyu.painpoints.services import wordings
from canyu.topics.services import raise_topic
from tests.builders import FRIDAY, Town, make_people, make_town
from tests.painpoints.test_find import ELSE, SAME

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def ask(town: Town, member_id: int, title: str) -> None:
    raise_topic(
        member_id=member_id,
        product_id=town.product,
        kind="question",
        title=title,
        words="",
        at=FRIDAY,
    )
    while deliver_due(at=FRIDAY):
        pass
    services.place_new()


def start_anew() -> None:
    """Begin as a process does that was just started."""
    wordings._all_encoded.clear()
    indexes.clear()


def test_all_texts_are_encoded_anew_and_pain_points_stay(town: Town, settings: Any) -> None:
    people = make_people(town.product, len(SAME) + len(ELSE))
    for member_id, text in zip(people, (*ELSE, *SAME), strict=True):
        ask(town, member_id, text)
    services.find_points(at=FRIDAY + DAY)
    point = Point.objects.get()
    services.accept_point(actor_id=town.owner, point_id=point.pk, at=FRIDAY + DAY)
    services.work_nights(at=FRIDAY + 2 * DAY)
    for asked, model in (("english", "minilm"), ("none", "words"), ("universal", "use-")):
        settings.CANYU_ENCODER = asked
        start_anew()
        # Found meanwhile, by words alone.
        assert similar_topics(town.product, "take a screenshot", at=FRIDAY + 2 * DAY)
        while services.place_new(limit=3):
            pass
        told = set(Wording.objects.values_list("model", flat=True))
        assert len(told) == 1
        assert model in told.pop()
        assert all(bool(row.vector) == (asked != "none") for row in Wording.objects.all())
        services.find_points(at=FRIDAY + 3 * DAY)
        point.refresh_from_db()
        assert (point.standing, point.n_voices) == ("accepted", len(SAME))
        hits = similar_topics(town.product, "take a screenshot", at=FRIDAY + 3 * DAY)
        assert len(hits) >= len(SAME)
    # What comes then goes where the others are.
    ask(
        town,
        make_people(town.product, 1, prefix="late")[0],
        "How do you take a screenshot of this page?",
    )
    services.find_points(at=FRIDAY + 4 * DAY)
    point.refresh_from_db()
    assert point.n_voices == len(SAME) + 1


def test_what_was_gone_meanwhile_is_encoded_when_it_is_back(town: Town, settings: Any) -> None:
    (member_id,) = make_people(town.product, 1)
    said: dict[str, Any] = {
        "kind": "topic",
        "subject_id": 1,
        "product_id": town.product,
        "member_id": member_id,
        "text": SAME[0],
        "at": FRIDAY,
    }
    services.take_wording(**said)
    services.place_new()
    services.take_wording(**said, is_gone=True)
    settings.CANYU_ENCODER = "english"
    start_anew()
    assert services.place_new() == 0
    services.take_wording(**said)
    assert services.place_new() == 1
    assert "minilm" in Wording.objects.get().model

"""Travelling in the town's time: the acts between now and then happen, in order."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from canyu.demo.acts import Act
from canyu.demo.clock import TOWN
from canyu.demo.errors import TravelRefused
from canyu.demo.models import Town
from canyu.demo.rules import moment_of, version_at
from canyu.demo.services.perform import PERFORMERS
from canyu.demo.services.stage import Stage
from canyu.demo.story import SEED
from canyu.demo.told import acts_of_town, story_of_town
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.journal.services import deliver_due
from canyu.releases import queries as releases
from canyu.reports import queries as reports
from canyu.reports.services import close_due_reports, open_due_reports

Progress = Callable[[datetime, int, int], None]


@dataclass(frozen=True)
class Journey:
    """Where a journey led: the time, the release of that week, and what is true there.

    `found` is "published", "opened" or "closed" where that came true; "late" where others have
    travelled further already; else "".
    """

    now: datetime
    version: str
    found: str


def travel(*, move: str, since: datetime | None = None) -> Journey:
    """Go on to the next Friday, opening, closing, or to next week's report.

    `since` is the time that the traveller saw: asking twice, or two at once, leads to one place.
    Raises `TravelRefused` where the story has no such moment any more.
    """
    acts = acts_of_town()
    until = moment_of(move, acts, now=since or Town.objects.get(pk=TOWN).now)
    if until is None:
        raise TravelRefused(
            gettext_noop(
                "The town did not move: its story ends here. "
                "To live it again, stop the demo, delete its folder %(folder)s and start it anew."
            ),
            folder=str(settings.CANYU_HOME),
        )
    travel_to(until=until)
    town = Town.objects.get(pk=TOWN)
    version = version_at(acts, now=until)
    return Journey(town.now, version, _found(town, move, version) if town.now == until else "late")


def _found(town: Town, move: str, version: str) -> str:
    if town.product_id is None:
        return ""
    try:
        release_id = releases.release_of(town.product_id, version).id
    except NotFound:
        # A visitor has kept it from going out.
        return ""
    if move == "friday":
        return "published"
    window = reports.window_of(release_id)
    state = window.state if window else ""
    return {
        ("open", "open"): "opened",
        ("next", "open"): "opened",
        ("close", "closed"): "closed",
    }.get((move, state), "")


def travel_to(*, until: datetime, on_progress: Progress = lambda *_: None) -> None:
    """Let everything happen that the story tells until then; the clock never goes back."""
    acts = acts_of_town()
    n_due = sum(act.at <= until for act in acts)
    while True:
        with transaction.atomic():
            town = Town.objects.select_for_update(no_key=True).get(pk=TOWN)
            if town.n_acts_told >= n_due:
                town.now = max(town.now, until)
                town.save(update_fields=["now"])
                _do_due_work(town.now)
                return
            act = acts[town.n_acts_told]
            town.now = max(town.now, act.at)
            town.n_acts_told += 1
            town.save(update_fields=["now", "n_acts_told"])
            _perform(town, act)
        on_progress(act.at, town.n_acts_told, n_due)


def _perform(town: Town, act: Act) -> None:
    _do_due_work(act.at)
    performer = PERFORMERS.get(act.what)
    if performer is not None:
        # A seed of its own for each act: the same town whatever a visitor did in between.
        rng = random.Random(SEED + act.place)
        try:
            with transaction.atomic():
                performer(Stage(town=town, story=story_of_town(), rng=rng, at=act.at), act.facts)
        except Refused:
            # A visitor has done it already, by hand.
            return
        town.save(update_fields=["topic_ids", "item_ids"])
    _deliver_all(act.at)


def _do_due_work(at: datetime) -> None:
    open_due_reports(at=at)
    close_due_reports(at=at)
    _deliver_all(at)


def _deliver_all(at: datetime) -> None:
    # What is heard may be told on: until nobody is owed anything.
    while deliver_due(at=at, limit=100_000):
        pass

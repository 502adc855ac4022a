"""Travelling in the town's time: the acts between now and then happen, in order."""

import random
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from canyu.demo.acts import Act, acts_of
from canyu.demo.clock import TOWN
from canyu.demo.errors import TravelRefused
from canyu.demo.models import Town
from canyu.demo.rules import moment_of
from canyu.demo.services.perform import PERFORMERS, Stage
from canyu.demo.story import SEED, read_story
from canyu.journal.errors import Refused, gettext_noop
from canyu.journal.services import deliver_due
from canyu.reports.services import close_due_reports, open_due_reports

Progress = Callable[[datetime, int, int], None]


def travel(*, move: str) -> datetime:
    """Go on to the next Friday, opening, closing, or to next week's report; return the new time.

    Raises `TravelRefused` where the story has no such moment any more.
    """
    until = moment_of(move, acts_of(read_story()), now=Town.objects.get(pk=TOWN).now)
    if until is None:
        raise TravelRefused(
            gettext_noop(
                "The town did not move: its story ends here. "
                "To live it again, stop the demo, delete its folder var/demo and start it anew."
            )
        )
    travel_to(until=until)
    return until


def travel_to(*, until: datetime, on_progress: Progress = lambda *_: None) -> None:
    """Let everything happen that the story tells until then; the clock never goes back."""
    acts = acts_of(read_story())
    n_due = sum(act.at <= until for act in acts)
    while True:
        with transaction.atomic():
            town = Town.objects.select_for_update().get(pk=TOWN)
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
                performer(Stage(town=town, story=read_story(), rng=rng, at=act.at), act.facts)
        except Refused:
            # A visitor has done it already, by hand.
            return
        town.save(update_fields=["topic_ids", "item_ids"])
    deliver_due(at=act.at, limit=100_000)


def _do_due_work(at: datetime) -> None:
    open_due_reports(at=at)
    close_due_reports(at=at)
    deliver_due(at=at, limit=100_000)

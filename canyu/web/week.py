"""Where in the week a product is: the line of five days at the top of its page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canyu.awards import queries as awards
from canyu.releases import queries as releases
from canyu.releases.queries import ReleaseView, TrainView
from canyu.reports import queries as reports
from canyu.reports.queries import WindowView

MONDAY, THURSDAY = 0, 3
# As short as a phone needs them; Django's own Chinese is no shorter than the whole name.
SHORT_DAYS = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)


@dataclass(frozen=True)
class Step:
    """One day of the line (parts/week.html). `state` is done, now or ahead."""

    state: str
    day: str
    short: str
    title: str
    words: str


@dataclass(frozen=True)
class Week:
    """What this week is about.

    `state` is "none" (nothing has gone out), "using" (the report is still to open), "open", or
    "closed" (until the next release).
    """

    state: str
    release: ReleaseView | None
    window: WindowView | None
    train: TrainView | None
    zone: str
    steps: tuple[Step, ...]


def week_of(product_id: int, *, zone: str, train: TrainView | None, at: datetime) -> Week:
    """The week that the newest regular release began; history begins none."""
    release = releases.latest_release(product_id)
    if release is None or (release.is_history and reports.window_of(release.id) is None):
        return Week("none", None, None, train, zone, ())
    window = reports.window_of(release.id)
    if window is not None and window.state == "scheduled" and window.closes_at <= at:
        # Its hours went by while nobody was there to open it: nothing is promised any more.
        window = None
    state = "using"
    if window is not None and window.state != "scheduled":
        state = window.state
    steps = _steps(release, window, zone, at) if window is not None else ()
    return Week(state, release, window, train, zone, steps)


def _steps(release: ReleaseView, window: WindowView, zone: str, at: datetime) -> tuple[Step, ...]:
    """The line: each step begins at its moment and lasts until the next one begins."""
    place = ZoneInfo(zone)
    out_at = (release.published_at or window.opens_at).astimezone(place)
    answers_at = _next_weekday(out_at, MONDAY)
    choice_at = _next_weekday(window.closes_at.astimezone(place), THURSDAY)
    opens_at = window.opens_at.astimezone(place)
    closes_at = window.closes_at.astimezone(place)
    moments = [
        (out_at, _("Release"), _("%(version)s went out") % {"version": release.version}),
        (answers_at, _("Answers"), _("Makers answer what you say")),
        (opens_at, _("Report"), _report_words(window)),
        (closes_at, _("Popcorn"), _popcorn_words(release, window)),
        (choice_at, _("Choice"), _("The team takes on a little")),
    ]
    # Where the report opens with the release, the days stand in the order in which they come.
    moments.sort(key=lambda one: one[0])
    begun = sum(moment <= at for moment, _title, _words in moments)
    return tuple(
        Step(
            state="done" if number < begun else "now" if number == begun else "ahead",
            day=str(WEEKDAYS[moment.weekday()]),
            short=str(SHORT_DAYS[moment.weekday()]),
            title=title,
            words=words,
        )
        for number, (moment, title, words) in enumerate(moments, 1)
    )


def _next_weekday(after: datetime, weekday: int) -> datetime:
    days = (weekday - after.weekday()) % 7 or 7
    return (after + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)


def _report_words(window: WindowView) -> str:
    if window.state == "open":
        return _("Open now: four cells")
    return _("Closed") if window.state == "closed" else _("Four cells, half a minute")


def _popcorn_words(release: ReleaseView, window: WindowView) -> str:
    if window.state != "closed":
        return _("One award and one repair")
    if window.is_being_counted:
        return _("Being counted")
    award = awards.award_of(release.id)
    if award is None or award.state == "nobody":
        return _("Nobody this week")
    return _("Awarded") if award.state == "certified" else _("Waits for its owner")

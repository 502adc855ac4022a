"""The same write as an ordinary page would make it: one request, one transaction, by the ORM."""

from collections import Counter

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from msgspec.structs import replace

from canyu.journal import clock
from canyu.remarks import services as remarks
from canyu.remarks.services import CellWords
from canyu.reports.arrivals import read_arrival
from canyu.reports.models import Count, Report, Window
from canyu.reports.queries import cells_of_rows
from canyu.reports.rules import bucket_of, check_cells, is_open
from canyu.reports.submissions import Submission, counts_of
from canyu.reports.tokens import signing_key


@csrf_exempt
def take_one(request: HttpRequest) -> JsonResponse:
    """Keep one report."""
    submission = read_arrival(request.body, key=signing_key(), at=clock.now())
    return JsonResponse({"revision": keep(submission)})


@transaction.atomic
def keep(one: Submission) -> int:
    """Write row, counts and words; return the revision."""
    told = one.told
    window = Window.objects.get(pk=told.release_id)
    assert is_open(window.opened_at, window.closed_at)
    one = replace(
        one, cells=check_cells(one.cells, shown=told.shown, plan_item_ids=window.plan_item_ids)
    )
    key = {
        "bucket": bucket_of(told.member_id),
        "release_id": told.release_id,
        "member_id": told.member_id,
    }
    row = Report.objects.select_for_update().filter(**key).first()
    added: Counter[tuple[str, str]] = Counter()
    if row is None:
        row = Report(**key, revision=0, filled_at=one.at)
    else:
        (cells,) = cells_of_rows([row]).values()
        added.subtract(_counts(row, cells))
    row.revision += 1
    row.ring_key, row.is_team = told.ring_key, told.is_team
    row.device, row.version = told.device, told.version
    row.screen, row.shown = told.screen, list(told.shown)
    row.untried, row.mood = list(one.cells.untried), one.cells.mood
    row.best_id, row.worst_id = one.cells.best, one.cells.worst
    row.edited, row.changed_at = one.edited or 0, one.at
    row.save(force_insert=row.revision == 1)
    added.update(_counts(row, one.cells))
    # In one order, so that two requests never wait for one another.
    for (kind, name), n in sorted(added.items()):
        if n and not Count.objects.filter(pk=(told.release_id, kind, name)).update(n=F("n") + n):
            Count.objects.get_or_create(
                release_id=told.release_id, kind=kind, key=name, defaults={"n": 0}
            )
            Count.objects.filter(pk=(told.release_id, kind, name)).update(n=F("n") + n)
    if one.cells.why_best and one.cells.best:
        among = tuple(window.change_ids)
        remarks.keep_cell_words(
            cells=[
                CellWords(
                    told.member_id, "why_best", "change", one.cells.best, among,
                    one.cells.why_best, one.at,
                )
            ]
        )  # fmt: skip
    return row.revision


def _counts(row: Report, cells: object) -> Counter[tuple[str, str]]:
    return counts_of(
        ring_key=row.ring_key,
        is_team=row.is_team,
        shown=row.shown,
        cells=cells,  # type: ignore[arg-type]
        filled_at=row.filled_at,
    )


urlpatterns = [path("orm", take_one), path("", include("canyu.config.urls"))]

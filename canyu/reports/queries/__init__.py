"""Reads of the room: windows, one's own report, tallies, repairs, rows for export."""

from canyu.reports.queries.filling import (
    ReportPage,
    cells_of_rows,
    has_filled,
    may_fill,
    own_cells,
    report_page_for,
    revision_of,
)
from canyu.reports.queries.repairs import (
    RepairStepView,
    RepairView,
    latest_repair,
    repair_of,
    repairs_of_release,
    repairs_owed_by,
)
from canyu.reports.queries.rows import (
    n_reports_of,
    repairs_answered_by,
    report_rows,
    reported_release_ids,
    reports_of_member,
    words_of_release,
)
from canyu.reports.queries.runs import JudgedChange, judged_changes_in
from canyu.reports.queries.tallies import (
    TallyView,
    latest_tally,
    max_week,
    tallied_release_ids,
    tally_of,
)
from canyu.reports.queries.windows import (
    WindowView,
    current_window,
    is_open,
    judged_keys,
    n_eligible_of,
    window_of,
)

__all__ = [
    "JudgedChange",
    "RepairStepView",
    "RepairView",
    "ReportPage",
    "TallyView",
    "WindowView",
    "cells_of_rows",
    "current_window",
    "has_filled",
    "is_open",
    "judged_changes_in",
    "judged_keys",
    "latest_repair",
    "latest_tally",
    "max_week",
    "may_fill",
    "n_eligible_of",
    "n_reports_of",
    "own_cells",
    "repair_of",
    "repairs_answered_by",
    "repairs_of_release",
    "repairs_owed_by",
    "report_page_for",
    "report_rows",
    "reported_release_ids",
    "reports_of_member",
    "revision_of",
    "tallied_release_ids",
    "tally_of",
    "window_of",
    "words_of_release",
]

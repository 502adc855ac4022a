"""Verbs of the room, one file a family."""

from canyu.reports.services.close import close_due_reports, close_report, finish_tallies
from canyu.reports.services.fill import import_report, submit_report
from canyu.reports.services.recount import Miscount, recount_reports
from canyu.reports.services.repair import answer_repair, finish_repair, finish_step
from canyu.reports.services.take import take_reports
from canyu.reports.services.window import open_due_reports, open_report, schedule_report

__all__ = [
    "Miscount",
    "answer_repair",
    "close_due_reports",
    "close_report",
    "finish_repair",
    "finish_step",
    "finish_tallies",
    "import_report",
    "open_due_reports",
    "open_report",
    "recount_reports",
    "schedule_report",
    "submit_report",
    "take_reports",
]

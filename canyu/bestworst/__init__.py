"""Best-worst: screens and choices in; scores, intervals, P(win) and designs out.

Owns the arithmetic of "liked most, liked least": which items a screen shows,
how choices become counts, a model, a standing, and how to simulate them.
Never reads a clock, a setting or a database; never draws a random number that
the caller did not hand it the generator for; knows items only by number.
"""

from canyu.bestworst.axes import Axes, Flag, love_and_hate
from canyu.bestworst.bootstrap import BootstrapCheck, bootstrap_worths, check_by_bootstrap
from canyu.bestworst.brigades import Burst, Group, LeftOut, Pattern, find_bursts
from canyu.bestworst.cells import Cells, cells_of, gather_cells
from canyu.bestworst.clauses import ChanceClause, GroupsClause, PositionClause, SmallestClause
from canyu.bestworst.columns import cells_from_counts, cells_of_columns
from canyu.bestworst.counts import Counts, Share, count_choices, wilson_interval
from canyu.bestworst.designs import (
    BASE_BLOCKS,
    BaseBlock,
    efficiency,
    screen_size,
    screens,
    search_base_block,
)
from canyu.bestworst.ends import End
from canyu.bestworst.errors import FitDiverged, RakingDiverged, TooFewAnswers
from canyu.bestworst.fit import MODELS, Fit, Model, fit, fit_sequential
from canyu.bestworst.influence import Flip
from canyu.bestworst.live import LiveGaps, live_gaps
from canyu.bestworst.newton import Convergence
from canyu.bestworst.persons import score_cells, score_rows, with_clusters
from canyu.bestworst.places import PlacedFit, fit_places
from canyu.bestworst.position import PositionTest, check_positions
from canyu.bestworst.ratio import LikelihoodRatio
from canyu.bestworst.rows import (
    MAX_ITEMS,
    NOT_NAMED,
    NOT_SHOWN,
    Answer,
    Rows,
    make_rows,
    rows_of,
)
from canyu.bestworst.segments import Segment, Segments, TooThin, compare_segments
from canyu.bestworst.simulate import simulate_answers, simulate_rows
from canyu.bestworst.standing import Standings, stand
from canyu.bestworst.verdict import Outcome, Verdict, judge, shown_in_excess
from canyu.bestworst.weeks import Brigade, Camp, SimulatedWeek, simulate_week
from canyu.bestworst.weights import UNKNOWN, NotRaked, Raked, rake

__all__ = [
    "BASE_BLOCKS",
    "MAX_ITEMS",
    "MODELS",
    "NOT_NAMED",
    "NOT_SHOWN",
    "UNKNOWN",
    "Answer",
    "Axes",
    "BaseBlock",
    "BootstrapCheck",
    "Brigade",
    "Burst",
    "Camp",
    "Cells",
    "ChanceClause",
    "Convergence",
    "Counts",
    "End",
    "Fit",
    "FitDiverged",
    "Flag",
    "Flip",
    "Group",
    "GroupsClause",
    "LeftOut",
    "LikelihoodRatio",
    "LiveGaps",
    "Model",
    "NotRaked",
    "Outcome",
    "Pattern",
    "PlacedFit",
    "PositionClause",
    "PositionTest",
    "Raked",
    "RakingDiverged",
    "Rows",
    "Segment",
    "Segments",
    "Share",
    "SimulatedWeek",
    "SmallestClause",
    "Standings",
    "TooFewAnswers",
    "TooThin",
    "Verdict",
    "bootstrap_worths",
    "cells_from_counts",
    "cells_of",
    "cells_of_columns",
    "check_by_bootstrap",
    "check_positions",
    "compare_segments",
    "count_choices",
    "efficiency",
    "find_bursts",
    "fit",
    "fit_places",
    "fit_sequential",
    "gather_cells",
    "judge",
    "live_gaps",
    "love_and_hate",
    "make_rows",
    "rake",
    "rows_of",
    "score_cells",
    "score_rows",
    "screen_size",
    "screens",
    "search_base_block",
    "shown_in_excess",
    "simulate_answers",
    "simulate_rows",
    "simulate_week",
    "stand",
    "wilson_interval",
    "with_clusters",
]

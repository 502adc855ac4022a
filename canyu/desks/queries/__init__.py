"""Reading desks: one's own, and what waits for each of a team."""

from canyu.desks.queries.desk import Desk, WordLine, desk_of
from canyu.desks.queries.loads import Load, loads_of

__all__ = ["Desk", "Load", "WordLine", "desk_of", "loads_of"]

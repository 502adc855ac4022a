"""What a tally says beyond scores: love and hurt apart, rings, weights, the award's rule."""

from ninja import Schema
from pydantic import Field


class AxisOut(Schema):
    """Love and hurt of a change, fitted apart: logits about an average change, 95% intervals."""

    change_id: int
    love: float
    love_low: float
    love_high: float
    hurt: float
    hurt_low: float
    hurt_high: float
    controversy: float = Field(description="Half the sum of both: above 0 it divides people.")
    controversy_low: float
    controversy_high: float
    says: str = Field(description='"divides" or "leaves cold" where that is sure, else "".')


class RingsApartOut(Schema):
    """A likelihood-ratio test of whether rings with enough people judge alike."""

    ring_keys: list[str]
    statistic: float
    df: int
    p_value: float
    differ: bool
    change_ids: list[int] = Field(description="On which they surely differ.")


class WeightedScoreOut(Schema):
    """A score when the answers are weighted."""

    change_id: int
    score: float
    low: float
    high: float
    p_win: float


class HeldOut(Schema):
    """A ring or device line that was not brought to its share."""

    kind: str = Field(description='"ring" or "device".')
    name: str
    n: int
    reason: str


class WeightedOut(Schema):
    """The answers weighted to the people who use the product; the award stands on the raw ones."""

    base: str = Field(description='"told" by the product, or "members" of the rings.')
    by: list[str]
    n_eff: float = Field(description="Kish's effective number of people.")
    deff: float
    held: list[HeldOut]
    scores: list[WeightedScoreOut]


class ChanceOut(Schema):
    """A1: the chance to be first, and the least that is asked."""

    holds: bool
    p: float
    needed: float
    checked: float | None = Field(description="The same by a bootstrap; below 300 people only.")


class LeftOutOut(Schema):
    """Who is first without a group; `winner` is null where that was not tried."""

    kind: str
    name: str = Field(description="Empty below five people.")
    n: int
    winner: int | None
    changes: bool
    best: int | None
    worst: int | None


class GroupsOut(Schema):
    """A2: whether it stays first without each group in turn."""

    holds: bool
    left_out: list[LeftOutOut]


class SmallestOut(Schema):
    """A3: the smallest group found that would change who is first; null if none was found."""

    holds: bool
    k: int | None
    winner: int | None
    n_people: int
    n_eff: float
    r: float
    reach: float
    excess: float
    threshold: float = Field(description="`k` must be more than this.")


class PositionOut(Schema):
    """A4: whether places on the screen decided it; null where that cannot be tested."""

    holds: bool | None
    p_best: float | None
    p_worst: float | None
    corrected: bool
    winner: int | None
    p_win: float | None


class VerdictOut(Schema):
    """What the award's rule says of one end of the scale."""

    end: str = Field(description='"top" or "bottom".')
    outcome: str = Field(description='"alone", "shared" or "nobody".')
    change_id: int
    sharing: list[int]
    contenders: list[int]
    chance: ChanceOut
    groups: GroupsOut
    smallest: SmallestOut
    position: PositionOut
    count_lead: float
    count_bound: int = Field(description="In bare counts its lead survives any so many people.")

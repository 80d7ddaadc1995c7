"""Standings of a body."""

from typing import NotRequired

from typing_extensions import TypedDict  # not typing's own: before Python 3.12 pydantic reads no schema from that

from service.standings.wire.beside import CallOut, CertainOut, DoubtOut, RecountOut
from service.standings.wire.projected import CandidateProjectionOut, NationalShareOut, OutlookOut, PartyProjectionOut


class LineOut(TypedDict):
    """A number of seats that something turns on."""

    name: str
    seats: int


class SeatsOut(TypedDict):
    """Seats of a body: all of them (null: not on record), those declared, the lines."""

    total: int | None
    filled: int
    lines: list[LineOut]


class AreasOut(TypedDict):
    """Reporting areas of a body, covering ones left aside, and how many have declared."""

    declared: int
    total: int


class PartyVotesOut(TypedDict):
    """A party's votes in a contest, its share (0 to 1), its change on last time in percentage points.

    `average_share` is its mean share over the areas where it stood, in contests whose areas elect their own.
    """

    votes: int | None
    share: float | None
    change_points: float | None
    average_share: float | None


class PartyOut(TypedDict):
    """A party in a body: seats as things stand, by contest; votes by contest; projection.

    `change` is against the last election; `changes` against each baseline: `last`, and `eve` (of poll).
    """

    party: str
    name: str
    short: str
    colour: str
    seats: int | None
    seats_by_contest: dict[str, int | None]
    change: int | None
    changes: dict[str, int | None]
    gains: int | None
    losses: int | None
    votes: dict[str, PartyVotesOut]
    projection: PartyProjectionOut | None
    withheld: NotRequired[str]


class AllocatedOut(TypedDict):
    """A seat allocated from a list: in which order, to whom, by which exact figure, and who was how close."""

    seat: int
    contest: str
    party: str
    figure: str
    runner_up: str | None
    votes_short: int | None
    by_lot: bool


class NextOut(TypedDict):
    """Who would take the last list seat, with how many votes more."""

    party: str
    contest: str
    votes_short: int | None


class CandidateOut(TypedDict):
    """A candidate for an office, or in an area; `votes` are first preferences, `total` what it ended with."""

    candidate: str
    name: str
    party: str
    votes: int | None
    share: float | None
    change_points: float | None
    transfers: NotRequired[int | None]
    total: NotRequired[int | None]
    incumbent: bool
    elected: bool
    projection: NotRequired[CandidateProjectionOut | None]


class RoundVotesOut(TypedDict):
    """One candidate in a round."""

    candidate: str
    votes: int
    transfers: int


class RoundOut(TypedDict):
    """A round of an office's count: who is in it with how many votes, who was eliminated before it."""

    round: int
    contest: str
    candidates: list[RoundVotesOut]
    eliminated: list[str]
    not_transferred: int


class WithoutSeatOut(TypedDict):
    """Who won a constituency but has no seat, as things stand: second votes do not cover it; share of first votes."""

    contest: str
    area: str
    name: str
    candidate: str
    party: str
    share: float | None


class PendingOut(TypedDict):
    """An area that has not declared, with its state and when it is expected, where known."""

    contest: str
    area: str
    name: str
    state: str
    expected_at: str | None


class TieOut(TypedDict):
    """A lot that has to be drawn."""

    contest: str
    area: str | None
    seats: int
    options: list[str]
    figure: str
    at: str


class ContestOut(TypedDict):
    """What is in of a contest: papers, turnout, areas."""

    contest: str
    name: str
    scope: str
    rule: str
    valid: int | None
    rejected: int | None
    ballots: int | None
    electorate: int | None
    turnout: float | None
    areas: AreasOut
    with_figures: int
    decided: bool
    awaiting_second_preferences: bool


class StandingsOut(TypedDict):
    """Standings of one body at one moment."""

    election: str
    body: str
    name: str
    as_of: str
    sequence: int
    digest: str
    status: str
    seats: SeatsOut
    areas: AreasOut
    complete: bool
    disputed: int
    held: int
    parties: list[PartyOut]
    control: str | None
    control_before: str | None
    control_change: str | None
    elected: str | None
    allocation: list[AllocatedOut]
    next_in_line: list[NextOut]
    candidates: list[CandidateOut]
    rounds: list[RoundOut]
    without_seat: list[WithoutSeatOut]
    contests: list[ContestOut]
    ties: list[TieOut]
    pending: list[PendingOut]
    quarantined: int
    in_doubt: DoubtOut
    certain: CertainOut
    calls: list[CallOut]
    recount_watch: list[RecountOut]
    projection: OutlookOut | None
    withheld: str | None
    national_share: NationalShareOut | None

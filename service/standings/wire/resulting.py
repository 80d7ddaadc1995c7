"""An area as it stands."""

from typing_extensions import TypedDict  # not typing's own: before Python 3.12 pydantic reads no schema from that

from service.standings.wire.beside import CallOut
from service.standings.wire.standing import CandidateOut, TieOut
from service.standings.wire.written import JSON


class ElectedOut(TypedDict):
    """Somebody elected, or ahead."""

    candidate: str
    name: str
    party: str


SwingOut = TypedDict("SwingOut", {"from": str, "to": str, "points": float})
"""Butler swing, in percentage points, from one party to another."""


class StageOut(TypedDict):
    """A stage of a single transferable vote, exactly; votes as whole numbers or reduced fractions."""

    stage: int
    action: str
    sources: list[str]
    quota: str
    votes: dict[str, str]
    elected: list[str]
    excluded: list[str]
    non_transferable: str
    lost_to_rounding: str


class ResultOut(TypedDict):
    """One area of one contest as it stands.

    `without_seat`: its winner has no seat as things stand, since second votes do not cover it; null where winning is
    enough. Under such a rule nobody is `elected` before the contest that decides it is declared in all its areas.
    """

    election: str
    contest: str
    area: str
    name: str
    as_of: str
    sequence: int
    digest: str
    status: str
    declared: bool
    disputed: bool
    held: int
    state: str | None
    expected_at: str | None
    kind: str | None
    revision: int | None
    source: str | None
    sources: int
    content: str | None
    counted: JSON | None
    winner: ElectedOut | None
    elected: list[ElectedOut]
    leading: list[ElectedOut]
    without_seat: bool | None
    certain: list[str]
    outstanding: int | None
    hold_or_gain: str | None
    gain_from: str | None
    holder: str | None
    majority: int | None
    majority_share: float | None
    swing: SwingOut | None
    turnout: float | None
    turnout_change_points: float | None
    valid: int | None
    rejected: int | None
    ballots: int | None
    electorate: int | None
    candidates: list[CandidateOut]
    stages: list[StageOut]
    defeated_incumbents: list[ElectedOut]
    call: CallOut | None
    seats_by_party: dict[str, int]
    ties: list[TieOut]
    findings: list[JSON]

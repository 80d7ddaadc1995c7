"""The shapes of what is published, as types from which JSON Schema is printed. Figures not known are null, never 0."""

import json
from collections.abc import Mapping
from typing import Any, NotRequired

from typing_extensions import TypedDict  # not typing's own: before Python 3.12 pydantic reads no schema from that

JSON = dict[str, Any]


def encode(value: Mapping[str, Any]) -> bytes:
    """Write what is published: JSON in UTF-8, no spaces, fields in the order of their type. Same value, same bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


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


class PartyProjectionOut(TypedDict):
    """What is projected of a party: seats with their range, chances to be the largest and to have a majority, share.

    `share` is of the list votes where there are lists; `threshold` the chance that its list clears the threshold (null:
    none applies to it).
    """

    sequence: int
    seats: JSON
    mean: float
    largest: float
    majority: float
    share: JSON | None
    threshold: float | None


class CandidateProjectionOut(TypedDict):
    """What is projected of a candidate for an office: chances to be elected and to remain after the first count.

    `first` are first preferences with their range; `final` votes after second ones, if it remains.
    """

    sequence: int
    chance: float
    finalist: float
    first: JSON | None
    final: JSON | None


class OutlookOut(TypedDict):
    """What is projected of a body: from which record, with which seed, turnout, and who may win the open areas.

    `no_majority` is the chance that nobody has a majority, null for an office; `prior` names what was expected
    beforehand, where that is used.
    """

    sequence: int
    seed: str
    draws: int
    turnout: JSON | None
    unheard: list[str]
    areas: dict[str, dict[str, float]]
    no_majority: float | None
    prior: str | None


class NationalShareOut(TypedDict):
    """A projected share of all of a country, as if all of it had voted: by party with its range, and from what.

    `basis` says from which wards and since when; `authorities` how many have any in. Where that is too few, there are
    no `parties`, and it says why.
    """

    name: str
    basis: str
    sequence: int
    authorities: dict[str, int]
    parties: dict[str, JSON]
    withheld: NotRequired[str]


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


class DoubtChangeOut(TypedDict):
    """What would be otherwise if contents that are kept out, held or disputed counted."""

    contents: list[str]
    what: str
    contest: str | None
    area: str | None
    was: list[str]
    would_be: list[str]


class DoubtOut(TypedDict):
    """Whether messages in doubt could change a seat, a control or an office: `yes`, `no`, or `unknown`."""

    messages: int
    could_change: str
    changes: list[DoubtChangeOut]


class CertainPartyOut(TypedDict):
    """Fewest and most seats of a party, whatever comes."""

    at_least: int
    at_most: int


class CertainOut(TypedDict):
    """What no paper still to come can change: seats by party, control, the office; papers outstanding by contest."""

    seats: dict[str, CertainPartyOut]
    control: str | None
    elected: str | None
    outstanding: dict[str, int | None]


class CallOut(TypedDict):
    """A question and how far it is answered before it is declared; see the README for what each `status` means.

    `candidate` and `party` are who is called, certain or suggested; `right` whether that is what came, where it has.
    """

    of: str
    contest: str | None
    area: str | None
    body: str
    name: str
    status: str
    candidate: str | None
    candidate_name: str | None
    party: str | None
    chance: float | None
    by: str | None
    why: str | None
    at: str | None
    decision: int | None
    sequence: int | None
    in_doubt: bool | None
    right: bool | None


class RecountOut(TypedDict):
    """An area where a recount is ordered or likely: the lead of the last to be elected over the first who is not."""

    contest: str
    area: str
    name: str
    basis: str
    lead: int | None
    lead_share: float | None
    first: str | None
    second: str | None
    first_party: str | None
    second_party: str | None


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


class QuarantinedOut(TypedDict):
    """A message that is kept out: its content's name, where it came from, and why."""

    content: str
    topic: str
    contest: str | None
    area: str | None
    source: str | None
    revision: int | None
    findings: list[JSON]


class QuarantineOut(TypedDict):
    """What waits in quarantine of one area; the topic is emptied when all is settled."""

    election: str
    contest: str
    area: str
    as_of: str
    sequence: int
    waiting: int
    messages: list[QuarantinedOut]


class ReceiptOut(TypedDict):
    """What became of a source's last message about an area: accepted, held, superseded or quarantined."""

    election: str
    contest: str
    area: str
    source: str
    revision: int
    kind: str
    content: str
    sequence: int
    duplicate: bool
    status: str
    reasons: list[JSON]
    as_of: str


class EventOut(TypedDict):
    """Something that changed; `id` names it for good (it may come twice). Further fields depend on the `event`."""

    election: str
    id: str
    sequence: int
    as_of: str
    event: str
    text: str


class StatusOut(TypedDict):
    """Whether the service is there, up to which record it has come, and how long the last batch took."""

    election: str
    status: str
    test: bool
    sequence: int | None
    last_count: str | None
    lag_us: int | None
    quarantined: int

"""Project a council whose wards elect several members each by most votes, on top of seats that are not up.

A party's candidates in a ward have much the same votes, but not quite: that is how two parties share a ward.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from service.projection.chance import Source, on_grid
from service.projection.change import expect_change, noise_of, too_few
from service.projection.draws import Common, draw_common
from service.projection.model import PERCENT, TO_A_LOT
from service.projection.parameters import Parameters
from service.projection.posterior import Posterior, root_of
from service.projection.projected import Projection, Withheld, party_projections
from service.projection.race import Evidence, Floats, Ints, Race, shares_of

WARDS_MIN: Final = 5
"""Fewer wards with figures say too little of a council."""
REACH: Final = 1.5
"""What the wards have in common is taken to be so much less sure. Fitted and held against London's boroughs in 2022,
with the general election of 2019 for a baseline: of 32 councils' ranges 87 % held with 1, 92 % with 1.5."""
SLATE: Final = 0.083
"""Votes of a party's candidates in one ward: their standard deviation, as a part of their mean. So far apart were the
3,712 candidates of parties with at least 15 % in the wards of London's boroughs in 2022."""


@dataclass(frozen=True, slots=True, eq=False)
class CouncilRace:
    """A council before the first count: `wards` with votes of a party's candidates added up, and seats not up.

    `seats` (wards) are to be filled tonight; `candidates` (wards x parties) is how many each party has.
    """

    wards: Race
    seats: Ints
    candidates: Ints


@dataclass(frozen=True, slots=True, eq=False)
class CouncilEvidence:
    """What is in: votes by ward (`wards`, whose `winner` says nothing), and who has been elected.

    `elected` (wards x parties) are seats declared, a row of zeros where a ward has not declared. `slates` are, of wards
    that are in and say so (by row), the votes of each candidate, party by party in the order of the columns.
    """

    wards: Evidence
    elected: Ints
    slates: Mapping[int, Ints] = field(default_factory=dict)


def project_council(
    race: CouncilRace, evidence: CouncilEvidence, parameters: Parameters, *, seed: int, draws: int = 10_000
) -> Projection | Withheld:
    """Say what the council will be; wards that have declared are constants."""
    wards = race.wards
    still = np.flatnonzero(evidence.elected.sum(axis=1) == 0)
    source = Source(seed)
    kept = np.zeros(len(wards.parties), dtype=np.int64) if wards.seats_not_up is None else wards.seats_not_up
    seats = np.repeat((evidence.elected.sum(axis=0) + kept)[:, None], draws, axis=1)
    if len(still):
        without = int((wards.last_votes.sum(axis=1) == 0).sum())
        if without:
            return Withheld(f"no baseline for {without} of {len(wards.areas)} wards")
        reason = too_few(evidence.wards, min(WARDS_MIN, parameters.areas_min), parameters, areas="wards")
        if reason:
            return Withheld(reason)
        _draw(race, evidence, still, parameters, source, seats)
    return Projection(
        parties=party_projections(wards.parties, seats, {}, majority=int(seats[:, 0].sum()) // 2 + 1),
        areas={},
        turnout=None,
        unheard=(),
        draws=draws,
        seed=seed,
    )


def _draw(
    race: CouncilRace, evidence: CouncilEvidence, still: Ints, parameters: Parameters, source: Source, seats: Ints
) -> None:
    """Add what was drawn of the wards that are still open to the seats (parties x draws)."""
    wards, seen, draws = race.wards, evidence.wards, seats.shape[1]
    asked = np.zeros(len(wards.areas), dtype=np.bool_)
    asked[still] = True
    expected = expect_change(wards, seen, asked, wards.standing, parameters)
    posterior = replace(expected.posterior, factor=expected.posterior.factor * REACH)
    spread = parameters.stack_at(float(seen.observed.mean())).spread
    columns = np.flatnonzero(wards.standing[still].any(axis=0)).tolist()
    common = draw_common(posterior, spread, columns, draws, source)
    counted = shares_of(seen.votes[still]) * PERCENT
    for place, row in enumerate(still):
        there = np.flatnonzero(race.candidates[row])
        part = float(seen.outstanding[row])
        candidates = race.candidates[row, there]
        # What is counted stays, and once all is, nothing is in doubt but how level candidates draw lots.
        floor = (1 - part) * counted[place, there][:, None]
        shares = np.repeat(floor, draws, axis=1)
        if part > 0:
            change = _change(posterior, place, there, common, spread, source)
            shares = np.maximum(expected.mean[place, there][:, None] + change, floor)
        slate = _slate(candidates, evidence.slates.get(int(row)), _known(part, parameters), draws, source)
        seats[there] += _elect(shares, candidates, slate, int(race.seats[row]))


def _known(part: float, parameters: Parameters) -> float:
    """Give how much of what tells candidates of a party apart is known with a `part` of a ward to come, 0 to 1.

    1 / (1 + d), d being what the order of counting adds to a residual variance: as for the shares of parties.
    """
    return 0.0 if part >= 1 else 1 / (1 + float(noise_of(np.array(part), parameters)))


def _slate(candidates: Ints, votes: Ints | None, known: float, draws: int, source: Source) -> Floats:
    """Draw each candidate's votes over the mean of its party's (candidates x draws), party by party.

    slate = 1 + known (votes / mean - 1) + 0.083 sqrt(1 - known) E
    """
    party = np.repeat(np.arange(len(candidates)), candidates)
    middle = np.ones(len(party))
    if votes is None or not votes.any():
        known = 0.0
    else:
        mean = np.bincount(party, weights=votes) / candidates
        middle += known * (np.where(mean[party] > 0, votes / np.maximum(mean[party], 1), 1) - 1)
    spread = max(SLATE * (1 - known) ** 0.5, TO_A_LOT)
    return np.asarray(middle[:, None] + spread * source.normal((len(party), draws)))


def _change(posterior: Posterior, place: int, there: Ints, common: Common, spread: float, source: Source) -> Floats:
    """Draw how far the parties there are from what is expected of them (parties x draws, in points)."""
    factor = on_grid(posterior.factor[place])
    together = np.array([factor @ common[column] for column in there.tolist()])
    own = root_of(posterior.residual[np.ix_(there, there)]) * (posterior.own[place] * spread)
    return np.asarray(together + on_grid(own) @ source.heavy_tailed(together.shape))


def _elect(shares: Floats, candidates: Ints, slate: Floats, seats: int) -> Ints:
    """Give the seats of each party (parties x draws): those of the candidates with most votes.

    Each has its party's share (all its candidates' votes together) through their number, times what is its own.
    """
    party = np.repeat(np.arange(len(candidates)), candidates)
    each = (shares / candidates[:, None])[party] * slate
    elected = np.argsort(-each, axis=0, kind="stable")[:seats]
    return np.array([(party[elected] == column).sum(axis=0) for column in range(len(candidates))])

"""Project a council whose wards elect several members each by most votes, on top of seats that are not up.

A party's candidates in a ward have much the same votes, but not quite: that is how two parties share a ward.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.chance import Source, on_grid
from service.projection.change import expect_change
from service.projection.draws import Common, draw_common
from service.projection.model import PERCENT, TO_A_LOT
from service.projection.parameters import Parameters
from service.projection.posterior import Posterior, root_of
from service.projection.projected import Projection, Withheld, party_projections
from service.projection.race import Evidence, Floats, Ints, Race, shares_of

WARDS_MIN: Final = 5
"""Fewer wards with figures say too little of a council."""
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

    `elected` (wards x parties) are seats declared, a row of zeros where a ward has not declared.
    """

    wards: Evidence
    elected: Ints


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
        seen, needed = int(evidence.wards.observed.sum()), min(WARDS_MIN, parameters.areas_min)
        if seen < needed:
            return Withheld(f"too few wards: {seen} of {len(wards.areas)} are in with figures, {needed} are needed")
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
    mean, posterior = expect_change(wards, seen, asked, wards.standing, parameters)
    spread = parameters.stack_at(float(seen.observed.mean())).spread
    columns = np.flatnonzero(wards.standing[still].any(axis=0)).tolist()
    common = draw_common(posterior, spread, columns, draws, source)
    counted = shares_of(seen.votes[still]) * PERCENT
    for place, row in enumerate(still):
        there = np.flatnonzero(race.candidates[row])
        part = float(seen.outstanding[row])
        drawn = part * _change(posterior, place, there, common, spread, source)
        expected = part * mean[place, there] + (1 - part) * counted[place, there]
        shares = np.maximum(expected[:, None] + drawn, 0)
        seats[there] += _elect(shares, race.candidates[row, there], int(race.seats[row]), max(part, TO_A_LOT), source)


def _change(posterior: Posterior, place: int, there: Ints, common: Common, spread: float, source: Source) -> Floats:
    """Draw how far the parties there are from what is expected of them (parties x draws, in points)."""
    factor = on_grid(posterior.factor[place])
    together = np.array([factor @ common[column] for column in there.tolist()])
    own = root_of(posterior.residual[np.ix_(there, there)]) * (posterior.own[place] * spread)
    return np.asarray(together + on_grid(own) @ source.heavy_tailed(together.shape))


def _elect(shares: Floats, candidates: Ints, seats: int, part: float, source: Source) -> Ints:
    """Give the seats of each party (parties x draws): those of the candidates with most votes.

    Each has its party's share (all its candidates' votes together) through their number, give or take.
    """
    party = np.repeat(np.arange(len(candidates)), candidates)
    each = (shares / candidates[:, None])[party]
    each = each * (1 + part * SLATE * source.normal(each.shape))
    elected = np.argsort(-each, axis=0, kind="stable")[:seats]
    return np.array([(party[elected] == column).sum(axis=0) for column in range(len(candidates))])

"""The methods that the projection is measured against: each predicts a winner for every area that is not in."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from service.projection import NOBODY, Evidence, Race
from service.projection.race import Floats, codes_of, shares_of
from service.projection.swings import (
    no_change,
    proportional_swing,
    uniform_swing,
    uniform_swing_by_country,
    votes_so_far,
    within_bounds,
)

PERCENT: Final = 100.0

Method = Callable[[Race, Evidence, Floats, Floats], Floats]
"""Race, evidence, shares of last time and now (areas x parties, in points): the shares predicted."""

METHODS: Final[Mapping[str, Method]] = {
    "votes so far": lambda _, evidence, __, now: votes_so_far(now, evidence.observed),
    "no change": lambda _, __, last, ___: no_change(last),
    "uniform swing": lambda _, evidence, last, now: uniform_swing(last, now, evidence.observed.astype(float)),
    "uniform swing by country": lambda race, evidence, last, now: uniform_swing_by_country(
        last, now, evidence.observed.astype(float), codes_of(race.country)
    ),
    "proportional swing": lambda _, evidence, last, now: proportional_swing(last, now, evidence.observed.astype(float)),
}


RESIDUAL_DRAWS: Final = 1000
RESIDUAL_SEED: Final = 1867


def swing_with_residuals(race: Race, evidence: Evidence) -> dict[str, dict[int, float]]:
    """Give the distribution of each party's seats by uniform swing by country, the benchmark that has ranges.

    Every area not yet declared is off by as much as one of those that are in, drawn at random for each area alone.
    """
    last, now = shares_of(race.last_votes) * PERCENT, shares_of(evidence.votes) * PERCENT
    predicted = uniform_swing_by_country(last, now, evidence.observed.astype(float), codes_of(race.country))
    residuals = (now - predicted)[evidence.observed]
    rng = np.random.default_rng(RESIDUAL_SEED)
    decided = np.bincount(evidence.winner[evidence.winner != NOBODY], minlength=len(race.parties))
    seats = np.repeat(decided[:, None], RESIDUAL_DRAWS, axis=1)
    for row in np.flatnonzero(evidence.winner == NOBODY):
        drawn = predicted[row] + residuals[rng.integers(len(residuals), size=RESIDUAL_DRAWS)]
        won = np.where(race.standing[row], drawn, -np.inf).argmax(axis=1)
        seats[won, np.arange(RESIDUAL_DRAWS)] += 1
    found = {}
    for party, of_party in zip(race.parties, seats, strict=True):
        number, times = np.unique(of_party, return_counts=True)
        found[party] = dict(zip(number.tolist(), (times / RESIDUAL_DRAWS).tolist(), strict=True))
    return found


def seats_by(method: Method, race: Race, evidence: Evidence) -> dict[str, int]:
    """Give each party's seats if every area not yet declared went as a method predicts."""
    last, now = shares_of(race.last_votes) * PERCENT, shares_of(evidence.votes) * PERCENT
    predicted = within_bounds(method(race, evidence, last, now), race.standing).argmax(axis=1)
    winners = np.where(evidence.winner == NOBODY, predicted, evidence.winner)
    seats = np.bincount(winners, minlength=len(race.parties))
    return {party: int(number) for party, number in zip(race.parties, seats, strict=True) if number}

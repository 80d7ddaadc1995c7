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
    "uniform swing": lambda _, evidence, last, now: uniform_swing(last, now, evidence.observed),
    "uniform swing by country": lambda race, evidence, last, now: uniform_swing_by_country(
        last, now, evidence.observed, codes_of(race.country)
    ),
    "proportional swing": lambda _, evidence, last, now: proportional_swing(last, now, evidence.observed),
}


def seats_by(method: Method, race: Race, evidence: Evidence) -> dict[str, int]:
    """Give each party's seats if every area not yet declared went as a method predicts."""
    last, now = shares_of(race.last_votes) * PERCENT, shares_of(evidence.votes) * PERCENT
    predicted = within_bounds(method(race, evidence, last, now), race.standing).argmax(axis=1)
    winners = np.where(evidence.winner == NOBODY, predicted, evidence.winner)
    seats = np.bincount(winners, minlength=len(race.parties))
    return {party: int(number) for party, number in zip(race.parties, seats, strict=True) if number}

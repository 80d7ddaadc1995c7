"""The turnout, as it is likely to be: ballot papers, of which not all are valid, over everybody on the register."""

from statistics import NormalDist
from typing import Final

import numpy as np

from service.projection.projected import LEVEL, PLACES, Range
from service.projection.race import Evidence, Race

REACH: Final = NormalDist().inv_cdf((1 + LEVEL) / 2)


def project_turnout(race: Race, evidence: Evidence, valid: float, deviation: float) -> Range | None:
    """Give the turnout with so many valid votes still to come, give or take a standard deviation.

    (ballots + f valid to come) / electorate, f being ballot papers through valid ones: of the areas that are all in and
    say both, or else as last time. Areas that do not say their ballot papers have f times their valid votes. None where
    an electorate is not known, or before any figures.
    """
    electorate = race.electorate if evidence.electorate is None else evidence.electorate
    electorate = np.where(electorate > 0, electorate, race.electorate)
    if not (electorate > 0).all() or not evidence.observed.any():
        return None
    counted = evidence.votes.sum(axis=1)
    ballots = np.zeros_like(counted) if evidence.ballots is None else evidence.ballots
    say = (ballots > 0) & evidence.observed
    whole = say & (evidence.outstanding == 0)
    each = float(ballots[whole].sum() / counted[whole].sum()) if whole.any() else race.ballots_per_valid
    middle = float(ballots[say].sum()) + each * (float(counted[~say].sum()) + valid)
    low, median, high = (
        round(min(max(papers / float(electorate.sum()), 0.0), 1.0), PLACES)
        for papers in (middle - REACH * each * deviation, middle, middle + REACH * each * deviation)
    )
    return Range(low, median, high)

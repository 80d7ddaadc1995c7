"""The votes of the whole body, as they are likely to be: shares of parties, and the turnout."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from service.projection.posterior import Posterior
from service.projection.projected import LEVEL, PLACES, Range
from service.projection.race import Bools, Evidence, Floats, Race
from service.projection.systems import System

PERCENT: Final = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class VotesToCome:
    """The areas of a system where papers are still to be counted.

    `mean` (areas x columns) are the shares of those papers in points, `valid` how many valid ones there will be, and
    `known` whether verified papers say so. `spread` widens it all; `apart` (methods x areas x columns) is what the
    methods that the mean is blended from would change.
    """

    system: System
    mean: Floats
    valid: Floats
    known: Bools
    posterior: Posterior
    spread: float
    apart: Floats | None = None


def project_votes(race: Race, evidence: Evidence, systems: list[VotesToCome]) -> tuple[dict[str, Range], Range | None]:
    """Give the share of each party that is modelled by itself, and the turnout (None: the electorate is not known).

    votes_j = counted_j + sum over areas to come of valid (mean_j + change_j). The sum over many areas is close to
    normal, so its range needs no draws. That more or fewer valid votes change what a share is of is left out.
    """
    expected = float(evidence.votes.sum()) + sum(float(to_come.valid.sum()) for to_come in systems)
    votes = dict.fromkeys(sorted({int(party) for to_come in systems for party in to_come.system.parties}), 0.0)
    variances = dict.fromkeys(votes, 0.0)
    for to_come in systems:
        weight = to_come.valid / PERCENT
        for column, party in enumerate(to_come.system.parties):
            votes[int(party)] += float(weight @ to_come.mean[:, column])
            variances[int(party)] += _variance(to_come, weight, column) + _apart(to_come, weight, column)
    shares = {
        race.parties[party]: _range((votes[party] + float(evidence.votes[:, party].sum())), variances[party], expected)
        for party in votes
    }
    if not (race.electorate > 0).all():
        return shares, None
    turnout_variance = sum(
        _variance(to_come, np.where(to_come.known, 0, to_come.valid / PERCENT), -1) for to_come in systems
    )
    return shares, _range(expected, turnout_variance, float(race.electorate.sum()))


def _variance(to_come: VotesToCome, weight: Floats, column: int) -> float:
    """Give the variance of a weighted sum over areas of the change of a column."""
    posterior = to_come.posterior
    together = ((weight @ posterior.factor) ** 2).sum()
    alone = ((weight * posterior.own) ** 2).sum()
    return float((together + alone) * posterior.residual[column, column]) * to_come.spread**2


def _apart(to_come: VotesToCome, weight: Floats, column: int) -> float:
    """Give the variance of the same sum that the methods' disagreement adds."""
    return 0.0 if to_come.apart is None else float(((to_come.apart[:, :, column] @ weight) ** 2).sum())


def _range(votes: float, variance: float, of: float) -> Range:
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * variance**0.5
    low, median, high = (min(max(part / max(of, 1.0), 0.0), 1.0) for part in (votes - reach, votes, votes + reach))
    return Range(round(low, PLACES), round(median, PLACES), round(high, PLACES))

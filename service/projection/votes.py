"""The votes of the whole body, as they are likely to be: shares of parties, and the turnout."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from service.projection.posterior import Posterior
from service.projection.projected import PLACES, Range
from service.projection.race import Bools, Evidence, Floats, Race
from service.projection.systems import System
from service.projection.turnout import REACH, project_turnout

PERCENT: Final = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class VotesToCome:
    """The areas of a system where papers are still to be counted.

    `mean` (areas x columns) are the shares of those papers in points, `standing` says which columns stand where,
    `valid` how many valid ones there will be, and `known` whether verified papers say so. Shares change as in
    `posterior`, the number of valid votes as in the last column of `turnout`. `spread` widens it all; `apart` (methods
    x areas x columns) is what the methods that the mean is blended from would change.
    """

    system: System
    mean: Floats
    standing: Bools
    valid: Floats
    known: Bools
    posterior: Posterior
    turnout: Posterior
    spread: float
    apart: Floats | None = None


def project_votes(
    race: Race, evidence: Evidence, systems: Sequence[System], to_come: Sequence[VotesToCome]
) -> tuple[dict[str, Range], Range | None]:
    """Give the share of each party that is modelled by itself in one of the systems, and the turnout if that is known.

    votes_j = counted_j + sum over areas to come of valid (mean_j + change_j). The sum over many areas is close to
    normal, so its range needs no draws; with nothing to come it is one number. That more or fewer valid votes change
    what a share is of is left out.
    """
    expected = float(evidence.votes.sum()) + sum(float(of.valid.sum()) for of in to_come)
    parties = sorted({int(party) for system in systems for party in system.parties})
    votes = {party: float(evidence.votes[:, party].sum()) for party in parties}
    variances = dict.fromkeys(parties, 0.0)
    for of in to_come:
        for column, party in enumerate(of.system.parties):
            weight = of.valid / PERCENT * of.standing[:, column]
            votes[int(party)] += float(weight @ of.mean[:, column])
            variances[int(party)] += _variance(of.posterior, weight, column, of.spread) + _apart(of, weight, column)
    shares = {race.parties[party]: _range(votes[party], variances[party], expected) for party in parties}
    variance = sum(_variance(of.turnout, np.where(of.known, 0, of.valid / PERCENT), -1, of.spread) for of in to_come)
    valid = sum(float(of.valid.sum()) for of in to_come)
    return (shares if expected else {}), project_turnout(race, evidence, valid, sqrt(variance))


def _variance(posterior: Posterior, weight: Floats, column: int, spread: float) -> float:
    """Give the variance of a weighted sum over areas of the change of a column."""
    together = ((weight @ posterior.factor) ** 2).sum()
    alone = ((weight * posterior.own) ** 2).sum()
    return float((together + alone) * posterior.residual[column, column]) * spread**2


def _apart(to_come: VotesToCome, weight: Floats, column: int) -> float:
    """Give the variance of the same sum that the methods' disagreement adds."""
    return 0.0 if to_come.apart is None else float(((to_come.apart[:, :, column] @ weight) ** 2).sum())


def _range(votes: float, variance: float, of: float) -> Range:
    reach = REACH * sqrt(variance)
    low, median, high = (min(max(part / max(of, 1.0), 0.0), 1.0) for part in (votes - reach, votes, votes + reach))
    return Range(round(low, PLACES), round(median, PLACES), round(high, PLACES))

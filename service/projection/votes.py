"""The votes of the whole body, as they are likely to be: shares of parties, and the turnout."""

from dataclasses import dataclass

import numpy as np

from service.projection.chance import Source
from service.projection.draws import Common
from service.projection.posterior import Posterior
from service.projection.projected import Range, range_of
from service.projection.race import Bools, Evidence, Floats, Race
from service.projection.systems import System


@dataclass(frozen=True, slots=True, eq=False)
class VotesToCome:
    """The areas of a system where papers are still to be counted.

    `mean` (areas x columns) are the shares of those papers in points, `valid` how many valid ones there will be, and
    `known` whether verified papers say so.
    """

    system: System
    mean: Floats
    valid: Floats
    known: Bools
    posterior: Posterior
    common: Common


def project_votes(
    race: Race, evidence: Evidence, systems: list[VotesToCome], draws: int, source: Source
) -> tuple[dict[str, Range], Range | None]:
    """Draw the share of each party that is modelled by itself, and the turnout (None: the electorate is not known).

    votes_j = counted_j + sum over areas to come of valid (mean_j + factor G_j + own E_j), of which the last part, the
    sum of what each area has for itself, is drawn as one normal number.
    """
    modelled = {int(party) for to_come in systems for party in to_come.system.parties}
    counted = evidence.votes.sum(axis=0).astype(np.float64)
    totals = {party: np.full(draws, counted[party]) for party in sorted(modelled)}
    valid = np.full(draws, float(counted.sum()))
    expected = float(counted.sum())
    for to_come in systems:
        expected += float(to_come.valid.sum())
        for column, party in enumerate(to_come.system.parties):
            totals[int(party)] += _votes_of(to_come, column, source, draws)
        valid += to_come.valid.sum() + _turnout_deviation(to_come, source, draws)
    shares = {
        race.parties[party]: range_of(np.clip(total / max(expected, 1.0), 0, 1)) for party, total in totals.items()
    }
    electorate = int(race.electorate.sum())
    return shares, range_of(valid / electorate) if (race.electorate > 0).all() else None


def _votes_of(to_come: VotesToCome, column: int, source: Source, draws: int) -> Floats:
    weight = to_come.valid / 100
    return np.asarray(weight @ to_come.mean[:, column] + _deviation(to_come, weight, column, source, draws))


def _turnout_deviation(to_come: VotesToCome, source: Source, draws: int) -> Floats:
    weight = np.where(to_come.known, 0, to_come.valid / 100)
    return _deviation(to_come, weight, -1, source, draws)


def _deviation(to_come: VotesToCome, weight: Floats, column: int, source: Source, draws: int) -> Floats:
    posterior = to_come.posterior
    together = (weight @ posterior.factor) @ to_come.common.by_column[column]
    own = np.sqrt(((weight * posterior.own) ** 2).sum() * posterior.residual[column, column])
    return np.asarray(together + own * source.normal((draws,)))

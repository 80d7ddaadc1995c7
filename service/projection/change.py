"""The change of every column of a race on last time, from the areas that are in: what several models begin with."""

import numpy as np

from service.projection.kernel import Traits, covariance
from service.projection.model import PERCENT, SMALL_RESIDUAL, SMALL_SHARE_POINTS
from service.projection.parameters import Parameters
from service.projection.posterior import Observations, Posterior, condition
from service.projection.race import Bools, Evidence, Floats, Race, codes_of, shares_of


def expect_change(
    race: Race, evidence: Evidence, asked: Bools, standing: Bools, parameters: Parameters
) -> tuple[Floats, Posterior]:
    """Give the mean shares of the areas asked (areas x columns, in points) and the posterior they come with.

    `standing` says where a column stands, as far as that tells areas apart. The posterior has one column more: the
    change of the number of valid votes, in log points.
    """
    last = shares_of(race.last_votes) * PERCENT
    traits = Traits(
        last=last,
        left=np.zeros(len(last)),
        standing=standing,
        incumbent=race.incumbent,
        country=codes_of(race.country),
        region=codes_of(race.region),
        holder=race.holder,
    )
    observed = evidence.observed
    outstanding = evidence.outstanding[observed]
    valid = evidence.votes.sum(axis=1)[observed] / (1 - outstanding)
    more_valid = PERCENT * np.log(valid / race.last_votes.sum(axis=1)[observed])
    always = np.ones((len(outstanding), 1), dtype=np.bool_)
    seen = Observations(
        rows=observed,
        change=np.column_stack([(shares_of(evidence.votes) * PERCENT - last)[observed], more_valid]),
        noise=parameters.partial * outstanding / (1 - outstanding),
        standing=np.column_stack([(race.standing | (last > 0))[observed], always]),
    )
    small = np.append(last.mean(axis=0) < SMALL_SHARE_POINTS, False)
    residual = np.where(small, SMALL_RESIDUAL, 1.0) * parameters.residual_points
    posterior = condition(covariance(traits, parameters.kernel), seen, asked, residual, parameters.freedom)
    return np.asarray(last[asked] + posterior.mean[:, :-1]), posterior

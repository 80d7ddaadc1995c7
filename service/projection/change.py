"""The change of every column of a race on last time, from the areas that are in: what several models begin with."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.kernel import Traits, covariance
from service.projection.model import PERCENT, SMALL_RESIDUAL, SMALL_SHARE_POINTS
from service.projection.parameters import Parameters
from service.projection.posterior import Observations, Posterior, condition
from service.projection.race import Bools, Evidence, Floats, Race, codes_of, shares_of
from service.projection.swings import within_bounds

LARGE_POINTS: Final = 14.0
"""A party with less moves in proportion: from area to area the changes of candidates and lists in London in 2021 that
had 0.1 to 12 points lay apart by 0.16 to 0.29 of what they had (root mean square), those of the large by 3.5 points."""
LEAST_POINTS: Final = 0.1
"""Nobody is taken to be smaller: who had nothing may yet have something."""
CITY_RESIDUAL: Final = 0.8
"""Areas that elect together are several seats of a parliament each, and less unlike than those are. Chosen on London's
elections of 2021 and its general elections of 2010 to 2019, their seats put together into the Assembly's fourteen
constituencies, played in random orders with 4 to 13 of them in: of ranges 94 to 98 % held, with 1 more, and wider."""


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What is expected of the areas asked: mean shares of all their votes (areas x columns, in points).

    `posterior` is the change in units of `scale` (areas x columns). It may have one column more: the change of the
    number of valid votes, in log points. `alike` (areas x areas) is the covariance that it was conditioned on.
    """

    mean: Floats
    scale: Floats
    posterior: Posterior
    alike: Floats


def scale_of(last: Floats, now: Floats, observed: Bools, *, least_points: float = LEAST_POINTS) -> Floats:
    """Give how far a share may move, of how far a large party's may: 0 to 1, areas x columns, from shares in points.

    scale = (last + what was gained on average where it is in) / 14, 1 at most. So a party that falls does so in
    proportion to what it had, one that rises or is new by much the same everywhere. Nobody is taken to be smaller than
    `least_points`.
    """
    gained = np.zeros(last.shape[1])
    if observed.any():
        gained = np.maximum((now - last)[observed].mean(axis=0), 0)
    return np.asarray(np.clip((last + gained) / LARGE_POINTS, least_points / LARGE_POINTS, 1))


def _alike(race: Race, standing: Bools, parameters: Parameters) -> Floats:
    """Give how alike the areas change; `standing` says where a column stands, as far as that tells areas apart."""
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
    return covariance(traits, parameters.kernel)


def noise_of(outstanding: Floats, parameters: Parameters) -> Floats:
    """Give the variance that the order of counting adds to what is in, in units of an area's residual variance."""
    return np.asarray(parameters.partial * outstanding / (1 - outstanding))


def too_few(evidence: Evidence, needed: int, parameters: Parameters, *, areas: str = "areas") -> str | None:
    """Say that too few areas are in, if so: one counted in part is so much of an area as it says of the others."""
    weights = 1 / (1 + noise_of(evidence.outstanding[evidence.observed], parameters))
    # Rounded, so that areas counted in full are whole ones in whatever order they are added up.
    seen = round(float(weights.sum()), 6)
    if seen >= needed:
        return None
    part = ", those counted in part counted in part" if (weights < 1).any() else ""
    return f"too few {areas}: {int(seen)} of {len(evidence.outstanding)} are in with figures{part}, {needed} are needed"


def expect_change(
    race: Race,
    evidence: Evidence,
    asked: Bools,
    standing: Bools,
    parameters: Parameters,
    scale: Floats | None = None,
) -> Expected:
    """Say what the areas asked will come to, from the change on last time of those that are in.

    An area counted in part may be both. `scale` is 1 for all unless it is given; small parties move less then.
    """
    last = shares_of(race.last_votes) * PERCENT
    observed = evidence.observed
    outstanding = evidence.outstanding[observed]
    valid = evidence.votes.sum(axis=1)[observed] / (1 - outstanding)
    more_valid = PERCENT * np.log(valid / race.last_votes.sum(axis=1)[observed])
    always = np.ones((len(outstanding), 1), dtype=np.bool_)
    if scale is None:
        small = last.mean(axis=0) < SMALL_SHARE_POINTS
        scale = np.ones_like(last)
        residual = np.append(np.where(small, SMALL_RESIDUAL, 1.0), 1.0)
    else:
        residual = np.full(last.shape[1] + 1, CITY_RESIDUAL)
    seen = Observations(
        rows=observed,
        change=np.column_stack([((shares_of(evidence.votes) * PERCENT - last) / scale)[observed], more_valid]),
        noise=noise_of(outstanding, parameters),
        standing=np.column_stack([(race.standing | (last > 0))[observed], always]),
    )
    alike = _alike(race, standing, parameters)
    posterior = condition(alike, seen, asked, residual * parameters.residual_points, parameters.freedom)
    mean = np.asarray(last[asked] + scale[asked] * posterior.mean[:, :-1])
    return Expected(mean, scale[asked], posterior, alike)


def still_to_come(mean: Floats, counted: Floats, part: Floats, standing: Bools) -> Floats:
    """Give the shares of what is still to come, a `part` of each area, where all its votes come to `mean` (in points).

    What is `counted` (shares in points) stays: of the rest nobody has less than nothing. Where a part is 0 there is
    no rest, and what is said of it means nothing.
    """
    left = np.where(part > 0, part, 1.0)[:, None]
    return within_bounds(counted + (mean - counted) / left, standing)

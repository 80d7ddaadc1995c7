"""A projected national share: how the country would have voted, had it voted everywhere as it did where it voted.

Local elections are held in some places only, other ones each year. What changed where they were held, told apart by
what kind of place it is, is carried to the places where there were none.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.chance import Source
from service.projection.projected import LEVEL, PLACES, Range
from service.projection.race import Floats, Ints

RIDGE: Final = 1.0
"""Pulls what is said of kinds of places towards none: worth one ward a standard deviation away."""
AUTHORITIES_MIN: Final = 10
"""Fewer authorities than this cannot be resampled honestly."""
AUTHORITY_WARDS: Final = 3.0
"""An authority whose effect is known from so many wards is believed by half."""


@dataclass(frozen=True, slots=True, eq=False)
class Wards:
    """Wards that voted: change in share since the base (wards x parties, in points), traits, authority.

    `traits` (wards x traits) are what kind of place it is: shares at the base, region, type. `authority` is its
    position among all authorities of the country.
    """

    change: Floats
    traits: Floats
    authority: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Country:
    """All authorities, those without elections too: their traits, and their votes at a general election as weights.

    `base_share` (parties, 0 to 1) is the national share that change is measured from.
    """

    traits: Floats
    votes: Ints
    base_share: Floats


def project_national_share(
    wards: Wards, country: Country, parties: tuple[str, ...], *, seed: int, draws: int = 1_000
) -> dict[str, Range] | None:
    """Project the share of each party; None where too few authorities have voted.

    change_wp = alpha_p + beta_p . traits_w + u_ap + e_wp,  share_p = base_p + sum over authorities of
    w_a (alpha_p + beta_p . traits_a + u_ap), w their part of the votes, u the mean residual of an authority's wards
    shrunk by n / (n + 3) and 0 where nothing was held. The range is a bootstrap over authorities, since the wards of
    one move together.
    """
    voted = np.unique(wards.authority)
    if len(voted) < AUTHORITIES_MIN:
        return None
    middle = _share(wards, country, np.ones(len(wards.authority)))
    source = Source(seed)
    picked = source.positions(len(voted), (draws, len(voted)))
    drawn = np.empty((draws, len(parties)))
    for number, sample in enumerate(picked):
        times = np.bincount(voted[sample], minlength=len(country.votes))
        drawn[number] = _share(wards, country, times[wards.authority].astype(np.float64))
    low, high = np.quantile(drawn, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
    return {
        party: Range(
            *(round(min(max(float(share), 0.0), 1.0), PLACES) for share in (low[column], middle[column], high[column]))
        )
        for column, party in enumerate(parties)
    }


def _share(wards: Wards, country: Country, times: Floats) -> Floats:
    """Project the share with each ward taken so many times."""
    centre = np.average(wards.traits, axis=0, weights=times)
    scale = np.maximum(wards.traits.std(axis=0), np.finfo(np.float64).eps)
    traits = (wards.traits - centre) / scale
    design = np.column_stack([np.ones(len(traits)), traits])
    penalty = RIDGE * np.diag([0.0, *np.ones(traits.shape[1])])
    beta = np.linalg.solve(design.T @ (design * times[:, None]) + penalty, design.T @ (wards.change * times[:, None]))
    residual = (wards.change - design @ beta) * times[:, None]
    size = len(country.votes)
    number = np.bincount(wards.authority, weights=times, minlength=size)
    summed = np.stack([np.bincount(wards.authority, weights=column, minlength=size) for column in residual.T], axis=1)
    effect = summed / (number + AUTHORITY_WARDS)[:, None]
    expected = np.column_stack([np.ones(size), (country.traits - centre) / scale]) @ beta + effect
    weights = country.votes / country.votes.sum()
    return np.asarray(country.base_share + weights @ expected / 100)

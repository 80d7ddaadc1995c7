"""A projected national share: how the country would have voted, had it voted everywhere as it did where it voted.

Local elections are held in some places only, other ones each year. What changed where they were held, told apart by
what kind of place it is, is carried to the places where there were none.

The structure is that of the shares which broadcasters project after local elections: change by kind of place and
authority, weighed by votes at a general election. Tested is that ranges hold a made-up country's truth, and London's
shares of 2022 from ten boroughs on, as published and as its votes add up. Not tested is any published share of Great
Britain: no folder on record has wards of the whole country.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.chance import Source
from service.projection.projected import LEVEL, PLACES, Range
from service.projection.race import Floats, Ints

PERCENT: Final = 100.0
RIDGE: Final = 1.0
"""Pulls what is said of kinds of places towards none: worth one ward a standard deviation away."""
AUTHORITIES_MIN: Final = 10
"""Fewer authorities than this cannot be resampled honestly."""
AUTHORITY_WARDS: Final = 3.0
"""An authority whose effect is known from so many wards is believed by half, unless they are all it has."""
TINY: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Wards:
    """Wards that are in: change in share since the base (wards x parties, in points), traits, authority, votes cast.

    `traits` (wards x traits) are what kind of place it is: shares at the base, region, type. `authority` is its
    position among all authorities of the country. `votes` say how much a ward counts beside others of its authority.
    `part` (authorities of the country, 0 to 1) is how many of all that an authority has are in.
    """

    change: Floats
    traits: Floats
    authority: Ints
    votes: Ints
    part: Floats


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
    w_a (alpha_p + beta_p . traits_a + u_ap), w their part of the votes, u the mean residual of an authority's n wards
    shrunk by n / (n + 3 (1 - part in)) and 0 where nothing was held. The range is a bootstrap over authorities, since
    the wards of one move together; in each draw an authority where nothing was held has the effect of one where it was.
    Of an authority only what is not in is in doubt, so that with every ward of the country in there is one number.
    """
    voted = np.unique(wards.authority)
    if len(voted) < AUTHORITIES_MIN:
        return None
    source = Source(seed)
    picked = source.positions(len(voted), (draws, len(voted)))
    times = np.zeros((draws + 1, len(voted)))
    times[0] = 1  # everybody once: the middle
    for draw, sample in enumerate(picked, start=1):
        times[draw] = np.bincount(sample, minlength=len(voted))
    shares, effects = _shares(wards, country, voted, times)
    others = np.setdiff1d(np.arange(len(country.votes)), voted)
    likened = source.positions(len(voted), (draws, len(others)))
    of_others = effects[1 + np.arange(draws)[:, None], likened]
    weights = country.votes[others] / country.votes.sum()
    shares[1:] += np.einsum("a,dap->dp", weights, of_others - effects[1:].mean(axis=1, keepdims=True)) / PERCENT
    # A handful of authorities tells less of how unlike they are than it seems: one is gone for each thing told apart.
    free = max(len(voted) - 1 - wards.traits.shape[1], 1)
    reached = shares[0] + (shares[1:] - shares[0]) * np.sqrt(len(voted) / free)
    low, high = np.quantile(reached, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
    return {
        party: Range(
            *(
                round(min(max(float(share), 0.0), 1.0), PLACES)
                for share in (low[column], shares[0, column], high[column])
            )
        )
        for column, party in enumerate(parties)
    }


def _shares(wards: Wards, country: Country, voted: Ints, times: Floats) -> tuple[Floats, Floats]:
    """Project the shares (draws x parties) with each authority that voted taken so many `times` (draws x voted).

    With them come the authorities' own effects (draws x voted x parties, in points), of those taken at all.

    An authority enters the least squares by its wards' sums alone, so that a draw is one small system of equations.
    """
    centre, scale = wards.traits.mean(axis=0), np.maximum(wards.traits.std(axis=0), np.finfo(np.float64).eps)
    design = np.column_stack([np.ones(len(wards.traits)), (wards.traits - centre) / scale])
    everywhere = np.column_stack([np.ones(len(country.votes)), (country.traits - centre) / scale])
    rows = [np.flatnonzero(wards.authority == authority) for authority in voted]
    counts = [(wards.votes[of] / wards.votes[of].mean())[:, None] for of in rows]
    squares = np.array([design[of].T @ (count * design[of]) for of, count in zip(rows, counts, strict=True)])
    products = np.array([design[of].T @ (count * wards.change[of]) for of, count in zip(rows, counts, strict=True)])
    totals = np.array([(count * wards.change[of]).sum(axis=0) for of, count in zip(rows, counts, strict=True)])
    lines = np.array([(count * design[of]).sum(axis=0) for of, count in zip(rows, counts, strict=True)])
    penalty = RIDGE * np.diag([0.0, *np.ones(wards.traits.shape[1])])
    beta = np.linalg.solve(
        np.einsum("da,aij->dij", times, squares) + penalty, np.einsum("da,aip->dip", times, products)
    )
    number = times * np.array([len(of) for of in rows])
    left = 1 - wards.part
    shrunk = times / (number + np.maximum(AUTHORITY_WARDS * left[voted], TINY))
    effect = (totals - np.einsum("ai,dip->dap", lines, beta)) * shrunk[:, :, None]
    weights = country.votes / country.votes.sum()
    change = np.einsum("ai,dip->dap", everywhere, beta)
    change[:, voted] += effect
    change = change[0] + left[:, None] * (change - change[0])
    shares = country.base_share + np.einsum("a,dap->dp", weights, change) / PERCENT
    return np.asarray(shares), effect

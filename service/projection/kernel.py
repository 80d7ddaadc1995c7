"""How alike two areas change from one election to the next: the covariance of the model, before any count."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.parameters import Kernel
from service.projection.race import Bools, Floats, Ints

SCALE_MIN_POINTS: Final = 3.0
"""A party whose shares hardly differ between areas says nothing about how alike they are."""
TEN_POINTS: Final = 10.0
LARGEST_PARTIES: Final = 2
"""Others are smaller ones: what becomes of them where they are strong is as much the place's own matter."""
TURN_MIN_POINTS: Final = 2.0
"""The same for how a party's shares changed last time."""


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What is known of the areas of a system before the night: shares last time in points, and who stands.

    `left` are the points of parties that are pooled with others and no longer stand; `last` is without them. `turned`
    is by how many points each share changed last time, less the mean of the areas where that is on record; 0 where not.
    """

    last: Floats
    left: Floats
    standing: Bools
    incumbent: Bools
    country: Ints
    region: Ints
    holder: Ints
    turned: Floats | None = None


def covariance(traits: Traits, kernel: Kernel) -> Floats:
    """Give the covariance of change between areas (areas x areas), in units of the residual variance of one area.

    K = constant + country [same country] + region [same region] + holder [same holder] + linear z.z'/J
        + smooth exp(-|z - z'|^2 / (2 length^2)) (1/2 + 1/2 [same country]) + withdrawn w.w' + entered e.e'
        + incumbent s.s' + again t.t'/J

    z are the J shares of last time, less their mean, over their standard deviation; w the shares (in tens of points)
    of parties that no longer stand, e is 1 for each that stands anew, s for each whose sitting member stands again, t
    how the shares changed last time, over the standard deviation of that.
    """
    z = (traits.last - traits.last.mean(axis=0)) / np.maximum(traits.last.std(axis=0), SCALE_MIN_POINTS)
    products = z @ z.T
    lengths = np.diagonal(products)
    apart = np.maximum(lengths[:, None] + lengths[None, :] - 2 * products, 0)
    country = _same(traits.country)
    withdrawn = np.column_stack([np.where(traits.standing, 0, traits.last), traits.left]) / TEN_POINTS
    entered = (traits.standing & (traits.last <= 0)).astype(np.float64)
    incumbent = traits.incumbent.astype(np.float64)
    smooth = np.exp(apart * (-0.5 / kernel.length**2)) * (0.5 + 0.5 * country)
    turned = np.zeros_like(z)
    if traits.turned is not None:
        turned = traits.turned / np.maximum(traits.turned.std(axis=0), TURN_MIN_POINTS)
    return np.asarray(
        kernel.constant
        + kernel.country * country
        + kernel.region * _same(traits.region)
        + kernel.holder * _same(traits.holder)
        + kernel.linear / z.shape[1] * products
        + kernel.smooth * smooth
        + kernel.withdrawn * (withdrawn @ withdrawn.T)
        + kernel.entered * (entered @ entered.T)
        + kernel.incumbent * (incumbent @ incumbent.T)
        + kernel.again / z.shape[1] * (turned @ turned.T)
    )


def strongholds(traits: Traits) -> Floats:
    """Give by how many tens of points one of the smaller parties was above its mean in the country, area by area.

    The most that one of them was; 0 where none was. All are smaller but the `LARGEST_PARTIES` with the highest mean.
    """
    above = np.zeros_like(traits.last)
    for code in np.unique(traits.country):
        there = traits.country == code
        above[there] = traits.last[there] - traits.last[there].mean(axis=0)
    above[:, np.argsort(-traits.last.mean(axis=0), kind="stable")[:LARGEST_PARTIES]] = 0
    return np.asarray(np.maximum(above.max(axis=1), 0) / TEN_POINTS)


def _same(codes: Ints) -> Floats:
    return np.asarray(codes[:, None] == codes[None, :], dtype=np.float64)

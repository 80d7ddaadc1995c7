"""The methods that a projection is stacked with and measured against. All predict shares, in points, row by row."""

import numpy as np

from service.projection.race import Bools, Floats, Ints


def uniform_swing(last: Floats, now: Floats, weight: Floats) -> Floats:
    """Add the mean change of the areas that are in to every area.

    share = last + mean of (now - last), last and now being areas x columns in points, and each area's `weight` 1 where
    it is in, less where it is counted in part, 0 where nothing is.
    """
    return np.asarray(last + weight @ (now - last) / weight.sum())


def uniform_swing_by_country(last: Floats, now: Floats, weight: Floats, country: Ints) -> Floats:
    """Add the mean change of the areas that are in of the same country; of all, where none of it is."""
    predicted = uniform_swing(last, now, weight)
    for code in np.unique(country[weight > 0]):
        there = country == code
        predicted[there] = uniform_swing(last[there], now[there], weight[there])
    return predicted


def proportional_swing(last: Floats, now: Floats, weight: Floats) -> Floats:
    """Multiply every share by what the party's share was multiplied by in the areas that are in and it stood twice."""
    both = weight[:, None] * ((last > 0) & (now > 0))
    before = (both * last).sum(axis=0)
    after = (both * now).sum(axis=0)
    ratio = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    return np.asarray(last * ratio)


def no_change(last: Floats) -> Floats:
    """Predict last time's shares."""
    return last.copy()


def votes_so_far(now: Floats, observed: Bools) -> Floats:
    """Predict for every area the mean share of the observed ones: what a screen that only adds up suggests."""
    return np.broadcast_to(now[observed].mean(axis=0), now.shape).copy()


def within_bounds(points: Floats, standing: Bools) -> Floats:
    """Make shares of them: nothing for who does not stand, nothing below zero, 100 points in all."""
    kept = np.where(standing, np.maximum(points, 0), 0)
    totals = kept.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(100 * kept, totals, out=np.zeros_like(kept), where=totals > 0))

"""What was expected before the count, taken as one more observation: the mean change of many areas, and its error.

An exit poll moves what is expected of every area, and makes it surer, as far as it is sure of itself. The areas that
come in outweigh it: a wrong one is overcome as any other misleading observation.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from service.projection.posterior import Observations, Posterior, condition
from service.projection.race import Bools, Floats, Prior
from service.projection.systems import System

PERCENT: Final = 100.0
TINY: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """A mean change (columns, in points) that was expected of a system, each area's `weight` in it, and its error."""

    change: Floats
    weight: Floats
    error_points: float


def change_expected(
    prior: Prior | None, system: System, last: Floats, valid: Floats, *, widened: float
) -> Expected | None:
    """Give what a prior expects of a system; None without one, or where most of its areas are in another system.

    `last` (areas x columns) are the system's shares of last time in points, `valid` its votes by area. Columns that
    the prior says nothing of share what is left as last time. What comes of it is to be `widened` by so much, which
    the prior's own error does not need.
    """
    if prior is None:
        return None
    there = prior.areas[system.rows]
    if 2 * int(there.sum()) <= int(prior.areas.sum()):
        return None
    weight = np.asarray(valid * there / (valid * there).sum())
    before = weight @ last
    now = np.append(prior.share_points[system.parties], np.nan)
    unsaid = np.isnan(now)
    left = max(PERCENT - float(now[~unsaid].sum()), 0.0)
    now[unsaid] = before[unsaid] * left / max(float(before[unsaid].sum()), TINY)
    return Expected(now - before, weight, prior.error_points / widened)


def condition_with(
    expected: Expected | None,
    covariance: Floats,
    seen: Observations,
    asked: Bools,
    residual_points: Floats,
    freedom: float,
) -> Posterior:
    """Condition the process on what is seen and on a prior; the turnout, its last column, on what is seen alone.

    With w the areas' weights and r an area's residual, the mean change has covariance K w + w with the areas, and
    variance w.K w + w.w + (error / r)^2, in units of r^2.
    """
    alone = condition(covariance, seen, asked, residual_points, freedom)
    if expected is None:
        return alone
    weight = expected.weight
    across = covariance @ weight + weight
    wider = np.block([[covariance, across[:, None]], [across[None, :], np.array([[weight @ across]])]])
    row = np.append(expected.change, 0.0)[None, :]
    error = (expected.error_points / float(residual_points.max())) ** 2
    both = condition(
        wider,
        Observations(
            rows=np.append(seen.rows, True),
            change=np.vstack([seen.change, row]),
            noise=np.append(seen.noise, error - 1),
            standing=np.vstack([seen.standing, np.ones_like(row, dtype=np.bool_)]),
        ),
        np.append(asked, False),
        residual_points,
        freedom,
    )
    mean = both.mean.copy()
    mean[:, -1] = alone.mean[:, -1]
    # What all areas have in common is surer of the shares than of the turnout, of which the prior says nothing.
    scale = np.ones(mean.shape[1])
    scale[-1] = np.sqrt(_variance(alone) / max(_variance(both), TINY))
    residual = both.residual * np.outer(scale, scale)
    residual[-1, -1] = alone.residual[-1, -1] * scale[-1] ** 2
    return replace(both, mean=mean, residual=residual)


def _variance(posterior: Posterior) -> float:
    """Give the variance of the areas' mean change, in units of the residual variance of one area."""
    together = posterior.factor.mean(axis=0) ** 2
    return float(together.sum() + (posterior.own**2).sum() / max(len(posterior.own), 1) ** 2)

"""What the areas that are in say about those that are not: a matrix-t process on the change in share."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from service.projection.race import Bools, Floats, Ints

RANK_MAX: Final = 24
"""Directions in which what the areas have in common is drawn; the rest of each area's variance is its own."""
ROUNDING: Final = 1e-9
"""Points squared: less variance than this is none."""
PIVOT_MIN: Final = 0.005
"""Below this part of a residual variance nothing common is left worth drawing."""
TURNS: Final = 2
"""How often a direction is turned towards where most is left: after two, more turns hardly find more."""


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """The areas with figures: which, their change in points (areas x columns), and the variance counting adds to each.

    `standing` says where a column stands now or stood last time, since only there its residual can be seen. `alone` is
    the variance of each one's own residual where that is not 1 for all; `noise` includes what it is above 1.
    """

    rows: Bools
    change: Floats
    noise: Floats
    standing: Bools
    alone: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Change in points of the areas asked about, given the observations.

    change = mean + (factor G + own E) L',  L L' = residual, G and E standard normal or nearly: `factor` (areas x rank)
    is what they have in common, `own` (areas) the standard deviation of what each has for itself, `residual` (columns x
    columns) the covariance between columns in points squared, known as well as from `freedom` areas.
    """

    mean: Floats
    factor: Floats
    own: Floats
    residual: Floats
    freedom: float

    def of(self, rows: Ints) -> "Posterior":
        """Give the same for some of the areas."""
        return replace(self, mean=self.mean[rows], factor=self.factor[rows], own=self.own[rows])

    def wider(self, reach: float, own: Floats) -> "Posterior":
        """Give the same with the deviations of what the areas have in common, and of each area's own, multiplied."""
        return replace(self, factor=self.factor * reach, own=self.own * own)


def condition(
    covariance: Floats, seen: Observations, asked: Bools, residual_points: Floats, freedom: float
) -> Posterior:
    """Condition the process on what is seen, for the areas asked about; an area counted in part may be both.

    With O the observed areas, U those asked, D the noise, and C the observed change:
    The residual of each column is taken to be `residual_points` before the night says, as if from `freedom` areas.
    W = K_OO + I + D,  mean = K_UO inv(W) C,  V = K_UU - K_UO inv(W) K_OU.
    For an area that is both, K_UO has its own residual's variance as well, and the change asked for is that of all its
    votes: with d of it noise, d / (1 + d) of its own residual is left.
    """
    observed = np.flatnonzero(seen.rows)
    wanted = np.flatnonzero(asked)
    within = covariance[np.ix_(observed, observed)] + np.diag(1 + seen.noise)
    before = np.ones(len(asked))
    if seen.alone is not None:
        before[observed] = seen.alone
    # Figures of an area counted in part are about its own residual as well.
    across = covariance[np.ix_(wanted, observed)] + (wanted[:, None] == observed[None, :]) * before[observed]
    solved = np.linalg.solve(within, np.column_stack([seen.change, across.T]))
    columns = seen.change.shape[1]
    weights, gains = solved[:, :columns], solved[:, columns:]
    left_open = before.copy()
    left_open[observed] *= (1 + seen.noise - before[observed]) / (1 + seen.noise)
    own = left_open[wanted]
    common = covariance[np.ix_(wanted, wanted)] - across @ gains
    common[np.diag_indices(len(wanted))] += before[wanted] - own
    factor, left = common_factor(common)
    return Posterior(
        mean=np.asarray(across @ weights),
        factor=factor,
        own=np.sqrt(own + left),
        residual=_residual(seen, weights, residual_points, freedom),
        freedom=freedom + len(observed),
    )


def common_factor(matrix: Floats) -> tuple[Floats, Floats]:
    """Write a covariance M as F F' + diag(left), F of no more than `RANK_MAX` columns.

    With R = M - F F' what is left so far, the next column is R w / sqrt(w'R w), after which nothing is left of w'R w.
    The first w is all areas alike, so that the variance of their sum is kept whole; it is what moves seats most. Each
    later w is the area of which most is left, turned `TURNS` times towards the directions in which that is so for many
    together, w -> R w. Unlike eigenvectors, these columns have no sign or order left to the library's choice.
    """
    size = len(matrix)
    left = np.maximum(np.diagonal(matrix), 0).copy()
    factor = np.zeros((size, RANK_MAX))
    for rank in range(min(RANK_MAX, size)):
        pivot = int(left.argmax())
        if left[pivot] < PIVOT_MIN:
            return factor[:, :rank], left
        drawn = factor[:, :rank]
        direction = np.ones(size) if rank == 0 else (np.arange(size) == pivot).astype(np.float64)
        for _ in range(TURNS if rank else 0):
            direction = matrix @ direction - drawn @ (drawn.T @ direction)
            direction /= np.sqrt(direction @ direction)
        column = matrix @ direction - drawn @ (drawn.T @ direction)
        variance = float(direction @ column)
        if variance < ROUNDING:
            return factor[:, :rank], left
        # A remainder that lost its variance to rounding has no covariance either.
        factor[:, rank] = np.where(left > 0, column / np.sqrt(variance), 0)
        left = np.maximum(left - factor[:, rank] ** 2, 0)
    return factor, left


def root_of(covariance: Floats) -> Floats:
    """Give a lower triangular L with L L' = covariance, which may be singular: rows without variance stay zero."""
    size = len(covariance)
    lower = np.zeros((size, size))
    for column in range(size):
        rest = covariance[column, column] - lower[column, :column] @ lower[column, :column]
        if rest > ROUNDING:
            lower[column, column] = np.sqrt(rest)
            below = covariance[column + 1 :, column] - lower[column + 1 :, :column] @ lower[column, :column]
            lower[column + 1 :, column] = below / lower[column, column]
    return lower


def _residual(seen: Observations, weights: Floats, before: Floats, freedom: float) -> Floats:
    """Estimate the covariance between columns: (v0 S0 + C' inv(W) C) / (v0 + n), n counted column by column.

    Where a column does not stand its change is no evidence that it is steady: with n_j areas where it does, the
    estimate is scaled by 1 / sqrt((v0 + n_j)(v0 + n_k)), which leaves it a covariance.
    """
    scale = 1 / np.sqrt(freedom + seen.standing.sum(axis=0))
    total = freedom * np.diag(before**2) + seen.change.T @ weights
    return np.asarray((total + total.T) / 2 * np.outer(scale, scale))

"""Draw how the night may end: who wins each area that is not declared, many times over, by the most votes.

Only differences between parties that can win decide an area, so only those are drawn: for most areas one number.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.chance import Source, on_grid
from service.projection.posterior import Posterior
from service.projection.race import Bools, Floats, Ints

CONTENDERS_MAX: Final = 4
REACH: Final = 4.5
"""A party so many standard deviations behind the first does not contend: less than one draw in 10,000."""
BATCH: Final = 2_500
"""Draws made at a time, so that they stay in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Areas of a system that are still open, as they are to be drawn.

    `mean` (areas x columns) in points; `party` (areas x columns) is who takes the seat where the column wins; `share`
    (areas) is how much of the area is still to count, which is how much of the posterior's uncertainty is left.
    """

    mean: Floats
    standing: Bools
    party: Ints
    share: Floats
    posterior: Posterior
    spread: float


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """What the areas have in common, drawn: for each column a table of rank x draws, in points."""

    by_column: Floats


def draw_common(posterior: Posterior, spread: float, draws: int, source: Source) -> Common:
    """Draw what the areas have in common: G L' with the scale of each draw by how well the residual is known.

    The scale sqrt(v / chi2_v) is by Wilson and Hilferty's cube root.
    """
    rank, columns = posterior.factor.shape[1], len(posterior.residual)
    lower = on_grid(_root(posterior.residual))
    ninth = 2 / (9 * posterior.freedom)
    scale = spread * (1 - ninth + source.normal((draws,)) * np.sqrt(ninth)) ** -1.5
    drawn = source.normal((columns, rank * draws))
    tables = (lower @ drawn).reshape(columns, rank, draws)
    return Common(on_grid(tables * on_grid(scale)))


def draw_wins(outlook: Outlook, common: Common, source: Source, seats: Ints) -> Ints:
    """Draw the winner of each open area; draws of different areas share what they have in common.

    Adds what was drawn to `seats` (parties x draws), and gives in how many draws each area went to each column.
    """
    draws = seats.shape[1]
    wins = np.zeros(outlook.mean.shape, dtype=np.int64)
    for contenders, rows in _contests(outlook):
        for start in range(0, draws, BATCH):
            batch = slice(start, min(start + BATCH, draws))
            won = _draw_contest(outlook, common, contenders, rows, batch, source)
            for column, taken in zip(contenders, won, strict=True):
                wins[rows, column] += np.add.reduce(taken, axis=1, dtype=np.int64)
                takers = outlook.party[rows, column]
                for party in np.unique(takers):
                    seats[party, batch] += np.add.reduce(taken[takers == party], axis=0, dtype=np.int64)
    return wins


def _contests(outlook: Outlook) -> list[tuple[tuple[int, ...], Ints]]:
    """Group the open areas by who can win them, the likeliest first."""
    posterior, mean = outlook.posterior, np.where(outlook.standing, outlook.mean, -np.inf)
    common = (posterior.factor**2).sum(axis=1) * outlook.spread**2
    variance = (common + posterior.own**2) * outlook.share**2
    groups: dict[tuple[int, ...], list[int]] = {}
    between = _between(posterior.residual)
    for row, points in enumerate(mean):
        first = int(points.argmax())
        behind = points[first] - points
        reach = REACH * np.sqrt(variance[row] * between[first])
        order = np.argsort(behind, kind="stable")[:CONTENDERS_MAX]
        contenders = tuple(int(column) for column in order if column == first or behind[column] < reach[column])
        groups.setdefault(contenders, []).append(row)
    return [(contenders, np.array(rows)) for contenders, rows in sorted(groups.items())]


def _between(residual: Floats) -> Floats:
    """Variance of the difference between each two columns."""
    variances = np.diagonal(residual)
    return np.asarray(np.maximum(variances[:, None] + variances[None, :] - 2 * residual, 0))


def _draw_contest(
    outlook: Outlook, common: Common, contenders: tuple[int, ...], rows: Ints, batch: slice, source: Source
) -> list[Bools]:
    """Draw areas with the same contenders: for each contender, in which areas and draws it wins.

    The lead of the first contender over each other is mean + factor (G_first - G_other) + own (E_first - E_other);
    it wins where all leads are above zero, otherwise the one that leads it by most.
    """
    first, others = contenders[0], contenders[1:]
    if not others:
        return [np.ones((len(rows), batch.stop - batch.start), dtype=np.bool_)]
    posterior, share = outlook.posterior, outlook.share[rows]
    factor = on_grid(posterior.factor[rows] * share[:, None])
    own = on_grid(posterior.own[rows] * share).astype(np.float32)[:, None]
    # Differences of the first to the others: one row each, +1 and -1.
    contrast = np.zeros((len(others), len(posterior.residual)))
    contrast[:, first] = 1
    contrast[np.arange(len(others)), others] = -1
    root = on_grid(_root(contrast @ posterior.residual @ contrast.T)).astype(np.float32)
    size = batch.stop - batch.start
    noise = [source.heavy_tailed((len(rows), size)) for _ in others]
    leads = []
    for position, other in enumerate(others):
        lead = (factor @ (common.by_column[first, :, batch] - common.by_column[other, :, batch])).astype(np.float32)
        mixed = noise[0] * root[position, 0]
        for further in range(1, position + 1):
            mixed = mixed + noise[further] * root[position, further]
        ahead = on_grid(outlook.mean[rows, first] - outlook.mean[rows, other]).astype(np.float32)
        lead += own * mixed
        lead += ahead[:, None]
        leads.append(lead)
    if len(leads) == 1:
        held = leads[0] > 0
        return [held, ~held]
    smallest = np.argmin(np.stack(leads), axis=0)
    held = np.minimum.reduce(leads) > 0
    return [held, *(~held & (smallest == position) for position in range(len(others)))]


def _root(covariance: Floats) -> Floats:
    """Give a lower triangular L with L L' = covariance, which may be singular: rows without variance stay zero."""
    size = len(covariance)
    lower = np.zeros((size, size))
    for column in range(size):
        rest = covariance[column, column] - lower[column, :column] @ lower[column, :column]
        if rest > 1e-9:  # noqa: PLR2004 - points squared: rounding
            lower[column, column] = np.sqrt(rest)
            below = covariance[column + 1 :, column] - lower[column + 1 :, :column] @ lower[column, :column]
            lower[column + 1 :, column] = below / lower[column, column]
    return lower

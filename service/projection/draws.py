"""Draw how the night may end: who wins each area that is not declared, many times over, by the most votes.

Only differences between parties that can win decide an area, so only those are drawn: for most areas one number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.chance import Source, on_grid
from service.projection.posterior import Posterior, root_of
from service.projection.race import Bools, Floats, Ints

CONTENDERS_MAX: Final = 4
REACH: Final = 3.5
"""A party so many standard deviations behind the first does not contend: it would win fewer than one draw in 1,000."""
BATCH: Final = 1 << 16
"""Numbers worked on at a time, so that they stay in the processor's cache."""
BYTE_MAX: Final = 255
TOUCHING: Final = 1e-9
"""Points: level parties contend even where nothing is left to draw."""


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


Common = Mapping[int, Floats]
"""What the areas have in common, drawn: for each column a table of rank x draws, in points."""


def contested(outlook: Outlook) -> list[int]:
    """Give the columns that some open area lies between."""
    return sorted({column for contenders, _ in _contests(outlook) if len(contenders) > 1 for column in contenders})


def draw_common(posterior: Posterior, spread: float, columns: Sequence[int], draws: int, source: Source) -> Common:
    """Draw what the areas have in common, G L', for these columns.

    Each draw is scaled by how well the residual is known, sqrt(v / chi2_v), after Wilson and Hilferty's cube root.
    """
    rank = posterior.factor.shape[1]
    lower = on_grid(root_of(posterior.residual[np.ix_(columns, columns)]))
    ninth = 2 / (9 * posterior.freedom)
    scale = on_grid(spread * (1 - ninth + source.normal((draws,)) * np.sqrt(ninth)) ** -1.5)
    drawn = source.normal((len(columns), rank * draws))
    mixed = (lower @ drawn).reshape(len(columns), rank, draws)
    mixed *= scale
    return dict(zip(columns, on_grid(mixed), strict=True))


def draw_wins(outlook: Outlook, common: Common, source: Source, seats: Ints) -> Ints:
    """Draw the winner of each open area; draws of different areas share what they have in common.

    Adds what was drawn to `seats` (parties x draws), and gives in how many draws each area went to each column.
    """
    draws = seats.shape[1]
    wins = np.zeros(outlook.mean.shape, dtype=np.int64)
    for contenders, rows in _contests(outlook):
        if len(contenders) == 1:
            wins[rows, contenders[0]] = draws
            sure = np.bincount(outlook.party[rows, contenders[0]], minlength=len(seats))
            seats += sure[:, None]
            continue
        size = max(1, BATCH // len(rows))
        for start in range(0, draws, size):
            batch = slice(start, min(start + size, draws))
            won = _draw_contest(outlook, {column: common[column][:, batch] for column in contenders}, rows, source)
            for column, taken in zip(contenders, won, strict=True):
                wins[rows, column] += [np.count_nonzero(row) for row in taken]
                takers = outlook.party[rows, column]
                for party in np.unique(takers):
                    seats[party, batch] += _count_rows(taken[takers == party])
    return wins


def _count_rows(taken: Bools) -> Ints:
    """Count in how many areas, draw by draw."""
    total = np.zeros(taken.shape[1], dtype=np.int64)
    for start in range(0, len(taken), BYTE_MAX):
        total += np.add.reduce(taken[start : start + BYTE_MAX].view(np.uint8), axis=0, dtype=np.uint8)
    return total


def _contests(outlook: Outlook) -> list[tuple[tuple[int, ...], Ints]]:
    """Group the open areas by who can win them, the likeliest first."""
    posterior = outlook.posterior
    mean = np.where(outlook.standing, outlook.mean, -np.inf)
    deviation = outlook.spread * np.sqrt((posterior.factor**2).sum(axis=1) + posterior.own**2) * outlook.share
    first = mean.argmax(axis=1)
    behind = mean.max(axis=1, keepdims=True) - mean
    reach = REACH * deviation[:, None] * np.sqrt(_between(posterior.residual))[first][:, : mean.shape[1]]
    order = np.argsort(behind, axis=1, kind="stable")[:, :CONTENDERS_MAX]
    near = np.take_along_axis(behind < np.maximum(reach, TOUCHING), order, axis=1)
    groups: dict[tuple[int, ...], list[int]] = {}
    for row, (columns, close) in enumerate(zip(order.tolist(), near.tolist(), strict=True)):
        contenders = tuple(column for column, there in zip(columns, close, strict=True) if there)
        groups.setdefault(contenders, []).append(row)
    return [(contenders, np.array(rows)) for contenders, rows in sorted(groups.items())]


def _between(residual: Floats) -> Floats:
    """Variance of the difference between each two columns."""
    variances = np.diagonal(residual)
    return np.asarray(np.maximum(variances[:, None] + variances[None, :] - 2 * residual, 0))


def _draw_contest(outlook: Outlook, common: Common, rows: Ints, source: Source) -> list[Bools]:
    """Draw areas with the same contenders, the keys of `common`: for each, in which areas and draws it wins.

    The lead of the first contender over each other is mean + factor (G_first - G_other) + own (E_first - E_other);
    it wins where all leads are above zero, otherwise the one that leads it by most.
    """
    first, *others = common
    posterior, share = outlook.posterior, outlook.share[rows]
    factor = on_grid(posterior.factor[rows] * share[:, None])
    own = posterior.own[rows] * share * outlook.spread
    # Differences of the first to the others: one row each, +1 and -1.
    contrast = np.zeros((len(others), len(posterior.residual)))
    contrast[:, first] = 1
    contrast[np.arange(len(others)), others] = -1
    root = root_of(contrast @ posterior.residual @ contrast.T)
    draws = common[first].shape[1]
    noise = [source.heavy_tailed((len(rows), draws)) for _ in others]
    leads = []
    for position, other in enumerate(others):
        lead = (factor @ (common[first] - common[other])).astype(np.float32)
        lead += on_grid(outlook.mean[rows, first] - outlook.mean[rows, other]).astype(np.float32)[:, None]
        for further in range(position + 1):
            lead += noise[further] * on_grid(own * root[position, further]).astype(np.float32)[:, None]
        leads.append(lead)
    if len(leads) == 1:
        held = leads[0] > 0
        return [held, ~held]
    smallest = np.minimum.reduce(leads)
    left = smallest <= 0
    won = [~left]
    for lead in leads:
        takes = left & (lead == smallest)
        left &= ~takes
        won.append(takes)
    return won

"""Draw how the night may end: who wins each area that is not declared, many times over, by the most votes.

Only differences between parties that can win decide an area, so only those are drawn: for most areas one number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.chance import Singles, Source, on_coarse_grid, on_grid
from service.projection.posterior import Posterior, root_of
from service.projection.race import Bools, Floats, Ints

CONTENDERS_MAX: Final = 4
REACH: Final = 3.5
"""A party so many standard deviations behind the first is not drawn with it: it wins by an upset or not at all."""
UPSET_MIN_POINTS: Final = 5.0
"""Whoever is expected to have fewer wins by no upset: candidates that keep no deposit are not taken to win."""
UPSET_PARTS: Final = 1 << 10
"""A chance of less than one draw is drawn in such parts of one."""
BATCH: Final = 1 << 17
"""Numbers worked on at a time, so that they stay in the processor's cache."""
BYTE_MAX: Final = 255
TOUCHING: Final = 1e-9
"""Points: level parties contend even where nothing is left to draw."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Areas of a system that are still open, as they are to be drawn.

    `mean` (areas x columns) in points; `party` (areas x columns) is who takes the seat where the column wins; `share`
    (areas) is how much of the area is still to count, which is how much of the posterior's uncertainty is left.
    `apart` (methods x areas x columns, in points) is what the methods that the mean is blended from would change, each
    drawn with one standard normal number: where they disagree, nobody knows which is right.
    """

    mean: Floats
    standing: Bools
    party: Ints
    share: Floats
    posterior: Posterior
    spread: float
    apart: Floats | None = None

    def lead_apart(self, rows: Ints, first: int, other: int) -> Floats:
        """Give what the methods would change in the lead of one column over another (areas x methods), in points."""
        if self.apart is None:
            return np.zeros((len(rows), 0))
        return np.asarray((self.apart[:, rows, first] - self.apart[:, rows, other]).T * self.share[rows, None])


Common = Mapping[int, Singles]
"""What the areas have in common, drawn: for each column a table of rank x draws, in points."""


def contested(outlook: Outlook) -> list[int]:
    """Give the columns that some open area lies between."""
    return sorted({column for contenders, _ in _contests(outlook) if len(contenders) > 1 for column in contenders})


def draw_common(posterior: Posterior, spread: float, columns: Sequence[int], draws: int, source: Source) -> Common:
    """Draw what the areas have in common, G L', for these columns.

    Each draw is scaled by how well the residual is known, sqrt(v / chi2_v), after Wilson and Hilferty's cube root.
    """
    rank = posterior.factor.shape[1]
    lower = on_coarse_grid(root_of(posterior.residual[np.ix_(columns, columns)]))
    ninth = 2 / (9 * posterior.freedom)
    scale = on_coarse_grid(spread * (1 - ninth + source.normal((draws,)) * np.sqrt(ninth)) ** -1.5)
    drawn = source.coarse_normal((len(columns), rank * draws))
    mixed = (lower @ drawn).reshape(len(columns), rank, draws)
    mixed *= scale
    return dict(zip(columns, on_coarse_grid(mixed), strict=True))


def draw_wins(outlook: Outlook, common: Common, source: Source, seats: Ints) -> Ints:
    """Draw the winner of each open area; draws of different areas share what they have in common.

    Now and then an area goes its own way, to who does not contend there: such upsets are drawn for each area alone.
    Adds what was drawn to `seats` (parties x draws), and gives in how many draws each area went to each column.
    """
    draws = seats.shape[1]
    wins = np.zeros(outlook.mean.shape, dtype=np.int64)
    methods = source.coarse_normal((0 if outlook.apart is None else len(outlook.apart), draws))
    tables: dict[tuple[int, int], Singles] = {}
    apart = _apart(outlook)
    for contenders, rows in _contests(outlook):
        upsets = _upsets(outlook, apart, contenders, rows, draws, source)
        np.add.at(wins, (rows[upsets.place], upsets.column), 1)
        np.add.at(seats, (outlook.party[rows[upsets.place], upsets.column], upsets.draw), 1)
        if len(contenders) == 1:
            wins[rows, contenders[0]] += draws - np.bincount(upsets.place, minlength=len(rows))
            takers = outlook.party[rows, contenders[0]]
            seats += np.bincount(takers, minlength=len(seats))[:, None]
            np.subtract.at(seats, (takers[upsets.place], upsets.draw), 1)
            continue
        contest = _contest(outlook, contenders, rows)
        for first, other in contest.pairs:
            if (first, other) not in tables:
                tables[first, other] = np.vstack([common[first] - common[other], methods])
        size = max(1, BATCH // len(rows))
        for start in range(0, draws, size):
            batch = slice(start, min(start + size, draws))
            won = contest.draw([tables[pair][:, batch] for pair in contest.pairs], source)
            here = (upsets.draw >= batch.start) & (upsets.draw < batch.stop)
            for column, taken in zip(contenders, won, strict=True):
                taken[upsets.place[here], upsets.draw[here] - start] = False
                wins[rows, column] += [np.count_nonzero(row) for row in taken]
                takers = outlook.party[rows, column]
                for party in np.unique(takers):
                    seats[party, batch] += _count_rows(taken[takers == party])
    return wins


@dataclass(frozen=True, slots=True, eq=False)
class _Upsets:
    """Who wins without contending: the area's `place` among some, the `column` and the `draw`, one of each an upset."""

    place: Ints
    column: Ints
    draw: Ints


def _upsets(
    outlook: Outlook,
    apart: tuple[Floats, Floats],
    contenders: tuple[int, ...],
    rows: Ints,
    draws: int,
    source: Source,
) -> _Upsets:
    """Draw the upsets in areas of the same contenders; `apart` is how far columns are behind, and its deviation.

    A column z standard deviations behind the first wins with the chance that Student's t with 3 degrees of freedom,
    scaled to variance 1, is beyond z: 1/2 - (arctan z + z / (1 + z^2)) / pi. So seldom, but not seldomer, did the
    largest leads turn in the nights that the parameters are fitted on: benchmarks/fit_projection.py prints both.
    """
    behind, deviation = (each[rows] for each in apart)
    able = outlook.standing[rows] & (outlook.mean[rows] >= UPSET_MIN_POINTS)
    able[:, list(contenders)] = False
    able &= deviation > 0
    beyond = np.where(able, behind, 0.0) / np.where(able, deviation, 1.0)
    chances = np.where(able, 0.5 - (np.arctan(beyond) + beyond / (1 + beyond**2)) / np.pi, 0.0)
    times = np.floor(on_grid(chances * draws) + source.positions(UPSET_PARTS, chances.shape) / UPSET_PARTS)
    times = np.minimum(times.astype(np.int64), draws)
    place, column = (np.repeat(index, times.ravel()) for index in np.indices(times.shape).reshape(2, -1))
    draw = source.positions(draws, place.shape)
    # No area is upset twice in one draw.
    _, once = np.unique(place * draws + draw, return_index=True)
    return _Upsets(place[once], column[once], draw[once])


def _count_rows(taken: Bools) -> Ints:
    """Count in how many areas, draw by draw."""
    total = np.zeros(taken.shape[1], dtype=np.int64)
    for start in range(0, len(taken), BYTE_MAX):
        total += np.add.reduce(taken[start : start + BYTE_MAX].view(np.uint8), axis=0, dtype=np.uint8)
    return total


def _contests(outlook: Outlook) -> list[tuple[tuple[int, ...], Ints]]:
    """Group the open areas by who can win them, the likeliest first."""
    behind, deviation = _apart(outlook)
    order = np.argsort(behind, axis=1, kind="stable")[:, :CONTENDERS_MAX]
    near = np.take_along_axis(behind < np.maximum(REACH * deviation, TOUCHING), order, axis=1)
    groups: dict[tuple[int, ...], list[int]] = {}
    for row, (columns, close) in enumerate(zip(order.tolist(), near.tolist(), strict=True)):
        contenders = tuple(column for column, there in zip(columns, close, strict=True) if there)
        groups.setdefault(contenders, []).append(row)
    return [(contenders, np.array(rows)) for contenders, rows in sorted(groups.items())]


def _apart(outlook: Outlook) -> tuple[Floats, Floats]:
    """Give how far each column is behind the first of its area, and the standard deviation of that, in points."""
    posterior = outlook.posterior
    mean = np.where(outlook.standing, outlook.mean, -np.inf)
    first = mean.argmax(axis=1)
    deviation = outlook.spread * np.sqrt((posterior.factor**2).sum(axis=1) + posterior.own**2) * outlook.share
    between = deviation[:, None] * np.sqrt(_between(posterior.residual))[first][:, : mean.shape[1]]
    if outlook.apart is not None:
        methods = outlook.apart - np.take_along_axis(outlook.apart, first[None, :, None], axis=2)
        between = np.hypot(between, outlook.share[:, None] * np.sqrt((methods**2).sum(axis=0)))
    return mean.max(axis=1, keepdims=True) - mean, between


def _between(residual: Floats) -> Floats:
    """Variance of the difference between each two columns."""
    variances = np.diagonal(residual)
    return np.asarray(np.maximum(variances[:, None] + variances[None, :] - 2 * residual, 0))


@dataclass(frozen=True, slots=True, eq=False)
class _Contest:
    """Open areas with the same contenders, made ready to be drawn.

    The lead of the first contender over each other is mean + factor (G_first - G_other) + own (E_first - E_other)
    + (apart_first - apart_other) M: for each of the `pairs` of them, `mean` (areas) is known, `shared` (areas x rank
    and methods) multiplies what is drawn for all areas alike, and `own` what is drawn for each.
    """

    pairs: tuple[tuple[int, int], ...]
    mean: tuple[Singles, ...]
    shared: tuple[Singles, ...]
    own: tuple[tuple[Singles, ...], ...]

    def draw(self, tables: Sequence[Singles], source: Source) -> list[Bools]:
        """Say for each contender in which areas and draws it wins; `tables`, pair by pair, are drawn for all areas.

        The first does where all its leads are above zero, otherwise the one that leads it by most.
        """
        shape = (len(self.mean[0]), tables[0].shape[1])
        noise = [source.heavy_tailed(shape) for _ in self.pairs]
        leads = []
        for table, mean, shared, own in zip(tables, self.mean, self.shared, self.own, strict=True):
            lead = shared @ table
            lead += mean[:, None]
            for part, drawn in zip(own, noise, strict=False):
                lead += drawn * part[:, None]
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


def _contest(outlook: Outlook, contenders: tuple[int, ...], rows: Ints) -> _Contest:
    """Make the areas in these rows ready, the likeliest contender first."""
    first, *others = contenders
    posterior, share = outlook.posterior, outlook.share[rows]
    factor = posterior.factor[rows] * share[:, None]
    own = posterior.own[rows] * share * outlook.spread
    # Differences of the first to the others: one row each, +1 and -1.
    contrast = np.zeros((len(others), len(posterior.residual)))
    contrast[:, first] = 1
    contrast[np.arange(len(others)), others] = -1
    root = root_of(contrast @ posterior.residual @ contrast.T)
    return _Contest(
        pairs=tuple((first, other) for other in others),
        mean=tuple(_singles(outlook.mean[rows, first] - outlook.mean[rows, other]) for other in others),
        shared=tuple(
            on_coarse_grid(np.column_stack([factor, outlook.lead_apart(rows, first, other)])) for other in others
        ),
        own=tuple(tuple(_singles(own * part) for part in root[place, : place + 1]) for place in range(len(others))),
    )


def _singles(values: Floats) -> Singles:
    return on_grid(values).astype(np.float32)

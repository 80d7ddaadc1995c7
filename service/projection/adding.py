"""Votes of contests whose areas add up, drawn: only their sum is asked for, so only that is drawn."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.chance import Source, on_grid
from service.projection.draws import Common
from service.projection.posterior import ROUNDING, Posterior, root_of
from service.projection.projected import LEVEL, PLACES, Range
from service.projection.race import Floats, Ints

PERCENT: Final = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class VotesToAdd:
    """Votes still to come: mean shares (areas x columns, in points), and how many `valid` ones by area.

    `columns` are the positions of those columns in the posterior, which `spread` widens.
    """

    mean: Floats
    valid: Floats
    columns: list[int]
    posterior: Posterior
    spread: float

    def draw(self, common: Common, draws: int, source: Source) -> Ints:
        """Draw them (columns x draws), added up over the areas, in whole votes.

        Of what the areas have in common, w = valid F: given w G of other columns c that were drawn (`common`), w G of
        these columns l is B (w G_c) + |w| root(S_ll - B S_cl) E, B = S_lc inv(S_cc). What each area has for itself is
        added up as one normal number; that it is the same voters' as in another contest is left out. How many vote is
        drawn by itself, for all areas together.
        """
        posterior, columns, drawn = self.posterior, self.columns, list(common)
        weight = self.valid / PERCENT
        factor = on_grid(weight @ posterior.factor)
        within = posterior.residual[np.ix_(columns, columns)]
        total = np.repeat(on_grid(weight @ np.maximum(self.mean, 0))[:, None], draws, axis=1)
        left = within
        if drawn:
            across = posterior.residual[np.ix_(drawn, columns)]
            ridge = ROUNDING * np.eye(len(drawn))
            solved = np.linalg.solve(posterior.residual[np.ix_(drawn, drawn)] + ridge, across)
            gain = np.asarray(solved.T, dtype=np.float64)
            left = within - gain @ across
            total += on_grid(gain) @ on_grid(np.array([factor @ common[column] for column in drawn]))
        own = ((weight * posterior.own) ** 2).sum()
        alone = self.spread**2 * (own * within + (factor @ factor) * left)
        total += on_grid(np.asarray(root_of(alone))) @ source.normal((len(columns), draws))
        kept = np.maximum(total, 0)
        valid, deviation = sum_to_come(self.valid, posterior, self.spread)
        papers = np.maximum(valid + on_grid(source.normal((draws,)) * deviation), 0)
        return np.asarray(np.rint(kept * (papers / np.maximum(kept.sum(axis=0), 1))), dtype=np.int64)


def range_of(drawn: Floats | Ints, *, places: int = PLACES) -> Range:
    """Give the range at `LEVEL` of what was drawn."""
    return ranges_of(drawn.reshape(1, -1), places=places)[0]


def ranges_of(drawn: Floats | Ints, *, places: int = PLACES) -> list[Range]:
    """Give the range at `LEVEL` of each row of draws."""
    tail = (1 - LEVEL) / 2
    found = np.quantile(drawn, (tail, 0.5, 1 - tail), axis=1, method="nearest")
    return [
        Range(round(low, places), round(median, places), round(high, places)) for low, median, high in found.T.tolist()
    ]


def shares_drawn(parties: tuple[str, ...], votes: Ints) -> dict[str, Range]:
    """Give each party's range of its share (0 to 1) of votes drawn, parties x draws; none of a party without votes."""
    rows = np.flatnonzero(votes.any(axis=1))
    if not len(rows):
        return {}
    shares = votes[rows] / np.maximum(votes.sum(axis=0), 1)
    return {parties[row]: share for row, share in zip(rows, ranges_of(shares), strict=True)}


def sum_to_come(valid: Floats, posterior: Posterior, spread: float) -> tuple[float, float]:
    """Add up the valid votes still to come by area, and give the standard deviation of that sum.

    The last column of the posterior is the change of their number, in log points.
    """
    weight = valid / PERCENT
    variance = ((weight @ posterior.factor) ** 2).sum() + ((weight * posterior.own) ** 2).sum()
    return float(valid.sum()), float(spread * np.sqrt(variance * posterior.residual[-1, -1]))

"""Votes of contests whose areas add up, drawn: only their sum is asked for, so only that is drawn."""

from collections.abc import Sequence
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
class Doubt:
    """How far sums over areas may be from what is expected of them.

    `columns` are the positions of the sums' columns in the posterior, which `spread` widens; `worth` (areas x columns)
    is how many votes one unit of it is there.
    """

    worth: Floats
    columns: list[int]
    posterior: Posterior
    spread: float

    def draw(self, common: Common, draws: int, source: Source) -> Floats:
        """Draw it (columns x draws).

        Of what the areas have in common, f_l = worth_l F: given f_l G_c of other columns c that were drawn (`common`),
        f_l G_l is f_l (B G_c) + root(f_l f_m (S_lm - B S_cm)) E, B = S_lc inv(S_cc). What each area has for itself is
        added up as one normal number; that it is the same voters' as in another contest is left out.
        """
        posterior, columns, drawn = self.posterior, self.columns, list(common)
        factor = on_grid(self.worth.T @ posterior.factor)
        within = posterior.residual[np.ix_(columns, columns)]
        total = np.zeros((len(columns), draws))
        left = within
        if drawn:
            across = posterior.residual[np.ix_(drawn, columns)]
            ridge = ROUNDING * np.eye(len(drawn))
            solved = np.linalg.solve(posterior.residual[np.ix_(drawn, drawn)] + ridge, across)
            gain = np.asarray(solved.T, dtype=np.float64)
            left = within - gain @ across
            for column, of in zip(drawn, on_grid(gain).T, strict=True):
                total += of[:, None] * on_grid(factor @ common[column])
        own = self.worth * posterior.own[:, None]
        alone = self.spread**2 * ((own.T @ own) * within + (factor @ factor.T) * left)
        return np.asarray(total + on_grid(np.asarray(root_of(alone))) @ source.normal((len(columns), draws)))


@dataclass(frozen=True, slots=True, eq=False)
class VotesToAdd:
    """Votes still to come: mean shares (areas x columns, in points), how many `valid` ones by area.

    `papers` are how many there will be of them in all, and the standard deviation of that.
    """

    mean: Floats
    valid: Floats
    doubts: Sequence[Doubt]
    papers: tuple[float, float]

    def draw(self, common: Common, draws: int, source: Source) -> Ints:
        """Draw them (columns x draws), added up over the areas, in whole votes.

        How many vote is drawn by itself, for all areas together. `common` is of the process of the first doubt.
        """
        total = np.repeat(on_grid(self.valid / PERCENT @ np.maximum(self.mean, 0))[:, None], draws, axis=1)
        for number, doubt in enumerate(self.doubts):
            total += doubt.draw(common if number == 0 else {}, draws, source)
        kept = np.maximum(total, 0)
        valid, deviation = self.papers
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


def papers_to_come(valid: Floats, whole: Floats, posterior: Posterior, spread: float) -> tuple[float, float]:
    """Add up the valid votes still to come by area, and give the standard deviation of that sum.

    The last column of the posterior is the change of the number of an area's votes in all (`whole`), in log points.
    """
    weight = whole / PERCENT
    variance = ((weight @ posterior.factor) ** 2).sum() + ((weight * posterior.own) ** 2).sum()
    return float(valid.sum()), float(spread * np.sqrt(variance * posterior.residual[-1, -1]))

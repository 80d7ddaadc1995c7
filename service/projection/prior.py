"""What was expected before the count: shares of all votes together, and how sure they are.

An exit poll says what the areas that it covers come to together, and narrows only that: which of them do better than
others it does not know. The areas that come in outweigh it: a wrong one is overcome as any other misleading
observation.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from service.projection.posterior import Observations, Posterior, condition
from service.projection.race import Bools, Floats, Prior
from service.projection.swings import within_bounds
from service.projection.systems import System

PERCENT: Final = 100.0
TINY: Final = 1e-9
STEPS: Final = 25
"""Shares of areas are moved so often towards those of all together: bounds take back a part of each move."""


@dataclass(frozen=True, slots=True, eq=False)
class Polls:
    """What a prior expects of a system.

    `share_points` (columns) of its areas together, not a number where it says nothing; `weight` (areas) is the part of
    each in that, `error_points` the standard error of a share.
    """

    share_points: Floats
    weight: Floats
    error_points: float

    def expected(self, before: Floats, standing: Bools) -> Floats:
        """Give the shares of all areas together (columns, in points), being `before` what they are without polls.

        Parties that the polls say nothing of have what is left, in proportion. Where some are new and nothing is in,
        the others keep what they had, if that is left, and the new ones have the rest, by where they stand.
        """
        expected = self.share_points.copy()
        unsaid = np.isnan(expected)
        left = max(PERCENT - float(expected[~unsaid].sum()), 0.0)
        new = unsaid & (before <= 0) & standing.any(axis=0)
        old = unsaid & ~new
        part = left / max(float(before[old].sum()), TINY)
        expected[old] = before[old] * (min(part, 1.0) if new.any() else part)
        places = self.weight @ standing[:, new]
        expected[new] = (left - float(expected[old].sum())) * places / max(float(places.sum()), TINY)
        return expected


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What polls say beside the count: the uncertainty that is left, and how shares are to be moved.

    `along` (areas) is how much each area moves with all together, which the polls are believed for by a part of
    `belief` (0 to 1): what is in says the rest.
    """

    posterior: Posterior
    polls: Polls
    along: Floats
    belief: float

    def move(self, points: Floats, standing: Bools) -> Floats:
        """Move shares (areas x columns, in points) so that they come to what is believed of all areas together.

        A party is moved where it stands, the more the more an area goes with all.
        """
        weight = self.polls.weight
        moved = within_bounds(points, standing)
        before = weight @ moved
        aim = before + self.belief * (self.polls.expected(before, standing) - before)
        for _ in range(STEPS):
            along = self.along[:, None] * standing
            step = (aim - weight @ moved) / np.maximum(weight @ along, TINY)
            moved = within_bounds(moved + along * step, standing)
        return moved


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """The process before the night, and what the deviation of each area's `own` is multiplied by."""

    covariance: Floats
    residual_points: Floats
    freedom: float
    own: Floats

    def condition(self, seen: Observations, asked: Bools) -> Posterior:
        """Condition it on what is seen, for the areas asked about."""
        return condition(self.covariance, seen, asked, self.residual_points, self.freedom)

    def given(self, with_all: Floats, weight: Floats) -> "Process":
        """Give the same where it is known what all areas, each of a `weight`, come to, being so much like each."""
        return replace(self, covariance=self.covariance - np.outer(with_all, with_all) / (weight @ with_all))


@dataclass(frozen=True, slots=True)
class Widening:
    """What deviations are multiplied by: all by `spread`, and how far areas are apart, given all together, by `apart`.

    The last is less than without polls while few areas are in: before the first one nothing is reached beyond, and what
    changes are like before a night is what the model was fitted on.
    """

    spread: float
    apart: float


def polls_on(prior: Prior | None, system: System, valid: Floats) -> Polls | None:
    """Give what a prior expects of a system; None without one, or where most of its areas are in another system.

    `valid` are votes by area of the system, last time's.
    """
    if prior is None:
        return None
    there = prior.areas[system.rows]
    if 2 * int(there.sum()) <= int(prior.areas.sum()):
        return None
    weight = np.asarray(valid * there / (valid * there).sum())
    return Polls(np.append(prior.share_points[system.parties], np.nan), weight, prior.error_points)


def condition_with(
    polls: Polls, alone: Posterior, prior: Process, seen: Observations, asked: Bools, *, widening: Widening
) -> Told:
    """Condition the process on what all areas come to together, as well as polls know that, beside what is seen.

    `alone` is the posterior of the areas asked without polls, widened, whose mean stays. With w the areas' weights,
    g = V w and s = w.V w the covariance of the areas with all together and its variance once figures are in, S that
    variance as `alone` has it (in units of a residual variance r^2) and e the error of the polls in units of r:
    V given the polls = (V - g g' / s) + g g' / s^2 (S e^2 / (S + e^2)),  belief = S / (S + e^2).
    What areas have for themselves is left in doubt however sure the polls are: of a parliament's votes some 0.4 points.
    A party that stands in one part alone is as unsure as its areas there, and has of the error their part of all votes.
    """
    weight = polls.weight
    with_all = prior.covariance @ weight + weight
    of_all = replace(
        seen, change=with_all[seen.rows, None], standing=np.ones((int(seen.rows.sum()), 1), dtype=np.bool_)
    )
    one_column = replace(prior, residual_points=np.ones(1))
    along = with_all - one_column.condition(of_all, np.ones_like(asked)).mean[:, 0]
    variance = float(weight @ along)
    if variance < TINY:
        return Told(alone, polls, np.zeros_like(weight), 0.0)
    known = prior.given(with_all, weight).condition(seen, asked)
    spread = widening.spread
    among = weight[asked]
    unsure = float(((among @ alone.factor) ** 2).sum() + ((among * alone.own) ** 2).sum()) * spread**2
    error = polls.error_points**2 / float(np.diagonal(alone.residual)[:-1].max())
    own = known.own * prior.own[asked]
    # What each area is drawn for itself makes all together unsure as well, which is part of how unsure the polls are.
    rest = max(unsure * error / (unsure + error) - float(((among * own * spread) ** 2).sum()), 0.0)
    together = along[asked] / variance * np.sqrt(rest) / spread
    posterior = replace(alone, factor=np.column_stack([together, known.factor * widening.apart]), own=own)
    return Told(posterior, polls, along, unsure / (unsure + error))

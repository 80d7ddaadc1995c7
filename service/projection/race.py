"""What a projection starts from: a race as it stood before the night, and the evidence that is in."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOBODY: Final = -1
"""Stands for a party where there is none: no holder, no winner yet."""


@dataclass(frozen=True, slots=True, eq=False)
class Race:
    """One body whose areas each return the candidate with the most votes, as it was before the first count.

    `last_votes`, `standing` and `incumbent` are areas x parties: votes last time (a row of zeros: no baseline), whether
    the party stands tonight, and whether a sitting member stands again for it. `holder` is the position of the party
    that won the area last time, or `NOBODY`. `electorate` is tonight's, 0 where it is not known. `seats_not_up` are the
    seats by party that a council elected by thirds keeps tonight; they count towards control. `earlier_shares`
    (areas x parties, 0 to 1) are those of the election before the last, a row of zeros where they are not on record.
    `ballots_per_valid` is how many ballot papers there were last time for each valid one, 1 where not on record.
    """

    areas: tuple[str, ...]
    parties: tuple[str, ...]
    last_votes: Ints
    standing: Bools
    incumbent: Bools
    country: tuple[str, ...]
    region: tuple[str, ...]
    holder: Ints
    electorate: Ints
    seats_not_up: Ints | None = None
    earlier_shares: Floats | None = None
    ballots_per_valid: float = 1.0

    def __post_init__(self) -> None:
        table = (len(self.areas), len(self.parties))
        found = {
            "last_votes": self.last_votes.shape == table,
            "standing": self.standing.shape == table,
            "incumbent": self.incumbent.shape == table,
            "country": len(self.country) == len(self.areas),
            "region": len(self.region) == len(self.areas),
            "holder": self.holder.shape == table[:1],
            "electorate": self.electorate.shape == table[:1],
            "seats_not_up": self.seats_not_up is None or self.seats_not_up.shape == table[1:],
            "earlier_shares": self.earlier_shares is None or self.earlier_shares.shape == table,
        }
        wrong = [name for name, fits in found.items() if not fits]
        if wrong:
            raise ValueError(f"{', '.join(wrong)} must fit {table[0]} areas and {table[1]} parties")

    @property
    def unsettled(self) -> Bools:
        """Areas whose sitting member stands again, but not for the party that won last time."""
        position = np.maximum(self.holder, 0)[:, None]
        by_holder = np.take_along_axis(self.incumbent, position, axis=1)[:, 0]
        return np.asarray(self.incumbent.any(axis=1) & ~by_holder & (self.holder != NOBODY))


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """What an exit poll or an average of polls says before any count: shares of all votes by party, in points.

    Of `areas` (which of the race's) together; not a number where it says nothing of a party. `error_points` is the
    standard error of a share; the areas that are in correct it.
    """

    areas: Bools
    share_points: Floats
    error_points: float


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is in at one moment, area by area, in the order of the race.

    `votes` (areas x parties) are those counted so far; `outstanding` the share of the papers still to count: 0 for a
    declaration with figures, 1 where nothing is in; `winner` the position of the party announced, with or without
    figures, or `NOBODY`; `expected_valid` the valid votes that verified papers let expect, 0 where nothing is known.
    `ballots` (areas) are the ballot papers of the votes, rejected ones too, and `electorate` the register as they
    have it: 0 where an area does not say, None where none does.
    """

    votes: Ints
    outstanding: Floats
    winner: Ints
    expected_valid: Ints
    prior: Prior | None = None
    ballots: Ints | None = None
    electorate: Ints | None = None

    @property
    def declared(self) -> Bools:
        """Areas whose winner is announced."""
        return np.asarray(self.winner != NOBODY)

    @property
    def observed(self) -> Bools:
        """Areas with figures, whole or in part."""
        return np.asarray((self.outstanding < 1) & (self.votes.sum(axis=1) > 0))


def nothing_in(race: Race) -> Evidence:
    """Give the evidence before the first count."""
    size = len(race.areas)
    return Evidence(
        votes=np.zeros(race.last_votes.shape, dtype=np.int64),
        outstanding=np.ones(size),
        winner=np.full(size, NOBODY),
        expected_valid=np.zeros(size, dtype=np.int64),
    )


def shares_of(votes: Ints | Floats) -> Floats:
    """Turn votes (areas x parties) into shares of the area, 0 to 1; a row without votes stays zero."""
    totals = votes.sum(axis=1, keepdims=True)
    return np.asarray(votes / np.maximum(totals, 1), dtype=np.float64)


def codes_of(names: tuple[str, ...]) -> Ints:
    """Number names in alphabetical order."""
    return np.asarray(np.unique(np.array(names, dtype=str), return_inverse=True)[1], dtype=np.int64)

"""List seats by d'Hondt for many draws at once, with exactly the outcome that the statutory count gives."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from service.projection.race import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class ListTerms:
    """How list seats are given out: how many, the threshold as a share of valid votes, and who may take how many.

    `places` (parties) is how many candidates a list has: 0 for a line such as "others", 1 for somebody alone.
    """

    seats: int
    threshold: Fraction
    places: Ints


def allocate_lists(votes: Ints, held: Ints, terms: ListTerms) -> Ints:
    """Give out list seats on top of seats held: votes and held are parties x draws, and so are the seats returned.

    The figure of a party is v / (1 + c + s). A figure is the nearest double to a fraction of whole numbers far below
    2^26, so that equal fractions give equal doubles and different ones different doubles. Of equal figures the party
    with more votes goes first, which is whose figure would be higher with one seat more; where that is level too, a
    lot would decide, and the first party stands for it.

    Source: Greater London Authority Act 1999, Sch. 2 Pt. II para. 7 and 8, as in `service.counting`.
    """
    cleared = clears_threshold(votes, terms.threshold)
    able = np.flatnonzero(cleared.any(axis=1) & (terms.places > 0))
    seats = np.zeros(votes.shape, dtype=np.int64)
    if len(able):
        seats[able] = _allocate(votes[able], held[able], cleared[able], terms.seats, terms.places[able])
    return seats


def _allocate(votes: Ints, held: Ints, cleared: Bools, number: int, places: Ints) -> Ints:
    """Give out the seats among those that may have some."""
    flat, divisors = votes.ravel(), held.ravel() + 1
    left = places[:, None] - np.where(places[:, None] == 1, np.minimum(held, 1), 0)
    left = np.where(cleared, left, 0).ravel()
    figures = np.where(left > 0, flat / divisors, 0.0)
    taken = np.zeros(votes.size, dtype=np.int64)
    draw = np.arange(votes.shape[1])
    for _ in range(number):
        taker = _highest(figures.reshape(votes.shape), votes) * votes.shape[1] + draw
        now = taken[taker] + (figures[taker] > 0)
        taken[taker] = now
        figures[taker] = np.where(now < left[taker], flat[taker] / (divisors[taker] + now), 0.0)
    return taken.reshape(votes.shape)


def clears_threshold(votes: Ints, threshold: Fraction) -> Bools:
    """Say which parties have at least the threshold of all valid votes, draw by draw (parties x draws)."""
    return np.asarray(votes * threshold.denominator >= votes.sum(axis=0) * threshold.numerator)


def _highest(figures: Floats, votes: Ints) -> Ints:
    """Give the row of each column's highest figure, of equal ones that with more votes, of level ones the first."""
    highest = figures[0].copy()
    row = np.zeros(figures.shape[1], dtype=np.int64)
    for number in range(1, len(figures)):
        higher = figures[number] > highest
        level = np.flatnonzero((figures[number] == highest) & (highest > 0))
        if len(level):
            higher[level] = votes[number, level] > votes[row[level], level]
        np.copyto(row, number, where=higher)
        np.maximum(highest, figures[number], out=highest)
    return row

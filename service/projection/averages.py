"""List seats by d'Hondt for many draws at once, with exactly the outcome that the statutory count gives."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from service.projection.race import Bools, Ints


@dataclass(frozen=True, slots=True, eq=False)
class ListTerms:
    """How list seats are given out: how many, the threshold as a share of valid votes, and who may take how many.

    `places` (parties) is how many candidates a list has: 0 for a line such as "others", 1 for somebody alone.
    """

    seats: int
    threshold: Fraction
    places: Ints


def allocate_lists(votes: Ints, held: Ints, terms: ListTerms) -> Ints:
    """Give out list seats on top of seats held: votes and held are draws x parties, and so are the seats returned.

    The figure of a party is v / (1 + c + s). A figure is the nearest double to a fraction of whole numbers far below
    2^26, so that equal fractions give equal doubles and different ones different doubles. Of equal figures the party
    with more votes goes first, which is whose figure would be higher with one seat more; where that is level too, a
    lot would decide, and the first party stands for it.

    Source: Greater London Authority Act 1999, Sch. 2 Pt. II para. 7 and 8, as in `service.counting`.
    """
    table = np.arange(len(votes))
    open_to = clears_threshold(votes, terms.threshold)
    left = np.broadcast_to(terms.places, votes.shape) - np.where(terms.places == 1, held > 0, 0)
    taken = np.zeros(votes.shape, dtype=np.int64)
    largest = float(votes.max(initial=0)) + 1
    for _ in range(terms.seats):
        may = open_to & (taken < left) & (votes > 0)
        figures = np.where(may, votes / (1 + held + taken), 0.0)
        highest = figures.max(axis=1, keepdims=True)
        taker = np.where(may & (figures == highest), votes / largest, -1.0).argmax(axis=1)
        taken[table, taker] += highest[:, 0] > 0
    return taken


def clears_threshold(votes: Ints, threshold: Fraction) -> Bools:
    """Say which parties have at least the threshold of all valid votes, draw by draw."""
    valid = votes.sum(axis=1, keepdims=True)
    return np.asarray(votes * threshold.denominator >= valid * threshold.numerator)

"""Highest averages: which list takes each seat, in whole numbers only, fast enough to run for every count that lands.

A party with votes v and s seats has the figure v / d(s); the highest takes the next seat. Figures are compared as
whole numbers:

    key = v S // d,   S = D D,   D the largest divisor that can occur

Two different figures a/b and c/d differ by at least 1/(b d) >= 1/S, so their keys differ, in the same order; equal
figures have equal keys. That makes one multiplication and one division a seat, exact at any size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heapreplace
from typing import NamedTuple

from service.counting.outcome import Option

NOBODY = -1
"""Stands for a runner-up where there is none."""
SPENT = 0
"""Entry of a contender who can take no more; those who can have entries below zero."""


@dataclass(frozen=True, slots=True)
class Divisors:
    """Divisors of a method: d(0) = `first`, d(s) = `scale` (`step` s + 1), all in `scale`-ths, so that they are whole.

    The figure of a party is `scale` v / d(s).
    """

    scale: int
    first: int
    step: int

    def at(self, seats: int) -> int:
        """The divisor, in `scale`-ths, of a party with so many seats."""
        return self.first if seats == 0 else self.scale * (self.step * seats + 1)

    def figure(self, votes: int, seats: int) -> Fraction:
        """The quotient with which a party with so many votes and seats asks for its next seat."""
        return Fraction(votes * self.scale, self.at(seats))


D_HONDT = Divisors(scale=1, first=1, step=1)
"""1, 2, 3, ..."""
SAINTE_LAGUE = Divisors(scale=1, first=1, step=2)
"""1, 3, 5, ..."""
MODIFIED_SAINTE_LAGUE = Divisors(scale=5, first=7, step=2)
"""1.4, 3, 5, ..., in fifths."""


class Contender(NamedTuple):
    """A list that may take seats: its votes, the seats it holds already, and how many more it can fill at most."""

    option: Option
    votes: int
    held: int
    places: int


class Allocation(NamedTuple):
    """Positions of contenders, seat by seat: who took it, and who would have otherwise (`NOBODY`: nobody).

    Where the last `level_seats` lie between contenders whose figures are equal, these are in `level` and the seats are
    not in `takers`.
    """

    takers: list[int]
    runners_up: list[int]
    level: list[int]
    level_seats: int


def allocate_averages(contenders: Sequence[Contender], seats: int, divisors: Divisors) -> Allocation:
    """Give `seats` one by one to the highest figure; of equal ones that all get a seat, the first contender first.

    A contender without votes or places takes nothing; fewer takers than seats means that nobody is left to take one.
    """
    count = len(contenders)
    first, step, scale = divisors.first, divisors.step, divisors.scale
    largest = divisors.at(max((contender.held for contender in contenders), default=0) + seats)
    held = [contender.held for contender in contenders]
    left = [contender.places for contender in contenders]
    votes = [contender.votes * largest * largest for contender in contenders]
    # An entry is the key, made unique by the contender's position, and negative: the smallest is the highest figure.
    heap = [
        position - votes[position] // (scale * (step * held[position] + 1) if held[position] else first) * count
        for position in range(count)
        if votes[position] and left[position] > 0
    ]
    # Two spent entries keep a second smallest beside the root of the heap, whoever is left.
    heap += [SPENT, SPENT]
    heapify(heap)
    taken: list[int] = []
    second: list[int] = []
    for _ in range(seats):
        entry = heap[0]
        if entry == SPENT:
            break
        taken.append(entry)
        second.append(heap[1] if heap[1] < heap[2] else heap[2])  # noqa: FURB136 - half the time of min()
        taker = entry % count
        held[taker] += 1
        left[taker] -= 1
        heapreplace(heap, taker - votes[taker] // (scale * (step * held[taker] + 1)) * count if left[taker] else SPENT)
    level: list[int] = []
    decided = len(taken)
    if taken and heap[0] != SPENT and heap[0] // count == taken[-1] // count:
        key = heap[0] // count
        decided = next(number for number, entry in enumerate(taken) if entry // count == key)
        level = sorted(entry % count for entry in taken[decided:] + heap if entry // count == key)
    return Allocation(
        takers=[entry % count for entry in taken[:decided]],
        runners_up=[NOBODY if entry == SPENT else entry % count for entry in second[:decided]],
        level=level,
        level_seats=len(taken) - decided,
    )

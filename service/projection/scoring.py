"""How good a projection was, once the night is over. Lower is better, except for coverage."""

from collections.abc import Mapping
from math import log
from typing import Final

LEVELS: Final = (0.5, 0.8, 0.9, 0.95)
CHANCE_MIN: Final = 1e-4
"""What was never drawn is not taken to be impossible: one draw in ten thousand."""


def seats_misallocated(predicted: Mapping[str, int], final: Mapping[str, int]) -> float:
    """Give half the sum over parties of the seats by which they were missed."""
    return sum(abs(predicted.get(party, 0) - final.get(party, 0)) for party in {*predicted, *final}) / 2


def interval(distribution: Mapping[int, float], level: float) -> tuple[int, int]:
    """Give the central range of a distribution of seats that holds at least `level` of it."""
    tail = (1 - level) / 2 * sum(distribution.values())
    return _from_below(distribution, sorted(distribution), tail), _from_below(
        distribution, sorted(distribution, reverse=True), tail
    )


def _from_below(distribution: Mapping[int, float], seats: list[int], tail: float) -> int:
    gone = 0.0
    for number in seats:
        gone += distribution[number]
        if gone > tail:
            return number
    return seats[-1]


def ranked_probability(distribution: Mapping[int, float], seats: int) -> float:
    """Give the ranked probability score (CRPS), in seats: sum over k of (F(k) - [seats <= k])^2.

    For a prediction of one number it is the seats by which that was missed.
    """
    total = sum(distribution.values())
    below = score = 0.0
    for number in range(min(seats, *distribution), max(seats, *distribution)):
        below += distribution.get(number, 0.0) / total
        score += (below - (seats <= number)) ** 2
    return score


def brier(chances: Mapping[str, float], winner: str) -> float:
    """Give half the sum over parties of (chance - [won])^2: for two parties, the score of either chance."""
    return sum((chances.get(party, 0.0) - (party == winner)) ** 2 for party in {*chances, winner}) / 2


def log_score(chances: Mapping[str, float], winner: str) -> float:
    """Give minus the natural logarithm of the chance that the winner was given."""
    return -log(max(chances.get(winner, 0.0), CHANCE_MIN))

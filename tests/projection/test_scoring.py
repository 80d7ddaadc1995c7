"""Scores agree with their definitions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.projection.scoring import brier, interval, log_score, ranked_probability, seats_misallocated

distributions = st.dictionaries(st.integers(0, 60), st.integers(1, 50), min_size=1, max_size=12).map(
    lambda weights: {seats: weight / sum(weights.values()) for seats, weight in weights.items()}
)


def test_a_seat_given_to_the_wrong_party_is_one_seat_misallocated() -> None:
    assert seats_misallocated({"con": 10, "lab": 5}, {"con": 9, "lab": 6}) == 1
    assert seats_misallocated({"con": 10}, {"con": 9, "green": 1}) == 1


@given(distribution=distributions, seats=st.integers(0, 60))
def test_the_ranked_probability_score_is_the_mean_distance_less_half_the_mean_spread(
    distribution: dict[int, float], seats: int
) -> None:
    distance = sum(chance * abs(number - seats) for number, chance in distribution.items())
    spread = sum(a * b * abs(x - y) for x, a in distribution.items() for y, b in distribution.items())
    assert ranked_probability(distribution, seats) == pytest.approx(distance - spread / 2, abs=1e-9)


@given(distribution=distributions, level=st.sampled_from([0.5, 0.8, 0.9, 0.95]))
def test_an_interval_holds_at_least_its_level(distribution: dict[int, float], level: float) -> None:
    low, high = interval(distribution, level)
    assert sum(chance for number, chance in distribution.items() if low <= number <= high) >= level - 1e-9


def test_scores_of_winners_at_their_ends() -> None:
    assert brier({"con": 1.0}, "con") == 0
    assert brier({"con": 1.0}, "lab") == 1
    assert brier({"con": 0.7, "lab": 0.3}, "con") == pytest.approx(0.09)
    assert log_score({"con": 1.0}, "con") == 0
    assert log_score({"con": 1.0}, "lab") == pytest.approx(math.log(10_000))

"""List seats of a draw are those of the statutory count."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.counting import ListTally, count_contest, rule_named
from service.projection.averages import ListTerms, allocate_lists, clears_threshold

PARTIES = tuple("abcdefgh")
TWENTIETH = Fraction(1, 20)

votes_of_a_draw = st.lists(st.integers(0, 900_000), min_size=8, max_size=8)
close_votes = st.lists(st.integers(0, 40), min_size=8, max_size=8)
seats_held = st.lists(st.integers(0, 6), min_size=8, max_size=8)


def by_statute(votes: list[int], held: list[int], places: list[int]) -> dict[str, int] | None:
    """Count one draw by `count_contest`; None where a lot would decide."""
    tally = ListTally(
        dict(zip(PARTIES, votes, strict=True)),
        dict(zip(PARTIES, held, strict=True)),
        individuals=frozenset(party for party, most in zip(PARTIES, places, strict=True) if most == 1),
        aggregates=frozenset(party for party, most in zip(PARTIES, places, strict=True) if most == 0),
    )
    outcome = count_contest(rule_named("additional-members-london", seats=11), tally)
    return None if outcome.ties else outcome.won()


@given(votes=st.one_of(votes_of_a_draw, close_votes), held=seats_held)
def test_a_draw_gets_the_seats_of_the_statutory_count(votes: list[int], held: list[int]) -> None:
    places = [11, 11, 11, 11, 11, 11, 1, 0]
    held = [*held[:6], min(held[6], 1), 0]
    expected = by_statute(votes, held, places)
    found = allocate_lists(np.array([votes]).T, np.array([held]).T, ListTerms(11, TWENTIETH, np.array(places)))[:, 0]
    if expected is not None:
        assert {party: int(seats) for party, seats in zip(PARTIES, found, strict=True) if seats} == expected


def test_ten_thousand_draws_get_the_seats_of_the_statutory_count() -> None:
    rng = np.random.default_rng(2004)
    votes = rng.integers(0, 900_000, size=(10_000, 8))
    held = rng.integers(0, 6, size=(10_000, 8))
    found = allocate_lists(votes.T, held.T, ListTerms(11, TWENTIETH, np.full(8, 11))).T
    assert (found.sum(axis=1) == 11).all()
    for row in range(0, 10_000, 20):
        expected = by_statute(votes[row].tolist(), held[row].tolist(), [11] * 8)
        assert expected is not None
        assert {party: int(seats) for party, seats in zip(PARTIES, found[row], strict=True) if seats} == expected


@pytest.mark.parametrize("votes, cleared", [(5, True), (4, False)])
def test_the_threshold_is_a_twentieth_of_all_valid_votes_exactly(votes: int, cleared: bool) -> None:  # noqa: FBT001
    assert bool(clears_threshold(np.array([[votes], [100 - votes]]), TWENTIETH)[0, 0]) is cleared

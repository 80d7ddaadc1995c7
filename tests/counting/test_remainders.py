"""Largest remainders with the quotas of Hare and Droop."""

from fractions import Fraction

import pytest

from service.counting import ListTally, Lot, RemaindersWorking, VotesError, count_contest, rule_named

VOTES = {"yellow": 47_000, "white": 16_000, "red": 15_800, "green": 12_000, "blue": 6_100, "pink": 3_100}


class TestTextbook:
    def test_hare_shares_by_votes_over_seats(self) -> None:
        outcome = count_contest(rule_named("hare", seats=10), ListTally(VOTES))
        assert outcome.won() == {"yellow": 5, "white": 2, "red": 1, "green": 1, "blue": 1}
        assert isinstance(outcome.working, RemaindersWorking)
        assert outcome.working.quota == 10_000
        assert outcome.working.whole_quotas == {"yellow": 4, "white": 1, "red": 1, "green": 1, "blue": 0, "pink": 0}
        assert list(outcome.working.remainders) == ["yellow", "blue", "white", "red", "pink", "green"]

    def test_droop_shares_by_a_smaller_quota(self) -> None:
        outcome = count_contest(rule_named("droop", seats=10), ListTally(VOTES))
        assert outcome.won() == {"yellow": 5, "white": 2, "red": 2, "green": 1}
        assert isinstance(outcome.working, RemaindersWorking)
        assert outcome.working.quota == 9_091

    def test_a_quota_that_is_no_whole_number_stays_exact(self) -> None:
        working = count_contest(rule_named("hare", seats=3), ListTally({"a": 5, "b": 5})).working
        assert isinstance(working, RemaindersWorking)
        assert working.quota == Fraction(10, 3)

    def test_seats_are_numbered_by_the_votes_still_behind_them(self) -> None:
        outcome = count_contest(rule_named("hare", seats=4), ListTally({"a": 26, "b": 14}))
        taken = [(seat.option, int(seat.figure)) for seat in outcome.seats]
        assert taken == [("a", 26), ("a", 16), ("b", 14), ("a", 6)]
        assert (outcome.seats[3].runner_up, outcome.seats[3].votes_short) == ("b", 2)


class TestEqualRemainders:
    def test_they_are_a_tie_and_the_lot_ends_it(self) -> None:
        rule, tally = rule_named("hare", seats=3), ListTally({"a": 15, "b": 15})
        outcome = count_contest(rule, tally)
        (tie,) = outcome.ties
        assert (outcome.won(), tie.options, tie.first_seat) == ({"a": 1, "b": 1}, ("a", "b"), 3)
        drawn = count_contest(rule, tally, [Lot(("a", "b"), ("b", "a"))])
        assert (drawn.won(), drawn.seats[2].by_lot) == ({"a": 1, "b": 2}, True)


class TestThresholdAndPlaces:
    def test_the_quota_is_of_those_over_the_threshold(self) -> None:
        outcome = count_contest(rule_named("hare", seats=2, threshold="1/10"), ListTally({"a": 61, "b": 30, "c": 9}))
        assert isinstance(outcome.working, RemaindersWorking)
        assert outcome.working.quota == Fraction(91, 2)
        assert outcome.working.needed == 10
        assert outcome.working.kept_out == {"c": "threshold"}

    def test_seats_that_a_list_cannot_fill_go_to_the_largest_remainders_one_each(self) -> None:
        tally = ListTally({"a": 80, "b": 14, "c": 6}, places={"a": 6})
        outcome = count_contest(rule_named("hare", seats=10), tally)
        assert (outcome.won(), outcome.unfilled) == ({"a": 6, "b": 2, "c": 1}, 1)

    def test_with_every_list_too_short_seats_stay_unfilled(self) -> None:
        outcome = count_contest(rule_named("hare", seats=10), ListTally({"a": 9, "b": 1}, places={"a": 3, "b": 1}))
        assert (outcome.won(), outcome.unfilled) == ({"a": 3, "b": 1}, 6)

    def test_an_aggregate_takes_no_seat(self) -> None:
        tally = ListTally({"a": 5, "others": 95}, aggregates=frozenset({"others"}))
        assert count_contest(rule_named("hare", seats=2), tally).won() == {"a": 2}

    def test_seats_held_already_are_refused(self) -> None:
        with pytest.raises(VotesError, match="no seats are held beforehand"):
            count_contest(rule_named("droop", seats=2), ListTally({"a": 5}, {"a": 1}))


@pytest.mark.parametrize("name", ["hare", "droop"])
@pytest.mark.parametrize("size", [2**53, 2**63, 10**30])
def test_one_vote_in_so_many_decides(name: str, size: int) -> None:
    rule = rule_named(name, seats=1)
    assert count_contest(rule, ListTally({"a": size, "b": size + 1})).won() == {"b": 1}
    assert count_contest(rule, ListTally({"a": size, "b": size})).ties[0].options == ("a", "b")


def test_with_nothing_left_over_a_list_can_still_take_a_seat_that_is() -> None:
    # Droop quota 2: whole quotas fill 2 seats of 4, a has one vote left over, b none.
    outcome = count_contest(rule_named("droop", seats=4), ListTally({"a": 1, "b": 4}))
    assert [seat.option for seat in outcome.seats] == ["b", "b", "a", "b"]


def test_with_more_seats_left_over_than_lists_each_takes_one_and_the_rest_stay_unfilled() -> None:
    outcome = count_contest(rule_named("droop", seats=10), ListTally({"a": 3, "b": 2}))
    assert (outcome.won(), outcome.unfilled) == ({"a": 4, "b": 3}, 3)

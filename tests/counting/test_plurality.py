"""Most votes wins: one seat, n seats, and ties for the last of them."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.counting import Lot, PluralityWorking, Tally, VotesError, count_contest, rule_named

tallies = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), min_size=1).map(Tally)


def count(votes: dict[str, int], seats: int = 1, *lots: Lot) -> tuple[dict[str, int], tuple[object, ...], int]:
    outcome = count_contest(rule_named("plurality", seats=seats), Tally(votes), lots)
    return outcome.won(), outcome.ties, outcome.unfilled


class TestOneSeat:
    def test_most_votes_wins(self) -> None:
        assert count({"a": 3, "b": 5, "c": 4}) == ({"b": 1}, (), 0)

    def test_the_seat_names_the_runner_up_and_the_votes_short(self) -> None:
        seat = count_contest(rule_named("plurality", seats=1), Tally({"a": 3, "b": 9, "c": 4})).seats[0]
        assert (seat.number, seat.option, seat.figure, seat.runner_up, seat.votes_short) == (
            1,
            "b",
            Fraction(9),
            "c",
            6,
        )

    def test_the_majority_is_the_lead_even_over_somebody_without_a_vote(self) -> None:
        working = count_contest(rule_named("plurality", seats=1), Tally({"a": 7, "b": 0})).working
        assert isinstance(working, PluralityWorking)
        assert working.majority == 7

    def test_without_votes_nobody_is_elected(self) -> None:
        assert count({"a": 0, "b": 0}) == ({}, (), 1)
        assert count({}) == ({}, (), 1)

    def test_equal_votes_are_a_tie_that_names_everybody_level(self) -> None:
        outcome = count_contest(rule_named("plurality", seats=1), Tally({"c": 4, "a": 4, "b": 1, "d": 4}))
        assert outcome.seats == ()
        (tie,) = outcome.ties
        assert (tie.seats, tie.first_seat, tie.options, tie.figure, tie.at) == (
            1,
            1,
            ("a", "c", "d"),
            Fraction(4),
            "seat",
        )
        assert [(near.option, near.votes_short) for near in outcome.next_in_line] == [
            ("a", 1),
            ("c", 1),
            ("d", 1),
            ("b", 4),
        ]

    def test_the_lot_seats_whom_it_drew_first_and_says_so(self) -> None:
        drawn = Lot(("a", "c"), ("c", "a"))
        outcome = count_contest(rule_named("plurality", seats=1), Tally({"a": 4, "c": 4}), [drawn])
        seat = outcome.seats[0]
        assert (seat.option, seat.by_lot, seat.runner_up, seat.votes_short) == ("c", True, "a", 1)
        assert outcome.ties == ()

    def test_a_lot_among_others_changes_nothing(self) -> None:
        drawn = Lot(("a", "b", "c"), ("b", "c", "a"))
        assert count({"a": 4, "c": 4, "b": 1}, 1, drawn)[0] == {}

    def test_a_lot_drawn_again_replaces_the_first(self) -> None:
        first, again = Lot(("a", "c"), ("c", "a")), Lot(("a", "c"), ("a", "c"))
        assert count({"a": 4, "c": 4}, 1, first, again)[0] == {"a": 1}


class TestSeveralSeats:
    def test_the_n_highest_are_elected_in_order(self) -> None:
        outcome = count_contest(rule_named("plurality", seats=3), Tally({"a": 30, "b": 50, "c": 40, "d": 20, "e": 10}))
        assert [seat.option for seat in outcome.seats] == ["b", "c", "a"]
        assert isinstance(outcome.working, PluralityWorking)
        assert outcome.working.majority == 10
        assert [(near.option, near.votes_short) for near in outcome.next_in_line] == [("d", 11), ("e", 21)]

    def test_equal_votes_that_all_get_a_seat_need_no_lot(self) -> None:
        assert count({"a": 5, "b": 5, "c": 1}, 2) == ({"a": 1, "b": 1}, (), 0)

    def test_a_tie_for_the_last_places_leaves_those_ahead_seated(self) -> None:
        outcome = count_contest(rule_named("plurality", seats=3), Tally({"a": 9, "b": 5, "c": 5, "d": 5}))
        assert outcome.won() == {"a": 1}
        (tie,) = outcome.ties
        assert (tie.seats, tie.first_seat, tie.options) == (2, 2, ("b", "c", "d"))

    def test_a_lot_fills_as_many_places_as_are_tied(self) -> None:
        drawn = Lot(("b", "c", "d"), ("d", "b", "c"))
        outcome = count_contest(rule_named("plurality", seats=3), Tally({"a": 9, "b": 5, "c": 5, "d": 5}), [drawn])
        assert [(seat.option, seat.by_lot) for seat in outcome.seats] == [("a", False), ("d", True), ("b", True)]
        assert [(near.option, near.votes_short) for near in outcome.next_in_line] == [("c", 1)]

    def test_more_seats_than_candidates_with_votes_leaves_seats_unfilled(self) -> None:
        assert count({"a": 5, "b": 1, "c": 0}, 5) == ({"a": 1, "b": 1}, (), 3)


class TestVotes:
    @pytest.mark.parametrize("count", [-1, 1.0, "3", True, None])
    def test_a_count_that_is_no_whole_number_of_0_or_more_is_refused_by_name(self, count: object) -> None:
        with pytest.raises(VotesError, match="'khan'"):
            Tally({"khan": count})  # type: ignore[dict-item]


@given(tallies, st.integers(1, 4))
def test_seats_ties_and_unfilled_add_up_to_the_seats(tally: Tally, seats: int) -> None:
    outcome = count_contest(rule_named("plurality", seats=seats), tally)
    assert len(outcome.seats) + sum(tie.seats for tie in outcome.ties) + outcome.unfilled == seats


@given(tallies, st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_order_of_a_mapping_changes_nothing_at_all(tally: Tally, seats: int, random: Random) -> None:
    rule, shuffled = rule_named("plurality", seats=seats), list(tally.votes.items())
    random.shuffle(shuffled)
    assert repr(count_contest(rule, Tally(dict(shuffled)))) == repr(count_contest(rule, tally))


@given(tallies, st.integers(1, 4))
def test_votes_short_is_the_fewest_that_seat_the_next_in_line(tally: Tally, seats: int) -> None:
    rule = rule_named("plurality", seats=seats)
    for near in count_contest(rule, tally).next_in_line:
        assert near.votes_short is not None
        for more in range(near.votes_short + 1):
            won = count_contest(rule, Tally({**tally.votes, near.option: tally.votes[near.option] + more})).won()
            assert (near.option in won) == (more == near.votes_short)


@given(tallies, st.integers(1, 4), st.data())
def test_every_lot_among_those_tied_fills_every_seat(tally: Tally, seats: int, data: st.DataObject) -> None:
    rule = rule_named("plurality", seats=seats)
    open_outcome = count_contest(rule, tally)
    for tie in open_outcome.ties:
        order = tuple(data.draw(st.permutations(tie.options)))
        settled = count_contest(rule, tally, [Lot(tie.options, order)])
        assert settled.ties == ()
        assert {seat.option for seat in settled.seats if seat.by_lot} == set(order[: tie.seats])
        assert settled.seats[: len(open_outcome.seats)] == tuple(
            seat if seat.runner_up not in tie.options else settled.seats[number]
            for number, seat in enumerate(open_outcome.seats)
        )


class TestReferendum:
    def test_equal_votes_stay_open_whatever_lot_is_given(self) -> None:
        rule = rule_named("referendum", seats=1)
        outcome = count_contest(rule, Tally({"yes": 5, "no": 5}), [Lot(("no", "yes"), ("yes", "no"))])
        assert outcome.seats == ()
        assert outcome.ties[0].at == "answer"

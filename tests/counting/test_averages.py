"""Highest averages: the textbook, equal figures, thresholds met exactly, and figures of any size."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.counting import AveragesWorking, ListTally, Lot, Outcome, VotesError, count_contest, rule_named
from service.counting.averages import (
    D_HONDT,
    MODIFIED_SAINTE_LAGUE,
    SAINTE_LAGUE,
    Contender,
    Divisors,
    allocate_averages,
)

TEXTBOOK = {"yellow": 47_000, "white": 16_000, "red": 15_900, "green": 12_000, "blue": 6_000, "pink": 3_100}


def count(name: str, votes: dict[str, int], seats: int, **parameters: object) -> dict[str, int]:
    return count_contest(rule_named(name, seats=seats, **parameters), ListTally(votes)).won()


def kept_out(outcome: Outcome) -> dict[str, str]:
    assert isinstance(outcome.working, AveragesWorking)
    return dict(outcome.working.kept_out)


class TestTextbook:
    def test_dhondt(self) -> None:
        assert count("dhondt", TEXTBOOK, 10) == {"yellow": 5, "white": 2, "red": 2, "green": 1}

    def test_sainte_lague(self) -> None:
        assert count("sainte-lague", TEXTBOOK, 10) == {"yellow": 4, "white": 2, "red": 2, "green": 1, "blue": 1}

    def test_modified_sainte_lague_makes_the_first_seat_dearer(self) -> None:
        votes = {"a": 53, "b": 24, "c": 23}
        assert count("sainte-lague", votes, 3) == {"a": 1, "b": 1, "c": 1}
        assert count("modified-sainte-lague", votes, 3) == {"a": 2, "b": 1}

    def test_the_figures_of_modified_sainte_lague_are_votes_over_1_4_and_3_and_5(self) -> None:
        outcome = count_contest(rule_named("modified-sainte-lague", seats=3), ListTally({"a": 700}))
        assert [seat.figure for seat in outcome.seats] == [500, Fraction(700, 3), 140]


class TestEqualFigures:
    def test_for_the_last_seat_they_are_a_tie_between_all_of_them(self) -> None:
        outcome = count_contest(rule_named("dhondt", seats=3), ListTally({"a": 60, "b": 30, "c": 30}))
        assert outcome.won() == {"a": 1}
        (tie,) = outcome.ties
        assert (tie.seats, tie.first_seat, tie.options, tie.figure) == (2, 2, ("a", "b", "c"), Fraction(30))

    def test_earlier_they_get_a_seat_each_by_name(self) -> None:
        outcome = count_contest(rule_named("dhondt", seats=2), ListTally({"b": 60, "a": 60, "c": 30}))
        assert [seat.option for seat in outcome.seats] == ["a", "b"]

    def test_the_lot_gives_the_last_seats_to_those_drawn_first(self) -> None:
        drawn = Lot(("a", "b", "c"), ("c", "a", "b"))
        outcome = count_contest(rule_named("dhondt", seats=3), ListTally({"a": 60, "b": 30, "c": 30}), [drawn])
        assert [(seat.option, seat.by_lot) for seat in outcome.seats] == [("a", False), ("c", True), ("a", True)]
        assert outcome.seats[2].runner_up == "b"
        assert outcome.ties == ()

    def test_the_working_shows_the_figures_of_a_seat_that_is_open(self) -> None:
        outcome = count_contest(rule_named("dhondt", seats=1), ListTally({"a": 5, "b": 5}))
        assert isinstance(outcome.working, AveragesWorking)
        (played,) = outcome.working.rounds
        assert (played.seat, played.taken_by, played.figures) == (1, None, {"a": Fraction(5), "b": Fraction(5)})


class TestThreshold:
    RULE = rule_named("dhondt", seats=5, threshold="1/20")
    STRICT = rule_named("dhondt", seats=5, threshold="1/20", inclusive=False)

    def test_met_exactly_it_is_enough_where_inclusive(self) -> None:
        assert kept_out(count_contest(self.RULE, ListTally({"a": 95, "b": 5}))) == {}

    def test_met_exactly_it_is_not_enough_where_strict(self) -> None:
        assert kept_out(count_contest(self.STRICT, ListTally({"a": 95, "b": 5}))) == {"b": "threshold"}

    def test_one_vote_short_of_it_at_any_size(self) -> None:
        huge = 10**30
        assert kept_out(count_contest(self.RULE, ListTally({"a": 95 * huge, "b": 5 * huge}))) == {}
        assert kept_out(count_contest(self.RULE, ListTally({"a": 95 * huge + 1, "b": 5 * huge}))) == {"b": "threshold"}

    def test_votes_of_those_kept_out_count_towards_it(self) -> None:
        outcome = count_contest(self.RULE, ListTally({"a": 80, "b": 5, "c": 4, "others": 11}))
        assert isinstance(outcome.working, AveragesWorking)
        assert (outcome.working.valid, outcome.working.needed) == (100, Fraction(5))
        assert "b" not in outcome.working.kept_out

    def test_with_everybody_below_it_no_seat_is_filled(self) -> None:
        outcome = count_contest(rule_named("dhondt", seats=2, threshold="3/5"), ListTally({"a": 5, "b": 5}))
        assert (outcome.seats, outcome.unfilled) == ((), 2)
        assert [near.votes_short for near in outcome.next_in_line] == [3, 3]


class TestWhoCanTakeASeat:
    def test_an_aggregate_counts_towards_the_threshold_and_takes_nothing(self) -> None:
        tally = ListTally({"a": 10, "others": 90}, aggregates=frozenset({"others"}))
        outcome = count_contest(rule_named("dhondt", seats=2, threshold="1/5"), tally)
        assert kept_out(outcome) == {"others": "aggregate", "a": "threshold"}
        assert outcome.next_in_line[-1].votes_short is None

    def test_an_individual_takes_one_seat_with_its_own_votes(self) -> None:
        tally = ListTally({"a": 10, "ind": 90}, individuals=frozenset({"ind"}))
        outcome = count_contest(rule_named("dhondt", seats=3), tally)
        assert [(seat.option, int(seat.figure)) for seat in outcome.seats] == [("ind", 90), ("a", 10), ("a", 5)]

    def test_an_individual_returned_for_a_constituency_takes_none(self) -> None:
        tally = ListTally({"a": 10, "ind": 90}, {"ind": 1}, individuals=frozenset({"ind"}))
        outcome = count_contest(rule_named("dhondt", seats=2), tally)
        assert outcome.won() == {"a": 2}
        assert kept_out(outcome) == {"ind": "no places"}

    def test_an_exhausted_list_drops_out_and_the_next_takes_the_seat(self) -> None:
        tally = ListTally({"a": 90, "b": 10}, places={"a": 2})
        outcome = count_contest(rule_named("dhondt", seats=4), tally)
        assert [seat.option for seat in outcome.seats] == ["a", "a", "b", "b"]
        assert isinstance(outcome.working, AveragesWorking)
        assert list(outcome.working.rounds[2].figures) == ["b"]

    def test_with_every_list_exhausted_seats_stay_unfilled(self) -> None:
        tally = ListTally({"a": 90, "b": 10}, places={"a": 1, "b": 1})
        outcome = count_contest(rule_named("dhondt", seats=4), tally)
        assert (outcome.won(), outcome.unfilled) == ({"a": 1, "b": 1}, 2)
        assert [near.votes_short for near in outcome.next_in_line] == [None, None]

    def test_without_votes_nobody_takes_a_seat(self) -> None:
        outcome = count_contest(rule_named("sainte-lague", seats=4), ListTally({"a": 0, "b": 0}))
        assert (outcome.seats, outcome.unfilled, outcome.next_in_line) == ((), 4, ())

    @pytest.mark.parametrize("kind", ["individuals", "aggregates"])
    def test_one_that_nobody_could_vote_for_is_refused(self, kind: str) -> None:
        with pytest.raises(VotesError, match=rf"{kind}: \['z'\]"):
            ListTally({"a": 1}, **{kind: frozenset({"z"})})  # type: ignore[arg-type]


class TestExactness:
    @pytest.mark.parametrize("size", [2**53, 2**63, 2**64 + 1, 10**40])
    def test_one_vote_in_so_many_decides(self, size: int) -> None:
        assert count("dhondt", {"a": 3 * size + 1, "b": size}, 3) == {"a": 3}
        assert count("dhondt", {"a": 3 * size - 1, "b": size}, 3) == {"a": 2, "b": 1}

    @pytest.mark.parametrize("size", [2**53, 2**63, 2**64 + 1, 10**40])
    def test_equal_is_equal_at_any_size(self, size: int) -> None:
        outcome = count_contest(rule_named("dhondt", seats=3), ListTally({"a": 3 * size, "b": size}))
        assert outcome.ties[0].options == ("a", "b")

    @given(
        st.lists(st.tuples(st.integers(0, 2**70), st.integers(0, 40)), min_size=1, max_size=8),
        st.integers(1, 30),
        st.sampled_from([D_HONDT, SAINTE_LAGUE, MODIFIED_SAINTE_LAGUE]),
    )
    def test_whole_number_keys_order_as_fractions_do(
        self, lists: list[tuple[int, int]], seats: int, divisors: Divisors
    ) -> None:
        contenders = [Contender(f"p{i}", votes, held, seats) for i, (votes, held) in enumerate(lists)]
        allocation = allocate_averages(contenders, seats, divisors)
        won = [0] * len(contenders)
        for taker, runner_up in zip(allocation.takers, allocation.runners_up, strict=True):
            figures = [divisors.figure(list_.votes, list_.held + won[i]) for i, list_ in enumerate(contenders)]
            assert figures[taker] == max(figures)
            others = [figure for i, figure in enumerate(figures) if i != taker]
            assert (figures[runner_up] if runner_up >= 0 else 0) == max(others, default=0)
            won[taker] += 1


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 20), min_size=1), st.integers(1, 6))
def test_seats_ties_and_unfilled_add_up_to_the_seats(votes: dict[str, int], seats: int) -> None:
    for name in ("dhondt", "sainte-lague", "modified-sainte-lague"):
        outcome = count_contest(rule_named(name, seats=seats), ListTally(votes))
        assert len(outcome.seats) + sum(tie.seats for tie in outcome.ties) + outcome.unfilled == seats
        assert isinstance(outcome.working, AveragesWorking)
        assert len(outcome.working.rounds) == seats - outcome.unfilled

"""Additional members where London, Scotland and Wales part: thresholds, equal figures, exhausted lists."""

from service.counting import AveragesWorking, ListTally, Lot, count_contest, rule_named

LONDON = rule_named("additional-members-london", seats=11)
SCOTLAND = rule_named("additional-members-scotland", seats=7)
WALES = rule_named("additional-members-wales", seats=4)


class TestLondonParagraph7Threshold:
    def test_exactly_five_percent_is_enough(self) -> None:
        outcome = count_contest(LONDON, ListTally({"a": 95, "b": 5}, {"a": 14}))
        assert outcome.won()["b"] == 1

    def test_one_vote_less_is_not(self) -> None:
        working = count_contest(LONDON, ListTally({"a": 96, "b": 5})).working
        assert isinstance(working, AveragesWorking)
        assert working.kept_out == {"b": "threshold"}

    def test_an_individual_needs_it_too(self) -> None:
        tally = ListTally({"a": 96, "ind": 4}, {"a": 14}, individuals=frozenset({"ind"}))
        assert count_contest(LONDON, tally).won() == {"a": 11}

    def test_constituency_seats_do_not_stand_in_for_it(self) -> None:
        assert count_contest(LONDON, ListTally({"a": 96, "b": 4}, {"b": 3})).won() == {"a": 11}


class TestLondonParagraph8Equality:
    def test_for_the_last_seat_it_goes_to_the_higher_figure_as_if_each_had_one_seat_more(self) -> None:
        # a: 60 / 3 and b: 20 / 1 are level for the second seat; with one seat more a has 15, b 10.
        tally = ListTally({"a": 60, "b": 20}, {"a": 1})
        outcome = count_contest(rule_named("additional-members-london", seats=2), tally)
        assert [(seat.option, int(seat.figure)) for seat in outcome.seats] == [("a", 30), ("a", 20)]
        assert not any(seat.by_lot for seat in outcome.seats)
        assert outcome.ties == ()
        assert (outcome.seats[1].runner_up, outcome.seats[1].votes_short) == ("b", 1)

    def test_with_the_votes_that_make_it_level_the_larger_party_takes_the_seat(self) -> None:
        tally = ListTally({"a": 57, "b": 20}, {"a": 1})
        outcome = count_contest(rule_named("additional-members-london", seats=2), tally)
        assert outcome.won() == {"a": 1, "b": 1}
        assert (outcome.seats[1].runner_up, outcome.seats[1].votes_short) == ("a", 3)

    def test_still_equal_it_goes_to_a_lot(self) -> None:
        tally = ListTally({"a": 20, "b": 20, "c": 30})
        rule = rule_named("additional-members-london", seats=2)
        (tie,) = count_contest(rule, tally).ties
        assert (tie.seats, tie.first_seat, tie.options, int(tie.figure)) == (1, 2, ("a", "b"), 20)
        assert count_contest(rule, tally, [Lot(("a", "b"), ("b", "a"))]).won() == {"c": 1, "b": 1}

    def test_of_three_level_for_one_seat_only_those_still_equal_draw(self) -> None:
        # All at 20: with one seat more the two at 40 / 2 come to 40 / 3, the one at 20 / 1 to 20 / 2.
        tally = ListTally({"a": 40, "b": 40, "c": 20}, {"a": 1, "b": 1})
        (tie,) = count_contest(rule_named("additional-members-london", seats=1), tally).ties
        assert tie.options == ("a", "b")

    def test_an_earlier_equality_gives_each_a_seat(self) -> None:
        tally = ListTally({"a": 20, "b": 20, "c": 15})
        outcome = count_contest(rule_named("additional-members-london", seats=2), tally)
        assert (outcome.won(), outcome.ties) == ({"a": 1, "b": 1}, ())


class TestLondonLists:
    def test_an_exhausted_list_drops_out(self) -> None:
        tally = ListTally({"a": 60, "b": 40}, places={"a": 1})
        outcome = count_contest(rule_named("additional-members-london", seats=3), tally)
        assert [seat.option for seat in outcome.seats] == ["a", "b", "b"]

    def test_a_party_with_constituencies_but_no_list_changes_nothing(self) -> None:
        without = count_contest(LONDON, ListTally({"a": 60, "b": 40}))
        assert count_contest(LONDON, ListTally({"a": 60, "b": 40}, {"z": 4})) == without


class TestScotland:
    def test_there_is_no_threshold(self) -> None:
        tally = ListTally({"a": 97, "b": 2, "c": 1}, {"a": 9})
        assert count_contest(rule_named("additional-members-scotland", seats=2), tally).won() == {"a": 2}
        assert count_contest(SCOTLAND, ListTally({"a": 97, "b": 16}, {"a": 9})).won() == {"b": 2, "a": 5}

    def test_equality_for_the_last_seat_goes_to_a_lot_whoever_is_larger(self) -> None:
        tally = ListTally({"a": 60, "b": 20}, {"a": 1})
        (tie,) = count_contest(rule_named("additional-members-scotland", seats=2), tally).ties
        assert tie.options == ("a", "b")


class TestWales:
    def test_four_seats_a_region_on_top_of_its_constituencies(self) -> None:
        tally = ListTally({"a": 70, "b": 40, "c": 30}, {"a": 6, "b": 2})
        assert count_contest(WALES, tally).won() == {"c": 2, "b": 1, "a": 1}

    def test_equality_for_the_last_seat_is_recalculated_before_a_lot(self) -> None:
        tally = ListTally({"a": 60, "b": 20}, {"a": 1})
        assert count_contest(rule_named("additional-members-wales", seats=2), tally).won() == {"a": 2}

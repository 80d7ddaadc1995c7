"""New Zealand and Germany, clause by clause, on counts small enough to check by hand."""

from fractions import Fraction

import pytest

from service.counting import (
    ConstituencyWinner,
    GermanyMixed,
    GermanyWorking,
    LandTally,
    ListTally,
    Lot,
    NewZealandWorking,
    Outcome,
    VotesError,
    count_contest,
    rule_named,
)

HOUSE = rule_named("mixed-member-new-zealand", seats=10)


def new_zealand(outcome: Outcome) -> NewZealandWorking:
    assert isinstance(outcome.working, NewZealandWorking)
    return outcome.working


class TestNewZealand:
    def test_s192_a_list_fills_the_entitlement_less_the_electorates(self) -> None:
        outcome = count_contest(HOUSE, ListTally({"a": 60, "b": 40}, {"a": 4, "b": 1}))
        assert new_zealand(outcome).entitlement == {"a": 6, "b": 4}
        assert outcome.won() == {"b": 3, "a": 2}
        assert [seat.number for seat in outcome.seats] == [1, 2, 3, 4, 5]

    def test_s191_4_an_electorate_stands_in_for_the_threshold(self) -> None:
        tally = ListTally({"a": 96, "b": 4})
        assert "b" not in count_contest(rule_named("mixed-member-new-zealand", seats=120), tally).won()
        with_electorate = ListTally({"a": 96, "b": 4}, {"b": 1})
        outcome = count_contest(rule_named("mixed-member-new-zealand", seats=120), with_electorate)
        assert new_zealand(outcome).entitlement["b"] == 5
        assert outcome.won()["b"] == 4

    def test_s191_4_five_percent_exactly_is_enough(self) -> None:
        outcome = count_contest(rule_named("mixed-member-new-zealand", seats=120), ListTally({"a": 95, "b": 5}))
        assert outcome.won()["b"] == 6

    def test_more_electorates_than_the_entitlement_are_kept_and_the_house_grows(self) -> None:
        outcome = count_contest(HOUSE, ListTally({"a": 90, "b": 10}, {"a": 3, "b": 4}))
        assert new_zealand(outcome).overhang == {"b": 3}
        assert new_zealand(outcome).house == 13
        assert outcome.won() == {"a": 6}

    def test_electorates_of_independents_come_off_the_seats_shared_out(self) -> None:
        outcome = count_contest(HOUSE, ListTally({"a": 60, "b": 40}, {"a": 1, "independent": 2}))
        assert (new_zealand(outcome).others, new_zealand(outcome).house) == (2, 10)
        assert sum(new_zealand(outcome).entitlement.values()) == 8

    def test_a_list_too_short_leaves_seats_unfilled(self) -> None:
        outcome = count_contest(HOUSE, ListTally({"a": 60, "b": 40}, {"a": 4}, places={"b": 1}))
        assert (outcome.won(), outcome.unfilled) == ({"a": 2, "b": 1}, 3)

    def test_equal_quotients_for_the_last_seat_are_a_tie(self) -> None:
        outcome = count_contest(rule_named("mixed-member-new-zealand", seats=3), ListTally({"a": 30, "b": 30}))
        (tie,) = outcome.ties
        assert (tie.options, tie.first_seat) == (("a", "b"), 3)
        lot = Lot(("a", "b"), ("b", "a"))
        drawn = count_contest(rule_named("mixed-member-new-zealand", seats=3), ListTally({"a": 30, "b": 30}), [lot])
        assert drawn.won() == {"a": 1, "b": 2}


def won(
    constituency: str, land: str, option: str, votes: int, of: int = 100, *, alone: bool = False
) -> ConstituencyWinner:
    return ConstituencyWinner(constituency, land, option, votes, of, alone)


def germany(outcome: Outcome) -> GermanyWorking:
    assert isinstance(outcome.working, GermanyWorking)
    return outcome.working


class TestGermany:
    RULE = GermanyMixed(seats=10)

    def test_s4_seats_go_to_the_parties_and_then_to_their_lists_in_the_laender(self) -> None:
        tally = LandTally({"north": {"a": 40, "b": 20}, "south": {"a": 20, "b": 20}})
        outcome = count_contest(self.RULE, tally)
        assert outcome.won() == {"a": 6, "b": 4}
        seats = {(land.option, land.land): land.seats for land in germany(outcome).by_land}
        assert seats == {("a", "north"): 4, ("a", "south"): 2, ("b", "north"): 2, ("b", "south"): 2}

    def test_s6_winners_are_seated_by_falling_share_as_far_as_the_seats_of_the_land_reach(self) -> None:
        winners = (won("1", "north", "a", 30), won("2", "north", "a", 35), won("3", "north", "a", 33))
        tally = LandTally({"north": {"a": 20, "b": 80}}, winners)
        outcome = count_contest(self.RULE, tally)
        (of_a,) = [land for land in germany(outcome).by_land if land.option == "a"]
        assert [winner.constituency for winner in of_a.seated] == ["2", "3"]
        assert [winner.constituency for winner in germany(outcome).without_seat] == ["1"]
        assert of_a.from_list == 0
        assert len(outcome.seats) == 10

    def test_s6_equal_shares_go_to_a_lot_among_the_constituencies(self) -> None:
        winners = (won("1", "north", "a", 30), won("2", "north", "a", 60, 200), won("3", "north", "a", 33))
        tally = LandTally({"north": {"a": 20, "b": 80}}, winners)
        outcome = count_contest(self.RULE, tally)
        (tie,) = outcome.ties
        assert (tie.at, tie.options, tie.figure, tie.seats) == ("cover", ("1", "2"), Fraction(3, 10), 1)
        assert germany(outcome).without_seat == ()
        drawn = count_contest(self.RULE, tally, [Lot(("1", "2"), ("2", "1"))])
        assert [winner.constituency for winner in germany(drawn).without_seat] == ["1"]

    def test_a_party_below_five_percent_takes_no_part_and_its_winners_go_without(self) -> None:
        tally = LandTally({"north": {"a": 96, "b": 4}}, (won("1", "north", "b", 40), won("2", "north", "b", 40)))
        outcome = count_contest(self.RULE, tally)
        assert outcome.won() == {"a": 10}
        assert len(germany(outcome).without_seat) == 2

    def test_three_constituencies_stand_in_for_the_threshold(self) -> None:
        winners = tuple(won(str(number), "north", "b", 40) for number in range(3))
        outcome = count_contest(GermanyMixed(seats=100), LandTally({"north": {"a": 96, "b": 4}}, winners))
        assert outcome.won() == {"a": 96, "b": 4}

    def test_a_minority_needs_no_threshold(self) -> None:
        tally = LandTally({"north": {"a": 98, "ssw": 2}}, minorities=frozenset({"ssw"}))
        assert count_contest(GermanyMixed(seats=100), tally).won() == {"a": 98, "ssw": 2}

    def test_a_winner_standing_alone_is_seated_and_comes_off_the_seats_shared_out(self) -> None:
        tally = LandTally({"north": {"a": 60, "b": 40}}, (won("1", "north", "eve", 40, alone=True),))
        outcome = count_contest(self.RULE, tally)
        assert outcome.won() == {"a": 5, "b": 4, "eve": 1}
        assert (len(outcome.seats), outcome.seats[-1].number) == (10, 10)

    def test_more_than_half_of_the_votes_has_more_than_half_of_the_seats(self) -> None:
        # 6 of 11 votes have 2 of 4 seats by the quotients: one more makes 3 of 5.
        tally = LandTally({"north": {"a": 56, "b": 22, "c": 22}})
        outcome = count_contest(GermanyMixed(seats=4), tally)
        assert (outcome.won(), germany(outcome).majority_seats) == ({"a": 3, "b": 1, "c": 1}, 1)

    def test_a_list_too_short_leaves_seats_unfilled(self) -> None:
        tally = LandTally({"north": {"a": 60, "b": 40}}, places={("north", "a"): 2})
        outcome = count_contest(self.RULE, tally)
        assert (outcome.won(), outcome.unfilled) == ({"b": 4, "a": 2}, 4)
        assert [seat.number for seat in outcome.seats] == list(range(1, 7))

    def test_equal_figures_between_laender_are_a_tie_named_by_party_and_land(self) -> None:
        tally = LandTally({"north": {"a": 30}, "south": {"a": 30}})
        outcome = count_contest(GermanyMixed(seats=3), tally)
        (tie,) = outcome.ties
        assert (tie.at, tie.options) == ("land", ("a/north", "a/south"))
        drawn = count_contest(GermanyMixed(seats=3), tally, [Lot(tie.options, ("a/south", "a/north"))])
        assert {land.land: land.seats for land in germany(drawn).by_land} == {"north": 1, "south": 2}

    def test_the_order_of_laender_parties_and_winners_changes_nothing(self) -> None:
        winners = (won("1", "north", "a", 30), won("2", "south", "b", 35), won("3", "north", "a", 33))
        one = LandTally({"north": {"a": 20, "b": 80}, "south": {"a": 50, "b": 40}}, winners)
        other = LandTally({"south": {"b": 40, "a": 50}, "north": {"b": 80, "a": 20}}, winners[::-1])
        assert repr(count_contest(self.RULE, one)) == repr(count_contest(self.RULE, other))


class TestLandTally:
    def test_a_constituency_won_twice_is_refused(self) -> None:
        with pytest.raises(VotesError, match="found one twice"):
            LandTally({"north": {"a": 1}}, (won("1", "north", "a", 30), won("1", "north", "b", 30)))

    def test_a_winner_in_a_land_without_second_votes_is_refused(self) -> None:
        with pytest.raises(VotesError, match=r"no second votes from \['south'\]"):
            LandTally({"north": {"a": 1}}, (won("1", "south", "a", 30),))

    def test_a_winner_with_more_first_votes_than_there_are_is_refused(self) -> None:
        with pytest.raises(VotesError, match="expected 1 to 100 first votes, found 101"):
            won("1", "north", "a", 101)

"""Supplementary vote, paragraph by paragraph of Greater London Authority Act 1999, Sch. 2 Pt. I."""

from fractions import Fraction
from random import Random
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.counting import (
    Lot,
    Outcome,
    PreferenceTally,
    SupplementaryWorking,
    VotesError,
    count_contest,
    remaining_after_first,
    rule_named,
    transfers_to,
)

RULE = rule_named("supplementary-vote", seats=1)


def working_of(outcome: Outcome) -> SupplementaryWorking:
    assert isinstance(outcome.working, SupplementaryWorking)
    return outcome.working


class TestParagraph1FewerThanThreeCandidates:
    def test_most_votes_wins_without_second_preferences(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 5, "b": 4}))
        assert outcome.won() == {"a": 1}
        assert (outcome.seats[0].votes_short, len(working_of(outcome).rounds)) == (2, 1)

    def test_equal_votes_go_to_a_lot(self) -> None:
        tally = PreferenceTally({"a": 5, "b": 5})
        assert count_contest(RULE, tally).ties[0].options == ("a", "b")
        assert count_contest(RULE, tally, [Lot(("a", "b"), ("b", "a"))]).won() == {"b": 1}


class TestParagraph3MoreThanHalf:
    def test_more_than_half_wins_at_once_whatever_second_preferences_say(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 51, "b": 30, "c": 19}))
        assert outcome.won() == {"a": 1}
        assert working_of(outcome).needed == 50 + 1
        assert not working_of(outcome).awaiting_second_preferences

    def test_exactly_half_is_not_enough(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 50, "b": 30, "c": 20}))
        assert outcome.seats == ()
        assert working_of(outcome).awaiting_second_preferences

    def test_how_many_votes_short_the_others_are_is_not_said_since_it_turns_on_second_preferences(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 51, "b": 30, "c": 19}))
        assert outcome.seats[0].votes_short is None
        assert [near.votes_short for near in outcome.next_in_line] == [None, None]


class TestParagraph4WhoRemains:
    def test_the_two_highest_remain_and_the_others_are_eliminated(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 40, "b": 35, "c": 25}, {"a": 1, "b": 9}))
        assert working_of(outcome).remaining == ("a", "b")
        assert working_of(outcome).rounds[1].eliminated == ("c",)

    def test_an_equality_for_second_place_keeps_all_of_them(self) -> None:
        assert remaining_after_first({"a": 40, "b": 25, "c": 25, "d": 10}) == ("a", "b", "c")

    def test_an_equality_for_first_place_of_three_keeps_the_three(self) -> None:
        assert remaining_after_first({"a": 30, "b": 30, "c": 30, "d": 10}) == ("a", "b", "c")

    def test_a_candidate_without_a_vote_does_not_remain(self) -> None:
        assert remaining_after_first({"a": 5, "b": 5, "c": 0}) == ("a", "b")
        assert remaining_after_first({"a": 0, "b": 0, "c": 0}) == ()


class TestParagraph4SecondPreferences:
    SECOND: ClassVar = {
        "a": {"b": 30, "c": 10},
        "b": {"a": 30, "d": 5},
        "c": {"b": 12, "d": 6, "c": 7},
        "d": {"a": 2, "c": 4},
    }

    def test_only_those_on_papers_of_eliminated_candidates_for_somebody_remaining_count(self) -> None:
        assert transfers_to(("a", "b"), self.SECOND) == {"a": 2, "b": 12}

    def test_papers_of_a_third_candidate_remaining_count_for_nobody_else(self) -> None:
        assert transfers_to(("a", "b", "c"), self.SECOND) == {"a": 2, "b": 0, "c": 4}

    def test_the_same_candidate_twice_adds_nothing_and_is_counted_as_not_transferred(self) -> None:
        tally = PreferenceTally({"a": 40, "b": 35, "c": 25, "d": 10}, second=self.SECOND)
        final = working_of(count_contest(RULE, tally)).rounds[1]
        assert final.votes == {"b": 47, "a": 42}
        assert final.transfers == {"a": 2, "b": 12}
        assert final.not_transferred == 35 - 14

    def test_the_greatest_total_wins_though_it_was_second_before(self) -> None:
        tally = PreferenceTally({"a": 40, "b": 35, "c": 25, "d": 10}, second=self.SECOND)
        seat = count_contest(RULE, tally).seats[0]
        assert (seat.option, seat.figure, seat.runner_up, seat.votes_short) == ("b", Fraction(47), "a", 6)

    def test_with_three_remaining_the_third_can_win(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 40, "b": 25, "c": 25, "d": 20}, {"a": 1, "b": 2, "c": 17}))
        assert outcome.won() == {"c": 1}
        assert outcome.seats[0].votes_short is None

    def test_equal_totals_go_to_a_lot(self) -> None:
        tally = PreferenceTally({"a": 40, "b": 35, "c": 25}, {"a": 5, "b": 10})
        (tie,) = count_contest(RULE, tally).ties
        assert (tie.seats, tie.first_seat, tie.options, tie.figure, tie.at) == (1, 1, ("a", "b"), Fraction(45), "seat")
        seat = count_contest(RULE, tally, [Lot(("a", "b"), ("b", "a"))]).seats[0]
        assert (seat.option, seat.by_lot, seat.runner_up, seat.votes_short) == ("b", True, "a", 1)

    def test_where_nobody_eliminated_has_a_paper_no_second_preference_is_awaited(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 5, "b": 5, "c": 0}))
        assert outcome.ties[0].options == ("a", "b")


class TestWhileSecondPreferencesAreMissing:
    def test_transfers_to_others_than_those_remaining_are_as_good_as_none(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 40, "b": 35, "c": 25}, {"a": 5, "c": 10}))
        assert working_of(outcome).awaiting_second_preferences
        assert outcome.seats == ()
        assert outcome.ties == ()

    def test_transfers_to_somebody_eliminated_were_made_for_other_candidates_remaining(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 40, "b": 35, "c": 25}, {"a": 5, "b": 2, "c": 3}))
        assert working_of(outcome).awaiting_second_preferences

    def test_transfers_that_are_missing_for_somebody_remaining_are_awaited(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 40, "b": 35, "c": 25}, {"a": 5}))
        assert working_of(outcome).awaiting_second_preferences

    def test_a_zero_for_somebody_eliminated_does_no_harm(self) -> None:
        outcome = count_contest(RULE, PreferenceTally({"a": 40, "b": 35, "c": 25}, {"a": 5, "b": 2, "c": 0}))
        assert outcome.won() == {"a": 1}


class TestVotesThatCannotBeTrue:
    def test_more_transfers_than_papers_of_eliminated_candidates_are_refused(self) -> None:
        with pytest.raises(VotesError, match=r"30 second preferences .* only 25 papers"):
            count_contest(RULE, PreferenceTally({"a": 40, "b": 35, "c": 25}, {"a": 20, "b": 10}))

    def test_a_row_of_the_table_with_more_papers_than_first_preferences_is_refused(self) -> None:
        with pytest.raises(VotesError, match="papers for 'a': 4, but only 3"):
            PreferenceTally({"a": 3, "b": 2}, second={"a": {"b": 4}})

    def test_transfers_and_table_together_are_refused(self) -> None:
        with pytest.raises(VotesError, match="give one of them"):
            PreferenceTally({"a": 3, "b": 2}, {"a": 1}, {"a": {"b": 1}})

    def test_a_second_preference_for_nobody_on_the_paper_is_refused(self) -> None:
        with pytest.raises(VotesError, match="'z'"):
            PreferenceTally({"a": 3, "b": 2}, second={"a": {"z": 1}})


@st.composite
def tables(draw: st.DrawFn) -> PreferenceTally:
    options = "abcd"[: draw(st.integers(3, 4))]
    second = {o: {p: draw(st.integers(0, 4)) for p in options} for o in options}
    first = {o: sum(second[o].values()) + draw(st.integers(0, 4)) for o in options}
    return PreferenceTally(first, second=second)


@given(tables())
def test_votes_and_papers_not_transferred_add_up_to_the_valid_papers(tally: PreferenceTally) -> None:
    working = working_of(count_contest(RULE, tally))
    for played in working.rounds:
        assert sum(played.votes.values()) + played.not_transferred == working.valid


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_a_mapping_changes_nothing_at_all(tally: PreferenceTally, random: Random) -> None:
    assert tally.second is not None
    first, second = list(tally.first.items()), list(tally.second.items())
    random.shuffle(first)
    random.shuffle(second)
    rows = {option: dict(sorted(row.items(), reverse=True)) for option, row in second}
    shuffled = PreferenceTally(dict(first), second=rows)
    assert repr(count_contest(RULE, shuffled)) == repr(count_contest(RULE, tally))


@given(tables())
def test_the_table_and_the_transfers_that_follow_from_it_say_the_same(tally: PreferenceTally) -> None:
    assert tally.second is not None
    transfers = transfers_to(remaining_after_first(tally.first), tally.second)
    assert count_contest(RULE, PreferenceTally(tally.first, transfers)) == count_contest(RULE, tally)


@given(tables())
def test_votes_short_is_the_fewest_first_preferences_that_win_by_brute_force(tally: PreferenceTally) -> None:
    for near in count_contest(RULE, tally).next_in_line:
        if near.votes_short is None:
            continue
        for more in range(near.votes_short + 1):
            first = {**tally.first, near.option: tally.first[near.option] + more}
            won = count_contest(RULE, PreferenceTally(first, second=tally.second)).won()
            assert (won == {near.option: 1}) == (more == near.votes_short)

"""Instant run-off: majorities, exclusions, lots, papers that run out."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.counting import Lot, Outcome, Papers, RunOffWorking, VotesError, count_contest, rule_named

RULE = rule_named("instant-run-off", seats=1)


def papers(*marked: tuple[int, str], candidates: str = "abcd") -> Papers:
    return Papers(tuple((count, tuple(order)) for count, order in marked), tuple(candidates))


def working_of(outcome: Outcome) -> RunOffWorking:
    assert isinstance(outcome.working, RunOffWorking)
    return outcome.working


class TestMajority:
    def test_more_than_half_of_first_preferences_wins_at_once(self) -> None:
        outcome = count_contest(RULE, papers((6, "abc"), (3, "bac"), (2, "cba")))
        assert outcome.won() == {"a": 1}
        assert len(working_of(outcome).rounds) == 1

    def test_the_lowest_goes_out_and_its_papers_go_to_the_next_still_in(self) -> None:
        outcome = count_contest(RULE, papers((4, "a"), (3, "b"), (2, "cb"), (1, "dca"), candidates="abcd"))
        rounds = working_of(outcome).rounds
        assert (rounds[1].eliminated, rounds[1].transfers) == (("d",), {"a": 0, "b": 0, "c": 1})

    def test_papers_without_a_further_preference_are_counted_apart(self) -> None:
        outcome = count_contest(RULE, papers((5, "a"), (4, "b"), (2, "c"), candidates="abc"))
        final = working_of(outcome).rounds[-1]
        assert (final.not_transferred, final.votes) == (2, {"a": 5, "b": 4})
        seat = outcome.seats[0]
        assert (seat.option, seat.runner_up, seat.votes_short) == ("a", "b", 2)

    def test_the_last_opponent_is_played_for_beyond_the_deciding_round(self) -> None:
        outcome = count_contest(RULE, papers((6, "a"), (3, "b"), (2, "cb"), candidates="abc"))
        seat = outcome.seats[0]
        assert (len(working_of(outcome).rounds), seat.runner_up, seat.votes_short) == (1, "b", 2)

    def test_without_papers_nobody_is_elected(self) -> None:
        outcome = count_contest(RULE, papers())
        assert (outcome.seats, outcome.unfilled) == ((), 1)


class TestEqualVotes:
    def test_at_the_bottom_they_are_a_tie_for_exclusion(self) -> None:
        outcome = count_contest(RULE, papers((5, "a"), (3, "ba"), (3, "ca"), candidates="abc"))
        (tie,) = outcome.ties
        assert (tie.at, tie.first_seat, tie.seats, tie.options) == ("exclusion", 0, 1, ("b", "c"))
        assert outcome.seats == ()

    def test_the_lot_lets_the_first_drawn_survive(self) -> None:
        level = papers((5, "a"), (3, "bc"), (3, "cb"), candidates="abc")
        assert count_contest(RULE, level, [Lot(("b", "c"), ("b", "c"))]).won() == {"b": 1}
        assert count_contest(RULE, level, [Lot(("b", "c"), ("c", "b"))]).seats[0].by_lot

    def test_at_the_end_they_are_a_tie_for_the_seat(self) -> None:
        last_two = papers((5, "a"), (5, "b"), candidates="ab")
        (tie,) = count_contest(RULE, last_two).ties
        assert (tie.at, tie.first_seat, tie.options) == ("seat", 1, ("a", "b"))
        seat = count_contest(RULE, last_two, [Lot(("a", "b"), ("b", "a"))]).seats[0]
        assert (seat.option, seat.by_lot, seat.votes_short) == ("b", True, 1)

    def test_candidates_without_a_vote_go_out_together_and_draw_no_lot(self) -> None:
        outcome = count_contest(RULE, papers((4, "ac"), (3, "b"), (2, "cb"), candidates="abcdef"))
        assert working_of(outcome).rounds[1].eliminated == ("d", "e", "f")
        assert outcome.won() == {"b": 1}


class TestPapers:
    def test_a_candidate_marked_twice_is_refused(self) -> None:
        with pytest.raises(VotesError, match="marked twice"):
            papers((1, "aba"))

    def test_a_stranger_is_refused_by_name(self) -> None:
        with pytest.raises(VotesError, match=r"\['z'\] not among the candidates"):
            papers((1, "az"))

    def test_a_negative_count_is_refused(self) -> None:
        with pytest.raises(VotesError, match="-1"):
            papers((-1, "a"))

    def test_the_same_candidate_standing_twice_is_refused(self) -> None:
        with pytest.raises(VotesError, match="each stands once"):
            papers(candidates="aa")


piles = st.lists(
    st.tuples(st.integers(1, 4), st.permutations("abcd").flatmap(lambda p: st.integers(0, 4).map(lambda n: p[:n]))),
    max_size=8,
).map(lambda marked: Papers(tuple((count, tuple(order)) for count, order in marked), tuple("abcd")))


@given(piles)
def test_votes_and_papers_not_transferred_add_up_to_the_valid_papers(pile: Papers) -> None:
    working = working_of(count_contest(RULE, pile))
    for number, played in enumerate(working.rounds, start=1):
        spent = sum(earlier.not_transferred for earlier in working.rounds[:number])
        assert sum(played.votes.values()) + spent == working.valid
        assert played.number == number


@given(piles, st.randoms(use_true_random=False))
def test_the_order_of_papers_and_candidates_changes_nothing(pile: Papers, random: Random) -> None:
    shuffled, candidates = list(pile.papers), list(pile.candidates)
    random.shuffle(shuffled)
    random.shuffle(candidates)
    again = count_contest(RULE, Papers(tuple(shuffled), tuple(candidates)))
    assert repr(again) == repr(count_contest(RULE, pile))


@given(piles)
def test_votes_short_is_the_fewest_papers_that_win_by_brute_force(pile: Papers) -> None:
    for near in count_contest(RULE, pile).next_in_line:
        if near.votes_short is None:
            continue
        for more in range(near.votes_short + 1):
            with_more = Papers((*pile.papers, (more, (near.option,))), pile.candidates)
            assert (count_contest(RULE, with_more).won() == {near.option: 1}) == (more == near.votes_short)


@given(piles)
def test_the_winner_has_more_than_half_of_the_papers_in_play(pile: Papers) -> None:
    outcome = count_contest(RULE, pile)
    if outcome.seats:
        final = working_of(outcome).rounds[-1].votes
        assert 2 * final[outcome.seats[0].option] > sum(final.values())

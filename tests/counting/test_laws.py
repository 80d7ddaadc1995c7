"""Laws that a method keeps whatever the votes, compared option by option: the sum alone would prove nothing."""

from random import Random
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from service.counting import ListTally, Lot, Outcome, count_contest, rule_named

AVERAGES = ["dhondt", "sainte-lague", "modified-sainte-lague"]
LISTS = [*AVERAGES, "hare", "droop"]
Votes: TypeAlias = dict[str, int]
OPTIONS = "abcdef"

votes_of = st.dictionaries(st.sampled_from(OPTIONS), st.integers(0, 60), min_size=2)
shares = st.sampled_from(["0", "1/20", "1/10", "1/4"])


def count(name: str, votes: Votes, seats: int, threshold: str = "0", **parts: object) -> Outcome:
    rule = rule_named(name, seats=seats, threshold=threshold)
    return count_contest(rule, ListTally(votes, **parts))  # type: ignore[arg-type]


def fewest_and_most(outcome: Outcome, option: str) -> tuple[int, int]:
    """Seats without any lot, and with every lot won: a tie gives an option one seat at most."""
    won = outcome.won().get(option, 0)
    return won, won + sum(option in tie.options for tie in outcome.ties)


@given(votes_of, st.integers(1, 12), st.sampled_from(AVERAGES), shares)
def test_one_seat_more_takes_a_seat_from_nobody(votes: Votes, seats: int, name: str, threshold: str) -> None:
    before, after = count(name, votes, seats, threshold), count(name, votes, seats + 1, threshold)
    for option in votes:
        assert fewest_and_most(after, option)[0] >= fewest_and_most(before, option)[0]
        assert fewest_and_most(after, option)[1] >= fewest_and_most(before, option)[1]


def test_largest_remainders_do_not_keep_that_law() -> None:
    votes = {"a": 15, "b": 15, "c": 9, "d": 5, "e": 5, "f": 2}
    assert count("hare", votes, 25).won()["d"] == 3
    assert count("hare", votes, 26).won()["d"] == 2


@given(votes_of, st.integers(1, 12), st.sampled_from(LISTS), shares, st.sampled_from(OPTIONS), st.integers(1, 30))
def test_votes_more_for_one_take_no_seat_from_it(
    votes: Votes, seats: int, name: str, threshold: str, option: str, more: int
) -> None:
    before = count(name, votes, seats, threshold)
    after = count(name, {**votes, option: votes.get(option, 0) + more}, seats, threshold)
    # A threshold may drop others out, and remainders then move; averages never do.
    if name in AVERAGES or threshold == "0":
        assert fewest_and_most(after, option)[0] >= fewest_and_most(before, option)[0]


@given(votes_of, st.integers(1, 12), st.sampled_from(AVERAGES), st.sampled_from(OPTIONS), st.integers(1, 30))
def test_votes_more_for_one_give_no_other_a_seat(votes: Votes, seats: int, name: str, option: str, more: int) -> None:
    before = count(name, votes, seats)
    after = count(name, {**votes, option: votes.get(option, 0) + more}, seats)
    for other in votes.keys() - {option}:
        assert fewest_and_most(after, other)[0] <= fewest_and_most(before, other)[1]


@given(votes_of, st.integers(1, 12), st.sampled_from(LISTS), shares)
def test_nobody_without_votes_has_a_seat_or_a_chance_of_one(
    votes: Votes, seats: int, name: str, threshold: str
) -> None:
    outcome = count(name, votes, seats, threshold)
    for option in votes:
        if votes[option] == 0:
            assert fewest_and_most(outcome, option) == (0, 0)


@given(votes_of, st.integers(1, 12), st.sampled_from(LISTS), shares)
def test_more_votes_never_mean_fewer_seats(votes: Votes, seats: int, name: str, threshold: str) -> None:
    outcome = count(name, votes, seats, threshold)
    for option in votes:
        for other in votes:
            if votes[option] > votes[other]:
                assert fewest_and_most(outcome, option)[1] >= fewest_and_most(outcome, other)[1]
            elif votes[option] == votes[other]:
                assert fewest_and_most(outcome, option)[1] == fewest_and_most(outcome, other)[1]


@given(votes_of, st.integers(1, 12), st.sampled_from(LISTS), shares)
def test_other_names_change_nothing_but_the_names(votes: Votes, seats: int, name: str, threshold: str) -> None:
    renamed = {option: f"{'zyxwvu'[OPTIONS.index(option)]}!" for option in votes}
    before = count(name, votes, seats, threshold)
    after = count(name, {renamed[option]: count for option, count in votes.items()}, seats, threshold)
    for option in votes:
        assert fewest_and_most(after, renamed[option]) == fewest_and_most(before, option)


@given(votes_of, st.integers(1, 12), st.sampled_from(LISTS), shares, st.integers(2, 10**20))
def test_every_vote_many_times_over_changes_no_seat_of_averages_and_hare(
    votes: Votes, seats: int, name: str, threshold: str, factor: int
) -> None:
    if name == "droop":  # its quota is rounded
        return
    before = count(name, votes, seats, threshold)
    after = count(name, {option: count * factor for option, count in votes.items()}, seats, threshold)
    for option in votes:
        assert fewest_and_most(after, option) == fewest_and_most(before, option)


@given(votes_of, st.integers(1, 12), st.sampled_from(LISTS), shares, st.randoms(use_true_random=False))
def test_the_order_of_a_mapping_changes_nothing_at_all(
    votes: Votes, seats: int, name: str, threshold: str, random: Random
) -> None:
    shuffled = list(votes.items())
    random.shuffle(shuffled)
    one, other = count(name, votes, seats, threshold), count(name, dict(shuffled), seats, threshold)
    assert one == other
    assert repr(one) == repr(other)


@given(votes_of, st.integers(1, 12), st.sampled_from(LISTS), st.data())
def test_a_lot_settles_the_tie_it_was_drawn_for_and_moves_nobody_else(
    votes: Votes, seats: int, name: str, data: st.DataObject
) -> None:
    rule = rule_named(name, seats=seats)
    before = count_contest(rule, ListTally(votes))
    for tie in before.ties:
        order = tuple(data.draw(st.permutations(tie.options)))
        after = count_contest(rule, ListTally(votes), [Lot(tie.options, order)])
        assert after.ties == ()
        for option in votes:
            drawn = option in order[: tie.seats]
            assert after.won().get(option, 0) == before.won().get(option, 0) + drawn


@given(votes_of, st.integers(1, 8), st.sampled_from(LISTS))
def test_an_option_with_all_the_votes_has_all_the_seats(votes: Votes, seats: int, name: str) -> None:
    lone = dict.fromkeys(votes, 0) | {"a": 61}
    assert count(name, lone, seats).won() == {"a": seats}

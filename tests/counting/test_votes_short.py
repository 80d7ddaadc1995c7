"""Votes short, by brute force: with so many votes more the seat is taken without a lot, with one fewer it is not."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service.counting import ListTally, Outcome, Rule, count_contest, rule_named

FAR = 80
"""Votes to which brute force goes; nobody in these counts has more than 12, and no list more than four places."""


def with_more(tally: ListTally, option: str, more: int) -> ListTally:
    votes = {**tally.votes, option: tally.votes[option] + more}
    return ListTally(votes, tally.constituency_seats, tally.individuals, tally.aggregates, tally.places)


def seats_before(outcome: Outcome, option: str, number: int) -> int:
    return sum(seat.option == option for seat in outcome.seats if seat.number <= number)


def fewest_by_brute_force(rule: Rule, tally: ListTally, option: str, number: int) -> int | None:
    """Fewest votes more with which the option has one more of the first so many seats."""
    now = seats_before(count_contest(rule, tally), option, number)
    for more in range(FAR):
        after = count_contest(rule, with_more(tally, option, more))
        # Where equal figures straddle that number, their order is the name's, not the votes': only a seat that no
        # other name could have taken counts.
        if sure_seats_before(after, option, number) > now:
            return more
    return None


def sure_seats_before(outcome: Outcome, option: str, number: int) -> int:
    beyond = [seat.figure for seat in outcome.seats if seat.number > number] + [tie.figure for tie in outcome.ties]
    return sum(seat.option == option and seat.figure not in beyond for seat in outcome.seats if seat.number <= number)


@st.composite
def contests(draw: st.DrawFn) -> tuple[Rule, ListTally]:
    options = "abcd"[: draw(st.integers(1, 4))]
    name = draw(st.sampled_from(["dhondt", "sainte-lague", "modified-sainte-lague", "additional-members-london"]))
    parameters: dict[str, Any] = {"threshold": draw(st.sampled_from(["0", "1/20", "1/5", "1/3"]))}
    if name != "additional-members-london":
        parameters["inclusive"] = draw(st.booleans())
    tally = ListTally(
        votes={option: draw(st.integers(0, 12)) for option in options},
        constituency_seats={option: draw(st.integers(0, 2)) for option in options},
        individuals=frozenset(option for option in options if draw(st.integers(0, 5)) == 0),
        aggregates=frozenset({"a"} if draw(st.integers(0, 5)) == 0 else ()),
        places={option: draw(st.integers(0, 4)) for option in options if draw(st.booleans())},
    )
    return rule_named(name, seats=draw(st.integers(1, 4)), **parameters), tally


@settings(max_examples=300, deadline=None)
@given(contests())
def test_every_next_in_line_takes_the_last_seat_with_its_votes_short_and_not_with_fewer(
    contest: tuple[Rule, ListTally],
) -> None:
    rule, tally = contest
    outcome = count_contest(rule, tally)
    assert sorted(near.option for near in outcome.next_in_line) == sorted(
        option
        for option, votes in tally.votes.items()
        if votes and not (len(outcome.seats) == rule.seats and outcome.seats[-1].option == option)
    )
    for near in outcome.next_in_line:
        won = outcome.won().get(near.option, 0)
        brute = next(
            (
                more
                for more in range(FAR)
                if count_contest(rule, with_more(tally, near.option, more)).won().get(near.option, 0) > won
            ),
            None,
        )
        assert near.votes_short == brute, (near, brute)


@settings(max_examples=300, deadline=None)
@given(contests())
def test_every_runner_up_takes_the_seat_with_its_votes_short_and_not_with_fewer(
    contest: tuple[Rule, ListTally],
) -> None:
    rule, tally = contest
    outcome = count_contest(rule, tally)
    last = rule.seats
    for seat in outcome.seats:
        if seat.runner_up is None:
            assert seat.votes_short is None
        elif seat.number < last or rule.name != "additional-members-london":
            assert seat.votes_short == fewest_by_brute_force(rule, tally, seat.runner_up, seat.number)


@settings(max_examples=300, deadline=None)
@given(contests())
def test_those_nearest_the_last_seat_come_first(contest: tuple[Rule, ListTally]) -> None:
    outcome = count_contest(*contest)
    known = [near.votes_short for near in outcome.next_in_line if near.votes_short is not None]
    assert known == sorted(known)
    assert all(near.votes_short is None for near in outcome.next_in_line[len(known) :])


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 12), min_size=1),
    st.integers(1, 5),
    st.sampled_from(["hare", "droop"]),
    st.sampled_from(["0", "1/5", "1/3"]),
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3), max_size=2),
)
def test_largest_remainders_say_the_fewest_votes_too(
    votes: dict[str, int], seats: int, name: str, threshold: str, places: dict[str, int]
) -> None:
    rule = rule_named(name, seats=seats, threshold=threshold)
    tally = ListTally(votes, places=places)
    outcome = count_contest(rule, tally)
    for near in outcome.next_in_line:
        won = outcome.won().get(near.option, 0)
        brute = next(
            (
                more
                for more in range(3 * FAR)
                if count_contest(rule, with_more(tally, near.option, more)).won().get(near.option, 0) > won
            ),
            None,
        )
        assert near.votes_short == brute, (near, brute)

"""The same counts by votelib 0.4.0, written by others: an independent opinion on every seat.

Where it is known to be at fault, or to mean something else, the counts leave that out:

- `prev_gains` count towards `n_seats`, so seats held already are added to the seats asked for.
- A party without votes takes seats once every other has its maximum: ours never does, so every party has votes here.
- `max_seats` is not looked at when whole quotas are given out, and a list over it is not shared out anew: largest
  remainders are compared without places.
- Where a Droop quota of few votes leaves more seats over than there are parties, it gives up; ours stay unfilled.
- Where remainders are level, or a quotient is, it puts a `Tie` into the seats, in number as our own tie has seats.
"""

from collections import Counter
from importlib import import_module
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service.counting import ListTally, Outcome, count_contest, rule_named

proportional = import_module("votelib.evaluate.proportional")
divisor = import_module("votelib.component.divisor")
core = import_module("votelib.evaluate.core")

often = settings(max_examples=300, deadline=None)
votes_of = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 400), min_size=1)

AVERAGES = {
    "dhondt": "d_hondt",
    "sainte-lague": "sainte_lague",
    "modified-sainte-lague": divisor.modified_first_coef(divisor.sainte_lague),
}


def assert_same_seats(outcome: Outcome, theirs: dict[Any, int]) -> None:
    decided = {option: seats for option, seats in theirs.items() if not isinstance(option, core.Tie) and seats}
    ties = Counter({tuple(sorted(tie)): seats for tie, seats in theirs.items() if isinstance(tie, core.Tie)})
    assert outcome.won() == decided
    assert {tie.options: tie.seats for tie in outcome.ties} == ties


@often
@given(votes_of, st.integers(1, 25), st.sampled_from(sorted(AVERAGES)), st.data())
def test_highest_averages_on_top_of_seats_held(
    votes: dict[str, int], seats: int, name: str, data: st.DataObject
) -> None:
    held = {option: data.draw(st.integers(0, 5)) for option in votes}
    evaluator = proportional.HighestAverages(AVERAGES[name])
    theirs = evaluator.evaluate(votes, seats + sum(held.values()), prev_gains=held)
    assert_same_seats(count_contest(rule_named(name, seats=seats), ListTally(votes, held)), theirs)


@often
@given(votes_of, st.integers(1, 15), st.sampled_from(sorted(AVERAGES)), st.data())
def test_highest_averages_with_lists_that_run_out(
    votes: dict[str, int], seats: int, name: str, data: st.DataObject
) -> None:
    places = {option: data.draw(st.integers(0, 4)) for option in votes}
    if sum(places.values()) < seats:
        return
    theirs = proportional.HighestAverages(AVERAGES[name]).evaluate(votes, seats, max_seats=places)
    assert_same_seats(count_contest(rule_named(name, seats=seats), ListTally(votes, places=places)), theirs)


@often
@given(votes_of, st.integers(1, 25), st.sampled_from(["hare", "droop"]))
def test_largest_remainders(votes: dict[str, int], seats: int, name: str) -> None:
    outcome = count_contest(rule_named(name, seats=seats), ListTally(votes))
    if outcome.unfilled:
        assert name == "droop"
        return
    theirs = proportional.LargestRemainder(name).evaluate(votes, seats)
    assert_same_seats(outcome, theirs)

"""How long an allocation takes, and a whole count with its working, beside votelib if that is installed.

Each figure is the best of seven rounds. The bars are for the allocation: every count that lands allocates anew.
"""

import random
import timeit
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from math import nan
from typing import NamedTuple

from service.counting import DHondt, ListTally, certain_list_seats, count_contest
from service.counting.averages import D_HONDT, Contender, allocate_averages

SEED = 2004
ROUNDS = 7
SECONDS_A_ROUND = 0.05
PAPERS_OUTSTANDING = 1_000


class Case(NamedTuple):
    """A list contest of a size, and how long its allocation may take."""

    label: str
    parties: int
    seats: int
    votes_max: int
    held_max: int
    bar_us: float


CASES = [
    Case("11 seats, 12 parties, constituency seats held", 12, 11, 800_000, 9, 20),
    Case("600 seats, 99 parties", 99, 600, 2_000_000, 0, 700),
]


def best_us(run: Callable[[], object]) -> float:
    """Microseconds a call, the best of `ROUNDS` rounds of about `SECONDS_A_ROUND`."""
    calls = max(1, int(SECONDS_A_ROUND / max(timeit.timeit(run, number=1), 1e-6)))
    return min(timeit.repeat(run, number=calls, repeat=ROUNDS)) / calls * 1e6


def main() -> None:
    """Print the table."""
    print(f"{'':48} {'bar':>9} {'allocate':>10} {'count':>10} {'certain':>10} {'votelib':>10}   (microseconds)")
    for case in CASES:
        figures = measure(case)
        print(f"{case.label:48} {case.bar_us:9.0f}", *(f"{figure:10.1f}" for figure in figures))


def measure(case: Case) -> list[float]:
    """Microseconds to allocate, to count with the whole working, to find what is certain, and votelib's to allocate."""
    rng = random.Random(SEED)
    votes = {f"party-{number:02}": rng.randrange(1, case.votes_max) for number in range(case.parties)}
    held = {option: rng.randrange(case.held_max + 1) for option in votes}
    contenders = [Contender(option, count, held[option], case.seats) for option, count in sorted(votes.items())]
    rule, tally = DHondt(case.seats), ListTally(votes, held)
    return [
        best_us(lambda: allocate_averages(contenders, case.seats, D_HONDT)),
        best_us(lambda: count_contest(rule, tally)),
        best_us(lambda: certain_list_seats(rule, tally, outstanding=PAPERS_OUTSTANDING)),
        votelib_us(votes, held, case.seats),
    ]


def votelib_us(votes: dict[str, int], held: dict[str, int], seats: int) -> float:
    """The same allocation by votelib, whose seats asked for include those held; not a number if it is not installed."""
    if find_spec("votelib") is None:
        return nan
    evaluator = import_module("votelib.evaluate.proportional").HighestAverages("d_hondt")
    return best_us(lambda: evaluator.evaluate(votes, seats + sum(held.values()), prev_gains=held))


if __name__ == "__main__":
    main()

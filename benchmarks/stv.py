"""How long a count by the single transferable vote takes: one large ward under each rule book, and all 704 wards.

The large ward is Edinburgh's 12 of 2017, 10,649 papers of 3,671 kinds; "one by one" has every paper as a row of its
own, as a counting machine lists them. votelib 0.4.0, where installed, counts the same papers in the same run, in exact
fractions and without a record of stages. They run by turns, and the median of each is printed.
"""

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # the wards belong to the tests, which are not installed

from service.counting.stv import MeekStv, NorthernIrelandStv, ScottishStv, count_stv
from service.counting.votes import Papers
from tests.counting.stv.wards import Ward, all_wards, read_wards

LARGE: Final = "edinburgh_2017_ward12"
LIMIT_MS: Final = 5
RUNS: Final = 25


def timed_ms(count: Callable[[], object]) -> float:
    """Milliseconds that one call takes."""
    began = time.perf_counter()
    count()
    return (time.perf_counter() - began) * 1000


def one_by_one(cast: Papers) -> Papers:
    """The same papers, a row for each."""
    rows = tuple((1, preferences) for count, preferences in cast.papers for _ in range(count))
    return Papers(rows, cast.candidates)


def large_ward_counts(ward: Ward) -> dict[str, Callable[[], object]]:
    """Ways to count one ward, by what the table calls them."""
    apart = one_by_one(ward.papers)
    counts: dict[str, Callable[[], object]] = {
        "stv-scotland": lambda: count_stv(ScottishStv(ward.seats), ward.papers),
        "stv-scotland, one by one": lambda: count_stv(ScottishStv(ward.seats), apart),
        "stv-northern-ireland": lambda: count_stv(NorthernIrelandStv(ward.seats), ward.papers),
        "stv-meek": lambda: count_stv(MeekStv(ward.seats), ward.papers),
    }
    if find_spec("votelib"):
        selector = import_module("votelib.evaluate.sequential").TransferableVoteSelector(
            quota_function="droop", transferer="Gregory"
        )
        ranked = {preferences: count for count, preferences in ward.papers.papers}
        counts["votelib 0.4.0"] = lambda: selector.evaluate(ranked, ward.seats)
    return counts


def print_medians(counts: Mapping[str, Callable[[], object]]) -> None:
    """Run each by turns and print the medians."""
    times: dict[str, list[float]] = {name: [] for name in counts}
    for _ in range(RUNS):
        for name, count in counts.items():
            times[name].append(timed_ms(count))
    for name, taken in times.items():
        print(f"{name:28} {statistics.median(taken):9.2f} {min(taken):9.2f}")


def main() -> None:
    """Print the tables."""
    ward = read_wards(2017)[LARGE]
    print(f"{ward.name}, {ward.seats} seats: milliseconds a count (wanted: at most {LIMIT_MS} under stv-scotland)")
    print(f"{'':28} {'median':>9} {'least':>9}")
    print_medians(large_ward_counts(ward))
    wards = list(all_wards())
    print(f"\nAll {len(wards)} wards of 2012 and 2017: milliseconds a ward")
    for rule_book in (ScottishStv, NorthernIrelandStv, MeekStv):
        taken = [timed_ms(partial(count_stv, rule_book(each.seats), each.papers)) for each in wards]
        print(f"{rule_book.name:28} {statistics.mean(taken):9.2f} mean {max(taken):9.2f} most")


if __name__ == "__main__":
    main()

"""Equal votes in an STV count: earlier stages tell candidates apart, a lot where none does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from service.counting.outcome import Option

Pick: TypeAlias = Callable[[Iterable[int]], int]
"""`min` for an exclusion, `max` for a surplus."""


def look_back(
    level: Sequence[Option], stages: Iterable[tuple[int, Mapping[Option, int]]], pick: Pick
) -> tuple[tuple[Option, ...], int | None]:
    """Those whom the `stages`, read in the order given, leave in front, and the stage that decided last.

    The statutes speak of the stage at which "they" had unequal votes. We read, for more than two: the first such stage
    leaves those with the lowest (or highest) votes at it, and the looking goes on among them. More than one left: no
    stage tells these apart, and a lot decides.

    Returns:
        The candidates left (in the order given), and the stage that last told some apart, None if none did.
    """
    left = tuple(level)
    decided_at: int | None = None
    for number, votes in stages:
        front = pick(votes[option] for option in left)
        nearer = tuple(option for option in left if votes[option] == front)
        if len(nearer) < len(left):
            left, decided_at = nearer, number
            if len(left) == 1:
                break
    return left, decided_at

"""What a count comes to: seats filled, lots still to be drawn, who is next in line, and the working behind it."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from service.counting.errors import LotError

Option: TypeAlias = str
"""A candidate or a party; counting knows no more about it."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat filled, with the figure that took it and how near somebody else was.

    `number` is 1-based, in the order filled. `figure` is votes, a quotient or an STV total. `votes_short` is the fewest
    votes that `runner_up` would have needed on top of its own, everybody else's fixed, to hold one more seat once this
    one is filled, without a lot; a threshold's growth is included. None: not defined, or no number would do.
    """

    number: int
    option: Option
    figure: Fraction
    runner_up: Option | None
    votes_short: int | None
    by_lot: bool = False
    stage: int | None = None


ANSWER: Final = "answer"
"""What a referendum decides: the one thing that no lot does."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A lot has to be drawn: `seats` of the `options` (sorted) take what is decided `at` this point.

    Where that is an `ANSWER` no lot is drawn: a question that is level stays open. `first_seat` is the number of the
    first seat concerned, 0 where none is filled at once (an exclusion).
    """

    seats: int
    first_seat: int
    options: tuple[Option, ...]
    figure: Fraction
    at: str
    stage: int | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot drawn by the returning officer: among `options` (sorted), in this `order`, first drawn first.

    The first drawn takes the seat, or survives, or is transferred first.
    """

    options: tuple[Option, ...]
    order: tuple[Option, ...]

    def __post_init__(self) -> None:
        """Refuse a lot that does not order its options.

        Raises:
            LotError: `options` are not sorted and distinct, or `order` is not made of them.
        """
        if list(self.options) != sorted(set(self.options)):
            raise LotError(f"lot among {self.options}: options must be distinct and sorted")
        if sorted(self.order) != list(self.options):
            raise LotError(f"lot among {self.options}: the order drawn, {self.order}, must name each of them once")


@dataclass(frozen=True, slots=True)
class NextInLine:
    """An option without the last seat, and the fewest votes more, the others' fixed, with which it takes that seat.

    `votes_short` None: no number of votes would, or it turns on preferences that nobody has reported. `figure` is the
    option's figure for the seat after the last, None where it cannot have one.
    """

    option: Option
    votes_short: int | None
    figure: Fraction | None


@dataclass(frozen=True, slots=True)
class Working:
    """How the outcome came about. Each rule has its own subclass; `match` on it to print it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contest comes to under `rule`.

    `len(seats)`, the seats of the `ties` at seats, and `unfilled` add up to the rule's seats, except where the working
    says that second preferences are awaited. `unfilled` seats are those nobody can take: too few candidates, exhausted
    lists, no votes at all. `next_in_line` is nearest first, and by name where equally near.
    """

    rule: str
    seats: tuple[Seat, ...]
    ties: tuple[Tie, ...]
    unfilled: int
    next_in_line: tuple[NextInLine, ...]
    working: Working

    def won(self) -> dict[Option, int]:
        """Seats by option, in the order in which each took its first."""
        return dict(Counter(seat.option for seat in self.seats))

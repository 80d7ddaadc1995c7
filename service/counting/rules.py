"""The rule books, as values: what an election file names and a count is made under.

Each is frozen, checks its own parameters, and carries `name`, by which `rule_named` finds it, and `seats`.
STV has its own, in `service.counting.stv.rules`.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from service.counting.errors import RuleError


@dataclass(frozen=True, slots=True)
class Plurality:
    """Most votes wins `seats` seats, one a candidate."""

    seats: int = 1
    name: ClassVar[str] = "plurality"

    def __post_init__(self) -> None:
        """Refuse fewer than one seat."""
        check_seats(self.name, self.seats)


@dataclass(frozen=True, slots=True)
class Referendum:
    """The answer with most votes carries."""

    seats: int = 1
    name: ClassVar[str] = "referendum"

    def __post_init__(self) -> None:
        """Refuse anything but one answer."""
        check_one_seat(self.name, self.seats)


@dataclass(frozen=True, slots=True)
class SupplementaryVote:
    """More than half of the first preferences, or most votes of the two remaining with second preferences added."""

    seats: int = 1
    name: ClassVar[str] = "supplementary-vote"

    def __post_init__(self) -> None:
        """Refuse anything but one seat."""
        check_one_seat(self.name, self.seats)


@dataclass(frozen=True, slots=True)
class AdditionalMembersLondon:
    """London members: d'Hondt on top of the constituency seats, for those with the `threshold` of all list votes."""

    seats: int = 11
    threshold: Fraction = Fraction(1, 20)
    name: ClassVar[str] = "additional-members-london"

    def __post_init__(self) -> None:
        """Refuse fewer than one seat and a threshold that is no share."""
        check_seats(self.name, self.seats)
        check_threshold(self.name, self.threshold)


def check_seats(name: str, seats: int) -> None:
    """Refuse fewer than one seat.

    Raises:
        RuleError: naming the rule and what was found.
    """
    if type(seats) is not int or seats < 1:
        raise RuleError(f"{name}: seats must be a whole number of 1 or more, found {seats!r}")


def check_one_seat(name: str, seats: int) -> None:
    """Refuse more or fewer than one seat.

    Raises:
        RuleError: naming the rule and what was found.
    """
    if type(seats) is not int or seats != 1:
        raise RuleError(f"{name}: fills one seat, found seats = {seats!r}")


def check_threshold(name: str, threshold: Fraction) -> None:
    """Refuse a threshold that is not an exact share from 0 to below 1.

    Raises:
        RuleError: naming the rule and what was found.
    """
    if type(threshold) is not Fraction or not 0 <= threshold < 1:
        raise RuleError(f"{name}: threshold must be a Fraction from 0 to below 1, found {threshold!r}")

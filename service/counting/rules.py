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
class InstantRunOff:
    """The lowest is excluded, round by round, until somebody has more than half of the papers still in play."""

    seats: int = 1
    name: ClassVar[str] = "instant-run-off"

    def __post_init__(self) -> None:
        """Refuse anything but one seat."""
        check_one_seat(self.name, self.seats)


@dataclass(frozen=True, slots=True)
class ListRule:
    """What every rule for lists has: seats, and a threshold as an exact share of all valid votes.

    `inclusive`: exactly the threshold is enough; otherwise more is needed.
    """

    seats: int
    threshold: Fraction = Fraction(0)
    inclusive: bool = True
    name: ClassVar[str]

    def __post_init__(self) -> None:
        """Refuse fewer than one seat and a threshold that is no share."""
        check_seats(self.name, self.seats)
        check_threshold(self.name, self.threshold)


@dataclass(frozen=True, slots=True)
class DHondt(ListRule):
    """Highest averages with the divisors 1, 2, 3, ..."""

    name: ClassVar[str] = "dhondt"


@dataclass(frozen=True, slots=True)
class SainteLague(ListRule):
    """Highest averages with the divisors 1, 3, 5, ..."""

    name: ClassVar[str] = "sainte-lague"


@dataclass(frozen=True, slots=True)
class ModifiedSainteLague(ListRule):
    """Highest averages with the divisors 1.4, 3, 5, ..."""

    name: ClassVar[str] = "modified-sainte-lague"


@dataclass(frozen=True, slots=True)
class HareRemainders(ListRule):
    """Largest remainders after whole quotas of votes / seats."""

    name: ClassVar[str] = "hare"


@dataclass(frozen=True, slots=True)
class DroopRemainders(ListRule):
    """Largest remainders after whole quotas of floor(votes / (seats + 1)) + 1."""

    name: ClassVar[str] = "droop"


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


@dataclass(frozen=True, slots=True)
class AdditionalMembersScotland:
    """Regional members of the Scottish Parliament: d'Hondt on top of the region's constituency seats."""

    seats: int = 7
    name: ClassVar[str] = "additional-members-scotland"

    def __post_init__(self) -> None:
        """Refuse fewer than one seat."""
        check_seats(self.name, self.seats)


@dataclass(frozen=True, slots=True)
class AdditionalMembersWales:
    """Regional members in Wales from 1999 to 2021: d'Hondt on top of the region's constituency seats."""

    seats: int = 4
    name: ClassVar[str] = "additional-members-wales"

    def __post_init__(self) -> None:
        """Refuse fewer than one seat."""
        check_seats(self.name, self.seats)


@dataclass(frozen=True, slots=True)
class NewZealandMixed:
    """The New Zealand House: Sainte-Laguë over `seats`, electorates counted in, overhang kept."""

    seats: int = 120
    threshold: Fraction = Fraction(1, 20)
    name: ClassVar[str] = "mixed-member-new-zealand"

    def __post_init__(self) -> None:
        """Refuse fewer than one seat and a threshold that is no share."""
        check_seats(self.name, self.seats)
        check_threshold(self.name, self.threshold)


@dataclass(frozen=True, slots=True)
class GermanyMixed:
    """The Bundestag since 2023: a fixed size, and constituency winners seated only where second votes cover them.

    `basic_seats`: constituencies won that stand in for the threshold.
    """

    seats: int = 630
    threshold: Fraction = Fraction(1, 20)
    basic_seats: int = 3
    name: ClassVar[str] = "mixed-member-germany-2023"

    def __post_init__(self) -> None:
        """Refuse fewer than one seat, a threshold that is no share, fewer than one basic seat."""
        check_seats(self.name, self.seats)
        check_threshold(self.name, self.threshold)
        if type(self.basic_seats) is not int or self.basic_seats < 1:
            raise RuleError(f"{self.name}: basic_seats must be a whole number of 1 or more, found {self.basic_seats!r}")


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

"""What a count centre can send, added up: one type for each way of voting.

A type refuses what cannot be true of any contest (negative or fractional counts, a table that does not add up); whether
figures are plausible is no concern of counting. Mappings are read, never kept in order: no outcome depends on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from service.counting.errors import VotesError
from service.counting.outcome import Option

Key = TypeVar("Key", Option, tuple[str, Option])


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes by candidate (or by answer, in a referendum). Every candidate is named, with 0 if need be."""

    votes: Mapping[Option, int]

    def __post_init__(self) -> None:
        """Refuse counts below zero or not whole."""
        check_counts("votes", self.votes)


@dataclass(frozen=True, slots=True)
class PreferenceTally:
    """First preferences of every candidate, and what is known of the second ones.

    `transfers` is, by candidate remaining, the papers of eliminated candidates whose second preference is for it;
    `second` is the whole table, papers by first and then second choice. One of the two at most, None where not counted.
    A row of the table may hold fewer papers than its first preferences: the others have no usable second preference.
    """

    first: Mapping[Option, int]
    transfers: Mapping[Option, int] | None = None
    second: Mapping[Option, Mapping[Option, int]] | None = None

    def __post_init__(self) -> None:
        """Refuse unknown candidates, negative counts, and rows that hold more papers than first preferences.

        Raises:
            VotesError: as said.
        """
        check_counts("first preferences", self.first)
        if self.transfers is not None and self.second is not None:
            raise VotesError("transfers and the table of second preferences say the same thing: give one of them")
        if self.transfers is not None:
            check_counts("transfers", self.transfers)
            check_known("transfers", self.transfers, self.first)
        for option, row in (self.second or {}).items():
            check_counts(f"second preferences on papers for {option!r}", row)
            check_known(f"second preferences on papers for {option!r}", row, self.first)
            if sum(row.values()) > self.first.get(option, 0):
                raise VotesError(
                    f"second preferences on papers for {option!r}: {sum(row.values())}, "
                    f"but only {self.first.get(option, 0)} papers put it first"
                )


@dataclass(frozen=True, slots=True)
class ListTally:
    """List votes, with the seats that the options already hold.

    `votes`: valid list votes of everybody, those kept out included. `constituency_seats`: seats held before the first
    list seat is allocated. `individuals`: list candidates standing alone, who can take one seat. `aggregates`: lines
    such as "others" that count towards the threshold and can take no seat. `places`: how many candidates a list still
    has; a list not named there never runs out.
    """

    votes: Mapping[Option, int]
    constituency_seats: Mapping[Option, int] = field(default_factory=dict)
    individuals: frozenset[Option] = frozenset()
    aggregates: frozenset[Option] = frozenset()
    places: Mapping[Option, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse negative counts and an individual or aggregate that nobody could vote for.

        Raises:
            VotesError: as said.
        """
        check_counts("list votes", self.votes)
        check_counts("constituency seats", self.constituency_seats)
        check_counts("places", self.places)
        check_known("individuals", self.individuals, self.votes)
        check_known("aggregates", self.aggregates, self.votes)


@dataclass(frozen=True, slots=True)
class Papers:
    """Ballot papers with preferences: how many alike, and the order marked on them, most preferred first."""

    papers: tuple[tuple[int, tuple[Option, ...]], ...]
    candidates: tuple[Option, ...]

    def __post_init__(self) -> None:
        """Refuse candidates twice, strangers on a paper, and counts below zero.

        Raises:
            VotesError: as said.
        """
        known = set(self.candidates)
        if len(known) != len(self.candidates):
            raise VotesError(f"candidates: each stands once, found {self.candidates}")
        for count, preferences in self.papers:
            if type(count) is not int or count < 0:
                raise VotesError(f"papers: expected a whole number of 0 or more, found {count!r} of {preferences}")
            if not known.issuperset(preferences):
                raise VotesError(f"papers: {sorted(set(preferences) - known)} not among the candidates")
            if len(set(preferences)) != len(preferences):
                raise VotesError(f"papers: a candidate is marked twice on {preferences}")


@dataclass(frozen=True, slots=True)
class ConstituencyWinner:
    """Who has most first votes in a constituency: a party's candidate, or somebody standing alone.

    `option` is the party, or the candidate who stands alone (`alone`). `first_votes` are the winner's, of the
    constituency's `valid_first_votes`.
    """

    constituency: str
    land: str
    option: Option
    first_votes: int
    valid_first_votes: int
    alone: bool = False

    def __post_init__(self) -> None:
        """Refuse a winner without votes, or with more than there are.

        Raises:
            VotesError: as said.
        """
        if not 0 < self.first_votes <= self.valid_first_votes:
            raise VotesError(
                f"{self.constituency}: expected 1 to {self.valid_first_votes} first votes, found {self.first_votes}"
            )


@dataclass(frozen=True, slots=True)
class LandTally:
    """Second votes by Land and party, and the constituency winners, each of whom is its own contest.

    `second`: valid second votes of every party, by Land; a party without a list there is left out. `minorities`:
    parties of national minorities. `places`: how many candidates a list has, by (Land, party); one not named never runs
    out. `aggregates`: lines that add up several parties; they count towards the threshold and take no seat.
    """

    second: Mapping[str, Mapping[Option, int]]
    winners: tuple[ConstituencyWinner, ...] = ()
    minorities: frozenset[Option] = frozenset()
    aggregates: frozenset[Option] = frozenset()
    places: Mapping[tuple[str, Option], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse negative counts, a constituency won twice, and one in a Land without second votes.

        Raises:
            VotesError: as said.
        """
        for land, votes in self.second.items():
            check_counts(f"second votes in {land}", votes)
        check_counts("places", self.places)
        if len({winner.constituency for winner in self.winners}) < len(self.winners):
            raise VotesError("winners: a constituency has one winner, found one twice")
        strangers = sorted({winner.land for winner in self.winners} - self.second.keys())
        if strangers:
            raise VotesError(f"winners: no second votes from {strangers}")


Votes: TypeAlias = Tally | PreferenceTally | ListTally | LandTally | Papers


def check_counts(what: str, counts: Mapping[Key, int]) -> None:
    """Refuse anything but whole numbers of 0 or more (`bool` is no number of votes).

    Raises:
        VotesError: with the option and what was found.
    """
    for option, count in counts.items():
        if type(count) is not int or count < 0:
            raise VotesError(f"{what}: expected a whole number of 0 or more for {option!r}, found {count!r}")


def check_known(what: str, options: Mapping[Option, int] | frozenset[Option], known: Mapping[Option, int]) -> None:
    """Refuse options that nobody could vote for.

    Raises:
        VotesError: naming them.
    """
    strangers = sorted(set(options) - known.keys())
    if strangers:
        raise VotesError(f"{what}: {strangers} have no line among the votes")

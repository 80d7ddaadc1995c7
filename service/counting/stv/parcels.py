"""Ballot papers in parcels: who holds which, at what value, and how they move to the next available preferences."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from service.counting.errors import VotesError
from service.counting.outcome import Option
from service.counting.stv.record import Record
from service.counting.stv.working import Transfer
from service.counting.votes import Papers

Paper: TypeAlias = tuple[int, tuple[Option, ...]]
"""How many papers are alike, and the preferences on each. Papers that are alike never part."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Papers that a candidate received together: what each counts for, in units, and when they came.

    `receipt` numbers the transfers of the whole count; 0 are first preferences.
    """

    value: int
    papers: list[Paper]
    receipt: int


class Hands:
    """The parcels in each candidate's hands, kept in step with the votes on the record."""

    def __init__(self, record: Record, papers: Papers) -> None:
        """Sort all papers by first preference, each worth one vote."""
        self._record = record
        self._receipt = 0
        self.held: defaultdict[Option, list[Parcel]] = defaultdict(list)
        first: defaultdict[Option, list[Paper]] = defaultdict(list)
        for paper in group_papers(papers):
            first[paper[1][0]].append(paper)
        for option, pile in first.items():
            self.held[option].append(Parcel(record.unit, pile, self._receipt))
            record.votes[option] = count_papers(pile) * record.unit

    def begin_receipt(self) -> None:
        """What moves from here on is received together, and after everything before."""
        self._receipt += 1

    def move(self, source: Option, papers: Iterable[Paper], value: int) -> None:
        """Move papers to the next available preferences at `value` units each, votes with them.

        Papers without one become non-transferable at the same value.
        """
        record = self._record
        for target, pile in in_order(sort_papers(papers, record.continuing)):
            count = count_papers(pile)
            votes = count * value
            record.votes[source] -= votes
            if target is None:
                record.non_transferable += votes
            else:
                record.votes[target] += votes
                self.held[target].append(Parcel(value, pile, self._receipt))
            record.transfers.append(Transfer(source, target, count, record.figure(value), record.figure(votes)))

    def take(self, source: Option) -> dict[int, list[Paper]]:
        """All papers of a candidate by the value at which they came, highest first: they leave its hands."""
        by_value: defaultdict[int, list[Paper]] = defaultdict(list)
        for parcel in self.held.pop(source, ()):
            by_value[parcel.value] += parcel.papers
        return dict(sorted(by_value.items(), reverse=True))


def group_papers(papers: Papers) -> list[Paper]:
    """Papers that are alike, together.

    Raises:
        VotesError: a paper without a first preference: it is rejected, not counted.
    """
    alike: dict[tuple[Option, ...], int] = {}
    for count, preferences in papers.papers:
        alike[preferences] = alike.get(preferences, 0) + count
    if alike.get((), 0):
        raise VotesError("papers: one without a first preference is a rejected paper, leave it out")
    return [(count, preferences) for preferences, count in alike.items() if count]


def sort_papers(papers: Iterable[Paper], continuing: Container[Option]) -> dict[Option | None, list[Paper]]:
    """Papers by the next available preference, the first on each for a continuing candidate; under None, those without.

    The next available preference may be looked for from the start: whoever was passed over no longer continues.
    """
    piles: defaultdict[Option | None, list[Paper]] = defaultdict(list)
    for paper in papers:
        for preference in paper[1]:
            if preference in continuing:
                piles[preference].append(paper)
                break
        else:
            piles[None].append(paper)
    return piles


def in_order(piles: dict[Option | None, list[Paper]]) -> list[tuple[Option | None, list[Paper]]]:
    """Piles by the candidate's name, those of nobody last."""
    return sorted(piles.items(), key=lambda pile: (pile[0] is None, pile[0] or ""))


def count_papers(papers: Iterable[Paper]) -> int:
    """How many papers there are."""
    return sum(count for count, _ in papers)

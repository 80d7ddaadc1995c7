"""Figures: read out of a count that stands, and added up over the areas that count."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from service.election import Candidate, Contest
from service.ids import AreaId, CandidateId
from service.messages import Count
from service.totals.standing import AreaStanding


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of an area, or of several added up. None: not known.

    `votes` has everybody who stands, without those whom a list count adds up as `lumped` ("others"); `valid` are valid
    ballot papers; `second` is the table of second preferences.
    """

    votes: Mapping[CandidateId, int | None]
    valid: int | None = None
    rejected: int | None = None
    ballots: int | None = None
    electorate: int | None = None
    transfers: Mapping[CandidateId, int] | None = None
    second: Mapping[CandidateId, Mapping[CandidateId, int]] | None = None
    papers: tuple[tuple[int, tuple[CandidateId, ...]], ...] | None = None
    lumped: CandidateId | None = None

    @property
    def all_votes(self) -> dict[CandidateId, int] | None:
        """Everybody's votes, or None where somebody's are not known."""
        known = {candidate: votes for candidate, votes in self.votes.items() if votes is not None}
        return known if known and len(known) == len(self.votes) else None


def figures_of(
    count: Count,
    standing: Mapping[CandidateId, Candidate],
    *,
    unlisted_is_zero: bool,
    aggregates: Collection[CandidateId],
    votes_each: int,
    electorate: int | None,
) -> Figures:
    """Read the figures out of a count that stands: what it leaves out is 0 only if the contest says so.

    Whoever is left out beside one of the `aggregates` is in it, and nobody is in an aggregate that is left out beside
    everybody. A voter has `votes_each`. `electorate` is what the election folder knows of it, for counts that leave it
    out.
    """
    lumped = min((choice for choice in count.votes or () if choice in aggregates), default=None)
    papers = tuple((number, tuple(preferences)) for number, preferences in count.papers) if count.papers else None
    votes: dict[CandidateId, int | None]
    if papers is not None:
        first: dict[CandidateId, int] = dict.fromkeys(standing, 0)
        for number, preferences in papers:
            first[preferences[0]] += number
        votes = dict(first)
    else:
        unlisted = 0 if unlisted_is_zero and count.votes is not None else None
        votes = {candidate: (count.votes or {}).get(candidate, unlisted) for candidate in standing}
        if lumped is not None:
            votes = {candidate: number for candidate, number in votes.items() if number is not None}
        elif all(number is not None for choice, number in votes.items() if choice not in aggregates):
            votes |= {choice: 0 for choice in votes if choice in aggregates and votes[choice] is None}
    known = [number for number in votes.values() if number is not None]
    valid = count.valid
    if valid is None and votes_each == 1 and known and len(known) == len(votes):
        valid = sum(known)
    if valid is None and count.ballots is not None and count.rejected is not None and count.rejected <= count.ballots:
        valid = count.ballots - count.rejected
    ballots = count.ballots
    if ballots is None and valid is not None and count.rejected is not None:
        ballots = valid + count.rejected
    return Figures(
        votes=votes,
        valid=valid,
        rejected=count.rejected,
        ballots=ballots,
        electorate=electorate if count.electorate is None else count.electorate,
        transfers=count.transfers,
        second=count.second_preferences,
        papers=papers,
        lumped=lumped,
    )


def add_up(parts: Collection[Figures], standing: Iterable[CandidateId]) -> Figures | None:
    """Add the figures of areas; what one of them does not know is not known of the sum. None: nothing to add."""
    if not parts:
        return None
    every = list(parts)
    transfers = [part.transfers for part in every]
    second = [part.second for part in every]
    lumped = next((part.lumped for part in every if part.lumped is not None), None)
    votes = {candidate: _sum(part.votes.get(candidate) for part in every) for candidate in standing}
    if lumped is not None:
        # Who is named in one area and lumped in another is lumped in the sum, so that all votes stay in it.
        named = {choice: number for choice, number in votes.items() if all(choice in part.votes for part in every)}
        rest = [_sum(number for choice, number in part.votes.items() if choice not in named) for part in every]
        votes = {**named, lumped: _sum([named.get(lumped, 0), *rest])}
    return Figures(
        votes=votes,
        lumped=lumped,
        valid=_sum(part.valid for part in every),
        rejected=_sum(part.rejected for part in every),
        ballots=_sum(part.ballots for part in every),
        electorate=_sum(part.electorate for part in every),
        transfers=_add_rows([row for row in transfers if row is not None]) if None not in transfers else None,
        second=_add_tables([table for table in second if table is not None]) if None not in second else None,
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def _add_rows(rows: Iterable[Mapping[CandidateId, int]]) -> dict[CandidateId, int]:
    total: dict[CandidateId, int] = defaultdict(int)
    for row in rows:
        for candidate, papers in row.items():
            total[candidate] += papers
    return dict(sorted(total.items()))


def _add_tables(
    tables: Iterable[Mapping[CandidateId, Mapping[CandidateId, int]]],
) -> dict[CandidateId, dict[CandidateId, int]]:
    every = list(tables)
    firsts = sorted({first for table in every for first in table})
    return {first: _add_rows([table[first] for table in every if first in table]) for first in firsts}


def areas_that_count(
    contest: Contest, covers: Mapping[AreaId, frozenset[AreaId]], standings: Mapping[AreaId, AreaStanding]
) -> tuple[AreaId, ...]:
    """Choose the areas whose figures are added: a covering declaration replaces its parts.

    `covers` names, for each covering area, its parts. A covering count that is only partial is added where none of its
    parts has figures. Of covering declarations that overlap the wider one counts.
    """
    replaced: set[AreaId] = set()
    chosen: list[AreaId] = []
    for wider in sorted(covers, key=lambda area: (-len(covers[area]), area)):
        if standings[wider].declared and not covers[wider] & replaced:
            chosen.append(wider)
            replaced |= covers[wider]
    parts = [area for area in contest.areas if area not in covers and area not in replaced]
    chosen.extend(area for area in parts if standings[area].figures is not None)
    for wider in sorted(covers, key=lambda area: (-len(covers[area]), area)):
        if standings[wider].figures is None or standings[wider].declared or covers[wider] & replaced:
            continue
        if not any(standings[part].figures is not None for part in covers[wider]):
            chosen.append(wider)
            replaced |= covers[wider]
    return tuple(chosen)

"""What is in of a contest's areas, as a model takes it: votes by column, how much is outstanding, who has won."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from service.election import BEFORE, Election
from service.ids import AreaId, ContestId, PartyId
from service.projection import Evidence
from service.projection.race import Floats, Ints
from service.standings.area import AreaOutcome
from service.standings.certain import outstanding_in
from service.standings.contest import Counted
from service.standings.whole import WholeOutcome


def contents_of(contests: Iterable[ContestId], counted: Counted) -> frozenset[str]:
    """Name the contents that stand in some contests: what a seed is made of, whatever the order in which they came."""
    return frozenset(
        str(outcome.standing.content)
        for contest in contests
        for outcome in counted.areas[contest].values()
        if outcome.standing.content is not None
    )


def outstanding_share(election: Election, outcome: AreaOutcome) -> float | None:
    """Give what part of an area's papers is still to count, None where that is not known.

    A count centre's own progress comes first; the register less the papers counted says too much, since many who are
    on it never came.
    """
    count = outcome.standing.figures
    if outcome.standing.declared:
        return 0.0
    if count is not None and count.counted is not None and count.counted.of:
        return 1 - count.counted.done / count.counted.of
    figures, outstanding = outcome.figures, outstanding_in(election, outcome)
    if figures is None or outstanding is None or not figures.valid:
        return None
    return outstanding / (outstanding + figures.valid)


def votes_in(
    election: Election, areas: Mapping[AreaId, AreaOutcome], rows: Sequence[str], columns: Mapping[str, int]
) -> tuple[Ints, Floats]:
    """Give the votes in by area and column, and the share outstanding; `columns` places whoever stands.

    An area without figures of everybody, or of which nobody knows how much is counted, is as if nothing were in.
    """
    votes = np.zeros((len(rows), len(set(columns.values()))), dtype=np.int64)
    outstanding = np.ones(len(rows))
    for row, name in enumerate(rows):
        outcome = areas[AreaId(name)]
        known = outcome.figures.all_votes if outcome.figures else None
        part = outstanding_share(election, outcome)
        if known is None or part is None:
            continue
        for choice, number in known.items():
            votes[row, columns[choice]] += number
        outstanding[row] = part
    return votes, outstanding


def papers_in(areas: Mapping[AreaId, AreaOutcome], rows: Sequence[str]) -> tuple[Ints, Ints]:
    """Give the ballot papers counted and the people on the register by area, 0 where neither count nor folder says."""
    figures = [areas[AreaId(name)].figures for name in rows]
    ballots = [(of and of.ballots) or 0 for of in figures]
    electorate = [(of and of.electorate) or 0 for of in figures]
    return np.array(ballots, dtype=np.int64), np.array(electorate, dtype=np.int64)


def nobody_yet(votes: Ints, outstanding: Floats) -> Evidence:
    """Give the evidence of areas that elect nobody by themselves."""
    size = len(outstanding)
    return Evidence(
        votes=votes,
        outstanding=outstanding,
        winner=np.full(size, -1),
        expected_valid=np.zeros(size, dtype=np.int64),
    )


def whole_votes(whole: WholeOutcome, rows: Sequence[str], columns: Mapping[str, int], width: int) -> Ints | None:
    """Give the votes of all areas together where one declaration says them, None where they come area by area."""
    if whole.figures is None or set(whole.areas) <= set(rows):
        return None
    known = whole.figures.all_votes
    if known is None or not whole.declared:
        return None
    votes = np.zeros(width, dtype=np.int64)
    for choice, number in known.items():
        votes[columns[choice]] += number
    return votes


def votes_last(
    election: Election, contest: ContestId, areas: Sequence[AreaId], columns: Mapping[PartyId, int], width: int
) -> Ints:
    """Give last time's votes by area and column, recorded or estimated; a row of zeros where neither is known."""
    votes = np.zeros((len(areas), width), dtype=np.int64)
    for row, area in enumerate(areas):
        last = election.last_or_notional(contest, area)
        for party, number in (last.all_votes or {}).items() if last is not None else ():
            votes[row, columns[party]] += number
    return votes


def ballots_per_valid_last(election: Election, contest: ContestId, areas: Sequence[AreaId]) -> float:
    """Give how many ballot papers there were last time for each valid one, where both are on record; 1 where not."""
    known = [
        (last.ballots, sum(votes.values()))
        for area in areas
        if (last := election.last(contest, area)) is not None and last.ballots and (votes := last.all_votes)
    ]
    return sum(ballots for ballots, _ in known) / sum(valid for _, valid in known) if known else 1.0


def shares_before(
    election: Election, contest: ContestId, areas: Sequence[AreaId], columns: Mapping[PartyId, int]
) -> Floats | None:
    """Give the shares of the election before the last by area and party, 0 to 1; None where none is on record."""
    shares = np.zeros((len(areas), len(columns)))
    for row, area in enumerate(areas):
        before = election.last(contest, area, BEFORE)
        votes = (before.all_votes or {}) if before is not None else {}
        total = max(sum(votes.values()), 1)
        for party in votes.keys() & columns.keys():
            shares[row, columns[party]] = votes[party] / total
    return shares if shares.any() else None


def parties_of(election: Election, contest: ContestId, areas: Sequence[AreaId]) -> set[PartyId]:
    """Name the parties that stand in these areas or stood there last time."""
    present = set(election.contests[contest].parties)
    for area in areas:
        present.update(candidate.party for candidate in election.standing(contest, area).values())
        last = election.last_or_notional(contest, area)
        present.update({*last.votes, *last.seats} if last is not None else ())
    return present


def in_order(election: Election, present: set[PartyId]) -> dict[PartyId, int]:
    """Number parties in the folder's order."""
    return {party: number for number, party in enumerate(one for one in election.parties if one in present)}

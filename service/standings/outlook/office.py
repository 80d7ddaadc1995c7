"""Offices that areas elect together, such as the Mayor of London: first preferences, and where second ones go."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from service.counting import SupplementaryWorking, remaining_after_first
from service.election import Body, Contest, Election, Last
from service.ids import AreaId, CandidateId, PartyId
from service.projection import (
    NOBODY,
    OfficeEvidence,
    OfficeRace,
    Parameters,
    Race,
    Withheld,
    project_office,
)
from service.projection.race import Floats, Ints
from service.standings.contest import Counted
from service.standings.outlook.evidence import (
    ballots_per_valid_last,
    nobody_yet,
    papers_in,
    votes_in,
    votes_last,
    whole_votes,
)
from service.standings.outlook.said import Said
from service.standings.shares import share
from service.standings.tallies import transfers_in
from service.standings.whole import PREFERENCES, WholeOutcome

OF_PARTY: Final = "party:{}"
"""Names the column of a party that nobody stands for alone: only last time's votes are in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Office:
    """An office, as its model sees it; `columns` places candidates among the race's columns."""

    election: Election
    contest: Contest
    race: OfficeRace
    columns: Mapping[str, int]
    parameters: Parameters

    def ask(self, counted: Counted) -> Callable[[int], Said]:
        """Put the question as the night stands."""
        rows, width = self.race.race.areas, len(self.race.race.parties)
        whole = counted.wholes[self.contest.id]
        votes, outstanding = votes_in(self.election, counted.areas[self.contest.id], rows, self.columns)
        second, papers = self._second(counted) if not outstanding.any() else (None, 0)
        ballots, electorate = papers_in(counted.areas[self.contest.id], rows)
        evidence = OfficeEvidence(
            areas=replace(nobody_yet(_wide(votes, width), outstanding), ballots=ballots, electorate=electorate),
            whole=whole_votes(whole, rows, self.columns, width),
            second=second,
            second_papers=papers,
            final=_final(whole, self.columns, width),
            winner=self.columns[whole.winners[0]] if whole.decided and len(whole.winners) == 1 else NOBODY,
            turnout=_turnout(whole),
        )

        def answer(seed: int) -> Said:
            said = project_office(self.race, evidence, self.parameters, seed=seed)
            if isinstance(said, Withheld):
                return Said(said)
            return Said(said.body, candidates={name: said.candidates[name] for name in self.columns})

        return answer

    def _second(self, counted: Counted) -> tuple[Ints | None, int]:
        """Give the second preferences of the areas that have sent them, and out of how many papers of those eliminated.

        Only once every first count is in is it known who remains.
        """
        of_areas = [counted.areas[self.contest.id][AreaId(area)].figures for area in self.race.race.areas]
        parts = [part for part in of_areas if part is not None]
        first: Counter[str] = Counter()
        for part in parts:
            first.update({str(name): votes for name, votes in (part.all_votes or {}).items()})
        remaining = {str(option) for option in remaining_after_first(first)}
        second, papers = np.zeros(len(self.race.race.parties), dtype=np.int64), 0
        for part in parts:
            sent = transfers_in([part], first)
            if sent is not None and part.all_votes:
                for name, number in sent.items():
                    second[self.columns[name]] += number
                papers += sum(votes for name, votes in part.all_votes.items() if name not in remaining)
        return (second, papers) if papers else (None, 0)


def office_of(election: Election, body: Body, parameters: Parameters) -> Office | None:
    """Make a body ready, None where this model does not cover it."""
    if not body.office or len(body.contests) != 1:
        return None
    contest = election.contests[body.contests[0]]
    candidates = election.candidates.get((contest.id, None), {})
    if contest.scope != "whole" or contest.rule != PREFERENCES or not candidates:
        return None
    areas = election.reporting(contest.id)
    alone = [party for party, number in Counter(each.party for each in candidates.values()).items() if number == 1]
    columns = {str(name): column for column, name in enumerate(candidates)}
    of_party = {each.party: columns[name] for name, each in candidates.items() if each.party in alone}
    before = _stood_before(election, contest, areas)
    gone = [party for party in election.parties if party in before and party not in of_party]
    of_party.update((each, len(columns) + number) for number, each in enumerate(gone))
    names = (*columns, *(OF_PARTY.format(each) for each in gone))
    party = (*(each.party for each in candidates.values()), *gone)
    stands = np.arange(len(names)) < len(columns)
    incumbent = np.array([*(each.incumbent for each in candidates.values()), *(False for _ in gone)])
    shape = (len(areas), len(names))
    race = Race(
        areas=tuple(areas),
        parties=names,
        last_votes=votes_last(election, contest.id, areas, of_party, len(names)),
        standing=np.broadcast_to(stands, shape),
        incumbent=np.broadcast_to(incumbent, shape),
        country=tuple(election.areas[area].country or "" for area in areas),
        region=tuple(election.areas[area].region or "" for area in areas),
        holder=np.full(len(areas), NOBODY),
        electorate=np.array([election.areas[area].electorate or 0 for area in areas], dtype=np.int64),
        ballots_per_valid=ballots_per_valid_last(election, contest.id, areas),
    )
    office = OfficeRace(race, party, _transfers(election, contest, party))
    return Office(election, contest, office, columns, parameters)


def _stood_before(election: Election, contest: Contest, areas: tuple[AreaId, ...]) -> set[PartyId]:
    rows = [last for area in areas if (last := election.last_or_notional(contest.id, area)) is not None]
    return {party for last in rows for party in last.votes}


def _transfers(election: Election, contest: Contest, party: tuple[PartyId, ...]) -> Floats | None:
    """Give the part of the papers of those eliminated that a party's candidate had last time, had it remained.

    A party that did not remain is taken to get what those that did got on average.
    """
    last = next((known for area in contest.areas if (known := _with_transfers(election, contest, area))), None)
    if last is None or (votes := last.all_votes) is None:
        return None
    papers = sum(votes.values()) - sum(votes[remaining] for remaining in last.transfers)
    if papers <= 0:
        return None
    parts = {remaining: number / papers for remaining, number in last.transfers.items()}
    typical = sum(parts.values()) / len(parts)
    return np.array([parts.get(each, typical) for each in party])


def _with_transfers(election: Election, contest: Contest, area: AreaId) -> Last | None:
    last = election.last(contest.id, area)
    covers_all = election.covered_by(contest.id, area) >= set(election.reporting(contest.id))
    return last if last is not None and covers_all and last.transfers else None


def _wide(votes: Ints, width: int) -> Ints:
    """Add the columns that only last time has votes in."""
    return np.pad(votes, ((0, 0), (0, width - votes.shape[1])))


def _turnout(whole: WholeOutcome) -> float | None:
    """Give the turnout of all areas once all first preferences are in, None where their papers or register are not."""
    if whole.figures is None or not whole.declared:
        return None
    turnout = share(whole.figures.ballots, whole.figures.electorate)
    return None if turnout is None else float(turnout)


def _final(whole: WholeOutcome, columns: Mapping[str, int], width: int) -> Ints | None:
    """Give the votes that the count ended with, None while second preferences are awaited or were not needed."""
    working = whole.outcome.working if whole.outcome else None
    if not isinstance(working, SupplementaryWorking) or len(working.rounds) == 1:
        return None
    final = np.zeros(width, dtype=np.int64)
    for option, votes in working.rounds[-1].votes.items():
        final[columns[CandidateId(option)]] = votes
    return final

"""Bodies whose areas each return the candidate with the most votes: a parliament, a council of single-member wards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from service.election import Body, Election, PriorShares
from service.ids import AreaId, CandidateId, ContestId, PartyId
from service.projection import NOBODY, Evidence, Parameters, Projector, Race, nothing_in
from service.standings.contest import Counted
from service.standings.outlook.evidence import (
    ballots_per_valid_last,
    in_order,
    outstanding_share,
    papers_in,
    parties_of,
    shares_before,
    votes_last,
)
from service.standings.outlook.expected import expected_of, prior_of
from service.standings.outlook.said import Said


@dataclass(frozen=True, slots=True, eq=False)
class Parliament:
    """A body whose areas each return the candidate with the most votes, as its model sees it."""

    election: Election
    body: Body
    projector: Projector
    expected: PriorShares | None

    def ask(self, counted: Counted) -> Callable[[int], Said]:
        """Put the question as the night stands."""
        race = self.projector.race
        evidence = replace(evidence_of(self.election, self.body, race, counted), prior=prior_of(self.expected, race))
        source = self.expected.source if self.expected else None
        return lambda seed: Said(self.projector.project(evidence, seed=seed), prior=source)


def parliament_of(election: Election, body: Body, parameters: Parameters) -> Parliament | None:
    """Make a body ready, None where this model does not cover it."""
    race = race_of(election, body)
    if race is None:
        return None
    return Parliament(election, body, Projector(race, parameters), expected_of(election, body.contests[0]))


def race_of(election: Election, body: Body) -> Race | None:
    """Describe a body before the first count; None where it is not of this kind."""
    if len(body.contests) != 1 or body.office:
        return None
    contest = election.contests[body.contests[0]]
    areas = election.reporting(contest.id, body.id)
    one_seat = all(election.seats_in(contest.id, area) == 1 for area in areas)
    if contest.scope != "area" or contest.rule != "plurality" or not one_seat or len(areas) <= 1:
        return None
    parties = in_order(election, parties_of(election, contest.id, areas) | set(body.seats_not_up))
    kept = np.array([body.seats_not_up.get(party, 0) for party in parties]) if body.seats_not_up else None
    return replace(race_in(election, contest.id, areas, parties), seats_not_up=kept)


def race_in(election: Election, contest: ContestId, areas: Sequence[AreaId], parties: Mapping[PartyId, int]) -> Race:
    """Describe a contest whose areas elect their own before the first count, its columns being these parties."""
    last_votes = votes_last(election, contest, areas, parties, len(parties))
    standing = np.zeros((len(areas), len(parties)), dtype=np.bool_)
    incumbent = np.zeros((len(areas), len(parties)), dtype=np.bool_)
    holder = np.full(len(areas), NOBODY)
    for row, area in enumerate(areas):
        for candidate in election.standing(contest, area).values():
            standing[row, parties[candidate.party]] = True
            incumbent[row, parties[candidate.party]] |= candidate.incumbent
        last = election.last(contest, area)
        if last is not None and last.holder is not None:
            holder[row] = parties[last.holder]
    return Race(
        areas=tuple(areas),
        parties=tuple(parties),
        last_votes=last_votes,
        standing=standing,
        incumbent=incumbent,
        country=tuple(election.areas[area].country or "" for area in areas),
        region=tuple(election.areas[area].region or "" for area in areas),
        holder=holder,
        electorate=np.array([election.areas[area].electorate or 0 for area in areas], dtype=np.int64),
        earlier_shares=shares_before(election, contest, areas, parties),
        ballots_per_valid=ballots_per_valid_last(election, contest, areas),
    )


def evidence_of(election: Election, body: Body, race: Race, counted: Counted) -> Evidence:
    """Say what is in of a body at this moment, in the order of its race."""
    return evidence_in(election, body.contests[0], race, counted)


def evidence_in(election: Election, contest: ContestId, race: Race, counted: Counted) -> Evidence:
    """Say what is in of a contest whose areas elect their own, in the order of its race."""
    parties = {PartyId(party): number for number, party in enumerate(race.parties)}
    evidence = nothing_in(race)
    for row, name in enumerate(race.areas):
        outcome = counted.areas[contest][AreaId(name)]
        standing = election.standing(contest, AreaId(name))
        if outcome.declared and len(outcome.winners) == 1:
            evidence.winner[row] = parties[standing[outcome.winners[0]].party]
        votes = outcome.figures.all_votes if outcome.figures else None
        part = outstanding_share(election, outcome)
        if votes is None or part is None:
            continue
        for candidate, number in votes.items():
            evidence.votes[row, parties[standing[CandidateId(candidate)].party]] += number
        evidence.outstanding[row] = part
    ballots, electorate = papers_in(counted.areas[contest], race.areas)
    return replace(evidence, ballots=ballots, electorate=electorate)

"""Councils whose wards elect several members each by most votes."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from service.election import PLURALITY, Body, Contest, Election
from service.ids import AreaId, CandidateId, PartyId
from service.projection import CouncilEvidence, CouncilRace, Parameters, project_council
from service.projection.race import Ints
from service.standings.contest import Counted
from service.standings.outlook.evidence import in_order, nobody_yet, parties_of
from service.standings.outlook.plurality import evidence_in, race_in
from service.standings.outlook.said import Said


@dataclass(frozen=True, slots=True, eq=False)
class Council:
    """A council, as its model sees it."""

    election: Election
    contest: Contest
    race: CouncilRace
    parameters: Parameters

    def ask(self, counted: Counted) -> Callable[[int], Said]:
        """Put the question as the night stands."""
        wards = self.race.wards
        evidence = evidence_in(self.election, self.contest.id, wards, counted)
        elected = np.zeros(wards.last_votes.shape, dtype=np.int64)
        slates = {}
        for row, name in enumerate(wards.areas):
            outcome = counted.areas[self.contest.id][AreaId(name)]
            for party, seats in outcome.seats.items() if outcome.declared else ():
                elected[row, wards.parties.index(party)] = seats
            votes = outcome.figures.all_votes if outcome.figures else None
            if votes is not None and evidence.observed[row]:
                slates[row] = self._slate(AreaId(name), votes)
        said = CouncilEvidence(nobody_yet(evidence.votes, evidence.outstanding), elected, slates)
        return lambda seed: Said(project_council(self.race, said, self.parameters, seed=seed))

    def _slate(self, area: AreaId, votes: Mapping[CandidateId, int]) -> Ints:
        """Give a ward's votes by candidate, in the order of their parties' columns."""
        parties = self.race.wards.parties
        standing = self.election.standing(self.contest.id, area)
        ordered = sorted(standing, key=lambda name: parties.index(standing[name].party))
        return np.array([votes.get(name, 0) for name in ordered], dtype=np.int64)


def council_of(election: Election, body: Body, parameters: Parameters) -> Council | None:
    """Make a body ready, None where this model does not cover it."""
    if len(body.contests) != 1 or body.office:
        return None
    contest = election.contests[body.contests[0]]
    areas = election.reporting(contest.id, body.id)
    seats = [election.seats_in(contest.id, area) for area in areas]
    known = [number for number in seats if number is not None]
    if contest.scope != "area" or contest.rule != PLURALITY or len(areas) <= 1 or len(known) < len(areas):
        return None
    if all(election.last_or_notional(contest.id, area) is None for area in areas):
        return None
    parties = in_order(election, parties_of(election, contest.id, areas) | set(body.seats_not_up))
    kept = np.array([body.seats_not_up.get(party, 0) for party in parties])
    candidates = np.zeros((len(areas), len(parties)), dtype=np.int64)
    for row, area in enumerate(areas):
        for party, number in _standing(election, contest, area).items():
            candidates[row, parties[party]] = number
    race = CouncilRace(
        wards=replace(race_in(election, contest.id, areas, parties), seats_not_up=kept),
        seats=np.array(known),
        candidates=candidates,
    )
    return Council(election, contest, race, parameters)


def _standing(election: Election, contest: Contest, area: AreaId) -> Counter[PartyId]:
    return Counter(each.party for each in election.standing(contest.id, area).values())

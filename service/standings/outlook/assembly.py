"""Bodies of constituency and list members, such as the London Assembly: both of their votes, jointly."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from service.counting import AdditionalMembersLondon, rule_named
from service.election import PLURALITY, Body, Contest, Election
from service.ids import PartyId
from service.projection import (
    AdditionalRace,
    ListEvidence,
    ListTerms,
    Parameters,
    Withheld,
    project_additional,
)
from service.standings.contest import Counted
from service.standings.outlook.evidence import in_order, nobody_yet, parties_of, votes_in, votes_last, whole_votes
from service.standings.outlook.plurality import evidence_in, race_in
from service.standings.outlook.said import Said

LIST_PLACES: Final = 1 << 10
"""How many candidates a party's list has is not on record: enough for any seats."""


@dataclass(frozen=True, slots=True, eq=False)
class Assembly:
    """A body of two votes, as its model sees it."""

    election: Election
    constituency: Contest
    of_list: Contest
    race: AdditionalRace
    parameters: Parameters

    def ask(self, counted: Counted) -> Callable[[int], Said]:
        """Put the question as the night stands."""
        first = self.race.constituency
        evidence = evidence_in(self.election, self.constituency.id, first, counted)
        columns = {party: column for column, party in enumerate(first.parties)}
        votes, outstanding = votes_in(self.election, counted.areas[self.of_list.id], first.areas, columns)
        whole = whole_votes(counted.wholes[self.of_list.id], first.areas, columns, len(columns))
        of_list = ListEvidence(nobody_yet(votes, outstanding), whole)

        def answer(seed: int) -> Said:
            said = project_additional(self.race, evidence, of_list, self.parameters, seed=seed)
            return Said(said) if isinstance(said, Withheld) else Said(said.body, said.clears_threshold)

        return answer


def assembly_of(election: Election, body: Body, parameters: Parameters) -> Assembly | None:
    """Make a body ready, None where this model does not cover it."""
    if len(body.contests) != 2:  # noqa: PLR2004 - a vote for somebody and a vote for a list
        return None
    constituency, of_list = (election.contests[name] for name in body.contests)
    rule = None
    if of_list.scope == "whole" and of_list.follows == constituency.id and constituency.rule == PLURALITY:
        rule = rule_named(of_list.rule, seats=of_list.seats, **of_list.parameters)
    if not isinstance(rule, AdditionalMembersLondon):
        return None
    areas = election.reporting(constituency.id, body.id)
    if set(areas) != set(election.reporting(of_list.id)) or any(
        election.seats_in(constituency.id, area) != 1 for area in areas
    ):
        return None
    parties = in_order(election, parties_of(election, constituency.id, areas) | parties_of(election, of_list.id, areas))
    on_list = np.array([party in of_list.parties for party in parties])
    constituencies = race_in(election, constituency.id, areas, parties)
    # Who stands in an area is not always on record; a party that has a list and stood there last time is taken to.
    nobody = np.array([election.parties[party].aggregate for party in parties])
    likely = on_list & ~nobody & (constituencies.last_votes > 0)
    race = AdditionalRace(
        constituency=replace(constituencies, standing=constituencies.standing | likely),
        list_last_votes=votes_last(election, of_list.id, areas, parties, len(parties)),
        list_standing=np.broadcast_to(on_list, (len(areas), len(parties))),
        terms=ListTerms(
            seats=of_list.seats,
            threshold=rule.threshold,
            places=np.array([_places(election, of_list, party) for party in parties]),
        ),
    )
    return Assembly(election, constituency, of_list, race, parameters)


def _places(election: Election, of_list: Contest, party: PartyId) -> int:
    """Give how many seats a line of the list can take: nobody's line none, somebody alone one."""
    if party not in of_list.parties or election.parties[party].aggregate:
        return 0
    return 1 if election.parties[party].individual else LIST_PLACES

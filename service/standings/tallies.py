"""What counting is given of a contest: figures that stand, in the shape that its rule counts."""

from collections.abc import Iterable, Mapping

from service.counting import ConstituencyWinner, LandTally, ListTally, remaining_after_first, transfers_to
from service.election import Contest, Election
from service.ids import AreaId, CandidateId, PartyId
from service.standings.area import AreaOutcome
from service.totals import Figures


def list_tally(
    election: Election, contest: Contest, votes: Mapping[str, int], seats: Mapping[PartyId, int]
) -> ListTally:
    """Give counting what it needs of a list contest: votes, seats already held, individuals, lines such as "others"."""
    stands = {party: election.parties[party] for party in contest.parties if party in votes}
    return ListTally(
        votes=votes,
        constituency_seats={party: held for party, held in seats.items() if party in stands},
        individuals=frozenset(party for party, of in stands.items() if of.individual),
        aggregates=frozenset(party for party, of in stands.items() if of.aggregate),
    )


def transfers_in(parts: Iterable[Figures], first: Mapping[str, int]) -> dict[str, int] | None:
    """Add second preferences for those remaining, sent as transfers or as tables; None until all areas have them."""
    remaining = tuple(CandidateId(option) for option in remaining_after_first(first))
    total = dict.fromkeys((str(candidate) for candidate in remaining), 0)
    for part in parts:
        row: Mapping[CandidateId, int] | None = part.transfers
        if part.second is not None:
            table = {
                str(first): {str(second): papers for second, papers in by.items()} for first, by in part.second.items()
            }
            row = {CandidateId(option): papers for option, papers in transfers_to(list(total), table).items()}
        if row is None or not row.keys() >= set(remaining):
            return None
        # Papers that went to somebody else were counted for other candidates remaining than these.
        if any(papers and candidate not in remaining for candidate, papers in row.items()):
            return None
        for candidate in remaining:
            total[candidate] += row[candidate]
    return total


def land_tally(
    election: Election, contest: Contest, regions: Mapping[str, Figures], winners: Mapping[AreaId, ConstituencyWinner]
) -> LandTally:
    """Give counting second votes by Land, and who won the constituencies of the contest followed.

    Every Land is there, with no votes until some are in.
    """
    areas = (*election.reporting(contest.id), *winners)
    lands = dict.fromkeys(region for area in areas if (region := election.areas[area].region) is not None)
    second = {
        land: {str(choice): number for choice, number in (regions[land].all_votes or {}).items() if number}
        if land in regions
        else {}
        for land in lands
    }
    return LandTally(
        second=second,
        winners=tuple(winners.values()),
        minorities=frozenset(contest.minorities),
        aggregates=frozenset(election.aggregates(contest.id)),
    )


def constituency_winners(
    election: Election, followed: Mapping[AreaId, AreaOutcome]
) -> dict[AreaId, ConstituencyWinner]:
    """Give who has most first votes in each constituency, without those announced ahead of the figures.

    A winner's option is the party; who stands for a party that is `individual` stands alone.
    """
    winners = {area: _winner(election, outcome) for area, outcome in followed.items() if outcome.winners}
    return {area: winner for area, winner in winners.items() if winner is not None}


def _winner(election: Election, outcome: AreaOutcome) -> ConstituencyWinner | None:
    votes = outcome.figures.all_votes if outcome.figures is not None else None
    winner, region = outcome.winners[0], election.areas[outcome.area].region
    if votes is None or not votes.get(winner) or region is None:
        return None
    party = election.parties[election.standing(outcome.contest, outcome.area)[winner].party]
    return ConstituencyWinner(
        constituency=outcome.area,
        land=region,
        option=party.id,
        first_votes=votes[winner],
        valid_first_votes=sum(votes.values()),
        alone=party.individual,
    )

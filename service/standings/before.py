"""Last time, as far as it is on record: votes and seats by party, of just the areas that are compared."""

from collections.abc import Iterable, Mapping, Sequence

from service.election import Contest, Election
from service.ids import AreaId, PartyId


def votes_before(election: Election, contest: Contest, areas: Iterable[AreaId]) -> dict[PartyId, int] | None:
    """Give last time's votes by party in just these areas, None unless they are on record.

    Like is compared with like: the areas' own baselines, or that of an area which covers exactly all of them.
    """
    wanted = frozenset(areas)
    own = [election.last(contest.id, area) for area in sorted(wanted)]
    known = [votes for last in own if last is not None and (votes := last.all_votes) is not None]
    if wanted and len(known) == len(wanted):
        return _add_votes(election, known)
    for area in election.areas.values():
        if area.covers and area.covers & frozenset(election.reporting(contest.id)) == wanted:
            last = election.last(contest.id, area.id)
            return last.all_votes if last is not None else None
    return None


def _add_votes(election: Election, rows: Sequence[Mapping[PartyId, int]]) -> dict[PartyId, int]:
    """Add votes up by party; who has a line in one area, and may be among the "others" of another, is among them here.

    Then its votes are not known of the sum, and all votes stay in it.
    """
    total = add_rows(rows)
    lumped = {party for party in total if election.parties[party].aggregate}
    with_others = [row for row in rows if row.keys() & lumped]
    hidden = {party for party in total if not all(party in row for row in with_others)} - lumped
    if not hidden:
        return total
    rest = sum(total[party] for party in hidden)
    first = min(lumped)
    return {party: votes + rest * (party == first) for party, votes in total.items() if party not in hidden}


def seats_last(election: Election, contest: Contest, area: AreaId, baseline: str) -> dict[PartyId, int]:
    """Give an area's seats by party in a baseline, empty where not on record.

    The eve of poll is on record only where it differs: elsewhere the last election stands for it.
    """
    last = election.last(contest.id, area, baseline) or election.last(contest.id, area)
    return {party: seats for party, seats in last.seats.items() if seats is not None} if last is not None else {}


def seats_before(election: Election, contest: Contest, baseline: str) -> dict[PartyId, int] | None:
    """Give the seats that a contest whose areas add up had given out, None where not on record."""
    return add_rows(seats_last(election, contest, area, baseline) for area in election.areas) or None


def add_rows(rows: Iterable[Mapping[PartyId, int]]) -> dict[PartyId, int]:
    """Add numbers up by party."""
    total: dict[PartyId, int] = {}
    for row in rows:
        for party, number in row.items():
            total[party] = total.get(party, 0) + number
    return total

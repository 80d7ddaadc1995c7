"""What a projected national share starts from: `[national_share]` and national.csv, checked against the election."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from service.election import Election, NationalBase
from service.findings import quote
from service.folder.tables import NationalRow, NationalTable
from service.ids import ContestId, PartyId

NATIONAL_FILE: Final = "national.csv"

_Place = tuple[str, int]


def read_national(
    table: NationalTable,
    rows: Iterable[tuple[_Place, NationalRow]],
    election: Election,
    complain: Callable[[_Place | None, str, str], None],
) -> NationalBase:
    """Read both; `complain(place, found, expected)` is called for what is wrong, no place being the table's own."""
    votes: dict[str, dict[PartyId, int]] = {}
    valid: dict[str, int] = {}
    for place, row in rows:
        own = votes.setdefault(row.authority, {})
        if row.party and row.party not in election.parties:
            complain(place, f"party {quote(row.party)}", "a party of this election, or nothing")
        if row.party in own or (not row.party and row.authority in valid):
            complain(place, f"{row.authority} {row.party} twice", "each party once in an authority")
        if row.party:
            own[PartyId(row.party)] = row.votes
        else:
            valid[row.authority] = row.votes
    contest = ContestId(table.contest)
    if contest not in election.contests or election.contests[contest].scope != "area":
        complain(None, f"contest {quote(table.contest)}", "a contest whose areas elect their own")
    parties = {party for own in votes.values() for party in own}
    for authority, found, expected in _incomplete(votes, valid, parties):
        complain(None, f"{authority}: {found}", expected)
    for body in election.bodies.values():
        if contest in body.contests and body.id not in votes:
            complain(None, f"no rows of {body.id}", f"each authority that votes tonight in {NATIONAL_FILE}")
    return NationalBase(table.name, contest, table.since, votes, valid)


def _incomplete(
    votes: Mapping[str, Mapping[PartyId, int]], valid: Mapping[str, int], parties: set[PartyId]
) -> Iterable[tuple[str, str, str]]:
    for authority, own in votes.items():
        if set(own) != parties:
            yield authority, f"no votes of {', '.join(sorted(parties - set(own)))}", "the same parties everywhere"
        if sum(own.values()) > valid.get(authority, 0):
            yield authority, f"{valid.get(authority, 0)} valid votes", "a row without a party, for all votes together"

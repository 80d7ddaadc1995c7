"""What was expected before the count: `[[priors]]` of an election file, checked against the election it belongs to."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

from service.election import PLURALITY, Election, PriorShares
from service.findings import quote
from service.folder.tables import PriorTable
from service.ids import ContestId, PartyId

PERCENT: Final = 100

_Complain = Callable[[str, str], None]


def read_prior(row: PriorTable, election: Election, complain: _Complain) -> PriorShares:
    """Read one prior; `complain(found, expected)` is called for whatever in it the election does not bear out."""
    prior = PriorShares(
        contest=ContestId(row.contest),
        source=row.source,
        shares={PartyId(party): Fraction(share) for party, share in row.shares.items()},
        error_points=Fraction(row.error_points),
        countries=row.countries,
    )
    what = f"prior on {row.contest}"
    if prior.contest not in election.contests:
        complain(f"{what}: contest {quote(row.contest)}", "a contest of this election")
        return prior
    of = election.contests[prior.contest]
    followed = any(each.follows == of.id for each in election.contests.values())
    if (of.scope, of.rule) != ("area", PLURALITY) or followed:
        complain(what, "a contest whose areas elect by most votes and nothing follows: the model takes no other prior")
        return prior
    for party in _strangers(prior.shares, election.parties):
        complain(f"{what}: party {quote(party)}", "a party of this election")
    if (total := sum(prior.shares.values())) > PERCENT:
        complain(f"{what}: shares of {float(total):g} percent in all", f"{PERCENT} percent at most")
    areas = [election.areas[area] for area in election.reporting(prior.contest)]
    for country in _strangers(prior.countries, {area.country for area in areas}):
        complain(f"{what}: country {quote(country)}", "a country of an area of the contest")
    within = [area.id for area in areas if not prior.countries or area.country in prior.countries]
    known = [last for area in within if (last := election.last_or_notional(prior.contest, area)) is not None]
    if len(known) < len(within) or any(last.all_votes is None for last in known):
        complain(f"{what}: areas without votes of last time", "a baseline of each area, from which shares change")
    return prior


def _strangers(named: Iterable[str], there: Iterable[str | None]) -> list[str]:
    known = set(there)
    return [name for name in named if name not in known]

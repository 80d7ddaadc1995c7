"""How a whole country would have voted, from the wards of the authorities that did: what its model needs, and says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from service.election import Body, Election, NationalBase
from service.ids import AreaId, PartyId
from service.projection import AUTHORITIES_MIN, Country, Range, Wards, project_national_share, seed_of
from service.projection.race import Floats
from service.standings.area import AreaOutcome
from service.standings.contest import Counted
from service.standings.outlook.evidence import contents_of

PERCENT: Final = 100.0


@dataclass(frozen=True, slots=True)
class NationalSaid:
    """A projected share by party, None where too few authorities have wards in; how many have, of how many."""

    name: str
    since: str
    wards: int
    voted: int
    authorities: int
    parties: Mapping[str, Range] | None


class NationalShare:
    """A country's authorities, made ready once. Asked of several bodies at one moment, it works the answer out once."""

    def __init__(self, election: Election, base: NationalBase) -> None:
        self._election, self._base = election, base
        self._parties = [party for party in election.parties if party in next(iter(base.votes.values()))]
        self._authorities = {authority: place for place, authority in enumerate(base.votes)}
        valid = np.array([base.valid[authority] for authority in base.votes])
        votes = np.array([[own[party] for party in self._parties] for own in base.votes.values()])
        self._points: Floats = votes / valid[:, None] * PERCENT
        self._last: tuple[int, NationalSaid] | None = None
        self._country = Country(self._points, valid, votes.sum(axis=0) / valid.sum())

    def covers(self, body: Body) -> bool:
        """Say whether a body is one of the country's authorities."""
        return self._base.contest in body.contests

    def ask(self, counted: Counted) -> Callable[[], NationalSaid]:
        """Put the question as the night stands."""
        seed = seed_of(self._election.id, contents_of((self._base.contest,), counted))
        if self._last is not None and self._last[0] == seed:
            said = self._last[1]
            return lambda: said
        wards = self._wards(counted)

        def answer() -> NationalSaid:
            self._last = seed, self._work_out(wards, seed)
            return self._last[1]

        return answer

    def _wards(self, counted: Counted) -> list[tuple[int, Floats, int]]:
        """Give the wards in: the place of their authority, each party's change in share in points, the votes cast."""
        found = []
        for body in self._election.bodies.values():
            if not self.covers(body):
                continue
            place = self._authorities[body.id]
            for area in self._election.reporting(self._base.contest, body.id):
                best = self._best(area, counted.areas[self._base.contest][area])
                if total := sum(best.values()):
                    share = np.array([best.get(party, 0) / total * PERCENT for party in self._parties])
                    found.append((place, share - self._points[place], total))
        return found

    def _work_out(self, wards: Sequence[tuple[int, Floats, int]], seed: int) -> NationalSaid:
        places = np.array([place for place, _, _ in wards], dtype=np.int64)
        parties = None
        if wards:
            votes = np.array([total for _, _, total in wards])
            seen = Wards(np.array([change for _, change, _ in wards]), self._points[places], places, votes)
            parties = project_national_share(seen, self._country, tuple(self._parties), seed=seed)
        voted = len(set(places.tolist()))
        return NationalSaid(self._base.name, self._base.since, len(wards), voted, len(self._authorities), parties)

    def _best(self, area: AreaId, outcome: AreaOutcome) -> dict[PartyId, int]:
        """Give the votes of each party's best candidate in a ward that has declared, none in another.

        House rule: where a voter has several votes, those of a party's best candidate are nearest to how many voted
        for it, whether it has a full slate or not.
        """
        votes = outcome.figures.all_votes if outcome.standing.declared and outcome.figures else None
        standing = self._election.standing(self._base.contest, area)
        best: dict[PartyId, int] = {}
        for candidate, number in (votes or {}).items():
            party = standing[candidate].party
            best[party] = max(best.get(party, 0), number)
        return best


def too_few(said: NationalSaid) -> str:
    """Say why there is no share."""
    return f"too few authorities: {said.voted} of {said.authorities} have wards in, {AUTHORITIES_MIN} are needed"

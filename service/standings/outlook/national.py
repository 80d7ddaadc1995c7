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


@dataclass(frozen=True, slots=True, eq=False)
class _Ward:
    """A ward in: the place of its authority, each party's change in share in points, the votes cast."""

    place: int
    change: Floats
    votes: int


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
        self._seen: dict[AreaId, tuple[str | None, _Ward | None]] = {}
        self._wards_of = np.ones(len(self._authorities))
        for body in election.bodies.values():
            if self.covers(body):
                place = self._authorities[body.id]
                self._wards_of[place] = len(election.reporting(base.contest, body.id))
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

    def _wards(self, counted: Counted) -> list[_Ward]:
        """Give the wards in; those of which nothing new stands are as they were."""
        found = []
        for body in self._election.bodies.values():
            if not self.covers(body):
                continue
            for area in self._election.reporting(self._base.contest, body.id):
                outcome = counted.areas[self._base.contest][area]
                content, ward = self._seen.get(area, (None, None))
                if content != outcome.standing.content:
                    ward = self._ward(self._authorities[body.id], area, outcome)
                    self._seen[area] = outcome.standing.content, ward
                if ward is not None:
                    found.append(ward)
        return found

    def _ward(self, place: int, area: AreaId, outcome: AreaOutcome) -> _Ward | None:
        best = self._best(area, outcome)
        total = sum(best.values())
        if not total:
            return None
        share = np.array([best.get(party, 0) / total * PERCENT for party in self._parties])
        return _Ward(place, share - self._points[place], total)

    def _work_out(self, wards: Sequence[_Ward], seed: int) -> NationalSaid:
        places = np.array([ward.place for ward in wards], dtype=np.int64)
        parties = None
        if wards:
            votes = np.array([ward.votes for ward in wards])
            part = np.bincount(places, minlength=len(self._authorities)) / self._wards_of
            seen = Wards(np.array([ward.change for ward in wards]), self._points[places], places, votes, part)
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

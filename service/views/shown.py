"""What there is to show: everything that was published up to one moment, and which pages it makes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from service.election import Election
from service.ids import AreaId, BodyId, ContestId
from service.records import Publication, moment
from service.standings.wire import JSON

Place = tuple[ContestId, AreaId]

Tile = tuple[int, int]
"""Column and row of an area on a tile map, from 0 at the top left."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said about an area or a body before: when (RFC 3339), after which record, and what."""

    at: str
    sequence: int
    what: JSON

    @classmethod
    def of(cls, publication: Publication, zone: tzinfo) -> "Said":
        """Read a publication on a retained topic that is never emptied."""
        at = moment(publication.at_us).astimezone(zone).isoformat(timespec="seconds")
        return cls(at, publication.sequence, json.loads(publication.payload))


@dataclass(frozen=True, slots=True)
class Projected:
    """What was projected of a body at a time (RFC 3339): by party its `low`, `median` and `high` number of seats."""

    at: str
    seats: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything published, as of one moment.

    `events` run from the oldest to the newest; `past` is the time gone back to (RFC 3339), None for now; `quarantine`
    is by area, as it was published; `earlier` is what was said before about the place that a page is about; `trails`
    are the projections of the night so far.
    """

    election: Election
    tiles: Mapping[AreaId, Tile] = field(default_factory=dict)
    standings: Mapping[BodyId, JSON] = field(default_factory=dict)
    results: Mapping[Place, JSON] = field(default_factory=dict)
    quarantine: Mapping[tuple[str, str], JSON] = field(default_factory=dict)
    events: Sequence[JSON] = ()
    status: JSON = field(default_factory=dict)
    past: str | None = None
    earlier: Sequence[Said] = ()
    trails: Mapping[BodyId, Sequence[Projected]] = field(default_factory=dict)

    def with_earlier(self, earlier: Sequence[Said]) -> "Shown":
        """Give the same with what was said before about the place that a page is about."""
        return replace(self, earlier=earlier)

    def places_of(self, body: BodyId) -> Iterator[Place]:
        """Name the areas that count for a body, contest by contest, those that cover others last."""
        for contest in self.election.bodies[body].contests:
            for area in self.election.reporting(contest, body):
                yield contest, area
            for area in self.election.covering(contest):
                yield contest, area


@dataclass(frozen=True, slots=True)
class Address:
    """A page: the whole night, a body, one seat of it, or an area. `swing` is the pair of parties on the dial."""

    body: BodyId | None = None
    seat: int | None = None
    contest: ContestId | None = None
    area: AreaId | None = None
    swing: tuple[str, str] | None = None

    @property
    def path(self) -> str:
        """Where the page is, from the root."""
        if self.area is not None:
            return f"/areas/{self.contest}/{self.area}"
        if self.seat is not None:
            return f"/bodies/{self.body}/seats/{self.seat}"
        return f"/bodies/{self.body}" if self.body is not None else "/"

    @property
    def query(self) -> str:
        """What is asked of the page, as in an address."""
        return "" if self.swing is None else "a={}&b={}".format(*self.swing)


def read_address(election: Election, path: str, pair: Sequence[str | None] = ()) -> Address | None:
    """Read where a page is, `pair` naming the two parties on its dial; None: there is no such page."""
    match path.strip("/").split("/"):
        case [""]:
            return Address()
        case ["bodies", body] if body in election.bodies:
            return Address(body=BodyId(body), swing=_pair(election, pair))
        case ["bodies", body, "seats", seat] if body in election.bodies and seat.isascii() and seat.isdecimal():
            number, seats = int(seat[:6]), election.bodies[BodyId(body)].seats
            return Address(body=BodyId(body), seat=number) if 1 <= number <= (seats or 0) else None
        case ["areas", contest, area] if contest in election.contests:
            place = ContestId(contest), AreaId(area)
            return Address(contest=place[0], area=place[1]) if area in election.contests[place[0]].areas else None
    return None


def _pair(election: Election, pair: Sequence[str | None]) -> tuple[str, str] | None:
    match pair:
        case [str(one), str(other)] if one != other and {one, other} <= set(election.parties):
            return one, other
    return None

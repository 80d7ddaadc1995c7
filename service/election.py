"""One election night as the election folder describes it: who stands where, under which rule, for which seats."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal
from zoneinfo import ZoneInfo

from service.ids import AreaId, BodyId, CandidateId, ContestId, ElectionId, PartyId, SourceId

LAST: Final = "last"
"""The baseline that hold, gain, swing and change are measured against: the last election."""

REPORTED: Final = "reported"
"""In place of a rule: nothing is counted here, since areas report seats by party and no votes."""

PLURALITY: Final = "plurality"
"""The rule under which a voter has as many votes as there are seats."""

EVE: Final = "eve"
"""The other baseline: the eve of poll, by-elections and defections included. Broadcasters differ; each is labelled."""

BEFORE: Final = "before"
"""The election before the last, under its own parties: what changed then may go on or swing back; for projection."""

NOTIONAL: Final = "notional"
"""Last time as somebody has estimated it, where an area's own figures are not on record: projection alone reads it."""


@dataclass(frozen=True, slots=True)
class Party:
    """A party, or what stands in its place: an `individual` on a list, an `aggregate` such as "others"."""

    id: PartyId
    name: str
    short: str
    colour: str
    individual: bool = False
    aggregate: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """What reports. `covers` names the areas that its count restates together; `seats` and `body` are a ward's own.

    `region` names the part of the country by which some rules add up: the Land of a German constituency. Areas of one
    `country`, and of one region of it, move together more than others: projection looks at both.
    """

    id: AreaId
    name: str
    covers: frozenset[AreaId] = frozenset()
    body: BodyId | None = None
    seats: int | None = None
    electorate: int | None = None
    region: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who stands, or a party on a list (then `id` is the party's)."""

    id: CandidateId
    name: str
    party: PartyId
    incumbent: bool = False


@dataclass(frozen=True, slots=True)
class Contest:
    """One thing voted on under one rule. Its areas each elect their own (`scope` area) or add up (`scope` whole).

    `minorities` are parties of national minorities, which some rules exempt from their threshold; `parameters` are the
    rule's own.
    """

    id: ContestId
    name: str
    rule: str
    seats: int
    scope: Literal["area", "whole"]
    choices: Literal["candidates", "parties"]
    areas: tuple[AreaId, ...]
    parties: tuple[PartyId, ...] = ()
    minorities: tuple[PartyId, ...] = ()
    follows: ContestId | None = None
    unlisted_is_zero: bool = False
    parameters: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A number of seats that something turns on: a majority, two thirds."""

    name: str
    seats: int


@dataclass(frozen=True, slots=True)
class Body:
    """What gets seats, or an office that one person holds.

    `seats` is None where it is not on record how many there are. `lines` are those that the folder names.
    """

    id: BodyId
    name: str
    contests: tuple[ContestId, ...]
    seats: int | None
    lines: tuple[Line, ...] = ()
    office: bool = False
    seats_not_up: Mapping[PartyId, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Last:
    """An area last time: votes and seats by party (None: not known), electorate and ballot papers.

    `transfers` are the papers that the finalists of a supplementary vote received on top of their first preferences.
    """

    votes: Mapping[PartyId, int | None]
    seats: Mapping[PartyId, int | None]
    electorate: int | None = None
    ballots: int | None = None
    transfers: Mapping[PartyId, int] = field(default_factory=dict)

    @property
    def all_votes(self) -> dict[PartyId, int] | None:
        """Votes of every party, or None where one of them is not known."""
        known = {party: votes for party, votes in self.votes.items() if votes is not None}
        return known if known and len(known) == len(self.votes) else None

    @property
    def holder(self) -> PartyId | None:
        """The party that won here, where one alone did."""
        holders = [party for party, seats in self.seats.items() if seats]
        return holders[0] if len(holders) == 1 else None


@dataclass(frozen=True, slots=True)
class PriorShares:
    """What was expected of a contest before any count, by an exit poll or polls on average: projection alone reads it.

    `shares` of all its votes by party in percent, in areas of these `countries` (none named: in all of them), each with
    a standard error of `error_points`. Parties not named are not said anything of.
    """

    contest: ContestId
    source: str
    shares: Mapping[PartyId, Fraction]
    error_points: Fraction
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NationalBase:
    """What a projected share of a whole country starts from: how each of its authorities voted at another election.

    `since` names that election. `votes` are by authority and party, and `valid` by authority in all; authorities that
    are bodies of this election hold the `contest` tonight, others do not vote.
    """

    name: str
    contest: ContestId
    since: str
    votes: Mapping[str, Mapping[PartyId, int]]
    valid: Mapping[str, int]


@dataclass(frozen=True)
class Election:
    """The whole of an election folder, checked, with `content` the SHA-256 of what it was read from."""

    id: ElectionId
    name: str
    day: date
    time_zone: ZoneInfo
    parties: Mapping[PartyId, Party]
    areas: Mapping[AreaId, Area]
    contests: Mapping[ContestId, Contest]
    bodies: Mapping[BodyId, Body]
    candidates: Mapping[tuple[ContestId, AreaId | None], Mapping[CandidateId, Candidate]]
    baselines: Mapping[str, Mapping[tuple[ContestId, AreaId], Last]]
    ranks: Mapping[SourceId, int]
    content: str
    priors: tuple[PriorShares, ...] = ()
    national: NationalBase | None = None

    @property
    def opens_at(self) -> datetime:
        """The start of polling day: the time of the journal's first record."""
        return datetime.combine(self.day, time(), tzinfo=self.time_zone)

    def standing(self, contest: ContestId, area: AreaId) -> Mapping[CandidateId, Candidate]:
        """Give who stands in an area of a contest, by id: candidates, or parties in a list contest."""
        scope = area if self.contests[contest].scope == "area" else None
        return self.candidates.get((contest, scope), {})

    def drawn_among(self, contest: ContestId, area: AreaId | None) -> frozenset[str]:
        """Give everything that a lot may be drawn among: who stands, and where seats are given by region also areas.

        There lots decide between equal winners, by area, and between a party's lists, as party/region.
        """
        options: set[str] = {*self.candidates.get((contest, area), {})}
        of = self.contests[contest]
        regions = {self.areas[name].region for name in of.areas} - {None}
        if of.follows is not None and regions:
            options.update(self.contests[of.follows].areas)
            options.update(f"{party}/{region}" for party in of.parties for region in regions)
        return frozenset(options)

    def aggregates(self, contest: ContestId) -> frozenset[CandidateId]:
        """Give the lines of a list contest that add up those not named, such as "others"."""
        parties = self.contests[contest].parties
        return frozenset(CandidateId(party) for party in parties if self.parties[party].aggregate)

    def seats_in(self, contest: ContestId, area: AreaId) -> int | None:
        """Give how many seats an area elects in a contest of scope area; None: not on record, seats being reported."""
        own, of = self.areas[area].seats, self.contests[contest]
        return own if own is not None or of.rule == REPORTED else of.seats

    def votes_each(self, contest: ContestId, area: AreaId) -> int:
        """Give how many votes a voter has: as many as there are seats where most votes win them, else one."""
        of = self.contests[contest]
        seats = self.seats_in(contest, area) if of.scope == "area" else of.seats
        return seats if seats is not None and of.rule == PLURALITY else 1

    def last(self, contest: ContestId, area: AreaId, baseline: str = LAST) -> Last | None:
        """Give an area as it was last time, where that is on record."""
        return self.baselines.get(baseline, {}).get((contest, area))

    def last_or_notional(self, contest: ContestId, area: AreaId) -> Last | None:
        """Give an area as it was last time, with the votes that were estimated where its own are not on record."""
        last = self.last(contest, area)
        if last is not None and last.all_votes is not None:
            return last
        estimated = self.last(contest, area, NOTIONAL)
        if estimated is None or last is None:
            return estimated or last
        return replace(estimated, seats=last.seats)

    def covered_by(self, contest: ContestId, area: AreaId) -> frozenset[AreaId]:
        """Give the areas of the contest that the area's count restates: itself, or its parts."""
        covers = self.areas[area].covers
        return (covers and covers & frozenset(self.contests[contest].areas)) or frozenset((area,))

    def reporting(self, contest: ContestId, body: BodyId | None = None) -> tuple[AreaId, ...]:
        """Give the areas of a contest that cover no others, of one body where named, in the folder's order."""
        return self._reporting[contest, body]

    def covering(self, contest: ContestId) -> tuple[AreaId, ...]:
        """Give the areas of a contest that cover others."""
        return tuple(area for area in self.contests[contest].areas if self.areas[area].covers)

    def bodies_of(self, contest: ContestId, area: AreaId) -> tuple[BodyId, ...]:
        """Give the bodies that an area of a contest counts for."""
        own = self.areas[area].body
        return tuple(
            body.id for body in self.bodies.values() if contest in body.contests and (own is None or own == body.id)
        )

    @cached_property
    def _reporting(self) -> dict[tuple[ContestId, BodyId | None], tuple[AreaId, ...]]:
        return {
            (contest.id, body): tuple(self._select(contest, body))
            for contest in self.contests.values()
            for body in (None, *self.bodies)
        }

    def _select(self, contest: Contest, body: BodyId | None) -> Iterator[AreaId]:
        for name in contest.areas:
            area = self.areas[name]
            if not area.covers and (body is None or area.body in (None, body)):
                yield name

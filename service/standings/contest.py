"""One contest as one body sees it: its own areas, the seats and votes in them, and what they were last time."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.election import EVE, LAST, Body, Contest, Election
from service.ids import AreaId, ContestId, PartyId
from service.standings.area import AreaOutcome, party_votes
from service.standings.before import add_rows, seats_before, seats_last, votes_before
from service.standings.shares import by_party, mean_share, shares
from service.standings.whole import WholeOutcome, shares_now
from service.totals import Figures, add_up


@dataclass(frozen=True, slots=True)
class Counted:
    """All contests of an election as counted: areas by contest, and the contests whose areas add up."""

    areas: Mapping[ContestId, Mapping[AreaId, AreaOutcome]]
    wholes: Mapping[ContestId, WholeOutcome]

    def covering(self, contest: ContestId) -> WholeOutcome | None:
        """Give the contest that decides which winners of this one have a seat, None where winning is enough."""
        return next(
            (whole for whole in self.wholes.values() if whole.covers and whole.contest.follows == contest), None
        )

    def without_seat(self, contest: ContestId) -> frozenset[AreaId]:
        """Name the areas whose winner has no seat as things stand."""
        covering = self.covering(contest)
        return frozenset(covering.without_seat) if covering is not None else frozenset()


@dataclass(frozen=True, slots=True)
class Moves:
    """Seats gained and lost by party against a baseline, area by area where seats are won in areas."""

    gains: Mapping[PartyId, int]
    losses: Mapping[PartyId, int]

    @classmethod
    def between(cls, pairs: Iterable[tuple[Mapping[PartyId, int], Mapping[PartyId, int]]]) -> "Moves":
        """Add up the moves of areas, each with its seats before and now."""
        gains: dict[PartyId, int] = {}
        losses: dict[PartyId, int] = {}
        for before, now in pairs:
            for taken, more, fewer in ((gains, now, before), (losses, before, now)):
                for party, seats in more.items():
                    if seats > fewer.get(party, 0):
                        taken[party] = taken.get(party, 0) + seats - fewer.get(party, 0)
        return cls(gains, losses)


@dataclass(frozen=True, slots=True)
class ContestView:
    """A contest in a body: seats by party as things stand (None: nothing in), votes and shares.

    `moves` are seats gained and lost against each baseline; `filled` are seats declared; `with_figures` counts areas
    whose figures are added; `averages` are mean shares over the areas where a party stood. None: not known.
    """

    contest: Contest
    areas: tuple[AreaId, ...]
    declared: frozenset[AreaId]
    seats: Mapping[PartyId, int] | None
    filled: int
    moves: Mapping[str, Moves | None]
    votes: Mapping[PartyId, int] | None
    share_now: Mapping[PartyId, Fraction]
    share_before: Mapping[PartyId, Fraction]
    averages: Mapping[PartyId, Fraction]
    figures: Figures | None
    with_figures: int
    decided: bool


def views_of(election: Election, body: Body, counted: Counted) -> list[ContestView]:
    """See each of a body's contests, in their order."""
    views: list[ContestView] = []
    for name in body.contests:
        contest = election.contests[name]
        if contest.scope == "area":
            views.append(_by_areas(election, body, contest, counted))
        else:
            views.append(_as_whole(election, counted.wholes[name], views))
    return views


def _by_areas(election: Election, body: Body, contest: Contest, counted: Counted) -> ContestView:
    """See a contest whose areas elect their own; where another decides who of the winners has a seat, as far as it has.

    Then seats of last time are not compared: the winners alone were no measure of them.
    """
    outcomes, covering = counted.areas[contest.id], counted.covering(contest.id)
    areas = election.reporting(contest.id, body.id)
    full = [area for area in areas if (of := outcomes[area].figures) is not None and of.all_votes]
    by_area = [
        votes for area in full if (votes := party_votes(election, contest.id, area, outcomes[area].figures)) is not None
    ]
    votes = add_rows(by_area) or None
    declared = frozenset(area for area in areas if outcomes[area].declared)
    parts = [of for area in full if (of := outcomes[area].figures) is not None]
    decided = len(declared) == len(areas) and not any(outcomes[area].ties for area in areas)
    moves: dict[str, Moves | None] = dict.fromkeys((LAST, EVE))
    if covering is None:
        seats = add_rows(outcomes[area].seats for area in areas)
        filled = sum(outcomes[area].decided for area in areas)
        moves = {baseline: _moves(election, contest, areas, outcomes, baseline) for baseline in moves}
    else:
        seats = covering.seated
        filled = sum(seats.values()) if decided and covering.decided else 0
    return ContestView(
        contest=contest,
        areas=areas,
        declared=declared,
        seats=seats if seats or not areas else None,
        filled=filled,
        moves=moves,
        votes=votes,
        share_now=shares(votes),
        share_before=shares(votes_before(election, contest, full)),
        averages=_averages(by_area),
        figures=add_up(parts, ()),
        with_figures=len(full),
        decided=decided,
    )


def _moves(
    election: Election,
    contest: Contest,
    areas: Sequence[AreaId],
    outcomes: Mapping[AreaId, AreaOutcome],
    baseline: str,
) -> Moves | None:
    """Compare seats with a baseline, area by area, None where an area's is not on record.

    Where the baseline is known only for the areas together (a council's seats, say), the comparison waits for all.
    """
    counted = [area for area in areas if outcomes[area].seats]
    if not counted:
        return None
    pairs = [(seats_last(election, contest, area, baseline), outcomes[area].seats) for area in counted]
    if all(before for before, _ in pairs):
        return Moves.between(pairs)
    together = [area for area in election.areas.values() if area.covers >= frozenset(areas)]
    before = next((seats for area in together if (seats := seats_last(election, contest, area.id, baseline))), None)
    if before is None or len(counted) < len(areas):
        return None
    return Moves.between([(before, add_rows(own for _, own in pairs))])


def _averages(by_area: Iterable[Mapping[PartyId, int]]) -> dict[PartyId, Fraction]:
    """Give each party's mean share over the areas where it stood."""
    stood: dict[PartyId, list[tuple[int, int]]] = {}
    for votes in by_area:
        total = sum(votes.values())
        for party, own in votes.items() if total else ():
            stood.setdefault(party, []).append((own, total))
    return {party: mean_share(parts) for party, parts in stood.items()}


def seats_of(election: Election, whole: WholeOutcome) -> dict[PartyId, int]:
    """Give the seats by party that a contest whose areas add up fills itself; empty while nothing is in."""
    if whole.contest.choices == "parties":
        return whole.from_lists
    standing = election.candidates.get((whole.contest.id, None), {})
    return dict(Counter(standing[winner].party for winner in whole.winners))


def _as_whole(election: Election, whole: WholeOutcome, earlier: Iterable[ContestView]) -> ContestView:
    contest = whole.contest
    standing = election.candidates.get((contest.id, None), {})
    seats = seats_of(election, whole) or None
    counted_areas = {part for area in whole.areas for part in election.covered_by(contest.id, area)}
    votes = by_party(
        (standing[choice].party, votes) for choice, votes in (whole.figures.votes if whole.figures else {}).items()
    )
    leads_decided = all(view.decided for view in earlier if view.contest.id == contest.follows)
    decided = whole.decided and leads_decided
    return ContestView(
        contest=contest,
        areas=election.reporting(contest.id),
        declared=whole.declared_areas,
        seats=seats,
        filled=sum((seats or {}).values()) if decided else 0,
        moves={
            baseline: Moves.between([(before, seats)])
            if seats is not None and (before := seats_before(election, contest, baseline)) is not None
            else None
            for baseline in (LAST, EVE)
        },
        votes=votes or None,
        share_now=shares_now(election, whole),
        share_before=shares(votes_before(election, contest, counted_areas)),
        averages={},
        figures=whole.figures,
        with_figures=len(counted_areas),
        decided=decided,
    )

"""A contest whose areas add up, as it stands: its figures in all, its count, and whether it is decided."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import is_
from typing import Final

from service.counting import (
    ConstituencyWinner,
    GermanyWorking,
    Lot,
    NewZealandWorking,
    Outcome,
    PreferenceTally,
    SupplementaryWorking,
    Tally,
    count_contest,
    rule_named,
)
from service.election import Contest, Election
from service.findings import Finding
from service.ids import AreaId, CandidateId, PartyId
from service.standings.area import AreaOutcome
from service.standings.shares import by_party, shares
from service.standings.tallies import constituency_winners, land_tally, list_tally, transfers_in
from service.totals import Figures, add_up, areas_that_count

PREFERENCES: Final = "supplementary-vote"
VOTES_ALONE: Final = ("plurality", "referendum")
COVERED: Final = "mixed-member-germany-2023"
"""The rule whose seats include those of the contest followed: a winner there has one if second votes cover it."""


@dataclass(frozen=True, slots=True)
class RegionSum:
    """The figures of a region's areas added up, with those that they were added from."""

    parts: tuple[Figures, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class WholeOutcome:
    """What a contest whose areas add up comes to.

    `areas` are those whose figures are added (a covering declaration stands for its parts), `regions` their sums (None:
    areas of no region); `outcome` is None until there is something to count; `declared` says that every area has
    declared; `announced` is a winner announced for all of them. `waiting` are areas of the contest followed that may
    still change who has a seat here: not declared, tied, or declared without the figures that winners are ranked by.
    """

    contest: Contest
    areas: tuple[AreaId, ...]
    regions: Mapping[str | None, RegionSum]
    figures: Figures | None
    outcome: Outcome | None
    declared_areas: frozenset[AreaId]
    declared: bool
    announced: tuple[CandidateId, ...]
    findings: Mapping[AreaId, tuple[Finding, ...]]
    waiting: tuple[AreaId, ...] = ()

    @property
    def awaiting_second_preferences(self) -> bool:
        """Nobody has more than half, and second preferences are not all in."""
        working = self.outcome.working if self.outcome else None
        return isinstance(working, SupplementaryWorking) and working.awaiting_second_preferences

    @property
    def winners(self) -> tuple[CandidateId, ...]:
        """Who has the seats as things stand; as announced, until a declaration decides."""
        if self.outcome is not None and self.outcome.seats and (self.declared or not self.announced):
            return tuple(CandidateId(seat.option) for seat in self.outcome.seats)
        return self.announced

    @property
    def decided(self) -> bool:
        """Everything is declared and every seat has somebody, or the winner is announced."""
        if self.announced and not self.declared:
            return True
        settled = self.outcome is not None and bool(self.outcome.seats) and not self.outcome.ties
        return self.declared and settled and not self.waiting

    @property
    def covers(self) -> bool:
        """The seats of the contest followed are among these: its winners have one as far as second votes cover it."""
        return self.contest.rule == COVERED

    @property
    def seated(self) -> dict[PartyId, int]:
        """Winners of the contest followed who have a seat, by party, under a rule that decides so."""
        total: Counter[PartyId] = Counter()
        if self._land_seats is not None:
            for land in self._land_seats.by_land:
                total[PartyId(land.option)] += len(land.seated)
            total.update(PartyId(winner.option) for winner in self._land_seats.alone)
        return dict(+total)

    @property
    def from_lists(self) -> dict[PartyId, int]:
        """Seats by party that this contest fills itself, from lists."""
        if self._land_seats is None:
            return dict(Counter(PartyId(winner) for winner in self.winners))
        total: Counter[PartyId] = Counter()
        for land in self._land_seats.by_land:
            total[PartyId(land.option)] += land.from_list
        return dict(+total)

    @property
    def without_seat(self) -> tuple[AreaId, ...]:
        """Constituencies of the contest followed whose winner has no seat as things stand, their Land having voted."""
        if self._land_seats is None:
            return ()
        winners = self._land_seats.without_seat
        return tuple(AreaId(winner.constituency) for winner in winners if winner.land in self.regions)

    @property
    def overhang(self) -> int:
        """Seats by which the body grows, under a rule that lets it."""
        working = self.outcome.working if self.outcome else None
        return sum(working.overhang.values()) if isinstance(working, NewZealandWorking) else 0

    @property
    def _land_seats(self) -> GermanyWorking | None:
        working = self.outcome.working if self.outcome else None
        return working if isinstance(working, GermanyWorking) else None


def count_whole(
    election: Election,
    contest: Contest,
    areas: Mapping[AreaId, AreaOutcome],
    followed: Mapping[AreaId, AreaOutcome],
    lots: Sequence[Lot],
    before: WholeOutcome | None = None,
) -> WholeOutcome:
    """Add up a contest's areas and count it, after those of the contest that it follows.

    What `before` had added up stands where the figures are the very same: a count that lands moves one region only.
    """
    covers = {area: election.covered_by(contest.id, area) for area in election.covering(contest.id)}
    chosen = areas_that_count(contest, covers, {name: area.standing for name, area in areas.items()})
    standing = election.candidates.get((contest.id, None), {})
    parts = {name: figures for name in chosen if (figures := areas[name].figures) is not None}
    regions = _add_regions(election, parts, standing, before.regions if before is not None else {})
    figures = add_up([region.figures for region in regions.values()], standing)
    reporting = frozenset(election.reporting(contest.id))
    declared = {part for name, area in areas.items() if area.declared for part in election.covered_by(contest.id, name)}
    with_figures = {
        part for name in chosen if areas[name].standing.declared for part in election.covered_by(contest.id, name)
    }
    announced = [areas[name].standing.announced for name in areas if election.covered_by(contest.id, name) >= reporting]
    winners = constituency_winners(election, followed) if contest.rule == COVERED else {}
    whole = WholeOutcome(
        contest=contest,
        areas=chosen,
        regions=regions,
        figures=figures,
        outcome=None,
        declared_areas=frozenset(declared & reporting),
        declared=with_figures >= reporting,
        announced=next((winners for winners in announced if winners), ()),
        findings=_parts_and_wholes(areas, covers),
        waiting=_waiting(election, followed, winners) if contest.rule == COVERED else (),
    )
    if contest.rule == COVERED:
        return replace(whole, outcome=_count_covered(election, whole, winners, lots))
    return replace(whole, outcome=_count(election, whole, list(parts.values()), followed, lots))


def _waiting(
    election: Election, followed: Mapping[AreaId, AreaOutcome], winners: Collection[AreaId]
) -> tuple[AreaId, ...]:
    parts = {area: outcome for area, outcome in followed.items() if not election.areas[area].covers}
    return tuple(
        area
        for area, outcome in parts.items()
        if not outcome.declared or outcome.ties or (outcome.winners and area not in winners)
    )


def moved_by_cover(before: WholeOutcome, after: WholeOutcome, followed: Iterable[AreaId]) -> frozenset[AreaId]:
    """Name the constituencies whose winner has a seat now and had none, or the other way; all of them at the end."""
    if after.covers and before.decided != after.decided:
        return frozenset(followed)
    return frozenset(before.without_seat) ^ frozenset(after.without_seat)


def _add_regions(
    election: Election,
    parts: Mapping[AreaId, Figures],
    standing: Iterable[CandidateId],
    before: Mapping[str | None, RegionSum],
) -> dict[str | None, RegionSum]:
    """Add the figures of each region's areas, again only where they are not the very figures that were added before."""
    grouped: dict[str | None, list[Figures]] = {}
    for area, figures in parts.items():
        grouped.setdefault(election.areas[area].region, []).append(figures)
    sums: dict[str | None, RegionSum] = {}
    for region, there in grouped.items():
        known = before.get(region)
        same = known is not None and len(known.parts) == len(there) and all(map(is_, known.parts, there))
        total = known.figures if known is not None and same else add_up(there, standing)
        assert total is not None, "there is something to add in every region named"
        sums[region] = RegionSum(tuple(there), total)
    return sums


def _count(
    election: Election,
    whole: WholeOutcome,
    parts: Sequence[Figures],
    followed: Mapping[AreaId, AreaOutcome],
    lots: Sequence[Lot],
) -> Outcome | None:
    contest = whole.contest
    votes = whole.figures.all_votes if whole.figures else None
    if votes is None or not any(votes.values()):
        return None
    tally = {str(choice): number for choice, number in votes.items()}
    rule = rule_named(contest.rule, seats=contest.seats, **contest.parameters)
    if contest.rule == PREFERENCES:
        return count_contest(rule, PreferenceTally(tally, transfers=transfers_in(parts, tally)), lots)
    if contest.rule in VOTES_ALONE:
        return count_contest(rule, Tally(tally), lots)
    held: Counter[PartyId] = Counter()
    for outcome in followed.values():
        held.update(outcome.seats)
    return count_contest(rule, list_tally(election, contest, tally, held), lots)


def _count_covered(
    election: Election, whole: WholeOutcome, winners: Mapping[AreaId, ConstituencyWinner], lots: Sequence[Lot]
) -> Outcome | None:
    contest = whole.contest
    regions = {region: each.figures for region, each in whole.regions.items() if region is not None}
    tally = land_tally(election, contest, regions, winners)
    if not any(any(votes.values()) for votes in tally.second.values()):
        return None
    rule = rule_named(contest.rule, seats=contest.seats, **contest.parameters)
    return count_contest(rule, tally, lots)


def _parts_and_wholes(
    areas: Mapping[AreaId, AreaOutcome], covers: Mapping[AreaId, frozenset[AreaId]]
) -> dict[AreaId, tuple[Finding, ...]]:
    """Find covering declarations that differ from the sum of their parts, where all of these have declared too."""
    findings: dict[AreaId, tuple[Finding, ...]] = {}
    for wider, parts in covers.items():
        whole = areas[wider].figures
        ready = areas[wider].standing.declared and all(areas[part].standing.declared for part in parts)
        if whole is None or not ready:
            continue
        total = add_up([figures for part in sorted(parts) if (figures := areas[part].figures)], whole.votes)
        differing = [
            Finding("W105", f"votes.{choice}", str(votes), f"{total.votes[choice]}, the sum of the parts")
            for choice, votes in sorted(whole.votes.items())
            if total is not None and None not in (votes, total.votes[choice]) and votes != total.votes[choice]
        ]
        if differing:
            findings[wider] = tuple(differing)
    return findings


def shares_now(election: Election, whole: WholeOutcome) -> dict[PartyId, Fraction]:
    """Give each party's share of what is in."""
    if whole.figures is None:
        return {}
    standing = election.candidates.get((whole.contest.id, None), {})
    return shares(by_party((standing[choice].party, votes) for choice, votes in whole.figures.votes.items()))

"""A contest whose areas add up, as it stands: its figures in all, its count, and whether it is decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from service.counting import (
    ListTally,
    Lot,
    Outcome,
    PreferenceTally,
    SupplementaryWorking,
    Tally,
    count_contest,
    remaining_after_first,
    rule_named,
    transfers_to,
)
from service.election import Contest, Election
from service.findings import Finding
from service.ids import AreaId, CandidateId, PartyId
from service.standings.area import AreaOutcome
from service.standings.shares import by_party, shares
from service.totals import Figures, add_up, areas_that_count

PREFERENCES: Final = "supplementary-vote"
VOTES_ALONE: Final = ("plurality", "referendum")


@dataclass(frozen=True, slots=True)
class WholeOutcome:
    """What a contest whose areas add up comes to.

    `areas` are those whose figures are added (a covering declaration stands for its parts); `outcome` is None until
    there is something to count; `declared` says that every area has declared; `announced` is a winner announced for
    all of them.
    """

    contest: Contest
    areas: tuple[AreaId, ...]
    figures: Figures | None
    outcome: Outcome | None
    declared_areas: frozenset[AreaId]
    declared: bool
    announced: tuple[CandidateId, ...]
    findings: Mapping[AreaId, tuple[Finding, ...]]

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
        return self.declared and self.outcome is not None and bool(self.outcome.seats) and not self.outcome.ties


def count_whole(
    election: Election,
    contest: Contest,
    areas: Mapping[AreaId, AreaOutcome],
    seats_before: Mapping[PartyId, int],
    lots: Sequence[Lot],
) -> WholeOutcome:
    """Add up a contest's areas and count it; `seats_before` are those that the contest it follows has given out."""
    covers = {area: election.covered_by(contest.id, area) for area in election.covering(contest.id)}
    chosen = areas_that_count(contest, covers, {name: area.standing for name, area in areas.items()})
    standing = election.candidates.get((contest.id, None), {})
    parts = [figures for name in chosen if (figures := areas[name].figures) is not None]
    reporting = frozenset(election.reporting(contest.id))
    declared = {part for name, area in areas.items() if area.declared for part in election.covered_by(contest.id, name)}
    with_figures = {
        part for name in chosen if areas[name].standing.declared for part in election.covered_by(contest.id, name)
    }
    announced = [areas[name].standing.announced for name in areas if election.covered_by(contest.id, name) >= reporting]
    return WholeOutcome(
        contest=contest,
        areas=chosen,
        figures=add_up(parts, standing),
        outcome=_count(election, contest, parts, seats_before, lots),
        declared_areas=frozenset(declared & reporting),
        declared=with_figures >= reporting,
        announced=next((winners for winners in announced if winners), ()),
        findings=_parts_and_wholes(areas, covers),
    )


def _count(
    election: Election,
    contest: Contest,
    parts: Sequence[Figures],
    seats_before: Mapping[PartyId, int],
    lots: Sequence[Lot],
) -> Outcome | None:
    figures = add_up(parts, election.candidates.get((contest.id, None), {}))
    votes = figures.all_votes if figures else None
    if votes is None or not any(votes.values()):
        return None
    tally = {str(choice): number for choice, number in votes.items()}
    rule = rule_named(contest.rule, seats=contest.seats, **contest.parameters)
    if contest.rule == PREFERENCES:
        return count_contest(rule, PreferenceTally(tally, transfers=transfers_in(parts, tally)), lots)
    if contest.rule in VOTES_ALONE:
        return count_contest(rule, Tally(tally), lots)
    return count_contest(rule, list_tally(election, contest, tally, seats_before), lots)


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


def votes_before(election: Election, contest: Contest, areas: Iterable[AreaId]) -> dict[PartyId, int] | None:
    """Give last time's votes by party in just these areas, None unless they are on record.

    Like is compared with like: the areas' own baselines, or that of an area which covers exactly all of them.
    """
    wanted = frozenset(areas)
    own = [election.last(contest.id, area) for area in sorted(wanted)]
    known = [votes for last in own if last is not None and (votes := last.all_votes) is not None]
    if wanted and len(known) == len(wanted):
        return _sum_rows(known)
    for area in election.areas.values():
        if area.covers and area.covers & frozenset(election.reporting(contest.id)) == wanted:
            last = election.last(contest.id, area.id)
            return last.all_votes if last is not None else None
    return None


def seats_last(election: Election, contest: Contest, area: AreaId, baseline: str) -> dict[PartyId, int]:
    """Give an area's seats by party in a baseline, empty where not on record.

    The eve of poll is on record only where it differs: elsewhere the last election stands for it.
    """
    last = election.last(contest.id, area, baseline) or election.last(contest.id, area)
    return {party: seats for party, seats in last.seats.items() if seats is not None} if last is not None else {}


def seats_before(election: Election, contest: Contest, baseline: str) -> dict[PartyId, int] | None:
    """Give the seats that a contest whose areas add up had given out, None where not on record."""
    return _sum_rows(seats_last(election, contest, area, baseline) for area in election.areas) or None


def _sum_rows(rows: Iterable[Mapping[PartyId, int]]) -> dict[PartyId, int]:
    total: dict[PartyId, int] = {}
    for row in rows:
        for party, number in row.items():
            total[party] = total.get(party, 0) + number
    return total

"""What is certain: what no paper still to come can change. Arithmetic, never a model, and not yet a declaration.

Papers outstanding in an area are its electorate less those counted; where the electorate is not known nothing is
certain there before it is declared. A seat that is declared counts as certain: the returning officer has said it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from service.counting import (
    AveragesRule,
    PreferenceTally,
    SeatRange,
    Tally,
    certain_control,
    certain_supplementary_winner,
    certain_winners,
    possible_winners,
    rule_named,
    seat_ranges,
)
from service.election import Body, Contest, Election
from service.ids import AreaId, CandidateId, ContestId, PartyId
from service.standings.area import AreaOutcome
from service.standings.contest import Counted
from service.standings.seats import seats_in_all
from service.standings.tallies import list_tally, transfers_in
from service.standings.whole import PREFERENCES
from service.standings.wire import CertainOut, CertainPartyOut
from service.totals import Figures

MOST_VOTES: Final = ("plurality", "referendum")
GROWING: Final = "mixed-member-new-zealand"
"""The rule under which nobody knows what a majority is before every seat is known: the House grows by overhang."""

SEATS_MAX: Final = 100_000
"""More seats than any body has: what a party may have at most in an area whose number of seats is not on record."""


@dataclass(frozen=True, slots=True)
class _Range:
    """Fewest and most seats by party, in one contest of a body."""

    at_least: Mapping[PartyId, int]
    at_most: Mapping[PartyId, int]


def certain_of(election: Election, body: Body, counted: Counted) -> CertainOut:
    """Say what is certain of a body: each party's fewest and most seats, control, who has the office."""
    ranges: list[_Range] = []
    elected: CandidateId | None = None
    for name in body.contests:
        contest = election.contests[name]
        covering = counted.covering(name)
        if covering is not None:
            ranges.append(_within_cover(election, contest, covering.contest))
        elif contest.scope == "area":
            ranges.append(_in_areas(election, body, contest, counted.areas[name]))
        elif contest.choices == "candidates":
            elected = _office(election, contest, counted)
            ranges.append(_of_office(election, contest, elected))
        else:
            ranges[-1:] = [_with_list(election, body, contest, counted, ranges[-1] if contest.follows else None)]
    total = seats_in_all(body, counted)
    parties = sorted({party for each in ranges for party in each.at_most} | set(body.seats_not_up))
    # Where nobody knows how many seats there are, nobody knows how many a party has at most.
    seats = _within(_sum_of(ranges, body.seats_not_up), total, parties) if total is not None else {}
    return CertainOut(
        seats={party: CertainPartyOut(at_least=of.at_least, at_most=of.at_most) for party, of in seats.items()},
        control=_control(election, body, counted, total, seats),
        elected=elected,
        outstanding={
            contest: outstanding_in_all(election, election.contests[contest], body, counted.areas[contest])
            for contest in body.contests
        },
    )


def _sum_of(ranges: Iterable[_Range], seats_not_up: Mapping[PartyId, int]) -> _Range:
    together = _Range(seats_not_up, seats_not_up)
    for each in ranges:
        together = _Range(_sum(together.at_least, each.at_least), _sum(together.at_most, each.at_most))
    return together


def _within(together: _Range, total: int, parties: Iterable[PartyId]) -> dict[PartyId, SeatRange]:
    """Leave to each party at most the seats of a body that are not certain to be others'."""
    taken = sum(together.at_least.values())
    ranges = {}
    for party in parties:
        at_least = together.at_least.get(party, 0)
        left = max(at_least, total - (taken - at_least))
        ranges[party] = SeatRange(at_least, min(left, together.at_most.get(party, 0)))
    return ranges


def _control(
    election: Election, body: Body, counted: Counted, total: int | None, seats: Mapping[PartyId, SeatRange]
) -> str | None:
    growing = [name for name in body.contests if election.contests[name].rule == GROWING]
    if body.office or total is None or any(not counted.wholes[name].decided for name in growing):
        return None
    control = certain_control(total, {str(party): of for party, of in seats.items()})
    return None if control is None else control.option or "none"


def certain_here(election: Election, outcome: AreaOutcome) -> tuple[CandidateId, ...]:
    """Give who is certain to be elected in an area whose contest elects there, or to win it where cover decides."""
    contest = election.contests[outcome.contest]
    if outcome.standing.disputed:
        return ()
    if outcome.declared or contest.scope != "area":
        return outcome.winners if contest.scope == "area" else ()
    tally, outstanding = _tally(election, outcome), outstanding_in(election, outcome)
    seats = election.seats_in(contest.id, outcome.area)
    if contest.rule not in MOST_VOTES or tally is None or outstanding is None or seats is None:
        return ()
    return tuple(sorted(CandidateId(option) for option in certain_winners(tally, outstanding, seats)))


def outstanding_in(election: Election, outcome: AreaOutcome) -> int | None:
    """Give the most papers that may still be counted in an area: its electorate less those counted, 0 once declared.

    None come without a poll either, where somebody is elected unopposed. While sources contradict it is None: then
    nobody knows what is counted.
    """
    if outcome.standing.disputed:
        return None
    if outcome.standing.declared or outcome.standing.unopposed:
        return 0
    figures = outcome.figures or Figures(votes={}, valid=0)
    electorate = figures.electorate if outcome.figures else election.areas[outcome.area].electorate
    counted = figures.ballots if figures.ballots is not None else figures.valid
    if electorate is None or counted is None:
        return None
    return max(0, electorate - counted)


def outstanding_in_all(
    election: Election, contest: Contest, body: Body, areas: Mapping[AreaId, AreaOutcome]
) -> int | None:
    """Add the papers outstanding in a body's areas, a covering declaration standing for its parts; None: not known."""
    done = {
        part
        for area in election.covering(contest.id)
        if areas[area].standing.declared
        for part in election.covered_by(contest.id, area)
    }
    total = 0
    for area in election.reporting(contest.id, body.id):
        papers = 0 if area in done else outstanding_in(election, areas[area])
        if papers is None:
            return None
        total += papers
    return total


def _tally(election: Election, outcome: AreaOutcome) -> Tally | None:
    """Give everybody's votes so far, 0 where nothing is in; None where somebody's are not known."""
    standing = election.standing(outcome.contest, outcome.area)
    if outcome.figures is None:
        return Tally(dict.fromkeys((str(candidate) for candidate in standing), 0))
    votes = outcome.figures.all_votes
    return None if votes is None else Tally({str(candidate): number for candidate, number in votes.items()})


def _in_areas(election: Election, body: Body, contest: Contest, outcomes: Mapping[AreaId, AreaOutcome]) -> _Range:
    at_least: dict[PartyId, int] = {}
    at_most: dict[PartyId, int] = {}
    for area in election.reporting(contest.id, body.id):
        outcome = outcomes[area]
        sure, may = _seats_here(election, contest, outcome)
        for party, seats in sure.items():
            at_least[party] = at_least.get(party, 0) + seats
        for party, seats in may.items():
            at_most[party] = at_most.get(party, 0) + seats
    return _Range(at_least, at_most)


def _seats_here(
    election: Election, contest: Contest, outcome: AreaOutcome
) -> tuple[dict[PartyId, int], dict[PartyId, int]]:
    """Give an area's fewest and most seats by party."""
    seats = election.seats_in(contest.id, outcome.area)
    disputed = outcome.standing.disputed
    if outcome.declared and not outcome.ties and not disputed and outcome.seats:
        return dict(outcome.seats), dict(outcome.seats)
    if seats is None:
        return {}, dict.fromkeys(election.parties, SEATS_MAX)
    standing = election.standing(contest.id, outcome.area)
    tally, outstanding = _tally(election, outcome), outstanding_in(election, outcome)
    everybody = tuple(str(candidate) for candidate in standing)
    sure: Iterable[str] = outcome.winners if outcome.declared and not disputed else certain_here(election, outcome)
    may: Iterable[str] = everybody
    if contest.rule in MOST_VOTES and tally is not None and outstanding is not None:
        may = possible_winners(tally, outstanding, seats)
    return (
        _by_party([standing[CandidateId(who)].party for who in sure], seats),
        _by_party([standing[CandidateId(who)].party for who in may], seats),
    )


def _within_cover(election: Election, contest: Contest, covering: Contest) -> _Range:
    """Give what winners are certain of where second votes decide who of them has a seat: nothing before the end."""
    standing = (each.party for area in contest.areas for each in election.standing(contest.id, area).values())
    return _Range({}, dict.fromkeys((*covering.parties, *standing), covering.seats))


def _by_party(parties: Iterable[PartyId], most: int) -> dict[PartyId, int]:
    total: dict[PartyId, int] = {}
    for party in parties:
        total[party] = min(most, total.get(party, 0) + 1)
    return total


def _disputed(contest: Contest, counted: Counted) -> bool:
    return any(outcome.standing.disputed for outcome in counted.areas[contest.id].values())


def _office(election: Election, contest: Contest, counted: Counted) -> CandidateId | None:
    """Give who is certain to win an office: by declaration, or whatever papers are still to come."""
    whole = counted.wholes[contest.id]
    if whole.decided and not _disputed(contest, counted):
        return whole.winners[0]
    votes = whole.figures.all_votes if whole.figures else None
    body = next(body for body in election.bodies.values() if contest.id in body.contests)
    outstanding = outstanding_in_all(election, contest, body, counted.areas[contest.id])
    if votes is None or outstanding is None:
        return None
    first = {str(candidate): number for candidate, number in votes.items()}
    if contest.rule == PREFERENCES:
        parts = [figures for area in whole.areas if (figures := counted.areas[contest.id][area].figures) is not None]
        tally = PreferenceTally(first, transfers=transfers_in(parts, first))
        winner = certain_supplementary_winner(tally, outstanding)
    else:
        winner = next(iter(certain_winners(Tally(first), outstanding)), None)
    return CandidateId(winner) if winner is not None else None


def _of_office(election: Election, contest: Contest, elected: CandidateId | None) -> _Range:
    standing = election.candidates.get((contest.id, None), {})
    if elected is not None:
        sure = {standing[elected].party: contest.seats}
        return _Range(sure, sure)
    return _Range({}, dict.fromkeys((each.party for each in standing.values()), contest.seats))


def _with_list(election: Election, body: Body, contest: Contest, counted: Counted, before: _Range | None) -> _Range:
    """Add list seats to the constituencies': fewest and most of both together, over every way the rest can go."""
    whole = counted.wholes[contest.id]
    disputed = _disputed(contest, counted)
    if whole.covers and whole.decided and not disputed:
        together = _sum(whole.seated, whole.from_lists)
        return _Range(together, together)
    if whole.covers and before is not None:
        return before
    if whole.decided and not disputed and (before is None or before.at_least == before.at_most):
        together = _sum(before.at_least if before else {}, whole.from_lists)
        return _Range(together, together)
    rule = rule_named(contest.rule, seats=contest.seats, **contest.parameters)
    outstanding = outstanding_in_all(election, contest, body, counted.areas[contest.id])
    votes = whole.figures.all_votes if whole.figures else dict.fromkeys(contest.parties, 0)
    if not isinstance(rule, get_args(AveragesRule)) or outstanding is None or votes is None:
        sure = before.at_least if before else {}
        return _Range(sure, _sum(before.at_most if before else {}, dict.fromkeys(contest.parties, contest.seats)))
    fixed, still_open = _constituencies(election, body, contest.follows, counted)
    tally = list_tally(election, contest, {str(party): number for party, number in votes.items()}, fixed)
    ranges = seat_ranges(rule, tally, outstanding, still_open)
    outside = {party: seats for party, seats in fixed.items() if party not in tally.constituency_seats}
    return _Range(
        _sum({PartyId(option): of.at_least for option, of in ranges.items()}, outside),
        _sum({PartyId(option): of.at_most for option, of in ranges.items()}, outside),
    )


def _constituencies(
    election: Election, body: Body, contest: ContestId | None, counted: Counted
) -> tuple[dict[PartyId, int], Sequence[frozenset[str]]]:
    """Give the constituency seats that are certain, and for each of the others the parties that may win it."""
    fixed: dict[PartyId, int] = {}
    still_open: list[frozenset[str]] = []
    if contest is None:
        return fixed, still_open
    for area in election.reporting(contest, body.id):
        outcome = counted.areas[contest][area]
        sure, may = _seats_here(election, election.contests[contest], outcome)
        if sum(sure.values()) == election.seats_in(contest, area):
            fixed = _sum(fixed, sure)
        else:
            still_open.append(frozenset(str(party) for party in may))
    return fixed, still_open


def _sum(one: Mapping[PartyId, int], other: Mapping[PartyId, int]) -> dict[PartyId, int]:
    return {party: one.get(party, 0) + other.get(party, 0) for party in {**one, **other}}

"""One area of one contest as it stands: who is elected or ahead, by how much, held or gained, with what swing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from service.counting import Lot, Outcome, Papers, Tally, Tie, count_contest, rule_named
from service.election import Candidate, Contest, Election, Last
from service.findings import Finding
from service.ids import AreaId, CandidateId, ContestId, PartyId
from service.standings.shares import Swing, butler_swing, by_party, points, points_out, share, shares
from service.totals import AreaStanding, Figures, figures_of

FAR_POINTS: Final = 25
"""House rule, not law: a party's share that moved by so much may be a swapped line, so the desk is told."""

TRANSFERABLE: Final = ("stv-scotland", "stv-northern-ireland", "stv-meek", "instant-run-off")
"""Rules that count ballot papers, not votes."""


@dataclass(frozen=True, slots=True)
class AreaOutcome:
    """What an area comes to.

    `winners` are elected, or ahead while `declared` is false; `seats` counts them by party; `decided` is how many seats
    are declared. `outcome` is the count behind them, None where figures are missing.
    """

    contest: ContestId
    area: AreaId
    standing: AreaStanding
    figures: Figures | None
    outcome: Outcome | None
    winners: tuple[CandidateId, ...]
    seats: Mapping[PartyId, int]
    declared: bool
    decided: int
    ties: tuple[Tie, ...] = ()
    findings: tuple[Finding, ...] = ()


def count_area(
    election: Election, contest: Contest, area: AreaId, standing: AreaStanding, lots: Sequence[Lot]
) -> AreaOutcome:
    """Count an area whose contest elects there; in one whose areas add up, nobody is elected in an area."""
    candidates = election.standing(contest.id, area)
    seats = election.seats_in(contest.id, area) if contest.scope == "area" else 1
    standing = _without_a_poll(election, contest, standing, candidates, seats)
    figures = None
    if standing.figures is not None:
        figures = figures_of(
            standing.figures,
            candidates,
            unlisted_is_zero=contest.unlisted_is_zero,
            aggregates=election.aggregates(contest.id),
            votes_each=election.votes_each(contest.id, area),
            electorate=election.areas[area].electorate,
        )
    outcome: Outcome | None = None
    if contest.scope == "area" and figures is not None and seats is not None:
        outcome = _count(contest, figures, seats, lots)
    winners = _winners(standing, outcome)
    declared = standing.declared or bool(standing.announced) or bool(standing.unopposed)
    by_seats = dict((standing.figures.seats or {}) if standing.figures else {})
    if not by_seats and contest.scope == "area":
        by_seats = dict(Counter(candidates[winner].party for winner in winners))
    # Who is elected by name needs no lot; what a rush announced counts only until a declaration stands.
    named = bool(standing.figures and standing.figures.elected) or (bool(standing.announced) and not standing.declared)
    ties = outcome.ties if outcome is not None and not named else ()
    counted = AreaOutcome(
        contest=contest.id,
        area=area,
        standing=standing,
        figures=figures,
        outcome=outcome,
        winners=winners if contest.scope == "area" else standing.announced,
        seats=by_seats,
        declared=declared,
        decided=sum(by_seats.values()) if declared else 0,
        ties=ties,
    )
    return replace(counted, findings=(*standing.findings, *_oddities(election, counted)))


def _without_a_poll(
    election: Election,
    contest: Contest,
    standing: AreaStanding,
    candidates: Mapping[CandidateId, Candidate],
    seats: int | None,
) -> AreaStanding:
    """Name those elected unopposed where the message leaves them out: all who stand, if they are not too many."""
    if standing.state != "unopposed" or standing.unopposed or contest.scope != "area" or seats is None:
        return standing
    stand = tuple(sorted(candidates.keys() - election.aggregates(contest.id)))
    return replace(standing, unopposed=stand) if len(stand) <= seats else standing


def _count(contest: Contest, figures: Figures, seats: int, lots: Sequence[Lot]) -> Outcome | None:
    """Count the votes that are known; None where there are none to count."""
    votes: Papers | Tally
    if contest.rule in TRANSFERABLE:
        if figures.papers is None:
            return None
        votes = Papers(figures.papers, tuple(sorted(figures.votes)))
    else:
        votes = Tally({candidate: number for candidate, number in figures.votes.items() if number is not None})
        if not any(votes.votes.values()) or not _proven(figures, votes, seats):
            return None
    return count_contest(rule_named(contest.rule, seats=seats, **contest.parameters), votes, lots)


def _proven(figures: Figures, votes: Tally, seats: int) -> bool:
    """Say whether the figures that are known decide, whoever has those that are missing.

    Where somebody's votes are not known, one seat is decided once the known leader has more than all votes that are
    left of the valid ones; several seats, where a voter has several votes, are not.
    """
    if len(votes.votes) == len(figures.votes):
        return True
    if figures.valid is None or seats != 1:
        return False
    return max(votes.votes.values()) > figures.valid - sum(votes.votes.values())


def _winners(standing: AreaStanding, outcome: Outcome | None) -> tuple[CandidateId, ...]:
    """Give who is elected by the figures once declared, else as announced, else who is ahead."""
    reported = tuple(standing.figures.elected or ()) if standing.figures else ()
    counted = tuple(CandidateId(seat.option) for seat in outcome.seats) if outcome else ()
    if standing.declared:
        return reported or counted
    return standing.announced or standing.unopposed or reported or counted


def _oddities(election: Election, outcome: AreaOutcome) -> Iterator[Finding]:
    standing, figures = outcome.standing, outcome.figures
    if figures is None or standing.figures is None:
        return
    missing = sorted(candidate for candidate, votes in figures.votes.items() if votes is None)
    if missing and standing.figures.votes is not None:
        yield Finding("W106", "votes", "no figure of " + ", ".join(missing), "a figure of everybody")
    if not standing.declared:
        return
    elected = sorted(outcome.winners)
    if standing.announced and outcome.outcome is not None and not set(standing.announced) <= set(elected):
        found, announced = ", ".join(elected) or "nobody", ", ".join(standing.announced)
        yield Finding("W102", "winner", found, f"{announced} as announced")
    last = election.last(outcome.contest, outcome.area)
    now = party_shares(election, outcome.contest, outcome.area, figures)
    before = shares(last.all_votes) if last is not None else {}
    for party in sorted(now.keys() & before.keys()):
        moved = 100 * (now[party] - before[party])
        if abs(moved) >= FAR_POINTS:
            found = f"{points_out(moved):+} points"
            yield Finding("W107", f"share of {party}", found, f"within {FAR_POINTS} points of last time")


def party_shares(
    election: Election, contest: ContestId, area: AreaId, figures: Figures | None
) -> dict[PartyId, Fraction]:
    """Give each party's share of the votes in an area; empty where not all are known."""
    return shares(party_votes(election, contest, area, figures))


def party_votes(
    election: Election, contest: ContestId, area: AreaId, figures: Figures | None
) -> dict[PartyId, int] | None:
    """Add the votes of each party's candidates in an area; None where not all are known."""
    if figures is None:
        return None
    candidates = election.standing(contest, area)
    return by_party((candidates[candidate].party, votes) for candidate, votes in figures.votes.items())


def majority(outcome: AreaOutcome) -> int | None:
    """Give the lowest elected candidate's lead over the highest not elected.

    None where votes are missing, or where those declared elected are not those with most votes.
    """
    votes = outcome.figures.all_votes if outcome.figures else None
    if votes is None or outcome.outcome is None or outcome.outcome.ties or outcome.figures is None:
        return None
    elected = {seat.option for seat in outcome.outcome.seats}
    if outcome.figures.papers is not None or not elected or elected != set(outcome.winners):
        return None
    others = [number for candidate, number in votes.items() if candidate not in elected]
    lowest = min(votes[CandidateId(option)] for option in elected)
    return lowest - max(others) if others else None


@dataclass(frozen=True, slots=True)
class Compared:
    """An area against last time: held or gained, from whom; swing; turnout and its change; incumbents who lost."""

    holder: PartyId | None
    hold_or_gain: str | None
    gain_from: PartyId | None
    swing: Swing | None
    turnout: Fraction | None
    turnout_change: Fraction | None
    change: Mapping[PartyId, Fraction]
    defeated: tuple[Candidate, ...]


def compare(election: Election, outcome: AreaOutcome) -> Compared:
    """Hold an area against the last election."""
    last = election.last(outcome.contest, outcome.area) or Last(votes={}, seats={})
    candidates = election.standing(outcome.contest, outcome.area)
    now = party_shares(election, outcome.contest, outcome.area, outcome.figures)
    before = shares(last.all_votes)
    single = outcome.declared and len(outcome.winners) == 1 and sum(outcome.seats.values()) == 1
    winner = candidates[outcome.winners[0]].party if single else None
    hold_or_gain = None
    if winner is not None and last.holder is not None:
        hold_or_gain = "hold" if winner == last.holder else "gain"
    figures = outcome.figures
    turnout = share(figures.ballots, figures.electorate) if figures else None
    defeated = tuple(
        candidate
        for candidate in candidates.values()
        if candidate.incumbent and candidate.id not in outcome.winners and outcome.declared and outcome.winners
    )
    return Compared(
        holder=last.holder,
        hold_or_gain=hold_or_gain,
        gain_from=last.holder if hold_or_gain == "gain" else None,
        swing=_swing(now, before),
        turnout=turnout,
        turnout_change=points(turnout, share(last.ballots, last.electorate)),
        change={
            party: 100 * (part - last_share)
            for party, part in now.items()
            if (last_share := share_before(election, before, party)) is not None
        },
        defeated=defeated,
    )


def share_before(election: Election, before: Mapping[PartyId, Fraction], party: PartyId) -> Fraction | None:
    """Give a party's share last time: 0 if it did not stand, None where that is not on record.

    A party without a line of its own beside a line of "others" may be among them.
    """
    if party in before or not before:
        return before.get(party)
    return None if any(election.parties[other].aggregate for other in before) else Fraction(0)


def _swing(now: Mapping[PartyId, Fraction], before: Mapping[PartyId, Fraction]) -> Swing | None:
    if len(now) == 1 or not now:
        return None
    first, second = sorted(now, key=lambda party: (-now[party], party))[:2]
    return butler_swing(now, before, first, second)

"""One area's result as it is published."""

from collections.abc import Iterable
from fractions import Fraction

from service.election import Election
from service.findings import Finding
from service.ids import CandidateId
from service.standings.area import AreaOutcome, Compared, compare, majority
from service.standings.body import Stamp, ties_out, time_out
from service.standings.shares import points_out, share, share_out, shares
from service.standings.wire import CandidateOut, ElectedOut, ResultOut, SwingOut


def result_of(
    election: Election, outcome: AreaOutcome, stamp: Stamp, *, held: int = 0, findings: Iterable[Finding] = ()
) -> ResultOut:
    """Say what is to be published about an area at one moment; `findings` are those that its contest adds."""
    standing = outcome.standing
    count = standing.figures
    figures = outcome.figures
    against = compare(election, outcome)
    lead = majority(outcome) if standing.declared else None
    winners = [_person(election, outcome, winner) for winner in outcome.winners]
    return ResultOut(
        election=election.id,
        contest=outcome.contest,
        area=outcome.area,
        name=election.areas[outcome.area].name,
        as_of=stamp.as_of,
        sequence=stamp.sequence,
        digest=stamp.digest,
        status=_status(outcome),
        declared=outcome.declared,
        disputed=standing.disputed,
        held=held,
        state=standing.state,
        expected_at=time_out(election, standing.expected_at),
        kind=count.kind if count else None,
        revision=count.revision if count else None,
        source=count.source if count else None,
        sources=len(standing.agreeing),
        content=standing.content,
        counted={"done": count.counted.done, "of": count.counted.of} if count and count.counted else None,
        winner=winners[0] if outcome.declared and len(winners) == 1 else None,
        elected=winners if outcome.declared else [],
        leading=[] if outcome.declared else winners,
        hold_or_gain=against.hold_or_gain,
        gain_from=against.gain_from,
        holder=against.holder,
        majority=lead,
        majority_share=share_out(share(lead, figures.valid)) if figures else None,
        swing=_swing(against),
        turnout=share_out(against.turnout),
        turnout_change_points=points_out(against.turnout_change),
        valid=figures.valid if figures else None,
        rejected=figures.rejected if figures else None,
        ballots=figures.ballots if figures else None,
        electorate=figures.electorate if figures else election.areas[outcome.area].electorate,
        candidates=_candidates(election, outcome, against),
        defeated_incumbents=[_person(election, outcome, who.id) for who in against.defeated],
        seats_by_party=dict(sorted(outcome.seats.items())),
        ties=list(ties_out(outcome.contest, outcome.area, outcome.ties)),
        findings=[finding.as_json() for finding in (*outcome.findings, *findings)],
    )


def _status(outcome: AreaOutcome) -> str:
    """Say in a word where an area is: its own state first, then how firm what stands is."""
    standing = outcome.standing
    if standing.state is not None:
        return standing.state
    if standing.declared:
        return "declared"
    if standing.announced:
        return "announced"
    if standing.disputed:
        return "disputed"
    return "partial" if standing.figures is not None else "expected"


def _person(election: Election, outcome: AreaOutcome, candidate: CandidateId) -> ElectedOut:
    who = election.standing(outcome.contest, outcome.area)[candidate]
    return ElectedOut(candidate=who.id, name=who.name, party=who.party)


def _swing(against: Compared) -> SwingOut | None:
    swing = against.swing
    if swing is None:
        return None
    return SwingOut({"from": swing.giver, "to": swing.taker, "points": points_out(swing.points) or 0.0})


def _candidates(election: Election, outcome: AreaOutcome, against: Compared) -> list[CandidateOut]:
    standing = election.standing(outcome.contest, outcome.area)
    votes = outcome.figures.votes if outcome.figures else dict.fromkeys(standing)
    now = shares(outcome.figures.all_votes if outcome.figures else None)
    alone = {
        candidate: [each.party for each in standing.values()].count(who.party) == 1
        for candidate, who in standing.items()
    }
    elected = set(outcome.winners) if outcome.declared else set()

    def place(candidate: CandidateId) -> tuple[bool, int, str]:
        return candidate not in elected, -(votes.get(candidate) or 0), candidate

    def change(candidate: CandidateId) -> Fraction | None:
        return against.change.get(standing[candidate].party) if alone[candidate] and candidate in now else None

    return [
        CandidateOut(
            candidate=candidate,
            name=standing[candidate].name,
            party=standing[candidate].party,
            votes=votes.get(candidate),
            share=share_out(now.get(candidate)),
            change_points=points_out(change(candidate)),
            incumbent=standing[candidate].incumbent,
            elected=candidate in elected,
        )
        for candidate in sorted(standing, key=place)
    ]
